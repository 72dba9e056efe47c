"""What tests need from outside the repository: data sets, sample pictures, a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from cache import cache_dir
from data import PARTS
from tests.browser import find_browser
from tests.mirror import Mirror

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# The same examples in every run, and no limit on their time: a busy machine fails no test.
settings.register_profile("inkling", deadline=None, derandomize=True)
settings.load_profile("inkling")


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """The real MNIST: what `MNIST_DIR` names, else `../shared/mnist`, else what was fetched."""
    if named := os.environ.get("MNIST_DIR"):
        return Path(named)
    for folder in (SHARED / "mnist", cache_dir() / "mnist"):
        if all((folder / part.packed).is_file() for part in PARTS):
            return folder
    _absent("MNIST is not here: run python py/data.py, or name its folder in MNIST_DIR")


@pytest.fixture(scope="session")
def shared_folder() -> Callable[[str], Path]:
    """`shared_folder("photos")` is the folder of that name in `../shared`."""

    def find(name: str) -> Path:
        folder = SHARED / name
        if not folder.is_dir():
            _absent(f"the samples '{name}' are not here: they are looked for in ../shared/{name}")
        return folder

    return find


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """The Chromium or Chrome to drive; an error that says what to install when there is none."""
    return find_browser()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mirror]]:
    """`mirror(files, **attributes)` starts a file server that lasts as long as the test."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    started = []

    def start(files: dict[str, bytes], **attributes: object) -> Mirror:
        server = Mirror(files)
        vars(server).update(attributes)
        started.append(server.__enter__())
        return server

    yield start
    for server in started:
        server.__exit__(None, None, None)


def _absent(why: str) -> NoReturn:
    """Skip where data may be missing; fail in CI, where a skip would go unseen for ever.

    A CI that cannot have the samples, such as a public one, says `INKLING_DATA=optional`.
    """
    if os.environ.get("CI") == "true" and os.environ.get("INKLING_DATA") != "optional":
        pytest.fail(why, pytrace=False)
    pytest.skip(why)
