"""Building dist/: what is packed how, what is refused, and that nothing half-built is left."""

import base64
import gzip
import io
import json
import re
import runpy
import sys
import threading
import urllib.request
import zipfile
from pathlib import Path

import pytest

import build
from build import BuildError, imports_in, inline_modules, pack, zip_package

PAGE = """<!doctype html>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="data:image/svg+xml,%3Csvg/%3E">
<script type="importmap">
{"imports": {"inkling/a.js": "./a.js", "inkling/b.js": "./sub/b.js"}}
</script>
<a href="https://example.org/">away</a>
<script type="module">import "inkling/a.js";</script>
"""
A = 'import { b } from "inkling/b.js";\n// “é” outside ASCII\nb();\n'
B = "export const b = () => {};\n"


@pytest.fixture
def root(tmp_path):
    """A project of a few lines, laid out as this one."""
    files = {
        "web/index.html": PAGE,
        "web/style.css": "p { color: red; }",
        "web/a.js": A,
        "web/sub/b.js": B,
        "web/model/small.npz": "weights",
        "py/inkling/__init__.py": "",
        "py/inkling/bridge.py": "answer = 42\n" * 100,
        "py/inkling/__pycache__/bridge.pyc": "compiled",
    }
    root = tmp_path / "project"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return root


@pytest.fixture
def runtime(tmp_path):
    """What stands for Pyodide: one file that gzip makes smaller."""
    path = tmp_path / "pyodide.asm.wasm"
    path.write_bytes(bytes(10_000))
    return {path.name: path}


@pytest.fixture
def built(root, runtime, tmp_path):
    out = tmp_path / "dist"
    build.build(root, runtime, out)
    return out


def carried(script: Path) -> bytes:
    """The bytes a part's script carries."""
    text = re.fullmatch(r'document\.currentScript\.base64="(.*)";\n', script.read_text())[1]
    return base64.b64decode(text, validate=True)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_import_map_carries_the_unchanged_modules(built):
    page = (built / "index.html").read_text("utf-8")
    urls = json.loads(re.search(r'type="importmap">(.*?)</script>', page, re.DOTALL)[1])["imports"]
    sources = {}
    for name, url in urls.items():
        kind, _, content = url.partition(",")
        assert kind == "data:text/javascript;base64"
        sources[name] = base64.b64decode(content).decode()
    assert sources == {"inkling/a.js": A, "inkling/b.js": B}


def test_every_part_is_listed_with_the_size_of_its_script(built):
    page = (built / "index.html").read_text("utf-8")
    listed = json.loads(re.search(r'id="parts">(.*?)</script>', page, re.DOTALL)[1])
    names = ["pyodide.asm.wasm.gz", "pyodide-lock.json.gz", "inkling.zip.gz", "small.npz"]
    assert [part["name"] for part in listed] == names
    for part in listed:
        assert (built / part["file"]).stat().st_size == part["bytes"]
    assert {part["file"] for part in listed} == {
        path.relative_to(built).as_posix() for path in (built / "parts").iterdir()
    }


def test_parts_carry_the_files(built):
    (wasm,) = (built / "parts").glob("pyodide.asm.wasm.gz.*.js")
    assert gzip.decompress(carried(wasm)) == bytes(10_000)
    (package,) = (built / "parts").glob("inkling.zip.gz.*.js")
    with zipfile.ZipFile(io.BytesIO(gzip.decompress(carried(package)))) as archive:
        assert archive.namelist() == ["inkling/__init__.py", "inkling/bridge.py"]
    (model,) = (built / "parts").glob("small.npz.*.js")
    assert carried(model) == b"weights"


def test_linked_files_come_along_under_names_of_their_content(root, runtime, built, tmp_path):
    page = (built / "index.html").read_text("utf-8")
    (style,) = built.glob("style.*.css")
    assert f'href="{style.name}"' in page
    assert 'href="data:image/svg+xml,%3Csvg/%3E"' in page
    assert 'href="https://example.org/"' in page
    (root / "web/style.css").write_text("p { color: blue; }")
    build.build(root, runtime, tmp_path / "other")
    assert not (tmp_path / "other" / style.name).exists()


def test_two_builds_of_one_tree_are_the_same_bytes(root, runtime, built, tmp_path):
    for path in root.rglob("*"):
        path.touch()
    again = tmp_path / "again"
    build.build(root, runtime, again)
    assert files_of(again) == files_of(built)


def test_a_new_build_takes_the_place_of_the_old_one(root, runtime, built):
    (root / "py/inkling/bridge.py").write_text("answer = 43\n")
    before = set((built / "parts").iterdir())
    build.build(root, runtime, built)
    after = set((built / "parts").iterdir())
    assert len(before) == len(after) == len(before & after) + 1
    assert not list(built.parent.glob("*.partial"))


def test_a_failed_build_leaves_the_old_one(root, runtime, built):
    before = files_of(built)
    (root / "web/a.js").unlink()
    with pytest.raises(BuildError):
        build.build(root, runtime, built)
    assert files_of(built) == before
    assert not list(built.parent.glob("*.partial"))


