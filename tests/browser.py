"""Which browser the tests drive: an installed one if there is one, else one that is fetched.

`find_browser` only looks; `ensure_browser` installs. How it is driven is left to the tests.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# As the packages of Linux distributions name them, and as Windows finds them by PATH.
COMMANDS = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium-browser",
    "msedge",
    "microsoft-edge",
    "microsoft-edge-stable",
)
MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")
MAC_FOLDERS = (Path("/Applications"), Path("~/Applications"))
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")  # environment variables
START_LIMIT = 60  # seconds a browser may take to tell its version


class NoBrowser(RuntimeError):
    """No usable browser; the message says in one sentence what to do."""


def find_browser() -> Path:
    """The first browser there is: `INKLING_BROWSER`, an installed one, Playwright's own.

    Raises
    ------
    NoBrowser
        If there is none, or `INKLING_BROWSER` names no file.
    """
    for path in _candidates():
        return path
    raise NoBrowser(
        "No Chromium, Chrome or Edge found: run `python tests/run.py`, which fetches one, or name "
        "a browser's executable in INKLING_BROWSER."
    )


def ensure_browser() -> Path:
    """The first browser that starts, installing one if need be.

    Playwright's download is tried first, then, as root on Debian, the distribution's package.

    Raises
    ------
    NoBrowser
        If none starts and none can be installed.
    """
    for install in (lambda: None, _install_by_playwright, _install_by_apt):
        install()
        for path in _candidates():
            if _starts(path):
                return path
            if os.environ.get("INKLING_BROWSER"):
                raise NoBrowser(f"{path}, named by INKLING_BROWSER, does not start.")
    raise NoBrowser(
        "No browser for the tests could be found or fetched: install Chromium or Chrome, or name "
        "a browser's executable in INKLING_BROWSER."
    )


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("INKLING_BROWSER"):
        if not Path(named).is_file():
            raise NoBrowser(f"INKLING_BROWSER names {named}, which is not a file.")
        yield Path(named)
        return
    yield from _installed()
    if own := _downloaded():
        yield own


def _installed() -> Iterator[Path]:
    for command in COMMANDS:
        found = shutil.which(command)
        # A snap sees a /tmp of its own, so it cannot use the profile Playwright makes for it
        # (SeleniumHQ/selenium#7788).
        if found and "snap" not in Path(found).parts:
            yield Path(found)
    for path in _usual_places():
        if path.is_file():
            yield path


def _usual_places() -> Iterator[Path]:
    if sys.platform == "darwin":
        for folder in MAC_FOLDERS:
            for app in MAC_APPS:
                yield folder.expanduser() / f"{app}.app" / "Contents" / "MacOS" / app
    elif sys.platform == "win32":
        for program in WINDOWS_PROGRAMS:
            for folder in WINDOWS_FOLDERS:
                if root := os.environ.get(folder):
                    yield Path(root) / program


def _downloaded() -> Path | None:
    """Playwright's own Chromium, if it was fetched. Only Playwright knows where it keeps it."""
    script = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    # In a process of its own: the caller's may be running Playwright already, which runs once.
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    path = Path(answer.stdout.strip() or "missing")
    return path if answer.returncode == 0 and path.is_file() else None


def _starts(path: Path) -> bool:
    """Whether it runs at all: libraries may be missing, or it is a stub that asks for a snap."""
    if sys.platform == "win32":
        return True  # there --version opens a window instead of answering
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=START_LIMIT)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _install_by_playwright() -> None:
    print("none found that starts: fetching Playwright's own", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"])


def _install_by_apt() -> None:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (root and shutil.which("apt-get")):
        return
    print("that did not work either: installing the package chromium", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "chromium"]):
        subprocess.run(["apt-get", *command], env=environment, stdin=subprocess.DEVNULL)
