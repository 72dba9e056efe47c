"""Drawings made for scoring, the figures made of them, and what the released networks have."""

import gzip
import json
from dataclasses import dataclass

import numpy as np
import pytest

import drawings
import pen_digits
from drawings import BINS, COUNT, PLACES, SLANTED, SLANTS, Drawing, Outcome
from files import MODEL_FOLDER, read_gate, read_model
from inkling import brush, strokes
from inkling.calibration import calibration_error
from inkling.reader import Reader
from inkling.refuse import Refusal
from recipes import TEST_WRITERS
from tests.made_up import unipen

SOME = 120  # drawings


@pytest.fixture(scope="module")
def some():
    return list(drawings.draw(drawings.generated, SOME))


def extent(digit):
    return np.ptp(np.concatenate(digit), axis=0).max()


def test_drawings_are_the_same_always_and_fewer_are_the_first_of_more(some):
    for one, again in zip(drawings.draw(drawings.generated, SOME // 2), some, strict=False):
        assert (one.label, one.place, one.width) == (again.label, again.place, again.width)
        for stroke, same in zip(one.strokes, again.strokes, strict=True):
            np.testing.assert_array_equal(stroke, same)


def test_every_style_of_every_digit_is_drawn():
    def named(label, *, rng, style):
        seen.add((label, style))
        return [np.array([[0.0, 0.0], [1.0, 1.0]])]

    seen = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strokes, "write_digit", named)
        for number in range(COUNT):
            drawings.generated(number, np.random.default_rng(1))
    assert seen == {(digit, style) for digit in range(10) for style in strokes.STYLES[digit]}


def test_all_digits_come_in_all_slants(some):
    for slant in (0, *SLANTS):
        same = [one for one in some if one.slant == slant and one.number % SLANTED == 0]
        assert {one.label for one in same} == set(range(10))
        assert len(same) == SOME / SLANTED


def test_sizes_brushes_and_places_reach_from_end_to_end(some):
    assert min(one.size for one in some) < 40
    assert max(one.size for one in some) > 240
    assert min(one.width for one in some) < 2.5
    assert max(one.width for one in some) > 30
    assert {one.place for one in some} == set(PLACES)
    for one in some:
        assert extent(one.strokes) == pytest.approx(one.size)


def test_ink_lies_whole_on_the_pad_and_where_it_is_said_to(some):
    for one in some:
        if one.size > 220:  # hardly any room to choose from
            continue
        rows, columns = np.nonzero(brush.draw(one.strokes, width=one.width))
        gaps = [rows.min(), columns.min(), 279 - rows.max(), 279 - columns.max()]
        assert min(gaps) >= 1
        near = sum(gap <= 4 for gap in gaps)
        assert near >= PLACES.index(one.place)
        if one.place == "centre":
            assert abs(gaps[0] - gaps[2]) <= 1
            assert abs(gaps[1] - gaps[3]) <= 1


def test_leaning_right_takes_the_top_to_the_right():
    (stroke,) = drawings.lean([np.array([[10.0, -100.0], [10.0, 100.0]])], 35)
    assert stroke[0, 0] - stroke[1, 0] == pytest.approx(200 * np.tan(np.radians(35)))
    assert stroke[:, 1].tolist() == [-100, 100]


def test_a_dot_can_be_drawn():
    hand = drawings.written(pen_digits.parse(unipen([(1, 21, [[(7, 7)]])]).encode()))
    for one in drawings.draw(hand, 10):
        assert brush.draw(one.strokes, width=one.width).any()


def test_pen_digits_come_once_each_before_any_comes_again():
    digits = pen_digits.parse(
        unipen([(n % 10, 21, [[(n, n), (n + 100, n)]]) for n in range(40)]).encode()
    )
    hand = drawings.written(digits)
    rng = np.random.default_rng(1)
    first = [hand(number, rng) for number in range(40)]
    assert sorted(digit[0][0, 0] for _, digit in first) == list(range(40))
    assert all(digit[0][0, 0] % 10 == label for label, digit in first)
    assert hand(40, rng) == first[0]


# What a reader makes of them


@dataclass
class Answer:
    """As much of a Reading as counts."""

    probs: np.ndarray
    refused: Refusal | None

    @property
    def confidence(self):
        return float(self.probs.max())


class SeesOnlyThick:
    """Says 3 to everything, and finds thin lines too faint."""

    def read_ink(self, ink):
        assert ink.shape == (280, 280)
        assert ink.dtype == np.uint8
        probs = np.full(10, 0.02)
        probs[3] = 0.82
        return Answer(probs, None if (ink > 0).mean() > 0.02 else Refusal.FAINT)


def test_refused_drawings_keep_the_likeliest_digit():
    outcomes = drawings.read(SeesOnlyThick(), drawings.draw(drawings.generated, 50))
    assert {one.refused for one in outcomes} == {None, "faint"}
    assert {one.answer for one in outcomes} == {3}
    assert {one.confidence for one in outcomes} == {0.82}
    assert all(one.right == (one.drawing.label == 3) for one in outcomes)


def outcome(right=True, *, confidence=0.95, refused=None, number=1, slant=0, **how):
    how = {"place": "edge", "size": 120.0, "width": 5.0} | how
    drawing = Drawing(number=number, label=4, strokes=[], slant=slant, **how)
    return Outcome(drawing, 4 if right else 9, confidence, refused)


def test_figures_of_known_outcomes():
    report = drawings.report(
        [
            outcome(place="centre", size=30.0, width=2.0),
            outcome(False, size=60.0, width=4.0),
            outcome(refused="unsure"),
            outcome(False, refused="unlike"),
            outcome(False, refused="unlike", size=240.0, width=43.0),
            outcome(slant=35, number=SLANTED),  # counts by slant alone
            outcome(False, number=SLANTED),
        ]
    )
    assert report["drawings"] == 6
    assert report["accuracy"] == pytest.approx(2 / 6)
    assert report["refused"] == pytest.approx(3 / 6)
    assert report["answered_accuracy"] == pytest.approx(1 / 3)
    assert report["reasons"] == {"unlike": pytest.approx(2 / 6), "unsure": pytest.approx(1 / 6)}
    by = report["by"]
    assert {level: row["drawings"] for level, row in by["place"].items()} == {
        "centre": 1,
        "edge": 5,
        "corner": 0,
    }
    assert [row["drawings"] for row in by["size"].values()] == [1, 1, 3, 0, 1]
    assert [row["drawings"] for row in by["brush"].values()] == [1, 4, 0, 0, 1]
    assert [row["accuracy"] for row in by["slant"].values()] == [None, None, 0, None, 1]
    assert by["size"]["200 to 250"]["answered_accuracy"] is None
    assert json.loads(json.dumps(report)) == report


def test_calibration_is_of_the_answers_given_and_its_bins_make_up_the_error():
    rng = np.random.default_rng(1)
    confidences = np.append(rng.uniform(0.1, 1, 300), [1.0, 0.1])
    right = rng.random(302) < confidences**2
    outcomes = [outcome(r, confidence=c) for r, c in zip(right, confidences, strict=True)]
    refused = [outcome(False, confidence=0.99, refused="unlike")] * 50
    report = drawings.report(outcomes + refused)
    rows = report["reliability"]
    gaps = [row["answers"] * abs(row["confidence"] - row["accuracy"]) for row in rows]
    assert sum(row["answers"] for row in rows) == 302
    assert sum(gaps) / 302 == pytest.approx(report["calibration_error"])
    assert report["calibration_error"] == calibration_error(confidences, right, bins=BINS)
    assert report["calibration_error"] > 0.1
    assert all(row["from"] - 1e-9 <= row["confidence"] <= row["to"] + 1e-9 for row in rows)


def test_reader_that_refuses_everything_has_no_answers():
    report = drawings.report([outcome(refused="blank")] * 3)
    assert report["answered_accuracy"] is report["calibration_error"] is None
    assert report["reliability"] == []
    assert "refused 100.0% (blank 100.0%), right of the rest -" in drawings.table("all", report)


def test_the_table_has_a_line_for_every_level():
    report = drawings.report([outcome(), outcome(False, confidence=0.5), outcome(refused="faint")])
    lines = drawings.table("made up", report).splitlines()
    assert lines[0] == "made up: accuracy 66.67% of 3 drawings"
    assert "refused 33.3% (faint 33.3%), right of the rest 50.00%" in lines[1]
    by = report["by"]
    assert len(lines) == 6 + sum(map(len, by.values())) + len(report["reliability"])
    (edge,) = (line for line in lines if " edge " in line)
    assert edge.split() == ["edge", "3", "66.7%", "33.3%", "50.0%"]


# The released networks

SAMPLE = 400  # drawings of each source

# Per network the least accuracy on as many generated drawings and on as many pen digits of unseen
# writers, and the most of either that may be refused.
FLOORS = {
    "small": {"generated": 0.95, "pen": 0.96, "refused": 0.03},
    "large": {"generated": 0.97, "pen": 0.98, "refused": 0.03},
}

released = sorted({path.stem for path in MODEL_FOLDER.glob("*.npz")} - {"gate"})
each = pytest.mark.parametrize("name", released)


def sample(name, hand):
    reader = Reader(read_model(name), read_gate())
    # Those slanted on purpose are drawn too, and count in no figure but their own.
    return drawings.report(
        drawings.read(reader, (one for one in drawings.draw(hand, SAMPLE) if one.slant == 0))
    )


@each
def test_released_network_reads_generated_drawings(name):
    report = sample(name, drawings.generated)
    assert report["accuracy"] >= FLOORS[name]["generated"]
    assert report["refused"] <= FLOORS[name]["refused"]


@each
def test_released_network_reads_pens_of_unseen_writers(name, shared_folder):
    with gzip.open(shared_folder("strokes") / "pendigits-orig.tra.gz") as file:
        digits = pen_digits.parse(file.read())
    unseen = digits.of(np.isin(digits.writers, TEST_WRITERS))
    report = sample(name, drawings.written(unseen))
    assert report["accuracy"] >= FLOORS[name]["pen"]
    assert report["refused"] <= FLOORS[name]["refused"]