def test_a_build_that_cannot_be_moved_into_place_leaves_the_old_one(
    root, runtime, built, monkeypatch
):
    before = files_of(built)
    rename = Path.rename

    def refuse_fresh(self, target):
        if target == built and ".old." not in self.name:
            raise PermissionError("in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_fresh)
    with pytest.raises(PermissionError, match="in use"):
        build.build(root, runtime, built)
    assert files_of(built) == before
    assert not list(built.parent.glob("*.partial"))


def test_a_folder_of_other_files_is_never_replaced(root, runtime, tmp_path):
    out = tmp_path / "holiday"
    out.mkdir()
    (out / "photo.jpg").write_bytes(b"irreplaceable")
    with pytest.raises(BuildError, match="holds other files"):
        build.build(root, runtime, out)
    assert files_of(out) == {"photo.jpg": b"irreplaceable"}


def test_without_weights_the_error_names_the_command_that_makes_them(root, runtime, tmp_path):
    (root / "web/model/small.npz").unlink()
    with pytest.raises(BuildError, match=r"train\.py"):
        build.build(root, runtime, tmp_path / "dist")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (PAGE.replace("importmap", "map"), "has no <script"),
        (PAGE.replace("./a.js", "./gone.js"), "gone.js: no such file"),
        (PAGE.replace('"inkling/a.js";', '"inkling/c.js";'), "imports inkling/c.js: not in"),
        (PAGE.replace(', "inkling/b.js": "./sub/b.js"', ""), r"web/a.js imports inkling/b.js"),
        (PAGE + '<script type="module" src="a.js"></script>', "a.js as a module file"),
        (PAGE + '<script src="a.js" type="module"></script>', "a.js as a module file"),
        (PAGE + '<script src="gone.js"></script>', "links to gone.js"),
    ],
)
def test_a_page_that_could_not_work_from_disk_is_refused(root, runtime, tmp_path, page, words):
    (root / "web/index.html").write_text(page, "utf-8")
    with pytest.raises(BuildError, match=words):
        build.build(root, runtime, tmp_path / "dist")


def test_a_module_that_imports_a_file_is_refused(root):
    (root / "web/a.js").write_text('export * from "./sub/b.js";')
    with pytest.raises(BuildError, match=r"web/a\.js imports \./sub/b\.js"):
        inline_modules(PAGE, root / "web")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('import "a";', {"a"}),
        ("import { x } from 'a';", {"a"}),
        ('import {\n  x,\n  y,\n} from "a";', {"a"}),
        ('export * from "a";', {"a"}),
        ('await import("a"); import.meta.resolve("b");', {"a", "b"}),
        ('/** @typedef {import("a").T} T */', set()),
        ('// import "a";\nimport "b";', {"b"}),
        ('const url = "https://a"; import "b";', {"b"}),
        ('const text = "/*"; import "b"; /* import "a" */', {"b"}),
    ],
)
def test_imports_are_found_and_comments_are_not(source, found):
    assert imports_in(source) == found


def test_only_what_gains_is_gzipped():
    assert pack("zeros", bytes(1000))[0] == "zeros.gz"
    packed = gzip.compress(bytes(range(256)) * 4)
    name, script = pack("packed", packed)
    assert name == "packed"
    assert base64.b64encode(packed) in script


def test_the_zipped_package_does_not_depend_on_times(root):
    package = root / "py/inkling"
    before = zip_package(package)
    for path in package.iterdir():
        path.touch()
    assert zip_package(package) == before


def test_main_prints_the_size_of_every_part(root, runtime, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "get_runtime", lambda given: runtime)
    assert build.main(["--out", str(tmp_path / "out")], root) == 0
    printed = capsys.readouterr().out
    for name in ["pyodide.asm.wasm", "inkling.zip", "small.npz", "index.html"]:
        assert name in printed
    assert "10,000 bytes" in printed


def test_main_fails_with_a_sentence(root, runtime, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "get_runtime", lambda given: runtime)
    (root / "web/index.html").unlink()
    assert build.main(["--out", str(tmp_path / "out")], root) == 1
    assert "index.html" in capsys.readouterr().err


def test_open_shows_the_page_from_disk(root, runtime, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(build, "get_runtime", lambda given: runtime)
    monkeypatch.setattr(build.webbrowser, "open", opened.append)
    out = tmp_path / "with space"
    assert build.main(["--open", "--out", str(out)], root) == 0
    assert opened == [(out / "index.html").as_uri()]


def test_a_port_that_cannot_be_had_is_named(root, runtime, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "get_runtime", lambda given: runtime)
    assert build.main(["--serve", "70000", "--out", str(tmp_path / "one")], root) == 1
    assert "port 70000 cannot be served" in capsys.readouterr().err

    def taken(self):
        raise OSError("Address already in use")

    # Not a port really taken: Windows lets two servers have the same one.
    monkeypatch.setattr(build.http.server.ThreadingHTTPServer, "server_bind", taken)
    assert build.main(["--serve", "8000", "--out", str(tmp_path / "two")], root) == 1
    assert "port 8000 cannot be served: Address already in use" in capsys.readouterr().err


def test_old_python_is_told_which_is_needed(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        runpy.run_path(build.__file__)


def test_serve_serves_the_page_to_this_computer(built, capsys, monkeypatch):
    """`serve` opens its own address once it listens; that is where the test comes in."""
    answers = []

    def visit(url):
        def ask():
            with urllib.request.urlopen(url) as answer:
                answers.append((url, answer.headers["Content-Type"], answer.read()))
            server.shutdown()

        threading.Thread(target=ask).start()

    class Server(build.http.server.ThreadingHTTPServer):
        def server_activate(self):
            nonlocal server
            server = self
            super().server_activate()

    server = None
    monkeypatch.setattr(build.http.server, "ThreadingHTTPServer", Server)
    monkeypatch.setattr(build.webbrowser, "open", visit)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    build.serve(built, 0, show=True)
    ((url, kind, content),) = answers
    assert url.startswith("http://127.0.0.1:")
    assert kind == "text/html"
    assert content == (built / "index.html").read_bytes()
    assert url in capsys.readouterr().out
