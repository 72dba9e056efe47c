"""Doodles: what is not one digit, the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.brush import PAD_SIDE, draw
from inkling.doodles import HALVES, KINDS, LETTERS, LOOKALIKES, MIRRORED, SCRIPTS, doodle, sample
from inkling.pen import THINNEST, WIDEST, brush_width


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_leaves_its_ink_within_the_pad(kind):
    for seed in range(40):
        rng = np.random.default_rng(seed)
        strokes = doodle(rng=rng, kind=kind)
        points = np.concatenate(strokes)
        assert points.min() >= 0
        assert points.max() <= PAD_SIDE
        width = brush_width(strokes, rng=rng)
        assert THINNEST <= width <= WIDEST
        assert draw(strokes, width=width, side=96).sum() > 100


@settings(deadline=None, max_examples=80)
@given(seed=st.integers(0, 2**32 - 1))
def test_doodles_are_strokes_of_finite_points(seed):
    strokes = doodle(rng=np.random.default_rng(seed))
    assert len(strokes) >= 1
    for stroke in strokes:
        assert stroke.ndim == 2
        assert stroke.shape[0] >= 1
        assert stroke.shape[1] == 2
        assert np.isfinite(stroke).all()


def test_the_same_seed_gives_the_same_pictures():
    first = sample(30, rng=np.random.default_rng(7), side=48)
    again = sample(30, rng=np.random.default_rng(7), side=48)
    other = sample(30, rng=np.random.default_rng(8), side=48)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[0] != other[0]).any()


def test_unless_asked_for_there_are_all_kinds_but_lookalikes():
    inks, kinds = sample(400, rng=np.random.default_rng(1), side=28)
    assert (inks.shape, inks.dtype) == ((400, 28, 28), np.uint8)
    assert {KINDS[kind] for kind in kinds} == set(KINDS) - {"lookalike"}


def test_kinds_asked_for_are_the_only_ones_drawn():
    _, kinds = sample(60, rng=np.random.default_rng(1), side=28, kinds=["several", "lookalike"])
    assert {KINDS[kind] for kind in kinds} == {"several", "lookalike"}


def test_several_digits_in_a_row_are_wider_than_high():
    rng = np.random.default_rng(4)
    sizes = [np.ptp(np.concatenate(doodle(rng=rng, kind="several")), axis=0) for _ in range(200)]
    assert np.mean([width > height for width, height in sizes]) > 0.7


def test_a_tally_has_three_lines_or_more():
    rng = np.random.default_rng(5)
    assert min(len(doodle(rng=rng, kind="tally")) for _ in range(100)) >= 3


def test_no_letter_is_both_a_lookalike_and_not():
    assert not set(LOOKALIKES) & (set(LETTERS) | set(SCRIPTS))


def test_no_digit_is_mirrored_into_a_digit():
    mirrored = "".join(MIRRORED.values())
    assert not set(mirrored) & set("01825")


def test_no_half_is_a_digit_itself():
    for side, digits in HALVES.items():
        assert "1" not in digits
        assert side == "left" or "8" not in digits


def test_an_unknown_kind_is_refused_naming_the_known_ones():
    with pytest.raises(ValueError, match=r"kind must be one of letter, .*got digit"):
        doodle(rng=np.random.default_rng(0), kind="digit")


@pytest.mark.parametrize("kinds", [[], ["letter", "digit"]])
def test_samples_of_unknown_kinds_or_none_are_refused(kinds):
    with pytest.raises(ValueError, match="kinds must be some of letter, "):
        sample(3, rng=np.random.default_rng(0), kinds=kinds)
