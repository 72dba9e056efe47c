"""The browser finder, among made-up programs: no real browser is looked at or started."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import browser
from tests.browser import NoBrowser, ensure_browser, find_browser

posix = pytest.mark.skipif(sys.platform == "win32", reason="the made-up programs are shell scripts")

Program = Callable[[str, int], Path]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A computer with no browser: an empty PATH and home, and no way to install anything."""
    for name in ("INKLING_BROWSER", *browser.WINDOWS_FOLDERS):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browser, "MAC_FOLDERS", (Path("~/Applications"),))
    monkeypatch.setattr(browser, "_downloaded", lambda: None)
    monkeypatch.setattr(browser, "_install_by_playwright", lambda: None)
    monkeypatch.setattr(browser, "_install_by_apt", lambda: None)
    return monkeypatch


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """`program("bin/chromium", 0)` makes an executable that ends with that exit code."""

    def make(name: str, code: int = 0) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return make


def test_no_browser_at_all_is_one_sentence_with_a_way_out(bare):
    with pytest.raises(NoBrowser, match=r"python tests/run.py.*INKLING_BROWSER"):
        find_browser()
    with pytest.raises(NoBrowser, match=r"install Chromium or Chrome.*INKLING_BROWSER"):
        ensure_browser()


def test_named_browser_wins(bare, program):
    program("bin/chromium")
    named = program("elsewhere/my-browser")
    bare.setenv("INKLING_BROWSER", str(named))
    assert find_browser() == named


def test_named_browser_that_is_missing_is_not_replaced_by_another(bare, program):
    program("bin/chromium")
    bare.setenv("INKLING_BROWSER", "/no/such/browser")
    with pytest.raises(NoBrowser, match="/no/such/browser, which is not a file"):
        find_browser()


@posix
def test_named_browser_that_does_not_start_is_not_replaced_by_another(bare, program):
    program("bin/chromium")
    bare.setenv("INKLING_BROWSER", str(program("elsewhere/broken", 1)))
    with pytest.raises(NoBrowser, match="broken, named by INKLING_BROWSER, does not start"):
        ensure_browser()


@posix
@pytest.mark.parametrize("name", ["chromium", "google-chrome", "google-chrome-stable", "msedge"])
def test_installed_browser_is_found_by_path(bare, program, name):
    installed = program(f"bin/{name}")
    assert find_browser() == installed
    assert ensure_browser() == installed


@posix
def test_snap_is_passed_over(bare, program, tmp_path):
    program("snap/bin/chromium")
    bare.setenv("PATH", str(tmp_path / "snap" / "bin"))
    with pytest.raises(NoBrowser):
        find_browser()


def test_mac_applications_are_looked_into(bare, program):
    bare.setattr(sys, "platform", "darwin")
    app = program("home/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    assert find_browser() == app


def test_windows_program_folders_are_looked_into(bare, program, tmp_path):
    bare.setattr(sys, "platform", "win32")
    bare.setattr(browser.shutil, "which", lambda command: None)
    bare.setenv("PROGRAMFILES(X86)", str(tmp_path / "programs"))
    edge = program("programs/Microsoft/Edge/Application/msedge.exe")
    assert find_browser() == edge


@posix
def test_installed_browser_that_does_not_start_gives_way_to_the_next(bare, program):
    program("bin/chromium-browser", 1)
    edge = program("bin/microsoft-edge")
    assert ensure_browser() == edge


@posix
def test_nothing_is_installed_where_a_browser_starts(bare, program):
    def refuse() -> None:
        raise AssertionError("installed although there was a browser")

    bare.setattr(browser, "_install_by_playwright", refuse)
    bare.setattr(browser, "_install_by_apt", refuse)
    installed = program("bin/chromium")
    assert ensure_browser() == installed


@posix
def test_download_that_starts_spares_the_package(bare, program):
    done = []
    own = program("ms-playwright/chrome")

    def download() -> None:
        done.append("playwright")
        bare.setattr(browser, "_downloaded", lambda: own)

    bare.setattr(browser, "_install_by_playwright", download)
    bare.setattr(browser, "_install_by_apt", lambda: done.append("apt"))
    assert ensure_browser() == own
    assert done == ["playwright"]


@posix
def test_package_is_installed_where_the_download_does_not_start(bare, program, tmp_path):
    bare.setattr(browser, "_downloaded", lambda: program("ms-playwright/chrome", 127))
    bare.setattr(browser, "_install_by_apt", lambda: program("bin/chromium"))
    assert ensure_browser() == tmp_path / "bin" / "chromium"


@posix
@pytest.mark.parametrize(("user", "calls"), [(0, ["update", "install --yes chromium"]), (1000, [])])
def test_package_is_installed_by_root_alone(monkeypatch, tmp_path, user, calls):
    log = tmp_path / "log"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {log}\n', encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser.os, "geteuid", lambda: user)
    browser._install_by_apt()
    assert (log.read_text().splitlines() if log.exists() else []) == calls
