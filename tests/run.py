"""The one test command: installs what the tests need, then runs every check and all tests.

    python tests/run.py [arguments for pytest]

Python's packages go into the running virtual environment, else into `.venv` in the project's
folder. Every step runs even if one before it failed; the exit code is 0 only if none did.
"""

from __future__ import annotations  # an old Python must get as far as the sentence about its age

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)  # as in pyproject.toml
TYPESCRIPT = "typescript@7.0.2"


class Failed(Exception):
    """A step went wrong; the message, if any, says more than its output did."""


class LeftOut(Exception):
    """A step cannot be run here and need not be; the message says why."""


def main(arguments: Sequence[str]) -> int:
    if sys.version_info < OLDEST:
        print("This needs Python 3.11 or newer; here is", sys.version.split()[0], file=sys.stderr)
        return 2
    os.chdir(ROOT)
    if sys.prefix == sys.base_prefix:
        try:
            python = make_venv(VENV)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 2
        return subprocess.run([python, __file__, *arguments]).returncode
    return run_steps(
        [
            ("Python packages", install_packages),
            ("browser", provide_browser),
            ("ruff check", lambda: _python("-m", "ruff", "check")),
            ("ruff format", lambda: _python("-m", "ruff", "format", "--check")),
            ("types", check_types),
            ("tests", lambda: _python("-m", "pytest", *arguments)),
        ]
    )


def run_steps(steps: Iterable[tuple[str, Callable[[], None]]]) -> int:
    """Run them all, in order. Says which failed at the end; the exit code is 1 if any did."""
    failed = []
    for name, step in steps:
        print(f"\n== {name}", flush=True)
        try:
            step()
        except LeftOut as reason:
            print(f"{name}: left out, {reason}", flush=True)
        except Failed as failure:
            print(f"{name}: FAILED {failure}", flush=True)
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def make_venv(folder: Path) -> Path:
    """The Python of a virtual environment there, made unless there is one that works."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if _works([python, "-m", "pip", "--version"]):
        return python
    try:
        from ensurepip import bootstrap  # noqa: F401  Debian keeps it in a package of its own
    except ImportError as error:
        raise Failed(
            "This Python cannot make virtual environments: on Debian and Ubuntu run "
            "`apt install python3-venv` as root, then this command again."
        ) from error
    print(f"making the virtual environment {folder.name}", flush=True)
    try:
        _run([sys.executable, "-m", "venv", "--clear", folder])
    except Failed as failure:
        raise Failed(f"No virtual environment could be made in {folder} {failure}.") from failure
    return python


def install_packages() -> None:
    _python("-m", "pip", "install", "--quiet", "--requirement", "requirements.txt")


def provide_browser() -> None:
    """Leaves the path in `INKLING_BROWSER`, so that the tests take the one that was tried."""
    from browser import NoBrowser, ensure_browser

    try:
        path = ensure_browser()
    except NoBrowser as error:
        raise Failed(error) from error
    os.environ["INKLING_BROWSER"] = str(path)
    print(path, flush=True)


def check_types() -> None:
    npx = shutil.which("npx")
    if npx:
        _run([npx, "--yes", "--package", TYPESCRIPT, "tsc", "--project", "web/jsconfig.json"])
    elif os.environ.get("CI") == "true":
        raise Failed("npx is missing: install Node.js with npm")
    else:
        raise LeftOut("since npx is missing: install Node.js with npm to check the types")


def _python(*arguments: str) -> None:
    _run([sys.executable, *arguments])


def _run(command: Sequence[str | Path]) -> None:
    try:
        code = subprocess.run(command).returncode
    except OSError as error:
        raise Failed(f"({command[0]}: {error.strerror})") from error
    if code:
        raise Failed(f"(exit code {code})")


def _works(command: Sequence[str | Path]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
