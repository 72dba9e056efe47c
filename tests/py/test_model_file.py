"""Model files: the good ones to the last byte, and every bad one refused by its own class."""

import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib import format as npy

from inkling.model_file import (
    MAX_ARRAYS,
    MAX_BYTES,
    MAX_LAYERS,
    BadModelFile,
    Model,
    dump_arrays,
    dump_model,
    load_arrays,
    load_model,
)
from inkling.network import Network

CARD = {"name": "tiny", "test_accuracy": 0.5, "settings": {"hidden": [7]}, "note": "ğüş ✓"}


def make_network(*hidden, activation="relu"):
    return Network((784, *hidden, 10), rng=np.random.default_rng(1), activation=activation)


def make_file(*hidden, card=CARD, **options):
    return dump_model(Model(make_network(*(hidden or (7,))), card), **options)


GOOD = make_file()


def same_weights(one, other):
    return len(one.layers) == len(other.layers) and all(
        np.array_equal(a.weights, b.weights) and np.array_equal(a.bias, b.bias)
        for a, b in zip(one.layers, other.layers, strict=True)
    )


# Good files


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("hidden", [(), (7,), (6, 5, 4)])
def test_what_is_saved_comes_back(hidden, activation):
    network = make_network(*hidden, activation=activation)
    loaded = load_model(dump_model(Model(network, CARD)))
    assert same_weights(loaded.network, network)
    assert loaded.network.sizes == (784, *hidden, 10)
    assert loaded.network.activation.name == activation
    assert loaded.network.dtype == np.float32
    assert loaded.card == CARD


def test_a_round_trip_gives_the_same_bytes():
    assert dump_model(load_model(GOOD)) == GOOD


def test_the_bytes_depend_on_neither_the_clock_nor_the_system():
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        for member in archive.infolist():
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
            assert member.create_system == 3
            assert member.compress_type == zipfile.ZIP_STORED


def test_the_order_of_the_card_does_not_change_the_bytes():
    turned = dict(reversed(CARD.items()))
    assert list(turned) != list(CARD)
    assert make_file(card=turned) == GOOD


def test_numpy_reads_the_file_without_pickle():
    with np.load(io.BytesIO(GOOD), allow_pickle=False) as arrays:
        assert set(arrays) == {
            *("format", "activation", "card"),
            *("weights_0", "bias_0", "weights_1", "bias_1"),
        }
        assert arrays["weights_0"].shape == (784, 7)
        assert arrays["weights_0"].dtype == np.float32


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_file_that_numpy_wrote_is_read(save):
    target = io.BytesIO()
    arrays = load_arrays(GOOD)
    arrays["weights_0"] = np.asfortranarray(arrays["weights_0"])
    save(target, **arrays)
    assert same_weights(load_model(target.getvalue()).network, make_network(7))


def test_half_precision_takes_half_the_room_and_keeps_three_digits():
    half = dump_model(Model(make_network(64), CARD), dtype=np.float16)
    assert len(half) < 0.52 * len(make_file(64))
    loaded = load_model(half).network
    assert loaded.dtype == np.float32
    for a, b in zip(loaded.layers, make_network(64).layers, strict=True):
        np.testing.assert_allclose(a.weights, b.weights, rtol=1e-3, atol=1e-6)
    assert dump_model(load_model(half), dtype=np.float16) == half


def test_a_network_can_be_loaded_for_a_gradient_check():
    assert load_model(GOOD, dtype=np.float64).network.dtype == np.float64


def test_the_loaded_arrays_are_the_networks_own():
    network = load_model(GOOD).network
    network.layers[0].weights[0, 0] = 5  # would fail on the read-only view of the file's bytes
    assert load_model(GOOD).network.layers[0].weights[0, 0] != 5


# Bad files


def refused(content, why=None):
    """Whether a file is refused, and by its own class alone."""
    with pytest.raises(BadModelFile, match=why):
        load_model(content)


def changed(**arrays):
    """The good file with some arrays replaced; those given as None are left out."""
    kept = {**load_arrays(GOOD), **arrays}
    return dump_arrays({name: array for name, array in kept.items() if array is not None})


def zipped(members, method=zipfile.ZIP_STORED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def with_member(name, content):
    """The good file with the bytes of one member replaced."""
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return zipped(
            (member, content if member == name else archive.read(member))
            for member in archive.namelist()
        )


def npy_header(text, version=(1, 0)):
    """The start of an .npy file that declares what `text` says."""
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text) + 1)
    return npy.magic(*version) + length + text.encode("latin1") + b"\n"


