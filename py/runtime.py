"""Gets the browser's Python, Pyodide and NumPy, known by hash. Standard library only.

From the user's cache folder, else from the first place on the network that has the very bytes; what
the files are for is left to `build.py`.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from cache import FetchFailed, cache_dir, fetch

PYODIDE = "314.0.3"
NUMPY = "2.4.3"
NUMPY_WHEEL = f"numpy-{NUMPY}-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
RUNTIME = {  # file name -> sha256; the hash decides, the place a file comes from does not matter
    "pyodide.mjs": "5cfc46f5dcbaf2a16f26e2363f441873eb424762609cc03db00d6a2ace4d00e5",
    "pyodide.asm.mjs": "1a9775427ef6e8abaa7db88ece0515422d1886915ae5c9093776410c865dfd8d",
    "pyodide.asm.wasm": "e7f8fac36f8bf11085309cbc5c829b3ec3057c18bf1d73b05a6741612d63cdbf",
    "python_stdlib.zip": "444c770dfd75a32097fc0a7d5c1413fd3140601f49c3a1f2e9af0376fcd124b4",
    NUMPY_WHEEL: "0cad9c1b91f0082e4f959bc0e0bf5835a2efbba6ab3b1e9d1fe6e7e564cca98e",
}
LOCK = {  # what Pyodide's own lock says, of NumPy alone
    "info": {
        "abi_version": "2026_0",
        "arch": "wasm32",
        "platform": "emscripten_5_0_3",
        "python": "3.14.0",
    },
    "packages": {
        "numpy": {
            "depends": [],
            "file_name": NUMPY_WHEEL,
            "imports": ["numpy"],
            "install_dir": "site",
            "name": "numpy",
            "package_type": "package",
            "sha256": RUNTIME[NUMPY_WHEEL],
            "unvendored_tests": False,
            "version": NUMPY,
        }
    },
}
CDN = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
NPM_PACKAGE = f"pyodide@{PYODIDE}"  # the core, no NumPy
PIP_PACKAGE = "open-webui==0.12.4"  # carries the same core and NumPy among its files
PIP_FOLDER = "open_webui/frontend/pyodide/"
TIMEOUT = 15  # seconds without a byte before a place counts as dead


class NoRuntime(Exception):
    """Files of the runtime are nowhere to be had; the message says which and what to do."""


class _PlaceFailed(Exception):
    """One of the places that hold the runtime did not give it."""


def get_runtime(given: Path | None = None) -> dict[str, Path]:
    """Where each file of RUNTIME lies, with the content its hash promises.

    Parameters
    ----------
    given : a folder that holds them all; None for the cache, filled from the network if need be.

    Raises
    ------
    NoRuntime
        If a file is nowhere to be had; names it, its hash and where it was looked for.
    """
    if given is not None:
        if missing := _missing(given):
            raise NoRuntime(f"{given} lacks, or has with another content:\n{_wanted(missing)}")
        return {name: given / name for name in RUNTIME}
    folder = cache_dir() / f"pyodide-{PYODIDE}"
    failures = []
    places = {"the CDN": _from_cdn, "npm": _from_npm, "pip (106 MB)": _from_pip}
    for place, bring in places.items():
        if not (missing := _missing(folder)):
            break
        print(f"Fetching Python for the browser: {place}", file=sys.stderr, flush=True)
        try:
            bring(missing, folder)
        except (_PlaceFailed, FetchFailed, OSError) as error:
            print(f"  {error}", file=sys.stderr, flush=True)
            failures.append(f"  {place}: {error}")
    if missing := _missing(folder):
        raise NoRuntime(
            f"Python for the browser (Pyodide {PYODIDE}) could not be fetched:\n"
            + "\n".join(failures)
            + f"\nConnect to the internet and try again, or get these files from {CDN}\n"
            "on another computer and run: python build.py --runtime THEIR_FOLDER\n"
            + _wanted(missing)
        )
    return {name: folder / name for name in RUNTIME}


def _missing(folder: Path) -> list[str]:
    return [name for name, sha256 in RUNTIME.items() if not _is_whole(folder / name, sha256)]


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def _wanted(names: Iterable[str]) -> str:
    return "\n".join(f"  {name}  sha256 {RUNTIME[name]}" for name in names)


def _from_cdn(names: Sequence[str], folder: Path) -> None:
    for name in names:
        fetch(name, [CDN + name], RUNTIME[name], folder=folder, timeout=TIMEOUT)


def _from_npm(names: Sequence[str], folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise _PlaceFailed("npm is not installed")
    options = ["--loglevel=error", "--fetch-retries=1", f"--fetch-timeout={TIMEOUT * 1000}"]
    with tempfile.TemporaryDirectory() as scratch:
        _run([npm, "pack", NPM_PACKAGE, *options], scratch)
        for path in Path(scratch).glob("*.tgz"):
            with tarfile.open(path) as archive:
                _keep(names, folder, lambda name: archive.extractfile(f"package/{name}").read())


def _from_pip(names: Sequence[str], folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        _run(
            [
                *_pip(),
                *("download", PIP_PACKAGE, "--no-deps", "--only-binary=:all:"),
                # It is never installed, only opened, so it need not fit this Python.
                *("--ignore-requires-python", "--no-cache-dir", "--disable-pip-version-check"),
                *("--retries=1", f"--timeout={TIMEOUT}", f"--dest={scratch}"),
            ],
            scratch,
        )
        for path in Path(scratch).glob("*.whl"):
            with zipfile.ZipFile(path) as archive:
                _keep(names, folder, lambda name: archive.read(PIP_FOLDER + name))


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip3") or shutil.which("pip")
    if pip is None:
        raise _PlaceFailed("pip is not installed")
    return [pip]


def _run(command: Sequence[str], folder: str) -> None:
    """Run a package manager's client in `folder`, its progress shown."""
    try:
        subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)
    except subprocess.CalledProcessError as error:
        raise _PlaceFailed(f"failed with exit code {error.returncode}, see above") from error


def _keep(names: Iterable[str], folder: Path, read: Callable[[str], bytes]) -> None:
    """Put into `folder` those of the names that can be read and have the right content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        with contextlib.suppress(KeyError):  # what an archive raises for a name it lacks
            content = read(name)
            if hashlib.sha256(content).hexdigest() == RUNTIME[name]:
                _write(folder / name, content)


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
