"""From ink to image, on shapes whose answer is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inkling.preprocess import (
    THICKEST,
    THINNEST,
    BlankInk,
    centre_of_mass,
    deskew,
    prepare,
    prepare_all,
    resample,
    slant,
    stroke_width,
)
from tests.made_up import draw_digit, draw_digits


def blank(height=200, width=200):
    return np.zeros((height, width), np.float32)


def rectangle(height, width, *, top=30, left=40, side=200):
    ink = blank(side, side)
    ink[top : top + height, left : left + width] = 1
    return ink


def extent(image, least=0.5):
    """Height and width of the box that holds all values of at least `least`."""
    rows, columns = np.nonzero(image >= least)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def triangle(side=120):
    """Filled below the diagonal: its mass lies a sixth of the side off its box's centre."""
    return np.tri(side, dtype=np.float32)


def ring(side=150):
    place = np.arange(side) - (side - 1) / 2
    radius = np.hypot(place[:, None], place)
    return ((radius > side * 0.3) & (radius < side * 0.45)).astype(np.float32)


SHAPES = {
    "tall": rectangle(90, 60),
    "wide": rectangle(40, 100),
    "triangle": triangle(),
    "ring": ring(),
    "seven": np.kron(draw_digit(7), np.ones((9, 9), np.uint8)),
    "four": draw_digit(4),
}
every_shape = pytest.mark.parametrize("ink", SHAPES.values(), ids=SHAPES.keys())


@pytest.mark.parametrize(("height", "width"), [(20, 14), (53, 37), (7, 1), (1, 36), (28, 28)])
def test_area_averaging_keeps_the_area(height, width):
    ink = np.random.default_rng(1).uniform(0, 1, (53, 37)).astype(np.float32)
    small = resample(ink, height, width)
    assert small.shape == (height, width)
    # A pixel of the smaller picture stands for this many of the larger one.
    assert small.sum() * (53 / height) * (37 / width) == pytest.approx(ink.sum(), rel=1e-5)


