"""The brush: strokes become ink as on the page's pad."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkling.brush import PAD_SIDE, draw

DIAGONAL = np.array([[60.0, 80.0], [200.0, 190.0]])


def coverage_by_counting(stroke, width, side, grid=8):
    """Share of each pixel's sample points that lie within half a width of a line."""
    places = (np.arange(side * grid) + 0.5) / grid * PAD_SIDE / side
    x, y = np.meshgrid(places, places)
    start, along = stroke[0], stroke[1] - stroke[0]
    share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along @ along)
    share = share.clip(0, 1)
    distance = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
    return (distance <= width / 2).reshape(side, grid, side, grid).mean(axis=(1, 3))


@pytest.mark.parametrize("side", [280, 96])
@pytest.mark.parametrize("width", [6, 20, 44])
def test_a_line_covers_each_pixel_as_counted_on_a_finer_grid(width, side):
    ink = draw([DIAGONAL], width=width, side=side) / 255
    expected = coverage_by_counting(DIAGONAL, width, side)
    assert np.abs(ink - expected).max() < 0.16
    assert abs(ink.sum() / expected.sum() - 1) < 0.01


@pytest.mark.parametrize("width", [0.2, 0.7, 1, 2, 20])
def test_even_the_thinnest_line_has_its_width_in_ink(width):
    ink = draw([[[40, 100.3], [240, 100.3]]], width=width)
    assert ink[:, 140].sum() / 255 == pytest.approx(width, abs=0.02)


def test_no_strokes_leave_paper():
    ink = draw([], width=20)
    assert ink.shape == (280, 280)
    assert ink.dtype == np.uint8
    assert not ink.any()


def test_one_point_makes_a_round_dot_at_its_place():
    ink = draw([[[100, 60]]], width=20)
    rows, columns = np.nonzero(ink)
    assert (rows.min(), rows.max()) == (50, 69)
    assert (columns.min(), columns.max()) == (90, 109)
    assert ink.sum() / 255 == pytest.approx(np.pi * 100, rel=0.01)


def test_a_point_said_twice_changes_nothing():
    once, twice = DIAGONAL, np.repeat(DIAGONAL, 2, axis=0)
    np.testing.assert_array_equal(draw([once], width=9), draw([twice], width=9))


def test_strokes_do_not_join_each_other():
    ink = draw([[[50, 50], [50, 100]], [[200, 50], [200, 100]]], width=10)
    assert not ink[:, 80:170].any()


def test_x_goes_right_and_y_goes_down():
    ink = draw([[[250, 30]]], width=10)
    assert ink[30, 250] == 255


def test_what_leaves_the_pad_comes_back_where_it_should():
    far = draw([[[-5000, -5000], [5000, 5000]]], width=20)
    near = draw([[[-50, -50], [330, 330]]], width=20)
    assert np.abs(far.astype(int) - near).max() <= 1


def test_strokes_outside_the_pad_leave_paper():
    assert not draw([[[300, -400], [1e9, 1e9]], [[-90, 20]]], width=20).any()


def test_half_a_brush_reaches_in_from_outside():
    assert draw([[[-5, 140]]], width=20)[140, 0] == 255


def test_a_smaller_side_draws_the_same_picture_smaller():
    small = draw([DIAGONAL], width=20, side=140) / 255
    large = draw([DIAGONAL], width=20) / 255
    assert np.abs(small - large.reshape(140, 2, 140, 2).mean(axis=(1, 3))).max() < 0.2


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_points_that_are_not_finite_are_refused(wrong):
    with pytest.raises(ValueError, match="points must be finite"):
        draw([[[10, 10], [wrong, 20]]], width=20)


@pytest.mark.parametrize("shape", [(0, 2), (3,), (3, 3)])
def test_strokes_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(points, 2\), got"):
        draw([np.zeros(shape)], width=20)


@pytest.mark.parametrize("width", [0, -1, np.nan, np.inf])
def test_a_width_of_nothing_is_refused(width):
    with pytest.raises(ValueError, match="width must be"):
        draw([DIAGONAL], width=width)


def test_a_side_of_nothing_is_refused():
    with pytest.raises(ValueError, match="side must be at least 1"):
        draw([DIAGONAL], width=20, side=0)


@settings(deadline=None, max_examples=60)
@given(
    stroke=arrays(
        np.float64, st.tuples(st.integers(1, 12), st.just(2)), elements=st.floats(0, 280)
    ),
    width=st.floats(0.1, 60),
    side=st.integers(1, 64),
)
def test_drawing_backwards_gives_the_same_ink(stroke, width, side):
    forwards = draw([stroke], width=width, side=side)
    backwards = draw([stroke[::-1]], width=width, side=side)
    assert forwards.shape == (side, side)
    assert np.abs(forwards.astype(int) - backwards).max() <= 2
