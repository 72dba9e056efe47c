"""MNIST and pen strokes, from local files or fetched once. Knows nothing of networks.

`python py/data.py` fetches both, or checks those of `--data DIR` and `--pen-digits FILE`, and
prints their hashes.
"""

import argparse
import gzip
import hashlib
import math
import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import lzw
import pen_digits
from cache import FetchFailed, cache_dir, fetch
from inkling.constants import CLASSES, IMAGE_SIDE
from pen_digits import PenDigits

# Both hold the files as Yann LeCun, Corinna Cortes and Christopher Burges published them.
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


@dataclass(frozen=True)
class Part:
    """One of the four files: its published name, and the sha256 of its `.gz` on the mirrors."""

    name: str
    packed_sha256: str

    @property
    def packed(self) -> str:
        return f"{self.name}.gz"


# Training images and labels, then test images and labels.
PARTS = (
    Part(
        "train-images-idx3-ubyte",
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    Part(
        "train-labels-idx1-ubyte",
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    Part(
        "t10k-images-idx3-ubyte",
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    Part(
        "t10k-labels-idx1-ubyte",
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
)
# Of the four unpacked files one after the other, in the order of PARTS. Each of them has the
# published MD5: 6bbc9ace…, a25bea73…, 2646ac64…, 27ae3e4e….
PUBLISHED_SHA256 = "b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a"

# The training part, the one of which the raw strokes name their writers.
PEN_DIGITS = "pendigits-orig.tra.Z"
PEN_DIGITS_MIRRORS = ("https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/",)
PEN_DIGITS_MOST = 64_000_000  # bytes of text; the published one has 3,641,673

UNSIGNED_BYTE = 8  # idx code of the only value type MNIST uses
GZIP_MAGIC = b"\x1f\x8b"


class DataUnavailable(RuntimeError):
    """The data is not there or not usable; the message says what to put where."""


@dataclass(frozen=True, eq=False)
class Mnist:
    """The data set, as published: 0 is background, 255 full ink. The arrays are read-only."""

    train_images: NDArray[np.uint8]  # (60000, 28, 28)
    train_labels: NDArray[np.uint8]  # (60000,), 0 to 9
    test_images: NDArray[np.uint8]  # (10000, 28, 28)
    test_labels: NDArray[np.uint8]  # (10000,), 0 to 9
    sha256: str  # of the four unpacked files, in the order of PARTS

    @property
    def published(self) -> bool:
        """Whether this is MNIST itself; a local folder may hold something else of its form."""
        return self.sha256 == PUBLISHED_SHA256


def load_mnist(
    folder: Path | None = None,
    *,
    parts: Sequence[Part] = PARTS,
    mirrors: Sequence[str] = MIRRORS,
) -> Mnist:
    """MNIST, or a data set of its form, from wherever it can be had.

    Without a folder the four files are fetched once, checked by hash and kept in the user's cache.
    A local folder may hold any data set of the same form, of any number of images; what is not
    MNIST itself is used with a note on stderr.

    Parameters
    ----------
    folder : holds the four files, packed (.gz) or unpacked; if None, `MNIST_DIR` names it.
    parts, mirrors : other files and places to fetch them from, so that a test needs no network.

    Raises
    ------
    DataUnavailable
        If a file is missing, damaged or cannot be fetched.
    """
    if folder is None and (named := os.environ.get("MNIST_DIR")):
        folder = Path(named)
    paths = _fetched(parts, mirrors) if folder is None else _local(folder.expanduser(), parts)
    raws = [_read(path) for path in paths]
    mnist = Mnist(
        *_decode(paths[0], raws[0], paths[1], raws[1]),
        *_decode(paths[2], raws[2], paths[3], raws[3]),
        sha256=hashlib.sha256(b"".join(raws)).hexdigest(),
    )
    if folder is not None and not mnist.published:
        print(
            f"Note: {folder} holds other data than the published MNIST files (sha256 "
            f"{mnist.sha256[:8]}…, theirs is {PUBLISHED_SHA256[:8]}…).",
            file=sys.stderr,
        )
    return mnist


def load_pen_digits(
    path: Path | None = None,
    *,
    sha256: str = pen_digits.PUBLISHED_SHA256,
    mirrors: Sequence[str] = PEN_DIGITS_MIRRORS,
) -> PenDigits:
    """Pen strokes of digits by 30 writers, from wherever they can be had.

    Without a file they are fetched once, checked by hash and kept in the user's cache. A local
    file may hold any data set of the same form; another one is used with a note on stderr.

    Parameters
    ----------
    path : the text, plain or packed by gzip or `compress`; if None, `PEN_DIGITS` names it.
    sha256, mirrors : another text and places to fetch it from, so that a test needs no network.

    Raises
    ------
    DataUnavailable
        If the file is missing, damaged or cannot be fetched.
    """
    if path is None and (named := os.environ.get("PEN_DIGITS")):
        path = Path(named)
    local = path is not None
    path = path.expanduser() if path else _fetched_pen_digits(sha256, mirrors)
    try:
        digits = pen_digits.parse(_unpacked(path))
    except ValueError as error:
        raise DataUnavailable(
            f"{path} is not a usable file of pen digits ({error}): put an undamaged "
            f"{PEN_DIGITS} in its place."
        ) from error
    if local and not digits.published:
        print(
            f"Note: {path} holds other digits than the published pen digits (sha256 "
            f"{digits.sha256[:8]}…, theirs is {pen_digits.PUBLISHED_SHA256[:8]}…).",
            file=sys.stderr,
        )
    return digits


def parse_idx(raw: bytes) -> NDArray[np.uint8]:
    """The array in an idx file of unsigned bytes, of the shape its header gives; read-only.

    Format: two zero bytes, the value type, the number of dimensions, each dimension as a big-endian
    32-bit number, then the values. Source: yann.lecun.com/exdb/mnist.

    Raises
    ------
    ValueError
        If the header is not such a header, or the length differs from what it announces.
    """
    if len(raw) < 4 or raw[:3] != bytes((0, 0, UNSIGNED_BYTE)):
        raise ValueError(
            f"an idx file of bytes starts with 00 00 08 and the number of dimensions, "
            f"got {raw[:4].hex(' ') or 'nothing'}"
        )
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise ValueError(f"the header takes {start} bytes, the file has {len(raw)}")
    shape = [int.from_bytes(raw[at : at + 4], "big") for at in range(4, start, 4)]
    expected, got = math.prod(shape), len(raw) - start
    if got != expected:
        sides = " × ".join(map(str, shape))
        raise ValueError(f"the header announces {sides} = {expected} values, got {got}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def _fetched(parts: Sequence[Part], mirrors: Sequence[str]) -> list[Path]:
    folder = cache_dir() / "mnist"
    try:
        return [
            fetch(
                part.packed,
                [mirror + part.packed for mirror in mirrors],
                part.packed_sha256,
                folder=folder,
            )
            for part in parts
        ]
    except FetchFailed as error:
        raise DataUnavailable(
            f"MNIST is not on this computer and {error}. Run this again with a network, or put "
            f"{_listed([part.packed for part in parts])} into a folder and name it with "
            "--data DIR or MNIST_DIR."
        ) from error


def _local(folder: Path, parts: Sequence[Part]) -> list[Path]:
    if not folder.is_dir():
        raise DataUnavailable(
            f"{folder}, named by --data or MNIST_DIR, is not a folder: name the one that holds "
            f"{_listed([part.packed for part in parts])}, or name none to have them fetched."
        )
    paths, missing = [], []
    for part in parts:
        there = [path for path in (folder / part.name, folder / part.packed) if path.is_file()]
        if there:
            paths.append(there[0])
        else:
            missing.append(part.packed)
    if missing:
        raise DataUnavailable(
            f"{folder}, named by --data or MNIST_DIR, lacks {_listed(missing)}: put it there, "
            "packed or unpacked, or name no folder to have everything fetched."
        )
    return paths


def _fetched_pen_digits(sha256: str, mirrors: Sequence[str]) -> Path:
    def content(raw: bytes) -> bytes:
        return lzw.decompress(raw, most=PEN_DIGITS_MOST)

    try:
        return fetch(
            PEN_DIGITS, [mirror + PEN_DIGITS for mirror in mirrors], sha256, unpack=content
        )
    except FetchFailed as error:
        raise DataUnavailable(
            f"The pen digits are not on this computer and {error}. Run this again with a network, "
            f"or name a copy of {PEN_DIGITS} with --pen-digits FILE or PEN_DIGITS."
        ) from error


def _read(path: Path) -> bytes:
    try:
        return _unpacked(path)
    except ValueError as error:
        raise _unusable(path, str(error)) from error


def _unpacked(path: Path) -> bytes:
    """The unpacked content. The bytes tell whether it is packed: some browsers unpack silently."""
    try:
        raw = path.read_bytes()
        if raw.startswith(lzw.Z_MAGIC):
            return lzw.decompress(raw, most=PEN_DIGITS_MOST)
        return gzip.decompress(raw) if raw.startswith(GZIP_MAGIC) else raw
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError) as error:
        raise ValueError(f"it is cut off or damaged ({error})") from error
    except OSError as error:
        raise DataUnavailable(f"{path} cannot be read: {error.strerror}.") from error


def _decode(
    images_path: Path, images_raw: bytes, labels_path: Path, labels_raw: bytes
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Images (n, 28, 28) and labels (n,), checked against each other."""
    images, labels = _array(images_path, images_raw), _array(labels_path, labels_raw)
    if images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise _unusable(images_path, f"images must be of shape (n, 28, 28), got {images.shape}")
    if labels.ndim != 1:
        raise _unusable(labels_path, f"labels must be of shape (n,), got {labels.shape}")
    if len(images) != len(labels) or not len(labels):
        raise _unusable(
            labels_path,
            f"one label for each image is expected, got {len(labels)} for {len(images)} images",
        )
    if labels.max() >= CLASSES:
        raise _unusable(labels_path, f"labels must be 0 to 9, got {labels.max()}")
    return images, labels


def _array(path: Path, raw: bytes) -> NDArray[np.uint8]:
    try:
        return parse_idx(raw)
    except ValueError as error:
        raise _unusable(path, str(error)) from error


def _unusable(path: Path, why: str) -> DataUnavailable:
    return DataUnavailable(
        f"{path} is not a usable MNIST file, {why}: put an undamaged copy in its place."
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]


def main() -> int:
    parser = argparse.ArgumentParser(description="Fetch the data once, or check local files.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="a folder with the four files")
    parser.add_argument("--pen-digits", type=Path, metavar="FILE", help=f"a copy of {PEN_DIGITS}")
    options = parser.parse_args()
    status = 0
    try:
        mnist = load_mnist(options.data)
        print(
            f"{len(mnist.train_labels)} training and {len(mnist.test_labels)} test images, "
            f"sha256 {mnist.sha256}"
        )
    except DataUnavailable as error:
        print(error, file=sys.stderr)
        status = 1
    # Whoever names the one kind of file alone wants no other fetched.
    if options.pen_digits or os.environ.get("PEN_DIGITS") or not options.data:
        try:
            digits = load_pen_digits(options.pen_digits)
            print(f"{len(digits.labels)} digits as pen strokes, sha256 {digits.sha256}")
        except DataUnavailable as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
