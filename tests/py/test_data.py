"""The loaders: fetching, local folders, damaged files, and the real data where it is had."""

import gzip
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import data
from data import PARTS, DataUnavailable, Part, load_mnist, load_pen_digits, parse_idx
from tests.compress import compress
from tests.made_up import unipen

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = (part.name for part in PARTS)


def idx(array: np.ndarray) -> bytes:
    """An idx file of unsigned bytes, written from its description rather than by the loader."""
    sides = b"".join(side.to_bytes(4, "big") for side in array.shape)
    return bytes((0, 0, 8, array.ndim)) + sides + array.astype(np.uint8).tobytes()


@pytest.fixture
def arrays() -> dict[str, np.ndarray]:
    """A data set of three training and two test images, by file name."""
    pixels = np.random.default_rng(5).integers(0, 256, (5, 28, 28), dtype=np.uint8)
    return {
        TRAIN_IMAGES: pixels[:3],
        TRAIN_LABELS: np.array([7, 0, 9], np.uint8),
        TEST_IMAGES: pixels[3:],
        TEST_LABELS: np.array([4, 1], np.uint8),
    }


@pytest.fixture
def folder(arrays, tmp_path) -> Path:
    """The same as a user's folder: one pair packed, the other unpacked."""
    path = tmp_path / "mnist"
    path.mkdir()
    for name in (TRAIN_IMAGES, TRAIN_LABELS):
        (path / f"{name}.gz").write_bytes(gzip.compress(idx(arrays[name])))
    for name in (TEST_IMAGES, TEST_LABELS):
        (path / name).write_bytes(idx(arrays[name]))
    return path


@pytest.fixture
def packed(arrays) -> dict[str, bytes]:
    """The same as a mirror holds it."""
    return {f"{name}.gz": gzip.compress(idx(array), mtime=0) for name, array in arrays.items()}


@pytest.fixture
def parts(packed) -> list[Part]:
    """What the loader must know of the files on that mirror."""
    return [Part(one.name, hashlib.sha256(packed[one.packed]).hexdigest()) for one in PARTS]


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path) -> Path:
    """An empty cache, and no data named otherwise, for every test in this file."""
    monkeypatch.setenv("INKLING_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MNIST_DIR", raising=False)
    monkeypatch.delenv("PEN_DIGITS", raising=False)
    return tmp_path / "cache"


def assert_same(mnist: data.Mnist, arrays: dict[str, np.ndarray]) -> None:
    loaded = (mnist.train_images, mnist.train_labels, mnist.test_images, mnist.test_labels)
    for array, expected in zip(loaded, arrays.values(), strict=True):
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, expected)


# Local folders


def test_folder_is_read_packed_and_unpacked(folder, arrays):
    assert_same(load_mnist(folder), arrays)


