"""Assembles dist/: the page, inkling, the weights and the browser's Python. Standard library only.

A page opened from disk may read nothing but classic scripts, so every module becomes a `data:` URL
in the import map, and every other file a script that carries it as base64; web/worker/start.js
reads them back. py/runtime.py gets the browser's Python.
"""

import argparse
import base64
import contextlib
import functools
import gzip
import hashlib
import http.server
import io
import json
import os
import re
import shutil
import sys
import webbrowser
import zipfile
from collections.abc import Sequence
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before anything that an older one would stumble over
    sys.exit(f"build.py needs Python 3.11 or newer, here is {sys.version.split()[0]}")

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "py"))

from runtime import LOCK, NoRuntime, get_runtime  # noqa: E402

GZIP_WORTH = 0.95  # of the size; above that the browser's unpacking costs more than it saves
HASH_DIGITS = 12


class BuildError(Exception):
    """The page cannot be built; the message says why and what to do."""


# The parts: files that travel as scripts


def zip_package(package: Path) -> bytes:
    """The package's Python files as a zip, the same bytes for the same files.

    Not compressed: `pack` gzips it whole, which makes it smaller than file by file would.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(package.rglob("*.py")):
            entry = zipfile.ZipInfo(path.relative_to(package.parent).as_posix())
            entry.create_system = 3  # otherwise the building system shows
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def pack(name: str, content: bytes) -> tuple[str, bytes]:
    """The part's name and the script that carries it, gzipped (and named .gz) where that helps.

    The script leaves the base64 on its own element, so that no global name is needed.
    """
    gzipped = gzip.compress(content, 9, mtime=0)
    if len(gzipped) < GZIP_WORTH * len(content):
        name, content = f"{name}.gz", gzipped
    return name, b'document.currentScript.base64="' + base64.b64encode(content) + b'";\n'


def _hashed(name: str, content: bytes) -> str:
    """A file name that changes with the content, so that no cache can serve a stale one."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:HASH_DIGITS]}{dot}{suffix}"


# The page