def test_truncated_anywhere():
    content = make_file(64)
    for length in range(0, len(content), 997):
        refused(content[:length])
    refused(content[:-1])


def test_bytes_before_or_inside_do_not_pass_unseen():
    middle = len(GOOD) // 2
    refused(GOOD[:middle] + b"\0\0\0\0" + GOOD[middle:])
    refused(GOOD[:middle] + bytes([GOOD[middle] ^ 1]) + GOOD[middle + 1 :], "CRC")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"\x89PNG\r\n\x1a\n", b"PK\x05\x06" + bytes(18), b"\x80\x04K\x01.", bytes(5000)],
    ids=["empty", "two bytes", "picture", "empty zip", "pickle", "zeros"],
)
def test_other_files(content):
    refused(content)


def test_a_foreign_zip():
    refused(zipped([("readme.txt", "hello"), ("photo.jpg", bytes(100))]), "cannot be read")


def test_arrays_of_something_else():
    target = io.BytesIO()
    np.savez(target, x=np.arange(5), y=np.ones((3, 3)))
    refused(target.getvalue(), "must hold 'format'")


def test_pickled_objects_are_never_unpickled():
    class Trap:
        def __reduce__(self):
            return pytest.fail, ("a pickle was executed",)

    content = io.BytesIO()
    npy.write_array(content, np.array([Trap()], object), allow_pickle=True)
    refused(with_member("card.npy", content.getvalue()), "only numbers and text")
    target = io.BytesIO()
    np.savez(target, weights_0=np.array([Trap()], object))
    refused(target.getvalue(), "only numbers and text")


@pytest.mark.parametrize("name", ["weights_0", "bias_0", "weights_1", "bias_1"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(name, value):
    array = load_arrays(GOOD)[name]
    array.flat[-1] = value
    refused(changed(**{name: array}), f"'{name}' holds values that are not finite")


def test_values_that_are_not_finite_in_the_networks_dtype():
    refused(changed(weights_0=np.full((784, 7), 1e300)), "not finite as float32")


@pytest.mark.parametrize("value", [3e38, -3e38, 1e29])
def test_weights_that_would_make_a_pass_overflow(value):
    refused(changed(weights_0=np.full((784, 7), value, np.float32)), "overflow")


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        ({"format": None}, "must hold 'format'"),
        ({"format": np.array(2)}, "format must be 1, got 2"),
        ({"format": np.array("1")}, "'format' must be a single i value"),
        ({"format": np.array([1])}, "'format' must be a single i value"),
        ({"activation": None}, "must hold 'activation'"),
        ({"activation": np.array("step")}, "activation must be one of"),
        ({"activation": np.array(1)}, "'activation' must be a single U value"),
        ({"card": None}, "must hold 'card'"),
        ({"card": np.array("{")}, "card must be JSON"),
        ({"card": np.array("")}, "card must be JSON"),
        ({"card": np.array("[" * 100_000)}, "card must be JSON"),
        ({"card": np.array("9" * 10_000)}, "card must be JSON"),
        ({"card": np.array("[1]")}, "card must be a JSON object, got list"),
        ({"card": np.array(1.0)}, "'card' must be a single U value"),
        ({"weights_0": None}, "must hold 'weights_0'"),
        ({"weights_0": None, "weights_1": None}, "1 to 8 layers, got 0"),
        ({"bias_1": None}, "must hold 'bias_1'"),
        ({"weights_0": np.zeros((784, 7), np.int64)}, "must hold floats on 2 axes"),
        ({"weights_0": np.zeros(784 * 7, np.float32)}, "must hold floats on 2 axes"),
        ({"weights_0": np.zeros((784, 8), np.float32)}, "does not fit together"),
        ({"weights_0": np.zeros((0, 7), np.float32)}, "must hold floats on 2 axes"),
        ({"weights_1": np.zeros((8, 10), np.float32)}, "does not fit together"),
        ({"bias_0": np.zeros(8, np.float32)}, "does not fit together"),
        ({"bias_0": np.zeros((1, 7), np.float32)}, "must hold floats on 1 axes"),
        ({"bias_0": np.array(0, np.float32)}, "must hold floats on 1 axes"),
        ({"bias_0": np.zeros(7, np.complex64)}, "only numbers and text"),
        ({"more": np.zeros(3)}, "arrays that no network has: .*more"),
        ({"bias_2": np.zeros(3, np.float32)}, "arrays that no network has: .*bias_2"),
        ({"weights_x": np.zeros((3, 3), np.float32)}, "must hold 'weights_2'"),
    ],
)
def test_arrays_that_are_missing_wrong_or_too_many(arrays, why):
    refused(changed(**arrays), why)


