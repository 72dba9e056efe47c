"""The hand: knots become smooth curves, and curves come to lie on the pad."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkling.brush import PAD_SIDE
from inkling.pen import (
    LARGEST,
    SMALLEST,
    THINNEST,
    WIDEST,
    brush_width,
    form,
    parse,
    place,
    spline,
    write,
)

HOOK = "0 28, 16 16, 30 0 | 30 50, 29 100"


def test_a_curve_goes_through_its_knots():
    line = parse(HOOK)
    curve = line.basis @ line.knots
    for knot in line.knots:
        assert np.hypot(*(curve - knot).T).min() < 1e-9


def test_a_curve_begins_and_ends_with_its_knots():
    line = parse(HOOK)
    curve = line.basis @ line.knots
    np.testing.assert_allclose(curve[0], [0, 0.28])
    np.testing.assert_allclose(curve[-1], [0.29, 1])


def test_a_curve_turns_sharply_only_at_its_corners():
    line = parse(HOOK)
    curve = line.basis @ line.knots
    heading = np.unwrap(np.arctan2(*np.diff(curve, axis=0).T[::-1]))
    turns = np.abs(np.diff(heading))
    assert list(np.flatnonzero(turns > 0.5) + 1) == [line.corners[1]]


def test_points_along_a_curve_lie_evenly():
    line = parse("0 0, 40 10, 60 70, 0 100")
    steps = np.hypot(*np.diff(line.basis @ line.knots, axis=0).T)
    assert steps.max() < 0.08
    assert steps.min() > 0.015


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=9, unique=True)
)
def test_a_curve_moves_with_its_knots(knots):
    knots = np.array(knots, float) / 10
    basis = spline(knots)
    np.testing.assert_allclose(basis.sum(axis=1), 1, atol=1e-9)


def test_a_hand_writes_the_same_form_differently_each_time():
    shape = form(HOOK)
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(write(shape, rng=rng)) for _ in range(2))
    assert first.shape != second.shape or not np.allclose(first, second)


def test_even_a_short_stroke_stays_a_line():
    for seed in range(50):
        (stroke,) = write(form("12 4, 14 8"), rng=np.random.default_rng(seed), loose=3)
        assert len(stroke) >= 2


def test_a_hand_keeps_near_the_form():
    for seed in range(50):
        points = np.concatenate(write(form(HOOK), rng=np.random.default_rng(seed)))
        assert 0.7 < np.ptp(points[:, 1]) < 1.5
        assert np.ptp(points[:, 0]) < 1.4


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), x=st.floats(-1e3, 1e3), height=st.floats(0.01, 1e3))
def test_whatever_its_size_a_drawing_is_placed_on_the_pad(seed, x, height):
    strokes = [np.array([[x, 0], [x + 0.3 * height, height]])]
    points = np.concatenate(place(strokes, rng=np.random.default_rng(seed)))
    assert points.min() >= 0
    assert points.max() <= PAD_SIDE
    assert SMALLEST - 1 <= np.ptp(points, axis=0).max() <= LARGEST + 1


def test_a_single_dot_is_placed_and_gets_any_brush():
    widths = []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        (dot,) = place([np.array([[5.0, 5.0]])], rng=rng)
        assert (dot >= 0).all()
        assert (dot <= PAD_SIDE).all()
        widths.append(brush_width([dot], rng=rng))
    assert max(widths) > 30


@pytest.mark.parametrize("extent", [30, 250])
def test_brushes_are_within_their_range_and_leave_small_writing_legible(extent):
    stroke = np.array([[140 - extent / 2, 140], [140 + extent / 2, 140]])
    rng = np.random.default_rng(0)
    widths = np.array([brush_width([stroke], rng=rng) for _ in range(300)])
    assert widths.min() >= THINNEST
    assert widths.max() <= min(WIDEST, extent / 4)
