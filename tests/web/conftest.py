"""The built page in a real browser, from disk and over http, and what it must never do there."""

import functools
import http.server
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

import build
from tests.web.page import START_LIMIT, clear, state, wait_until_ready

# A busy machine fails no test: 5 seconds, the default, are nothing to one that trains networks.
expect.set_options(timeout=START_LIMIT)

SUB_PATH = "/some-repo/"

# What stays inside the browser, or on the disk the page was opened from.
LOCAL_SCHEMES = ("file", "data", "blob")


@dataclass
class Watched:
    """A page and whatever went wrong on it."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.problems.append(f"uncaught: {error}"))
        self.page.on("console", self._hear)
        self.page.on("websocket", lambda socket: self.problems.append(f"socket: {socket.url}"))
        self.page.context.on("request", self._see)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} {message.location['url'][:200]}")

    def _see(self, request: Request) -> None:
        home, there = urlsplit(self.url), urlsplit(request.url)
        own = home.scheme != "file" and (there.scheme, there.netloc) == (home.scheme, home.netloc)
        if not own and there.scheme not in LOCAL_SCHEMES:
            self.problems.append(f"request: {request.method} {request.url[:200]}")


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as build.py builds it."""
    out = tmp_path_factory.mktemp("built") / "dist"
    assert build.main(["--out", str(out)]) == 0
    return out


@pytest.fixture(scope="session")
def host() -> Iterator[Callable[[Path], str]]:
    """`host(folder)` serves it under a sub-path, as GitHub Pages would; the address comes back."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(_serving(folder))


@pytest.fixture(scope="session")
def served(dist: Path, host: Callable[[Path], str]) -> str:
    """The URL of the built page over http."""
    return host(dist)


@pytest.fixture(scope="session")
def browser(browser_path: Path) -> Iterator[Browser]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            timeout=START_LIMIT,
            # Containers give /dev/shm 64 MB, on which Chromium dies.
            args=["--disable-dev-shm-usage", *(["--no-sandbox"] if is_root else [])],
        )
        yield browser
        browser.close()


@pytest.fixture(params=["file", "http"])
def road(request: pytest.FixtureRequest) -> str:
    """How the page is reached; a test that uses it runs twice."""
    return request.param


@pytest.fixture
def url_of(road: str, host: Callable[[Path], str]) -> Callable[[Path], str]:
    """`url_of(folder)` is the address of the folder's index.html on this road."""
    return lambda folder: (folder / "index.html").as_uri() if road == "file" else host(folder)


@pytest.fixture
def url(road: str, dist: Path, served: str) -> str:
    """The address of the built page on this road."""
    return (dist / "index.html").as_uri() if road == "file" else served


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """`visit(url, script)` opens a page in a profile of its own; `script` runs there first.

    Problems are only collected: `app` fails on them, a test of failures looks at them itself.
    """
    with ExitStack() as contexts:

        def open_page(url: str, script: str | None = None, **options: object) -> Watched:
            context = _new_context(browser, **options)
            contexts.callback(context.close)
            watched = Watched(context.new_page(), url)
            if script:
                watched.page.add_init_script(script)
            watched.page.goto(url)
            return watched

        yield open_page


@pytest.fixture
def app(visit: Callable[..., Watched], url: str) -> Iterator[Page]:
    """The page just opened, Python still loading. An error or a request anywhere fails the test."""
    watched = visit(url)
    yield watched.page
    assert watched.problems == []


@pytest.fixture
def bare_url(url: str, dist: Path) -> str:
    """The address of the built page without its main.js: nothing runs by itself."""
    page = (dist / "index.html").read_text("utf-8")
    (dist / "bare.html").write_text(page.replace('import "inkling/main.js";', ""), "utf-8")
    return url.removesuffix("index.html") + "bare.html"


@pytest.fixture
def bare(visit: Callable[..., Watched], bare_url: str) -> Iterator[Watched]:
    """A page whose modules can be imported by name and have not been."""
    watched = visit(bare_url)
    yield watched
    assert watched.problems == []


@pytest.fixture(scope="session")
def _ready_pages(browser: Browser) -> Iterator[dict[str, Watched]]:
    """One page for each road, opened when the first test asks for it."""
    pages: dict[str, Watched] = {}
    yield pages
    for watched in pages.values():
        watched.page.context.close()


@pytest.fixture
def ready_app(
    road: str, url: str, browser: Browser, _ready_pages: dict[str, Watched]
) -> Iterator[Page]:
    """A page where Python runs already and the pad is empty, shared to save its start.

    For tests that leave nothing behind but ink and a picture. Problems fail the test they occur in.
    """
    watched = _ready_pages.get(road)
    if watched is None or state(watched.page) == "failed":
        watched = _ready_pages[road] = Watched(_new_context(browser).new_page(), url)
        watched.page.goto(url)
        wait_until_ready(watched.page)
    clear(watched.page)
    yield watched.page
    problems, watched.problems[:] = watched.problems[:], []
    assert problems == []


def _new_context(browser: Browser, **options: object) -> BrowserContext:
    context = browser.new_context(**options)
    context.set_default_timeout(START_LIMIT)
    return context


class _Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.startswith(SUB_PATH):
            return self.send_error(http.HTTPStatus.NOT_FOUND)
        self.path = self.path.removeprefix(SUB_PATH.rstrip("/"))
        super().do_GET()

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
        server.shutdown()
