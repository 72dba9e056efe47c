"""What the worker calls, with stand-ins for the typed arrays that Pyodide hands over."""

import json
import platform

import numpy as np
import pytest

from inkling import bridge
from inkling.model_file import BadModelFile, Model, dump_model
from inkling.network import Network
from inkling.reader import Reader
from tests.made_up import draw_digit


class TypedArray:
    """A JavaScript Uint8Array as Python sees it: `to_py` gives a view of its bytes."""

    def __init__(self, content):
        self.content = bytes(content)

    def to_py(self):
        return memoryview(self.content)


NETWORK = Network((784, 16, 10), rng=np.random.default_rng(1))
CARD = {"name": "tiny", "test_accuracy": 0.75}
INK = np.kron(draw_digit(3), np.ones((5, 4), np.uint8))  # 140 high, 112 wide


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Every test starts before anything is loaded."""
    monkeypatch.setattr(bridge, "_reader", None)


def load(card=CARD, network=NETWORK):
    return bridge.load(TypedArray(dump_model(Model(network, card))))


def predict(ink=INK):
    return bridge.predict(TypedArray(ink.tobytes()), ink.shape[1], ink.shape[0])


def test_load_tells_the_page_what_both_sides_need():
    reply = load()
    assert reply["python"] == platform.python_version()
    assert reply["numpy"] == np.__version__
    assert reply["imageSide"] == 28
    expected = {"name": "tiny", "sizes": [784, 16, 10], "activation": "relu"}
    assert reply["model"].items() >= {**expected, "testAccuracy": 0.75}.items()
    json.dumps(reply)  # plain values only: JavaScript gets no proxies


@pytest.mark.parametrize(
    "accuracy",
    [None, "98%", float("nan"), float("inf"), 10**400, -1, 1.5, [1], {"a": 1}],
    ids=lambda accuracy: str(accuracy)[:5],
)
def test_an_accuracy_that_is_none_is_not_passed_on(accuracy):
    assert load({"name": "tiny", "test_accuracy": accuracy})["model"]["testAccuracy"] is None


@pytest.mark.parametrize("card", [{}, {"name": None}, {"name": ["a"]}, {"name": 5}])
def test_a_strange_card_still_loads(card):
    assert isinstance(load(card)["model"]["name"], str)


def test_predict_answers_as_the_reader_does():
    load()
    reply, reading = predict(), Reader(Model(NETWORK)).read_ink(INK)
    assert reply["label"] == reading.label
    assert reply["refused"] is None
    np.testing.assert_array_equal(reply["probs"], reading.probs)
    np.testing.assert_array_equal(reply["image"], reading.stages.image.ravel())


def test_arrays_cross_as_flat_floats():
    load()
    reply = predict()
    for name, length in (("probs", 10), ("image", 784)):
        array = reply[name]
        assert (array.shape, array.dtype) == ((length,), np.float32)
        assert array.flags.c_contiguous


def test_an_empty_pad_has_no_label_and_an_empty_image():
    load()
    reply = predict(np.zeros((60, 50), np.uint8))
    assert (reply["label"], reply["refused"]) == (None, "blank")
    assert not reply["image"].any()


def test_a_picture_is_read_with_its_polarity_settled():
    load()
    grey = 255 - INK
    rgba = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)
    reply = bridge.read_picture(TypedArray(rgba.tobytes()), INK.shape[1], INK.shape[0])
    assert reply["label"] == predict()["label"]
    np.testing.assert_allclose(reply["image"], predict()["image"], atol=1e-5)


def test_nothing_can_be_read_before_a_network_is_loaded():
    with pytest.raises(bridge.NoModel, match="no network is loaded yet"):
        predict()
    with pytest.raises(bridge.NoModel):
        bridge.read_picture(TypedArray(bytes(16)), 2, 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", dump_model(Model(Network((9, 10), rng=np.random.default_rng(1))))],
    ids=["empty", "foreign", "no digit network"],
)
def test_a_bad_file_leaves_the_loaded_network_in_use(content):
    load()
    before = predict()["probs"]
    with pytest.raises(BadModelFile):
        bridge.load(TypedArray(content))
    np.testing.assert_array_equal(predict()["probs"], before)


def test_a_second_network_takes_the_place_of_the_first():
    load()
    before = predict()["probs"]
    load(network=Network((784, 10), rng=np.random.default_rng(2)))
    assert not np.array_equal(predict()["probs"], before)


@pytest.mark.parametrize(("width", "height"), [(10, 10), (0, 0), (-1, 15680)])
def test_ink_of_another_size_than_announced_is_an_error(width, height):
    load()
    with pytest.raises(ValueError):
        bridge.predict(TypedArray(bytes(99)), width, height)


def test_plain_bytes_will_do():
    bridge.load(dump_model(Model(NETWORK, CARD)))
    assert bridge.predict(INK.tobytes(), 112, 140)["label"] == predict()["label"]
