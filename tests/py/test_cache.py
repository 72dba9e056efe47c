"""Fetching into the cache, from real servers on this machine that misbehave."""

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cache
from cache import FetchFailed, cache_dir, fetch
from tests.mirror import Mirror

NAME = "strokes.tra.Z"
CONTENT = bytes(range(256)) * 1000  # more than one chunk
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def get(folder: Path, *mirrors: Mirror | str, timeout: float = 5) -> Path:
    urls = [(one if isinstance(one, str) else one.url) + NAME for one in mirrors]
    return fetch(NAME, urls, SHA256, folder=folder, timeout=timeout)


@pytest.fixture
def dead() -> Iterator[str]:
    """An address that refuses connections: a port that is taken but not listened to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.fixture
def silent() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_file_is_fetched_once_and_then_taken_from_the_folder(mirror, tmp_path):
    server = mirror({NAME: CONTENT})
    folder = tmp_path / "new" / "folder"
    path = get(folder, server)
    assert path == folder / NAME
    assert path.read_bytes() == CONTENT
    assert get(folder, server) == path
    assert server.asked == [(NAME, None)]
    assert list(folder.iterdir()) == [path]


def test_damaged_kept_file_is_fetched_again(mirror, tmp_path):
    (tmp_path / NAME).write_bytes(CONTENT[:-1] + b"?")
    assert get(tmp_path, mirror({NAME: CONTENT})).read_bytes() == CONTENT


def swapped(raw: bytes) -> bytes:
    """A packing that a test can do by hand: the halves are swapped, behind one byte of magic."""
    if raw[:1] != b"!":
        raise ValueError("not packed so")
    return raw[1 + len(raw) // 2 :] + raw[1 : 1 + len(raw) // 2]


def test_packed_file_is_known_by_what_is_inside_and_kept_packed(mirror, tmp_path):
    packed = b"!" + CONTENT[len(CONTENT) // 2 :] + CONTENT[: len(CONTENT) // 2]
    good, plain = mirror({NAME: packed}, cut=100_000), mirror({NAME: CONTENT})
    for _ in range(2):
        path = fetch(
            NAME, [plain.url + NAME, good.url + NAME], SHA256, folder=tmp_path, unpack=swapped
        )
        assert path.read_bytes() == packed
    assert plain.asked == [(NAME, None)]
    assert len(good.asked) == 3


def test_broken_connection_is_continued_where_it_broke(mirror, tmp_path):
    server = mirror({NAME: CONTENT}, cut=100_000)
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked == [(NAME, None), (NAME, "bytes=100000-"), (NAME, "bytes=200000-")]


def test_chunked_answer_that_breaks_off_is_continued(mirror, tmp_path):
    server = mirror({NAME: CONTENT}, chunked=True)
    server.cut = 100_000
    get(tmp_path, server)
    assert (tmp_path / NAME).read_bytes() == CONTENT


def test_download_left_by_an_earlier_run_is_continued(mirror, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(CONTENT[:1234])
    server = mirror({NAME: CONTENT})
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked == [(NAME, "bytes=1234-")]


def test_complete_download_left_by_an_earlier_run_asks_nobody(mirror, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(CONTENT)
    server = mirror({NAME: CONTENT})
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked == []


def test_next_mirror_continues_what_the_first_began(mirror, tmp_path):
    first, second = mirror({NAME: CONTENT}, cut=10), mirror({NAME: CONTENT})
    assert get(tmp_path, first, second).read_bytes() == CONTENT
    assert len(first.asked) == cache.TRIES
    assert second.asked == [(NAME, f"bytes={10 * cache.TRIES}-")]


def test_server_that_ignores_ranges_sends_everything_again(mirror, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(CONTENT[:1234])
    server = mirror({NAME: CONTENT}, ranges=False)
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked == [(NAME, "bytes=1234-")]


def test_range_other_than_asked_for_is_found_out(mirror, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(CONTENT[:1234])
    server = mirror({NAME: CONTENT}, shift=256)
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked[-1] == (NAME, None)


def test_partial_file_longer_than_the_whole_is_dropped(mirror, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(CONTENT + b"too much")
    server = mirror({NAME: CONTENT})  # answers the range with 416
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked == [(NAME, f"bytes={len(CONTENT) + 8}-"), (NAME, None)]


def test_partial_file_with_a_wrong_beginning_is_fetched_whole(mirror, tmp_path):
    (tmp_path / f"{NAME}.partial").write_bytes(b"?" * 1234)
    server = mirror({NAME: CONTENT})
    assert get(tmp_path, server).read_bytes() == CONTENT
    assert server.asked == [(NAME, "bytes=1234-"), (NAME, None)]


def test_wrong_file_is_not_kept_and_the_next_mirror_asked(mirror, tmp_path):
    wrong, right = mirror({NAME: b"<html>Log in here"}), mirror({NAME: CONTENT})
    assert get(tmp_path, wrong, right).read_bytes() == CONTENT
    assert wrong.asked == right.asked == [(NAME, None)]


@pytest.mark.parametrize("status", [403, 404, 416, 500, 503])
def test_mirror_that_refuses_gives_way_to_the_next(mirror, tmp_path, status):
    refusing, right = mirror({NAME: CONTENT}, status=status), mirror({NAME: CONTENT})
    assert get(tmp_path, refusing, right).read_bytes() == CONTENT


def test_dead_mirror_gives_way_to_the_next(mirror, tmp_path, dead):
    assert get(tmp_path, dead, mirror({NAME: CONTENT})).read_bytes() == CONTENT


def test_mirror_that_never_answers_gives_way_to_the_next(mirror, tmp_path, silent):
    right = mirror({NAME: CONTENT})
    assert get(tmp_path, silent, right, timeout=0.2).read_bytes() == CONTENT


def test_mirror_that_sends_nothing_is_given_up_at_once(mirror, tmp_path):
    empty, right = mirror({NAME: CONTENT}, cut=0), mirror({NAME: CONTENT})
    assert get(tmp_path, empty, right).read_bytes() == CONTENT
    assert len(empty.asked) == 1


def test_failure_names_the_file_and_what_each_mirror_did(mirror, tmp_path, dead):
    gone, wrong, short = mirror({}), mirror({NAME: b"other"}), mirror({NAME: CONTENT}, cut=0)
    with pytest.raises(FetchFailed) as failure:
        get(tmp_path, dead, gone, wrong, short)
    said = str(failure.value)
    assert said.startswith(f"{NAME} could not be fetched: ")
    assert "could not be reached" in said
    assert "answered 404 Not Found" in said
    assert "sent another file" in said
    assert f"broke off after 0 of {len(CONTENT)} bytes" in said
    assert not (tmp_path / NAME).exists()


def test_folder_that_cannot_be_written_is_named_with_the_way_out(mirror, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FetchFailed, match=r"cannot be kept in .*INKLING_CACHE"):
        get(tmp_path / "file" / "folder", mirror({NAME: CONTENT}))


@pytest.mark.parametrize("left", [0, 200_000])
def test_progress_is_one_line_on_stderr_and_counts_what_was_there(mirror, tmp_path, capsys, left):
    (tmp_path / f"{NAME}.partial").write_bytes(CONTENT[:left])
    get(tmp_path, mirror({NAME: CONTENT}))
    assert capsys.readouterr() == ("", f"{NAME}: 0.3 of 0.3 MB\n")


@given(
    content=st.binary(min_size=1, max_size=300),
    left=st.one_of(st.none(), st.binary(max_size=300), st.integers(1, 300)),
    cut=st.one_of(st.none(), st.integers(0, 300)),
    ranges=st.booleans(),
    chunked=st.booleans(),
    shift=st.integers(0, 2),
)
def test_whatever_the_server_does_a_kept_file_is_the_right_one(
    content, left, cut, ranges, chunked, shift
):
    """`left` is what an earlier run left: nothing, anything, or that much of the file."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        Mirror({NAME: content}) as server,
        mock.patch.dict(os.environ, no_proxy="127.0.0.1"),
    ):
        server.cut, server.ranges, server.chunked, server.shift = cut, ranges, chunked, shift
        folder = Path(temporary)
        if left is not None:
            beginning = left if isinstance(left, bytes) else content[:left]
            (folder / f"{NAME}.partial").write_bytes(beginning)
        sha256 = hashlib.sha256(content).hexdigest()
        try:
            fetch(NAME, [server.url + NAME], sha256, folder=folder, timeout=5)
        except FetchFailed:
            assert cut is not None
            assert not (folder / NAME).exists()
        else:
            assert (folder / NAME).read_bytes() == content
            assert not (folder / f"{NAME}.partial").exists()


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, ".cache/inkling"),
        ("linux", {"XDG_CACHE_HOME": "relative/is/ignored"}, ".cache/inkling"),
        ("linux", {"XDG_CACHE_HOME": "{home}/xdg"}, "xdg/inkling"),
        ("darwin", {"XDG_CACHE_HOME": "{home}/xdg"}, "Library/Caches/inkling"),
        ("win32", {}, "AppData/Local/inkling"),
        ("win32", {"LOCALAPPDATA": "{home}/local"}, "local/inkling"),
        ("linux", {"XDG_CACHE_HOME": "{home}/xdg", "INKLING_CACHE": "{home}/own"}, "own"),
        ("win32", {"INKLING_CACHE": "~/own"}, "own"),
    ],
)
def test_cache_lies_where_the_system_keeps_such_files(
    monkeypatch, tmp_path, platform, environment, expected
):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "INKLING_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert cache_dir() == tmp_path / expected


def test_module_needs_nothing_installed():
    source = str(Path(cache.__file__).parent)
    script = "import sys; sys.path.append(sys.argv[1]); import cache"
    subprocess.run([sys.executable, "-I", "-S", "-c", script, source], check=True)