def test_text_that_is_not_unicode():
    header = npy_header("{'descr': '<U1', 'fortran_order': False, 'shape': ()}")
    refused(with_member("activation.npy", header + b"\xff\xff\xff\x7f"), "not Unicode")


def test_too_many_layers():
    refused(make_file(*[10] * MAX_LAYERS), "1 to 8 layers, got 9")
    load_model(make_file(*[10] * (MAX_LAYERS - 1)))


def test_too_many_arrays():
    refused(changed(**{f"x{i}": np.zeros(1) for i in range(MAX_ARRAYS)}), "at most 64 arrays")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_arrays_of_one_name():
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    refused(zipped([*members, members[-1]]), "two arrays of one name")


@pytest.mark.parametrize(
    "header",
    [
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000)}"),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (784, -7)}"),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (-784, -7)}"),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9999999999999)}"),
        npy_header("{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999999,)}"),
        npy_header("{'descr': '<U999999999', 'fortran_order': False, 'shape': ()}"),
        npy_header("{'descr': '|O', 'fortran_order': False, 'shape': (784, 7)}"),
        npy_header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (784, 7)}"),
        npy_header("{'descr': '<f4', 'shape': (784, 7)}"),
        npy_header("__import__('os').abort()"),
        npy_header("(" * 5000),
        npy_header("-" * 9000 + "1"),
        npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (7,)}" + " " * 60_000),
        npy_header("{}", version=(2, 0)),
        npy.magic(2, 0) + b"\xff\xff\xff\xff",
        npy.magic(3, 0) + bytes(10),
        npy.magic(1, 0),
        b"\x93NUMP",
        b"",
    ],
)
def test_array_headers_that_lie(header):
    tracemalloc.start()
    try:
        refused(with_member("weights_0.npy", header + bytes(784 * 7 * 4)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MAX_BYTES


def test_a_file_beyond_the_limit_is_not_even_opened():
    refused(GOOD + bytes(MAX_BYTES), f"at most {MAX_BYTES} bytes")


BOMB = 4 * MAX_BYTES


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("declared", [BOMB, 1000], ids=["honest", "lying"])
def test_zip_bombs_are_not_unpacked(method, declared):
    bomb = zipped([("format.npy", bytes(BOMB))], method)
    assert len(bomb) < BOMB / 100
    # The size stands in the local and in the central header.
    assert bomb.count(struct.pack("<I", BOMB)) == 2
    bomb = bomb.replace(struct.pack("<I", BOMB), struct.pack("<I", declared))
    tracemalloc.start()
    try:
        refused(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MAX_BYTES / 4


def test_many_members_that_are_a_bomb_together():
    member = npy_header("{'descr': '|u1', 'fortran_order': False, 'shape': (8000000,)}")
    member += bytes(8_000_000)
    bomb = zipped([(f"a{i}.npy", member) for i in range(3)], zipfile.ZIP_DEFLATED)
    refused(bomb, "unpacks to more than")


def test_an_encrypted_member():
    content = bytearray(GOOD)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature)
        content[at + flags] |= 1
    refused(bytes(content), "encrypted")


def test_an_unknown_compression():
    content = bytearray(GOOD)
    for signature, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(signature)
        content[at + method] = 97
    refused(bytes(content), "packed in another way")


def refused_or_whole(content):
    """Any outcome but a half-loaded network or another exception."""
    try:
        network = load_model(content).network
    except BadModelFile:
        return
    assert same_weights(network, make_network(7))


@given(st.binary(max_size=3000))
@settings(max_examples=200)
def test_random_bytes(content):
    refused(content)


@given(st.data())
@settings(max_examples=200)
def test_the_good_file_with_bytes_changed(data):
    content = bytearray(GOOD)
    # Headers are the tails and the first bytes of members: most of the file is weights, where the
    # checksum sees every change, so aim half of the changes at the end, where the directory is.
    places = st.one_of(st.integers(0, len(GOOD) - 1), st.integers(len(GOOD) - 600, len(GOOD) - 1))
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    refused_or_whole(bytes(content))


@given(
    st.dictionaries(
        st.sampled_from(["format", "activation", "card", "weights_0", "bias_0", "weights_1", "x"]),
        st.binary(max_size=300),
        min_size=1,
    )
)
def test_random_arrays_in_a_sound_zip(members):
    refused(zipped((f"{name}.npy", b"\x93NUMPY\x01\x00" + body) for name, body in members.items()))