def test_mnist_dir_names_the_folder_unless_one_is_given(folder, arrays, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_DIR", str(folder))
    assert_same(load_mnist(), arrays)
    monkeypatch.setenv("MNIST_DIR", str(tmp_path / "elsewhere"))
    assert_same(load_mnist(folder), arrays)


def test_file_unpacked_under_its_packed_name_is_read(folder, arrays):
    (folder / f"{TRAIN_IMAGES}.gz").write_bytes(idx(arrays[TRAIN_IMAGES]))
    assert_same(load_mnist(folder), arrays)


def test_hash_is_of_the_unpacked_files_in_order(folder, arrays):
    expected = hashlib.sha256(b"".join(idx(array) for array in arrays.values())).hexdigest()
    assert load_mnist(folder).sha256 == expected


def test_data_other_than_mnist_is_noted(folder, capsys):
    assert not load_mnist(folder).published
    assert "other data than the published MNIST" in capsys.readouterr().err


def test_folder_that_is_none_is_named(tmp_path):
    with pytest.raises(DataUnavailable, match=f"nowhere.* is not a folder.*{TRAIN_IMAGES}"):
        load_mnist(tmp_path / "nowhere")


def test_missing_files_are_named_and_nothing_is_fetched(folder, mirror, packed, parts):
    server = mirror(packed)
    (folder / f"{TRAIN_LABELS}.gz").unlink()
    (folder / TEST_LABELS).unlink()
    with pytest.raises(DataUnavailable) as failure:
        load_mnist(folder, parts=parts, mirrors=[server.url])
    said = str(failure.value)
    assert f"lacks {TRAIN_LABELS}.gz and {TEST_LABELS}.gz" in said
    assert TRAIN_IMAGES not in said
    assert server.asked == []


# Damaged files


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (TEST_IMAGES, b"", "starts with 00 00 08 and the number of dimensions, got nothing"),
        (TEST_IMAGES, b"<html>", "got 3c 68 74 6d"),
        (TEST_IMAGES, b"\0\0\x0d\3" + bytes(12), "got 00 00 0d 03"),
        (TEST_IMAGES, b"\0\0\x08\3\0\0", "header takes 16 bytes, the file has 6"),
        (TEST_IMAGES, idx(np.zeros((2, 28, 28)))[:-1], "2 × 28 × 28 = 1568 values, got 1567"),
        (TEST_IMAGES, idx(np.zeros((2, 28, 28))) + b"\0", "1568 values, got 1569"),
        (TEST_IMAGES, idx(np.zeros((2, 27, 28))), r"shape \(n, 28, 28\), got \(2, 27, 28\)"),
        (TEST_IMAGES, idx(np.zeros(2)), r"shape \(n, 28, 28\), got \(2,\)"),
        (TEST_IMAGES, b"\0\0\x08\3" + b"\xff" * 12, "values, got 0"),
        (TEST_LABELS, idx(np.zeros((2, 28, 28))), r"shape \(n,\), got \(2, 28, 28\)"),
        (TEST_LABELS, idx(np.zeros(3)), "got 3 for 2 images"),
        (TEST_LABELS, idx(np.array([3, 10])), "labels must be 0 to 9, got 10"),
    ],
)
def test_file_of_the_wrong_form_is_named_with_what_was_expected(folder, name, content, said):
    (folder / name).write_bytes(content)
    with pytest.raises(DataUnavailable, match=rf"{name} is not a usable MNIST file.*{said}"):
        load_mnist(folder)


def test_data_set_without_images_is_refused(folder):
    (folder / TEST_IMAGES).write_bytes(idx(np.zeros((0, 28, 28))))
    (folder / TEST_LABELS).write_bytes(idx(np.zeros(0)))
    with pytest.raises(DataUnavailable, match="got 0 for 0 images"):
        load_mnist(folder)


@pytest.mark.parametrize("kept", [2, 9, 200, -1])
def test_packed_file_that_is_cut_off_is_named(folder, kept):
    path = folder / f"{TRAIN_IMAGES}.gz"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataUnavailable, match=rf"{path.name} .* cut off or damaged"):
        load_mnist(folder)


@pytest.mark.parametrize("at", [3, 100, -6])
def test_packed_file_that_is_damaged_is_named(folder, at):
    """In the header, in the content, and in the checksum after it."""
    path = folder / f"{TRAIN_IMAGES}.gz"
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataUnavailable, match=rf"{path.name} .* cut off or damaged"):
        load_mnist(folder)


@given(at=st.integers(0), to=st.integers(0, 255))
def test_packed_file_with_one_changed_byte_never_gives_other_pixels(tmp_path_factory, at, to):
    pixels = np.random.default_rng(5).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    content = bytearray(gzip.compress(idx(pixels), mtime=0))
    content[at % len(content)] = to
    path = tmp_path_factory.mktemp("damaged") / "images.gz"
    path.write_bytes(content)
    try:
        read = data._array(path, data._read(path))
    except DataUnavailable as error:
        assert str(path) in str(error)
    else:  # a header field that tells nothing of the content
        np.testing.assert_array_equal(read, pixels)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)))
def test_idx_gives_back_the_array_that_was_written(array):
    read = parse_idx(idx(array))
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, array, strict=True)


