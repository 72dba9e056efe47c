"""Where fetched files are kept, and how they get there whole. Standard library only.

`build.py` runs before anything is installed and uses this too; what the files mean is left to the
callers.
"""

import hashlib
import http.client
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT = 30.0  # seconds without a byte before a mirror counts as dead
TRIES = 4  # requests to one mirror for one file; each further one needs the last to have got on
CHUNK = 1 << 16  # bytes


class FetchFailed(RuntimeError):
    """No mirror gave the file, or it cannot be stored; the message says what went wrong where."""


class _MirrorFailed(Exception):
    """This mirror cannot give the file."""


class _Interrupted(_MirrorFailed):
    """The connection broke; what came is kept and the rest may be asked for."""


def cache_dir() -> Path:
    """The user's folder for what can be fetched again; it need not exist yet.

    `INKLING_CACHE` overrides the place the system has for such files.
    """
    if own := os.environ.get("INKLING_CACHE"):
        return Path(own).expanduser().absolute()
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "inkling"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "inkling"
    # Relative values are to be ignored: XDG Base Directory Specification 0.8.
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else home / ".cache") / "inkling"


def fetch(
    name: str,
    urls: Sequence[str],
    sha256: str,
    *,
    folder: Path | None = None,
    unpack: Callable[[bytes], bytes] | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """A file of known content: from the cache, else from the first mirror that has it.

    An interrupted download is kept as `NAME.partial` and continued, now or at the next call.

    Parameters
    ----------
    name : file name in the cache, without folders.
    urls : the same file on several hosts, best first.
    sha256 : of the file, 64 hex digits. It decides; where the bytes come from does not.
    folder : where to keep it; `cache_dir()` if None. Made when it is not there.
    unpack : for a packed file of which only the content's sha256 is known: gives that content, or
        a ValueError if the file is damaged. It is kept packed.
    timeout : seconds without a byte before a mirror is given up.

    Raises
    ------
    FetchFailed
        If no mirror has the file, or the folder cannot be written.
    """
    folder = cache_dir() if folder is None else folder
    kept, partial = folder / name, folder / f"{name}.partial"
    failures = []

    def whole(path: Path) -> bool:
        return _holds(path, sha256, unpack)

    try:
        if whole(kept):
            return kept
        folder.mkdir(parents=True, exist_ok=True)
        for url in urls:
            try:
                _complete(partial, url, whole, timeout)
            except _MirrorFailed as error:
                failures.append(f"{urlsplit(url).netloc} {error}")
            else:
                return partial.replace(kept)
    except OSError as error:  # those of the network have become _MirrorFailed
        raise FetchFailed(
            f"{name} cannot be kept in {folder} ({_reason(error)}); "
            "name a folder you can write to in INKLING_CACHE"
        ) from error
    raise FetchFailed(f"{name} could not be fetched: {'; '.join(failures)}")


def _complete(partial: Path, url: str, whole: Callable[[Path], bool], timeout: float) -> None:
    """Bring `partial` to the wanted content, going on from what an earlier request left."""
    for tries_left in reversed(range(TRIES)):
        if whole(partial):
            return
        before = _size(partial)
        try:
            _request_rest(partial, url, timeout)
        except _Interrupted:
            if tries_left and _size(partial) > before:
                continue
            raise
        if whole(partial):
            return
        partial.unlink(missing_ok=True)
        if not before:
            raise _MirrorFailed("sent another file: its sha256 is not the expected one")
        # The beginning came from an earlier request and may be what is wrong: once more, whole.
    raise _MirrorFailed("never sent the whole file")


def _request_rest(partial: Path, url: str, timeout: float) -> None:
    """One request for what `partial` lacks, written behind what it has."""
    offset = _size(partial)
    headers = {"Range": f"bytes={offset}-"} if offset else {}
    try:
        response = urllib.request.urlopen(
            urllib.request.Request(url, headers=headers), timeout=timeout
        )
    except urllib.error.HTTPError as error:
        error.close()
        if offset and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # more than there is: the caller sees that it is not whole and starts afresh
        raise _MirrorFailed(f"answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise _MirrorFailed(f"could not be reached ({_reason(error)})") from error
    with response:
        # A server may ignore Range and send everything. One that sends another range than asked
        # for is found out by the hash.
        resumed = response.status == http.HTTPStatus.PARTIAL_CONTENT
        have = offset if resumed else 0
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else None
        with (
            partial.open("ab" if resumed else "wb") as out,
            _progress(partial.stem) as show,
        ):
            for chunk in _chunks(response):
                out.write(chunk)
                have += len(chunk)
                show(have, total)
    if total is not None and have < total:
        raise _Interrupted(f"broke off after {have} of {total} bytes")


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while True:
        try:
            chunk = response.read(CHUNK)
        except (OSError, http.client.HTTPException) as error:
            raise _Interrupted(f"broke off ({_reason(error)})") from error
        if not chunk:
            return
        yield chunk


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """A line on stderr that grows in place on a terminal, and comes once, at the end, elsewhere."""
    terminal = sys.stderr.isatty()
    line = ""

    def show(have: int, total: int | None) -> None:
        nonlocal line
        of = f" of {total / 1e6:.1f}" if total else ""
        line = f"{name}: {have / 1e6:.1f}{of} MB"
        if terminal:
            print(f"\r{line}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if line:
            print("" if terminal else line, file=sys.stderr, flush=True)


def _holds(path: Path, sha256: str, unpack: Callable[[bytes], bytes] | None) -> bool:
    if not path.is_file():
        return False
    if unpack is not None:
        try:
            return hashlib.sha256(unpack(path.read_bytes())).hexdigest() == sha256.lower()
        except ValueError:
            return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256.lower()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _reason(error: BaseException) -> str:
    """The innermost cause, in the system's words."""
    inner = getattr(error, "reason", None)
    if isinstance(inner, BaseException):
        return _reason(inner)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
