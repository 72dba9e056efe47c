"""The page from opening to ready: what it shows meanwhile, what it keeps, and how it fails."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import build
from tests.web.conftest import Watched
from tests.web.page import (
    FOUR,
    draw,
    probabilities,
    result,
    state,
    wait_for_state,
    wait_until_ready,
)

# Holds back what the page sends to the worker, so that Python cannot start before the test says so.
HOLD = """
const post = MessagePort.prototype.postMessage;
const held = [];
MessagePort.prototype.postMessage = function (...args) { held.push([this, args]); };
globalThis.release = () => {
  MessagePort.prototype.postMessage = post;
  for (const [port, args] of held) port.postMessage(...args);
};
"""

# Keeps every text of the answer and every value of the bar, in the order they were shown.
RECORD = """
globalThis.shown = [];
new MutationObserver(() => {
  const sentence = document.querySelector("#result")?.textContent;
  const bar = document.querySelector("progress")?.value;
  if (sentence && sentence !== shown.at(-1)?.sentence) shown.push({ sentence, bars: [] });
  if (bar !== undefined) shown.at(-1)?.bars.push(bar);
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""


# What goes wrong in Python does so on either road, and every test costs a whole start.
in_python = pytest.mark.parametrize("road", ["file"])


def in_worker(code: str) -> str:
    """An init script that runs code in the worker before anything else does."""
    return f"""
const Real = Worker;
globalThis.Worker = class extends Real {{
  constructor(url, options) {{
    const code = "data:text/javascript," + encodeURIComponent({code!r});
    super(String(url).replace("data:text/javascript,", code), options);
  }}
}};
"""


def with_bridge(folder: Path, code: str) -> bytes:
    """The part inkling.zip with more code at the end of bridge.py."""
    package = folder / "inkling"
    shutil.copytree(build.ROOT / "py" / "inkling", package)
    with (package / "bridge.py").open("a", encoding="utf-8") as file:
        file.write(code)
    return build.pack("inkling.zip", build.zip_package(package))[1]


def damaged(dist: Path, folder: Path, part: str, content: bytes | None) -> Path:
    """A copy of the built page where one part holds something else, or is not there."""
    copy = folder / "damaged"
    shutil.copytree(dist, copy)
    (file,) = (copy / "parts").glob(f"{part}.*")
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    return copy


def assert_failed(page: Page, *words: str) -> None:
    """The page has given up: it names what happened, and no bar pretends that it goes on."""
    wait_for_state(page, "failed")
    expect(result(page)).to_have_text("Python did not start.")
    for word in words:
        expect(page.locator("#reason")).to_contain_text(word)
    expect(page.get_by_role("progressbar")).to_be_hidden()


def test_drawing_before_python_is_ready_is_answered_when_it_is(
    visit: Callable[..., Watched], url: str
) -> None:
    watched = visit(url, HOLD)
    draw(watched.page, FOUR)
    assert state(watched.page) == "loading"
    watched.page.evaluate("release()")
    wait_until_ready(watched.page)
    expect(result(watched.page)).to_contain_text("4")
    assert probabilities(watched.page)[4] > 0.5
    assert watched.problems == []


def test_loading_shows_its_stages_and_a_bar_that_grows(
    visit: Callable[..., Watched], url: str
) -> None:
    watched = visit(url, RECORD)
    expect(watched.page.get_by_role("progressbar", name="Loading")).to_be_visible()
    wait_until_ready(watched.page)
    shown = watched.page.evaluate("shown")
    sentences = [entry["sentence"] for entry in shown]
    for stage, word in enumerate(["Reading", "Unpacking", "Python", "NumPy", "network"]):
        assert word in sentences[stage]
    bars = [value for entry in shown for value in entry["bars"]]
    assert bars == sorted(bars)
    assert bars[0] == 0
    assert bars[-1] == 1
    assert watched.problems == []


@pytest.mark.parametrize("content", [None, b"not a script", b""], ids=["absent", "broken", "empty"])
def test_a_missing_or_damaged_part_is_named(
    visit: Callable[..., Watched],
    url_of: Callable[[Path], str],
    dist: Path,
    tmp_path: Path,
    content: bytes | None,
) -> None:
    copy = damaged(dist, tmp_path, "python_stdlib.zip", content)
    watched = visit(url_of(copy))
    assert_failed(watched.page, "parts/python_stdlib.zip.", "missing or damaged", "copy")


@pytest.mark.parametrize("content", [b'"', b"SSBhbSBubyBnemlw"], ids=["no base64", "no gzip"])
def test_a_part_that_cannot_be_unpacked_is_named(
    visit: Callable[..., Watched],
    url_of: Callable[[Path], str],
    dist: Path,
    tmp_path: Path,
    content: bytes,
) -> None:
    script = b"document.currentScript.base64='" + content + b"';"
    watched = visit(url_of(damaged(dist, tmp_path, "pyodide.asm.wasm", script)))
    assert_failed(watched.page, "pyodide.asm.wasm", "missing or damaged", "copy")


@in_python
def test_a_network_that_python_refuses_is_a_failed_start(
    visit: Callable[..., Watched], url_of: Callable[[Path], str], dist: Path, tmp_path: Path
) -> None:
    zeros = build.pack("small.npz", bytes(1000))[1]
    watched = visit(url_of(damaged(dist, tmp_path, "small.npz", zeros)))
    assert_failed(watched.page, "Python could not be started (", "reload")
    expect(watched.page.locator("#reason")).not_to_contain_text("Traceback")


@in_python
def test_python_out_of_memory_is_told_as_such(
    visit: Callable[..., Watched], url_of: Callable[[Path], str], dist: Path, tmp_path: Path
) -> None:
    package = with_bridge(tmp_path, "\ndef load(*_):\n    raise MemoryError\n")
    watched = visit(url_of(damaged(dist, tmp_path, "inkling.zip", package)))
    assert_failed(watched.page, "not enough free memory", "close other tabs")


@in_python
def test_python_that_breaks_down_later_can_be_started_again(
    visit: Callable[..., Watched], url_of: Callable[[Path], str], dist: Path, tmp_path: Path
) -> None:
    package = with_bridge(
        tmp_path,
        "\ndef predict(ink, width, height):\n"
        "    import js, pyodide_js\n"
        "    pyodide_js._api.fatal_error(js.Error.new('broken'))\n",
    )
    watched = visit(url_of(damaged(dist, tmp_path, "inkling.zip", package)))
    wait_until_ready(watched.page)
    draw(watched.page, FOUR)
    wait_for_state(watched.page, "failed")
    expect(watched.page.locator("#reason")).to_contain_text("Python has stopped")
    # The same drawing would break it again.
    watched.page.get_by_role("button", name="Clear").click()
    watched.page.get_by_role("button", name="Try again").click()
    wait_until_ready(watched.page)


def test_trying_again_after_a_failure_starts_python(
    visit: Callable[..., Watched], url_of: Callable[[Path], str], dist: Path, tmp_path: Path
) -> None:
    copy = damaged(dist, tmp_path, "inkling.zip", None)
    watched = visit(url_of(copy))
    assert_failed(watched.page, "parts/inkling.zip.")
    draw(watched.page, FOUR)
    (missing,) = (dist / "parts").glob("inkling.zip.*")
    shutil.copy(missing, copy / "parts")
    watched.page.get_by_role("button", name="Try again").click()
    wait_until_ready(watched.page)
    expect(result(watched.page)).to_contain_text("4")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("delete globalThis.WebAssembly;", ["WebAssembly", "another browser"]),
        ("delete globalThis.Worker;", ["too old", "workers", "update"]),
        ("delete globalThis.DecompressionStream;", ["too old", "DecompressionStream", "update"]),
        (
            # An engine without module workers never asks for the type.
            "const Real = Worker; globalThis.Worker = function (url) { return new Real(url); };",
            ["too old", "module workers", "update"],
        ),
        (
            # What engines say when an address space or a quota is used up.
            in_worker(
                "WebAssembly.instantiateStreaming = async () => "
                "{ throw new RangeError('WebAssembly.Memory(): could not allocate memory') };"
            ),
            ["not enough free memory", "close other tabs"],
        ),
        (
            in_worker(
                "WebAssembly.instantiateStreaming = async () => "
                "{ throw new WebAssembly.CompileError('invalid opcode') };"
            ),
            ["too old", "WebAssembly"],
        ),
        (in_worker("throw new Error('killed');"), ["stopped", "reload"]),
        (
            # As a policy of the hosting site may do.
            "globalThis.Worker = class { constructor() { throw new Error('forbidden here'); } };",
            ["Python could not be started (", "forbidden here", "reload"],
        ),
        (
            # The worker's source as an engine sees it that does not know its syntax.
            """
            const post = Worker.prototype.postMessage;
            Worker.prototype.postMessage = function (message, transfer) {
              post.call(this, { ...message, source: "data:text/javascript,?" }, transfer);
            };
            """,
            ["stopped", "reload"],
        ),
    ],
    ids=[
        "no WebAssembly",
        "no workers",
        "no DecompressionStream",
        "no module workers",
        "no memory",
        "old WebAssembly",
        "worker dies",
        "worker forbidden",
        "worker cannot be imported",
    ],
)
def test_a_browser_that_cannot_run_python_is_told_why(
    visit: Callable[..., Watched], url: str, script: str, words: list[str]
) -> None:
    assert_failed(visit(url, script).page, *words)


def test_a_browser_without_import_maps_is_told_to_update(
    visit: Callable[..., Watched], url_of: Callable[[Path], str], dist: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "unmapped"
    shutil.copytree(dist, copy)
    page = (copy / "index.html").read_text("utf-8")
    (copy / "index.html").write_text(page.replace('type="importmap"', 'type="unknown"'), "utf-8")
    watched = visit(url_of(copy), "HTMLScriptElement.supports = () => false;")
    wait_for_state(watched.page, "failed")
    expect(watched.page.get_by_text("This browser is too old")).to_be_visible()
    assert "inkling/main.js" in watched.problems[0]