def test_shrinking_takes_the_mean_of_what_a_pixel_covers():
    ink = np.arange(16, dtype=np.float32).reshape(4, 4) / 16
    blocks = ink.reshape(2, 2, 2, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(resample(ink, 2, 2), blocks, rtol=1e-6)
    # Three pixels into two: each takes one and a half.
    row = np.array([[0.0, 0.6, 0.9]], np.float32)
    expected = [[(0.0 + 0.3) / 1.5, (0.3 + 0.9) / 1.5]]
    np.testing.assert_allclose(resample(row, 1, 2), expected, rtol=1e-6)


def test_growing_lies_between_the_nearest_centres():
    row = np.array([[0.0, 1.0]], np.float32)
    np.testing.assert_allclose(resample(row, 1, 4), [[0, 0.25, 0.75, 1]], atol=1e-6)


def test_the_same_size_is_the_same_picture():
    ink = np.random.default_rng(2).uniform(0, 1, (20, 13)).astype(np.float32)
    np.testing.assert_allclose(resample(ink, 20, 13), ink, atol=1e-6)


def test_a_fine_checkerboard_becomes_grey():
    # The nearest neighbour would find a pattern of black and white.
    board = np.indices((200, 200)).sum(axis=0) % 2
    np.testing.assert_allclose(resample(board.astype(np.float32), 20, 20), 0.5, atol=1e-6)


@every_shape
def test_the_longest_side_is_twenty(ink):
    # Where the edges fall between pixels, twenty pixels of ink lie in twenty-one.
    assert max(extent(prepare(ink).image, 0.1)) in (20, 21)


@pytest.mark.parametrize(
    ("height", "width", "expected"),
    [(100, 50, (20, 10)), (50, 100, (10, 20)), (90, 90, (20, 20)), (30, 150, (4, 20))],
)
def test_a_frame_keeps_its_aspect(height, width, expected):
    frame = rectangle(height, width)
    line = round(max(height, width) / 10)
    frame[30 + line : 30 + height - line, 40 + line : 40 + width - line] = 0
    image = prepare(frame).image
    assert extent(image) == expected


@every_shape
def test_the_centre_of_mass_is_the_centre(ink):
    assert centre_of_mass(prepare(ink).image) == pytest.approx((14, 14), abs=0.01)


def test_ink_is_never_cut_off():
    # Nearly all mass at one end: centring it would push the tail out of the picture.
    pin = blank(100, 200)
    pin[20:80, :60] = 1
    pin[48:52, 60:] = 1
    stages = prepare(pin)
    assert extent(stages.image, 0.1)[1] == 20
    scale = max(stages.evened.shape) / 20
    assert stages.image.sum() == pytest.approx(stages.evened.sum() / scale**2, rel=1e-4)


@pytest.mark.parametrize(("top", "left"), [(0, 0), (0, 130), (77, 3), (110, 140)])
def test_the_place_on_the_pad_does_not_matter(top, left):
    here, there = rectangle(90, 60), rectangle(90, 60, top=top, left=left)
    np.testing.assert_array_equal(prepare(here).image, prepare(there).image)


@pytest.mark.parametrize("label", range(10))
def test_the_size_of_the_drawing_hardly_matters(label):
    ink = draw_digit(label, thickness=3)
    small, large = (np.kron(ink, np.ones((k, k), np.uint8)) for k in (3, 10))
    difference = np.abs(prepare(small).image - prepare(large).image)
    assert difference.mean() < 0.01


def test_bytes_and_floats_are_the_same_ink():
    ink = draw_digits(1, seed=3)[0][0]
    by_bytes, by_floats = prepare(ink).image, prepare(ink / 255.0).image
    np.testing.assert_allclose(by_bytes, by_floats, atol=1e-6)
    assert by_bytes.dtype == np.float32


def test_faint_ink_is_as_good_as_strong_ink():
    strong, faint = prepare(ring()).image, prepare(ring() * 0.3).image
    np.testing.assert_allclose(faint, strong, atol=1e-5)


@pytest.mark.parametrize("lean", [-0.7, -0.2, 0.0, 0.4, 0.9])
def test_slanted_ink_is_set_upright(lean):
    bar = blank(100, 240)
    for row in range(100):
        middle = 120 + lean * (50 - row)
        bar[row] = (np.abs(np.arange(240) - middle) < 6).astype(np.float32)
    assert slant(bar) == pytest.approx(lean, abs=0.02)
    upright = deskew(bar)
    assert slant(upright) == pytest.approx(0, abs=0.02)
    assert upright.shape[1] <= 14
    assert upright.sum() == pytest.approx(bar.sum(), rel=0.01)


def test_a_lying_stroke_is_not_set_upright():
    # Its rows say nothing of a slant, and a steep one may be undone only so far.
    lying = rectangle(4, 150)
    np.testing.assert_array_equal(deskew(lying), np.ones((4, 150)))


@pytest.mark.parametrize("width", [2, 5, 9, 14])
def test_stroke_width_is_measured_without_a_threshold(width):
    cross = blank()
    cross[20:180, 100 : 100 + width] = 1
    cross[100 : 100 + width, 20:180] = 1
    assert stroke_width(cross) == pytest.approx(width, rel=0.12)
    assert stroke_width(cross * 0.5) == pytest.approx(stroke_width(cross))


@pytest.mark.parametrize("width", [1, 2, 4, 44])
def test_hairlines_and_markers_get_a_usual_width(width):
    ink = blank()
    ink[20:180, 30 : 30 + width] = ink[20 : 20 + width, 30:170] = 1
    stages = prepare(ink)
    before, after = (
        stroke_width(picture) / max(picture.shape) * 20
        for picture in (stages.upright, stages.evened)
    )
    assert not THINNEST <= before <= THICKEST
    assert THINNEST * 0.9 < after < THICKEST * 1.15


def test_a_usual_width_is_left_alone():
    ink = blank()
    ink[20:180, 30:48] = ink[20:38, 30:170] = 1
    stages = prepare(ink)
    assert stages.evened is stages.upright


def test_a_single_dot_is_ink():
    ink = blank()
    ink[120, 15] = 1
    image = prepare(ink).image
    assert image.max() > 0.5
    row, column = centre_of_mass(image)
    assert (row, column) == pytest.approx((14, 14), abs=0.5)


@pytest.mark.parametrize("ink", [np.ones((1, 2000)), np.ones((2000, 1))], ids=["wide", "tall"])
def test_a_hairline_across_everything_is_still_seen(ink):
    image = prepare(ink).image
    assert max(extent(image, 0.1)) == 20
    assert min(extent(image, 0.1)) <= 4


def test_a_pad_full_of_ink_is_a_full_box():
    image = prepare(np.full((300, 300), 255, np.uint8)).image
    assert extent(image, 0.1) == (20, 20)
    assert image.sum() > 370


@pytest.mark.parametrize(
    "ink",
    [blank(), np.zeros((1, 1), np.uint8), np.full((50, 50), 5, np.uint8), blank() + 0.01],
    ids=["empty", "one pixel", "nearly black", "haze"],
)
def test_nothing_there_is_blank_ink(ink):
    with pytest.raises(BlankInk):
        prepare(ink)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_values_that_are_not_finite_are_an_error(value):
    ink = rectangle(90, 60).astype(np.float64)
    ink[3, 3] = value
    with pytest.raises(ValueError, match="finite") as error, np.errstate(over="ignore"):
        prepare(ink)
    assert not isinstance(error.value, BlankInk)


@pytest.mark.parametrize("shape", [(28,), (28, 28, 1), (0, 28), (28, 0), ()])
def test_what_is_no_picture_is_an_error(shape):
    with pytest.raises(ValueError, match=r"ink must be a picture \(height, width\)") as error:
        prepare(np.ones(shape))
    assert not isinstance(error.value, BlankInk)


def test_the_callers_ink_is_left_alone():
    ink = draw_digit(5)
    kept = ink.copy()
    ink.flags.writeable = False
    prepare(ink).image[:] = 0
    np.testing.assert_array_equal(ink, kept)


def test_every_stage_can_be_had():
    ink = rectangle(90, 60, top=30, left=40)
    stages = prepare(ink)
    box = stages.box
    assert (box.top, box.left, box.bottom, box.right) == (30, 40, 120, 100)
    np.testing.assert_array_equal(stages.ink, ink)
    assert stages.cropped.shape == (80, 53)
    assert stages.upright.shape == (80, 53)
    assert stages.evened.shape <= stages.upright.shape
    assert stages.image.shape == (28, 28)


def test_many_inks_are_prepared_like_each_alone():
    inks = draw_digits(12, seed=4)[0]
    inks[5] = 0
    images = prepare_all(inks)
    assert images.shape == (12, 784)
    assert images.dtype == np.float32
    assert not images[5].any()
    for index in (0, 4, 6, 11):
        np.testing.assert_allclose(
            images[index].reshape(28, 28), prepare(inks[index]).image, atol=1e-5
        )


pictures = st.tuples(st.integers(1, 70), st.integers(1, 70)).flatmap(
    lambda shape: st.one_of(
        arrays(np.uint8, shape),
        arrays(np.float32, shape, elements=st.floats(0, 1, width=32)),
    )
)


@given(pictures)
def test_any_ink_gives_an_image_in_range_or_is_blank(ink):
    try:
        image = prepare(ink).image
    except BlankInk:
        return
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert np.isfinite(image).all()
    assert image.min() >= 0 and image.max() <= 1


@given(
    arrays(np.float32, (6, 5), elements=st.sampled_from([0, 0.1, 0.5, 1])),
    st.integers(0, 30),
    st.integers(0, 30),
)
@settings(max_examples=50)
def test_any_ink_looks_the_same_wherever_it_is_drawn(ink, top, left):
    if not ink.any():
        return
    page = blank(40, 40)
    page[top : top + 6, left : left + 5] = ink
    np.testing.assert_array_equal(prepare(page).image, prepare(ink).image)
