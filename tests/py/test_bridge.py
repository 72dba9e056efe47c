"""What the worker calls, with stand-ins for the typed arrays that Pyodide hands over."""

import json
import platform

import numpy as np
import pytest

from inkling import bridge
from inkling.model_file import BadModelFile, Model, dump_model
from inkling.network import Layer, Network
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


def make_gate(*, doubt=0.0):
    """A gate that gives everything the same logits, "no digit" being `doubt` above the others."""
    bias = np.array([0] * 10 + [doubt], np.float32)
    return Network.from_layers([Layer(np.zeros((784, 11), np.float32), bias)])


INK = np.kron(draw_digit(3), np.ones((5, 4), np.uint8))  # 140 high, 112 wide


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Every test starts before anything is loaded."""
    monkeypatch.setattr(bridge, "_models", {})
    monkeypatch.setattr(bridge, "_reader", None)


def load(card=CARD, network=NETWORK, *, name="tiny"):
    """Load a network and use it."""
    bridge.load(name, TypedArray(dump_model(Model(network, card))))
    return bridge.use(name)


def predict(ink=INK):
    return bridge.predict(TypedArray(ink.tobytes()), ink.shape[1], ink.shape[0])


def test_use_tells_the_page_what_both_sides_need():
    reply = load()
    assert reply["python"] == platform.python_version()
    assert reply["numpy"] == np.__version__
    assert reply["imageSide"] == 28
    assert reply["model"] == {
        "name": "tiny",
        "sizes": [784, 16, 10],
        "activation": "relu",
        "testAccuracy": 0.75,
        "penAccuracy": None,
    }
    assert reply["models"] == [reply["model"]]
    json.dumps(reply)  # plain values only: JavaScript gets no proxies


@pytest.mark.parametrize(
    "accuracy",
    [None, "98%", float("nan"), float("inf"), 10**400, -1, 1.5, [1], {"a": 1}],
    ids=lambda accuracy: str(accuracy)[:5],
)
def test_an_accuracy_that_is_none_is_not_passed_on(accuracy):
    model = load({"test_accuracy": accuracy, "pen_accuracy": accuracy})["model"]
    assert (model["testAccuracy"], model["penAccuracy"]) == (None, None)


@pytest.mark.parametrize("card", [{}, {"name": None}, {"name": ["a"]}, {"name": 5}])
def test_a_network_goes_by_the_name_it_was_loaded_under(card):
    assert load(card, name="large")["model"]["name"] == "large"


def test_all_networks_are_named_smallest_first_and_the_gate_is_none_of_them():
    large = Network((784, 20, 10), rng=np.random.default_rng(1))
    load(network=large, name="large")
    bridge.load("gate", dump_model(Model(make_gate())))
    reply = load(name="small")
    assert [model["name"] for model in reply["models"]] == ["small", "large"]
    assert bridge.use("large")["model"] == reply["models"][1]


@pytest.mark.parametrize("name", ["medium", "gate", ""])
def test_only_a_loaded_network_can_be_used(name):
    load()
    bridge.load("gate", dump_model(Model(make_gate())))
    before = predict()["probs"]
    with pytest.raises(bridge.NoModel, match="must be one of tiny, got"):
        bridge.use(name)
    np.testing.assert_array_equal(predict()["probs"], before)


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


def test_a_refusal_crosses_as_its_word_with_boxes_and_doubt():
    load()
    assert predict()["boxes"] == [[32, 25, 76, 115]]
    assert predict()["doubt"] is None
    bridge.load("gate", dump_model(Model(make_gate(doubt=9))))
    bridge.use("tiny")
    reply = predict()
    assert (reply["label"], reply["refused"]) == (None, "unlike")
    assert type(reply["refused"]) is str
    assert (reply["doubt"].shape, reply["doubt"].dtype) == ((784,), np.float32)
    assert all(type(edge) is int for box in reply["boxes"] for edge in box)


def test_a_picture_is_read_with_its_polarity_settled():
    load()
    grey = 255 - INK
    rgba = np.stack([grey, grey, grey, np.full_like(grey, 255)], axis=2)
    reply = bridge.read_picture(TypedArray(rgba.tobytes()), INK.shape[1], INK.shape[0])
    assert reply["label"] == predict()["label"]
    np.testing.assert_allclose(reply["image"], predict()["image"], atol=1e-5)


def test_nothing_can_be_read_before_a_network_is_loaded():
    with pytest.raises(bridge.NoModel, match="no network is in use yet"):
        predict()
    with pytest.raises(bridge.NoModel):
        bridge.read_picture(TypedArray(bytes(16)), 2, 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a model", dump_model(Model(Network((9, 10), rng=np.random.default_rng(1))))],
    ids=["empty", "foreign", "no digit network"],
)
@pytest.mark.parametrize("name", ["tiny", "gate"])
def test_a_bad_file_leaves_the_loaded_networks_in_use(content, name):
    load()
    before = predict()["probs"]
    with pytest.raises(BadModelFile):
        bridge.load(name, TypedArray(content))
    bridge.use("tiny")
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
    bridge.load("tiny", dump_model(Model(NETWORK, CARD)))
    bridge.use("tiny")
    assert bridge.predict(INK.tobytes(), 112, 140)["label"] == predict()["label"]
