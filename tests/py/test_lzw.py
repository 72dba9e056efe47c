"""Undoing Unix compress: against an encoder written from the format, and against gzip."""

import random
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzw import Z_MAGIC, decompress
from tests.compress import compress

# Prints and repeats itself, so that the table fills and entries get long.
WORDS = [b"%d %d\n" % (n * n % 497, n % 61) for n in range(3000)]
TEXT = b"".join(random.Random(5).choices(WORDS, k=60_000))
MOST = 2_000_000


@pytest.mark.parametrize("widest", [10, 12, 14, 16])
@pytest.mark.parametrize("clear_every", [None, 700, 5000])
def test_content_comes_back(widest, clear_every):
    packed = compress(TEXT, widest=widest, clear_every=clear_every)
    assert decompress(packed, most=MOST) == TEXT


def test_content_without_clear_codes_comes_back():
    assert decompress(compress(TEXT, clears=False), most=MOST) == TEXT


@pytest.mark.skipif(not shutil.which("gzip"), reason="gzip is not here to compare with")
@pytest.mark.parametrize("widest", [10, 16])
@pytest.mark.parametrize("clear_every", [None, 700])
def test_gzip_reads_the_same(widest, clear_every):
    packed = compress(TEXT, widest=widest, clear_every=clear_every)
    done = subprocess.run(["gzip", "-dc"], input=packed, capture_output=True, check=True)
    assert done.stdout == decompress(packed, most=MOST) == TEXT


@given(st.binary(max_size=3000), st.integers(10, 16), st.one_of(st.none(), st.integers(2, 600)))
def test_any_content_comes_back(raw, widest, clear_every):
    packed = compress(raw, widest=widest, clear_every=clear_every)
    assert decompress(packed, most=len(raw)) == raw


@given(st.integers(0, 3), st.integers(1, 2000))
def test_runs_of_one_byte_come_back(value, length):
    """Each code but the first stands for the entry it completes."""
    raw = bytes((value,)) * length
    assert decompress(compress(raw), most=length) == raw


@given(st.binary(max_size=200), st.sampled_from([0x90, 0x8C, 0x10, 0x89]))
def test_any_bytes_are_content_or_a_value_error(codes, flags):
    try:
        assert len(decompress(Z_MAGIC + bytes((flags,)) + codes, most=10_000)) <= 10_000
    except ValueError as error:
        assert "code" in str(error) or "10000" in str(error)


def test_cut_off_file_gives_the_beginning():
    packed = compress(TEXT)
    part = decompress(packed[: len(packed) // 2], most=MOST)
    assert 0 < len(part) < len(TEXT)
    assert TEXT.startswith(part)


def test_more_than_was_expected_is_refused_before_it_is_there():
    bomb = compress(bytes(300_000))
    assert len(bomb) < 1500
    with pytest.raises(ValueError, match="more than the expected 1000 bytes"):
        decompress(bomb, most=1000)


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (b"", "starts with 1f 9d, got nothing"),
        (b"\x1f\x8b\x90aaa", "starts with 1f 9d, got 1f 8b"),
        (b"\x1f\x9d", "starts with 1f 9d"),
        (b"\x1f\x9d\x88aaa", "9 to 16 bits are expected, got flags 88"),
        (b"\x1f\x9d\x91aaa", "9 to 16 bits are expected, got flags 91"),
        (b"\x1f\x9d\xb0aaa", "9 to 16 bits are expected, got flags b0"),
        (b"\x1f\x9d\x90\xff\xff", "code 511 comes before it is defined"),
        (b"\x1f\x9d\x90\x01\x01", "code 257 comes before it is defined"),
    ],
)
def test_what_is_not_such_a_file_is_said(packed, said):
    with pytest.raises(ValueError, match=said):
        decompress(packed, most=MOST)