@given(st.one_of(st.binary(max_size=64), st.binary(max_size=40).map(b"\0\0\x08".__add__)))
def test_idx_of_any_bytes_is_an_array_of_that_length_or_a_value_error(raw):
    try:
        read = parse_idx(raw)
    except ValueError:
        return
    assert idx(read) == raw


# Fetching; what fetch() itself does with bad servers is in test_cache.py


def test_files_are_fetched_once_and_kept(mirror, packed, parts, arrays, own_cache):
    server = mirror(packed)
    assert_same(load_mnist(parts=parts, mirrors=[server.url]), arrays)
    assert {path.name for path in (own_cache / "mnist").iterdir()} == set(packed)
    assert_same(load_mnist(parts=parts, mirrors=[server.url]), arrays)
    assert len(server.asked) == len(PARTS)


def test_bad_mirrors_are_passed_over_file_by_file(mirror, packed, parts, arrays):
    wrong = mirror(packed | {f"{TEST_IMAGES}.gz": gzip.compress(b"another file")})
    gone, right = mirror({}), mirror(packed)
    assert_same(load_mnist(parts=parts, mirrors=[gone.url, wrong.url, right.url]), arrays)
    assert [name for name, _ in right.asked] == [f"{TEST_IMAGES}.gz"]


def test_broken_connections_are_continued(mirror, packed, parts, arrays):
    server = mirror(packed)
    server.cut = max(map(len, packed.values())) // 2 + 1
    assert_same(load_mnist(parts=parts, mirrors=[server.url]), arrays)
    assert (f"{TRAIN_IMAGES}.gz", f"bytes={server.cut}-") in server.asked


def test_no_data_and_no_network_is_one_message_saying_what_to_put_where(mirror, parts):
    with pytest.raises(DataUnavailable) as failure:
        load_mnist(parts=parts, mirrors=[mirror({}).url, mirror({}).url])
    said = str(failure.value)
    assert "\n" not in said
    assert said.count("404") == 2
    assert all(part.packed in said for part in PARTS)
    assert "--data DIR or MNIST_DIR" in said


def test_two_mirrors_are_known_and_both_are_encrypted():
    assert len(set(data.MIRRORS)) >= 2
    assert all(url.startswith("https://") and url.endswith("/") for url in data.MIRRORS)


def test_command_reports_without_a_trace(tmp_path, folder):
    command = [sys.executable, str(data.__file__), "--data"]
    good = subprocess.run([*command, str(folder)], capture_output=True, text=True)
    assert good.returncode == 0
    assert good.stdout.startswith("3 training and 2 test images, sha256 ")
    bad = subprocess.run([*command, str(tmp_path / "nowhere")], capture_output=True, text=True)
    assert bad.returncode == 1
    assert bad.stdout == ""
    assert len(bad.stderr.splitlines()) == 1


# Pen digits; what their text may hold is in test_pen_digits.py

TEXT = unipen([(1, 7, [[(100, 400), (90, 80)]]), (4, 30, [[(5, 6), (7, 8)], [(9, 9)]])]).encode()
TEXT_SHA256 = hashlib.sha256(TEXT).hexdigest()
PUBLISHED_NAME = "pendigits-orig.tra.Z"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, compress])
def test_pen_digits_are_read_plain_and_packed(pack, tmp_path, capsys):
    path = tmp_path / "digits"
    path.write_bytes(pack(TEXT))
    digits = load_pen_digits(path)
    assert digits.labels.tolist() == [1, 4]
    assert digits.writers.tolist() == [7, 30]
    assert digits.strokes[0][0].tolist() == [[100, 100], [90, 420]]
    assert digits.sha256 == TEXT_SHA256
    assert "other digits than the published" in capsys.readouterr().err


def test_environment_names_the_pen_digits_unless_a_file_is_given(tmp_path, monkeypatch):
    named, given_ = tmp_path / "named", tmp_path / "given"
    named.write_bytes(TEXT)
    given_.write_bytes(TEXT.replace(b'? "1"', b'? "7"').replace(b"COMMENT 1", b"COMMENT 7"))
    monkeypatch.setenv("PEN_DIGITS", str(named))
    assert load_pen_digits().labels.tolist() == [1, 4]
    assert load_pen_digits(given_).labels.tolist() == [7, 4]