_IMPORT_MAP = re.compile(r'(<script type="importmap">)(.*?)(</script>)', re.DOTALL)
_MODULE_FILE = re.compile(r'<script\b(?=[^>]*\btype="module")[^>]*\bsrc="([^"]*)"')
_INLINE_MODULE = re.compile(r'<script\b[^>]*\btype="module"[^>]*>(.*?)</script>', re.DOTALL)
_LINKED_FILE = re.compile(r'(<(?:script|link|img)\b[^>]*\b(?:src|href)=")([^"#:]+)(")')
_COMMENT_OR_STRING = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`""", re.DOTALL
)
_IMPORT = re.compile(
    r"""\b(?:from|import|import\s*\(|import\.meta\.resolve\s*\()\s*["']([^"'\s]+)"""
)


def imports_in(source: str) -> set[str]:
    """What a module imports, by any form of import; names in comments (types) do not count."""
    code = _COMMENT_OR_STRING.sub(lambda m: " " if m[0][0] == "/" else m[0], source)
    return set(_IMPORT.findall(code))


def inline_modules(page: str, web: Path) -> str:
    """The page with the import map's files replaced by `data:` URLs of the same, unchanged files.

    Raises
    ------
    BuildError
        If the page could not work from disk: a module imported that the map does not name, a
        target that is not there, a module loaded as a file.
    """
    if file := _MODULE_FILE.search(page):
        raise BuildError(
            f"web/index.html loads {file[1]} as a module file, which browsers refuse from disk: "
            "import it by its name in the import map, in an inline module script"
        )
    found = _IMPORT_MAP.search(page)
    if not found:
        raise BuildError('web/index.html has no <script type="importmap">; modules need one')
    targets = json.loads(found[2])["imports"]
    sources = {"index.html": "\n".join(_INLINE_MODULE.findall(page))}
    urls = {}
    for name, target in targets.items():
        path = web / target
        if not path.is_file():
            raise BuildError(f"the import map in web/index.html names {target}: no such file")
        sources[target.removeprefix("./")] = path.read_text("utf-8")
        urls[name] = "data:text/javascript;base64," + base64.b64encode(path.read_bytes()).decode()
    for file, source in sources.items():
        if strangers := sorted(imports_in(source) - targets.keys()):
            raise BuildError(
                f"web/{file} imports {', '.join(strangers)}: not in the import map of "
                "web/index.html, which has to name every module"
            )
    content = json.dumps({"imports": urls}, indent=0)
    return page[: found.start(2)] + content + page[found.end(2) :]


def _copy_linked_files(page: str, web: Path, out: Path) -> str:
    """Copy the files the page links to and give them hashed names."""

    def copy(found: re.Match[str]) -> str:
        path = web / found[2]
        if not path.is_file():
            raise BuildError(f"web/index.html links to {found[2]}: no such file in web/")
        content = path.read_bytes()
        name = _hashed(path.name, content)
        (out / name).write_bytes(content)
        return found[1] + name + found[3]

    return _LINKED_FILE.sub(copy, page)


def assemble(root: Path, runtime: dict[str, Path], out: Path) -> list[tuple[str, int, int]]:
    """Write the whole page into the empty folder `out`.

    Returns
    -------
    list of (name, bytes carried, bytes of the script that carries them), one for each part
    """
    web = root / "web"
    models = sorted((web / "model").glob("*.npz"))
    if not models:
        raise BuildError("web/model/ holds no .npz: train one with python py/train.py")
    contents = {name: path.read_bytes() for name, path in runtime.items()}
    contents["pyodide-lock.json"] = json.dumps(LOCK).encode()
    contents["inkling.zip"] = zip_package(root / "py" / "inkling")
    contents |= {path.name: path.read_bytes() for path in models}

    (out / "parts").mkdir()
    listed, sizes = [], []
    for name, content in contents.items():
        part, script = pack(name, content)
        file = f"parts/{_hashed(f'{part}.js', script)}"
        (out / file).write_bytes(script)
        listed.append({"name": part, "file": file, "bytes": len(script)})
        sizes.append((name, len(content), len(script)))

    page = inline_modules((web / "index.html").read_text("utf-8"), web)
    page = _copy_linked_files(page, web, out)
    parts = f'<script type="application/json" id="parts">{json.dumps(listed, indent=0)}</script>'
    at = _IMPORT_MAP.search(page).end()
    (out / "index.html").write_text(f"{page[:at]}\n{parts}{page[at:]}", "utf-8", newline="\n")
    return sizes


def build(root: Path, runtime: dict[str, Path], out: Path) -> list[tuple[str, int, int]]:
    """Put the page into `out`, in place of an earlier one; nothing half-written is ever there.

    Raises
    ------
    BuildError
        If `out` holds something else than an earlier build, or the page could not work.
    """
    if out.exists() and not _is_replaceable(out):
        raise BuildError(f"{out} holds other files: name an empty folder or an earlier build")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f"{out.name}.{os.getpid()}.partial")
    stale = out.with_name(f"{out.name}.{os.getpid()}.old.partial")
    try:
        fresh.mkdir()
        sizes = assemble(root, runtime, fresh)
        if out.exists():
            out.rename(stale)
        try:
            fresh.rename(out)
        except OSError:
            if stale.exists():
                stale.rename(out)
            raise
        shutil.rmtree(stale, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return sizes


def _is_replaceable(out: Path) -> bool:
    if not out.is_dir():
        return False
    names = {path.name for path in out.iterdir()}
    return not names or {"index.html", "parts"} <= names


# The command line


def serve(folder: Path, port: int, *, show: bool) -> None:
    """Serve the folder to this computer alone until Ctrl-C."""
    handler = functools.partial(_Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        print(f"Serving {folder} at {url} (Ctrl-C ends it)", flush=True)
        if show:
            webbrowser.open(url)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


class _Handler(http.server.SimpleHTTPRequestHandler):
    # Windows takes types from its registry, where programs may have put anything.
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".html": "text/html",
        ".js": "text/javascript",
        ".css": "text/css",
    }

    def log_message(self, *args: object) -> None:
        pass


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Build, and open or serve if asked; the exit code."""
    parser = argparse.ArgumentParser(description="Build the page into dist/.")
    parser.add_argument("--out", type=Path, default=root / "dist", help="where to (default: dist)")
    parser.add_argument("--runtime", type=Path, help="folder that holds Pyodide and NumPy already")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    parser.add_argument(
        "--serve", type=int, nargs="?", const=0, metavar="PORT", help="serve it to this computer"
    )
    options = parser.parse_args(argv)
    out = options.out.absolute()
    try:
        sizes = build(root, get_runtime(options.runtime), out)
    except (BuildError, NoRuntime, OSError) as error:
        print(f"build.py: {error}", file=sys.stderr)
        return 1
    for name, carried, script in sizes:
        print(f"{carried:>10,} bytes as {script:>10,}  {name}")
    page = out / "index.html"
    print(f"{sum(script for _, _, script in sizes):>30,} bytes in all, {page}", flush=True)
    if options.serve is not None:
        try:
            serve(out, options.serve, show=options.open)
        except (OSError, OverflowError) as error:  # taken, forbidden, or no port at all
            print(f"build.py: port {options.serve} cannot be served: {error}", file=sys.stderr)
            return 1
    elif options.open:
        webbrowser.open(page.as_uri())
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
