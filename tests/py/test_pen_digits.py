"""The parser of pen strokes, on texts of its form and others, and on the real one."""

import gzip
import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pen_digits import PUBLISHED_SHA256, parse
from tests.made_up import unipen

HEADER = '.INCLUDE\tdene.doc\n\n.LEXICON "0" "1"\n.HIERARCHY      DIGIT\n\n'
SEVEN = (
    '.SEGMENT DIGIT   12-13 ? "7"\n.COMMENT 7  3   12\n'
    ".PEN_DOWN\n 100  400\n  250 400\n180  90\n.PEN_UP\n.DT 100\n"
    ".PEN_DOWN\n120 250\n230 260\n.PEN_UP\n.DT 45\n\n"
)


def test_strokes_label_and_writer_are_as_written_with_y_turned_downwards():
    digits = parse((HEADER + SEVEN).encode())
    assert digits.labels.tolist() == [7]
    assert digits.writers.tolist() == [3]
    assert digits.labels.dtype == digits.writers.dtype == np.uint8
    ((hook, cross),) = digits.strokes
    assert hook.dtype == np.float64
    assert hook.tolist() == [[100, 100], [250, 100], [180, 410]]
    assert cross.tolist() == [[120, 250], [230, 240]]


def test_hash_is_of_the_text_as_it_came():
    text = (HEADER + SEVEN).encode()
    assert parse(text).sha256 == hashlib.sha256(text).hexdigest()
    assert not parse(text).published


coordinates = st.integers(0, 500)
strokes = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5)
written = st.tuples(
    st.integers(0, 9), st.integers(1, 30), st.lists(strokes, min_size=1, max_size=3)
)


@given(st.lists(written, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n", " \n\n"]))
def test_whatever_was_written_is_read(digits, end):
    read = parse(unipen(digits).replace("\n", end).encode())
    again = [
        (label, writer, [[(x, 500 - y) for x, y in stroke] for stroke in digit])
        for label, writer, digit in zip(
            read.labels.tolist(), read.writers.tolist(), read.strokes, strict=True
        )
    ]
    assert again == digits


def test_digits_of_some_writers_can_be_taken_out():
    dot = [[(1, 2)]]
    digits = parse(unipen([(4, 1, dot), (5, 2, dot), (6, 1, dot)]).encode())
    some = digits.of(digits.writers == 1)
    assert some.labels.tolist() == [4, 6]
    assert some.writers.tolist() == [1, 1]
    assert len(some.strokes) == 2
    assert some.sha256 == digits.sha256


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (".SEGMENT", ".PART", "there is no .SEGMENT"),
        (SEVEN, "", "there is no .SEGMENT"),
        ('"7"', '"A"', "digit 2 is not .SEGMENT with"),
        (".COMMENT 7", ".COMMENT 1", "digit 2 is a 7 and a 1"),
        ("7  3   12", "7 31 12", "writers are 1 to 30, digit 2 has 31"),
        ("7  3   12", "7 0 12", "digit 2 has 0"),
        ("7  3   12", "7 12", "digit 2 is not"),
        (".COMMENT 7  3   12\n", "", "digit 2 is not"),
        ("100  400", "501 400", "points are 0 to 500, digit 2 has others"),
        ("100  400", "100 501", "points are 0 to 500"),
        ("100  400", "100 -1", "digit 2 is not"),
        ("100  400", "100", "digit 2 is not"),
        ("100  400", "100 400 7", "digit 2 is not"),
        ("120 250\n230 260\n", "", "digit 2 is not"),
        (".PEN_DOWN\n120", "120", "digit 2 is not"),
        ("12-13", "12", "digit 2 has 2 strokes, 1 are announced"),
        ("12-13", "a", "digit 2 is not"),
        (".PEN_UP\n.DT 45", ".DT 45", "digit 2 is not"),
        ("230 260", "230 26é", "digit 2 is not"),
    ],
)
def test_damage_is_said_with_its_place(old, new, said):
    assert old in SEVEN
    text = HEADER + SEVEN + SEVEN.replace(old, new)
    if said == "there is no .SEGMENT":
        text = HEADER + SEVEN.replace(old, new)
    with pytest.raises(ValueError, match=said):
        parse(text.encode())


@given(st.integers(0, len(HEADER + SEVEN + SEVEN)))
def test_cut_off_text_never_gives_part_of_a_digit(end):
    (whole,) = parse((HEADER + SEVEN).encode()).strokes
    try:
        read = parse((HEADER + SEVEN + SEVEN)[:end].encode())
    except ValueError:
        return
    for digit in read.strokes:
        for stroke, expected in zip(digit, whole, strict=True):
            np.testing.assert_array_equal(stroke, expected)


def test_real_strokes_are_the_published_ones(shared_folder):
    with gzip.open(shared_folder("strokes") / "pendigits-orig.tra.gz") as file:
        digits = parse(file.read())
    assert digits.published
    assert digits.sha256 == PUBLISHED_SHA256
    # How often each digit occurs, as published.
    counts = [780, 779, 780, 719, 780, 720, 720, 778, 719, 719]
    assert np.bincount(digits.labels).tolist() == counts
    assert set(digits.writers.tolist()) == set(range(1, 31))
    assert sum(map(len, digits.strokes)) == 9433