def test_pen_digits_are_fetched_once_and_known_by_the_text_inside(mirror, own_cache, capsys):
    """Another packing than the one published holds the same digits."""
    server = mirror({PUBLISHED_NAME: compress(TEXT, widest=12)})
    for _ in range(2):
        digits = load_pen_digits(sha256=TEXT_SHA256, mirrors=[server.url])
        assert digits.labels.tolist() == [1, 4]
    assert server.asked == [(PUBLISHED_NAME, None)]
    assert [path.name for path in own_cache.iterdir()] == [PUBLISHED_NAME]
    assert "Note" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "sent", [compress(TEXT)[:40], compress(TEXT.replace(b"90", b"91")), gzip.compress(TEXT), b""]
)
def test_other_content_is_no_pen_digits(sent, mirror, own_cache):
    server = mirror({PUBLISHED_NAME: sent})
    with pytest.raises(DataUnavailable, match="sent another file") as failure:
        load_pen_digits(sha256=TEXT_SHA256, mirrors=[server.url])
    said = str(failure.value)
    assert "--pen-digits FILE or PEN_DIGITS" in said
    assert "\n" not in said
    assert list(own_cache.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(TEXT)[:-9], "cut off or damaged"),
        (b"\x1f\x9d\x90\xff\xff", "code 511 comes before it is defined"),
        (b"", "there is no .SEGMENT"),
        (TEXT.replace(b".PEN_UP", b""), "digit 1 is not"),
    ],
)
def test_damaged_pen_digits_are_one_sentence(content, said, tmp_path):
    path = tmp_path / "digits"
    path.write_bytes(content)
    with pytest.raises(DataUnavailable, match=said) as failure:
        load_pen_digits(path)
    assert str(failure.value).startswith(f"{path} is not a usable file of pen digits (")
    assert "\n" not in str(failure.value)


def test_missing_pen_digits_are_named(tmp_path):
    with pytest.raises(DataUnavailable, match=r"nowhere cannot be read: No such file"):
        load_pen_digits(tmp_path / "nowhere")


def test_command_checks_pen_digits(tmp_path):
    path = tmp_path / "digits"
    path.write_bytes(TEXT)
    command = [sys.executable, str(data.__file__), "--data", str(tmp_path), "--pen-digits"]
    done = subprocess.run([*command, str(path)], capture_output=True, text=True)
    assert done.returncode == 1  # there is no MNIST in that folder
    assert done.stdout == f"2 digits as pen strokes, sha256 {TEXT_SHA256}\n"


# The real files


def test_real_mnist_is_the_published_one(mnist_folder):
    mnist = load_mnist(mnist_folder)
    assert mnist.published
    assert mnist.train_images.shape == (60000, 28, 28)
    assert mnist.test_images.shape == (10000, 28, 28)
    # How often each digit occurs, as published.
    train, test = np.bincount(mnist.train_labels), np.bincount(mnist.test_labels)
    assert train.tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert test.tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_real_files_pass_the_loader_s_own_hashes(mnist_folder, mirror, tmp_path, own_cache):
    local = tmp_path / "packed"
    local.mkdir()
    for part in PARTS:
        if not (mnist_folder / part.packed).is_file():
            pytest.skip("this MNIST is unpacked, the hashes are of the packed files")
        shutil.copy(mnist_folder / part.packed, local)
    server = mirror({path.name: path.read_bytes() for path in local.iterdir()})
    assert load_mnist(mirrors=[server.url]).published


def test_real_pen_digits_pass_the_loader_s_own_hash(shared_folder, mirror):
    """Published packed by compress; here they are packed by gzip."""
    with gzip.open(shared_folder("strokes") / "pendigits-orig.tra.gz") as file:
        server = mirror({PUBLISHED_NAME: compress(file.read())})
    digits = load_pen_digits(mirrors=[server.url])
    assert digits.published
    assert len(digits.strokes) == 7494
