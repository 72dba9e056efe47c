"""From ink or a picture to an answer, with one model."""

import numpy as np
import pytest

from inkling.model_file import BadModelFile, Model, load_model
from inkling.network import Network
from inkling.preprocess import BlankInk, prepare
from inkling.reader import Reader
from tests.made_up import draw_digit


def make_reader(*, sizes=(784, 16, 10)):
    return Reader(Model(Network(sizes, rng=np.random.default_rng(1))))


@pytest.fixture(scope="module")
def reader(trained):
    """One that has learnt to read the made-up digits."""
    return Reader(load_model(trained.read_bytes()))


def as_picture(ink, *, paper=255, pen=0):
    """Ink (h, w) as an opaque picture (h, w, 4)."""
    share = ink[:, :, None] / 255
    grey = paper + (pen - paper) * share
    return np.concatenate([np.repeat(grey, 3, axis=2), np.full_like(grey, 255)], 2).astype(np.uint8)


@pytest.mark.parametrize("label", range(10))
def test_a_digit_is_read(reader, label):
    reading = reader.read_ink(draw_digit(label))
    assert reading.label == label
    assert reading.refused is None


@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (0, 255), (200, 60)])
def test_a_picture_is_read_whatever_its_polarity(reader, paper, pen):
    large = np.kron(draw_digit(4), np.ones((8, 8), np.uint8))
    reading = reader.read_picture(as_picture(large, paper=paper, pen=pen))
    assert reading.label == 4
    by_ink = reader.read_ink(large)
    np.testing.assert_allclose(reading.stages.image, by_ink.stages.image, atol=0.02)


def test_a_reading_is_one_pass_over_the_prepared_image():
    reader = make_reader()
    reading = reader.read_ink(draw_digit(3))
    image = prepare(draw_digit(3)).image
    trace = reader.model.network.forward(image.reshape(1, 784))
    np.testing.assert_array_equal(reading.stages.image, image)
    np.testing.assert_array_equal(reading.probs, trace.probs[0])
    assert [z.shape for z in reading.trace.sums] == [(1, 16), (1, 10)]
    assert reading.label == trace.probs[0].argmax()
    assert reading.confidence == trace.probs.max()
    assert type(reading.label) is int and type(reading.confidence) is float


def test_blank_ink_is_refused_and_its_probabilities_stay():
    reading = make_reader().read_ink(np.zeros((280, 280), np.uint8))
    assert (reading.label, reading.refused, reading.stages) == (None, "blank", None)
    assert reading.probs.shape == (10,)
    assert reading.probs.sum() == pytest.approx(1)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_is_blank(level):
    assert make_reader().read_picture(np.full((40, 30, 4), level, np.uint8)).refused == "blank"


@pytest.mark.parametrize("ink", [np.full((9, 9), np.nan), np.zeros(784)])
def test_what_is_no_ink_is_an_error_and_not_blank(ink):
    with pytest.raises(ValueError) as error:
        make_reader().read_ink(ink)
    assert not isinstance(error.value, BlankInk)


@pytest.mark.parametrize("sizes", [(783, 10), (784, 16, 9)])
def test_a_network_of_another_kind_is_refused(sizes):
    with pytest.raises(BadModelFile, match="must lead from 784 values to 10, got"):
        make_reader(sizes=sizes)
