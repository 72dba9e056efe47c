"""The generator: digits as people write them, the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.brush import PAD_SIDE, draw
from inkling.pen import LARGEST, SMALLEST, THINNEST, WIDEST, brush_width
from inkling.strokes import STYLES, digit, sample, write_digit

EVERY_STYLE = [(label, style) for label in range(10) for style in STYLES[label]]


@pytest.mark.parametrize(("label", "style"), EVERY_STYLE)
def test_every_style_leaves_its_ink_within_the_pad(label, style):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        strokes = digit(label, rng=rng, style=style)
        width = brush_width(strokes, rng=rng)
        points = np.concatenate(strokes)
        assert points.min() >= 0
        assert points.max() <= PAD_SIDE
        ink = draw(strokes, width=width, side=96)
        assert ink.sum() > 255
        border = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        assert (border > 127).mean() < 0.1


@settings(deadline=None, max_examples=60)
@given(label=st.integers(0, 9), seed=st.integers(0, 2**32 - 1))
def test_digits_keep_to_the_promised_shapes_and_sizes(label, seed):
    rng = np.random.default_rng(seed)
    strokes = digit(label, rng=rng)
    assert 1 <= len(strokes) <= 3
    for stroke in strokes:
        assert stroke.ndim == 2
        assert stroke.shape[0] >= 2
        assert stroke.shape[1] == 2
        assert np.isfinite(stroke).all()
    # Some pens report whole units only.
    assert SMALLEST - 1 <= np.ptp(np.concatenate(strokes), axis=0).max() <= LARGEST + 1
    assert THINNEST <= brush_width(strokes, rng=rng) <= WIDEST


def test_the_same_seed_gives_the_same_pictures():
    first = sample(20, rng=np.random.default_rng(7), side=48)
    again = sample(20, rng=np.random.default_rng(7), side=48)
    other = sample(20, rng=np.random.default_rng(8), side=48)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert (first[0] != other[0]).any()


def test_samples_are_of_all_digits_and_no_two_alike():
    inks, labels = sample(300, rng=np.random.default_rng(1), side=32)
    assert (inks.shape, inks.dtype) == ((300, 32, 32), np.uint8)
    assert (labels.shape, labels.dtype) == ((300,), np.uint8)
    assert set(labels) == set(range(10))
    assert len(np.unique(inks.reshape(300, -1), axis=0)) == 300


def test_samples_fill_the_ranges_of_size_place_and_brush():
    rng = np.random.default_rng(2)
    drawings = [digit(i % 10, rng=rng) for i in range(600)]
    boxes = np.array([[f(np.concatenate(d), axis=0) for f in (np.min, np.max)] for d in drawings])
    sizes = np.ptp(boxes, axis=1).max(axis=1)
    widths = np.array([brush_width(d, rng=rng) for d in drawings])
    middles = boxes.mean(axis=1)
    assert sizes.min() < 45
    assert sizes.max() > 235
    assert widths.min() < 3
    assert widths.max() > 32
    assert (middles.min(axis=0) < 70).all()
    assert (middles.max(axis=0) > 210).all()


def test_without_a_style_a_four_is_now_of_one_stroke_now_of_two():
    rng = np.random.default_rng(3)
    assert {len(digit(4, rng=rng)) for _ in range(60)} == {1, 2}


def test_an_empty_sample_is_a_sample():
    inks, labels = sample(0, rng=np.random.default_rng(0), side=28)
    assert inks.shape == (0, 28, 28)
    assert labels.shape == (0,)


def test_a_loose_hand_strays_further_than_a_strict_one():
    def spread(loose):
        sizes = [
            np.ptp(
                np.concatenate(write_digit(0, rng=np.random.default_rng(i), loose=loose)), axis=0
            )
            for i in range(100)
        ]
        return np.std([height for _, height in sizes])

    assert spread(0.1) < spread(1) < spread(3)


@pytest.mark.parametrize("label", [-1, 10])
def test_other_numbers_are_refused(label):
    with pytest.raises(ValueError, match="label must be 0 to 9"):
        digit(label, rng=np.random.default_rng(0))


def test_an_unknown_style_is_refused_naming_the_known_ones():
    with pytest.raises(ValueError, match=r"style of 7 must be one of plain, .*got gothic"):
        digit(7, rng=np.random.default_rng(0), style="gothic")
