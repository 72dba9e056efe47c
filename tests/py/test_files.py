"""Files written whole, models found by name, pictures decoded upright or refused."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import files
from inkling.model_file import MAX_BYTES, Model, dump_model
from inkling.network import Network

# Larger than an encoder's blocks, and different whichever way it is turned.
UPRIGHT = np.full((48, 32), 255, np.uint8)
UPRIGHT[:16, :16] = 0
UPRIGHT[32:, 16:] = 128


def test_a_file_is_written_with_its_folders(tmp_path):
    path = tmp_path / "new" / "folder" / "file.bin"
    files.write_whole(path, b"content")
    assert path.read_bytes() == b"content"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    write = Path.write_bytes

    def half(self, content):
        write(self, content[:2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="disk full"):
        files.write_whole(path, b"content")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_failing_says_why_and_ends_with_one(capsys):
    with pytest.raises(SystemExit) as end:
        files.fail("the pen is dry")
    assert end.value.code == 1
    assert capsys.readouterr() == ("", "error: the pen is dry\n")


def test_no_more_is_read_than_is_needed_to_refuse(tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(100))
    assert len(files.read_bounded(path, 10)) == 11
    assert len(files.read_bounded(path, 100)) == 100


def test_a_bare_name_means_a_released_network(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MODEL_FOLDER", tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    files.write_whole(tmp_path / "model" / "small.npz", b"released")
    assert files.model_path("small") == tmp_path / "model" / "small.npz"
    assert files.model_path("other") == Path("other")
    Path("small").write_bytes(b"one's own")
    assert files.model_path("small") == Path("small")


def test_a_folder_of_the_same_name_hides_no_released_network(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MODEL_FOLDER", tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    gate = Network((784, 2), rng=np.random.default_rng(1))
    files.write_whole(tmp_path / "model" / "gate.npz", dump_model(Model(gate)))
    Path("gate").mkdir()
    assert files.model_path("gate") == tmp_path / "model" / "gate.npz"
    Path("gate").rmdir()
    Path("gate").write_bytes(b"one's own, and no gate")
    assert files.read_gate().network.sizes == (784, 2)


def test_without_a_released_gate_there_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MODEL_FOLDER", tmp_path)
    assert files.read_gate() is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "cannot be used: the file is not a whole .npz"),
        (bytes(MAX_BYTES + 5), "cannot be used: the file must have at most"),
    ],
    ids=["missing", "empty", "large"],
)
def test_a_model_that_cannot_be_had_is_named(tmp_path, capsys, content, message):
    path = tmp_path / "net.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as end:
        files.read_model(str(path))
    assert end.value.code == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"error: the model {path} {message}")
    assert errors.count("\n") == 1


def test_a_model_is_read(tmp_path):
    network = Network((784, 5, 10), rng=np.random.default_rng(1))
    path = tmp_path / "net.npz"
    path.write_bytes(dump_model(Model(network, {"name": "tiny"})))
    assert files.read_model(str(path)).card == {"name": "tiny"}


def encoded(picture, kind, **options):
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


# How the upright picture lies in a file whose EXIF says so. Source: EXIF 2.32, tag 0x0112.
TURNED = {
    1: UPRIGHT,
    2: UPRIGHT[:, ::-1],
    3: UPRIGHT[::-1, ::-1],
    4: UPRIGHT[::-1],
    5: UPRIGHT.T,
    6: np.rot90(UPRIGHT, 1),
    7: np.rot90(UPRIGHT.T, 2),
    8: np.rot90(UPRIGHT, -1),
}


@pytest.mark.parametrize("orientation", TURNED)
def test_a_picture_is_turned_as_its_exif_says(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(np.ascontiguousarray(TURNED[orientation]))
    path = tmp_path / "turned.jpg"
    path.write_bytes(encoded(picture, "JPEG", exif=exif, quality=95))
    rgba = files.read_picture(path)
    assert rgba.shape == (48, 32, 4)
    assert np.abs(rgba[:, :, 0].astype(int) - UPRIGHT).max() < 30


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_becomes_rgba(tmp_path, mode):
    grey = Image.fromarray(UPRIGHT)
    if mode == "I;16":
        picture = Image.fromarray(UPRIGHT.astype(np.uint16) * 257)
    else:
        picture = grey.convert(mode)
    path = tmp_path / "picture"
    path.write_bytes(encoded(picture, "TIFF"))
    rgba = files.read_picture(path)
    assert (rgba.shape, rgba.dtype) == ((48, 32, 4), np.uint8)
    assert rgba[0, 0, 0] < 40 and rgba[0, -1, 0] > 215
    assert (rgba[:, :, 3] == 255).all()


def test_transparency_is_kept(tmp_path):
    pixels = np.zeros((4, 5, 4), np.uint8)
    pixels[1, 2] = (10, 20, 30, 40)
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(Image.fromarray(pixels), "PNG"))
    np.testing.assert_array_equal(files.read_picture(path), pixels)


PNG = encoded(Image.fromarray(UPRIGHT), "PNG")


def huge_png(side=50_000):
    """A PNG that announces a picture of side * side pixels and brings none."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return PNG[:12] + header + struct.pack(">I", zlib.crc32(header)) + PNG[33:]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a picture in a known format"),
        (b"hello", "not a picture in a known format"),
        (PNG[: len(PNG) // 2], "truncated|damaged"),
        (huge_png(), "50,000 x 50,000 pixels, more than 64,000,000 in all: save a smaller copy"),
    ],
    ids=["empty", "text", "cut off", "huge"],
)
def test_what_is_no_picture_is_an_os_error(tmp_path, content, message):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(OSError, match=message):
        files.read_picture(path)


def test_sixteen_bits_are_scaled_to_eight(tmp_path):
    path = tmp_path / "deep.png"
    Image.fromarray(UPRIGHT.astype(np.uint16) * 257).save(path)
    np.testing.assert_array_equal(files.read_picture(path)[..., 0], UPRIGHT)


@pytest.mark.parametrize("kind", [np.int32, np.float32])
def test_a_picture_of_no_known_range_is_an_os_error(tmp_path, kind):
    path = tmp_path / "measured.tif"
    Image.fromarray(UPRIGHT.astype(kind)).save(path)
    with pytest.raises(OSError, match="no known range"):
        files.read_picture(path)


@pytest.mark.parametrize("error", [RuntimeError("no frame"), MemoryError(), struct.error("short")])
def test_whatever_a_decoder_raises_is_an_os_error(tmp_path, monkeypatch, error):
    # Seen on AVIF and JPEG 2000 files with bytes changed, which not every Pillow can decode.
    def decode(_path):
        raise error

    monkeypatch.setattr(Image, "open", decode)
    with pytest.raises(OSError, match=r"the picture is damaged: \w"):
        files.read_picture(tmp_path)


@pytest.mark.parametrize("name", ["", "missing.png"])
def test_a_folder_or_a_missing_file_is_an_os_error(tmp_path, name):
    with pytest.raises(OSError):
        files.read_picture(tmp_path / name)


KINDS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "ICO")
WHOLE = {kind: encoded(Image.fromarray(UPRIGHT).convert("RGB"), kind) for kind in KINDS}


@pytest.mark.filterwarnings("ignore")  # Pillow's own, on what it mends
@given(st.sampled_from(KINDS), st.data())
@settings(max_examples=300)
def test_a_damaged_picture_is_read_or_an_os_error(tmp_path_factory, kind, data):
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    try:
        rgba = files.read_picture(path)
    except OSError:
        return
    assert rgba.ndim == 3 and rgba.shape[2] == 4
