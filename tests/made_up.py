"""Made-up digits in MNIST's own form, for tests that must not depend on any data set."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Per digit, which segments of a pocket calculator are lit: top, upper left, upper right, middle,
# lower left, lower right, bottom.
SEGMENTS = (
    "1110111",
    "0010010",
    "1011101",
    "1011011",
    "0111010",
    "1101011",
    "1101111",
    "1010010",
    "1111111",
    "1111011",
)


def draw_digit(label: int, *, thickness: int = 2, top: int = 5, left: int = 8) -> NDArray[np.uint8]:
    """A calculator's digit as ink (28, 28) uint8, 18 high and 11 wide; 255 is ink."""
    ink = np.zeros((28, 28), np.uint8)
    middle, bottom, right = top + 8, top + 18, left + 11
    segments = (
        (slice(top, top + thickness), slice(left, right)),
        (slice(top, middle + thickness), slice(left, left + thickness)),
        (slice(top, middle + thickness), slice(right - thickness, right)),
        (slice(middle, middle + thickness), slice(left, right)),
        (slice(middle, bottom), slice(left, left + thickness)),
        (slice(middle, bottom), slice(right - thickness, right)),
        (slice(bottom - thickness, bottom), slice(left, right)),
    )
    for lit, segment in zip(SEGMENTS[label], segments, strict=True):
        if lit == "1":
            ink[segment] = 255
    return ink


def draw_digits(count: int, *, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Inks (count, 28, 28) of varied thickness, place and darkness, and their labels (count,)."""
    rng = np.random.default_rng(seed)
    inks = np.zeros((count, 28, 28), np.uint8)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    for ink, label in zip(inks, labels, strict=True):
        thickness, top, left = rng.integers((1, 1, 1), (5, 9, 16))
        drawn = draw_digit(label, thickness=thickness, top=top, left=left)
        ink[:] = np.where(drawn, 255 - rng.integers(0, 120, drawn.shape), 0)
    return inks, labels


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """Write bytes as MNIST's files hold them: a big-endian header, then the values."""
    sides = b"".join(side.to_bytes(4, "big") for side in values.shape)
    path.write_bytes(bytes((0, 0, 8, values.ndim)) + sides + values.tobytes())


def write_data_set(folder: Path, *, training: int, test: int) -> None:
    """Write the four files of a data set of so many images, unpacked."""
    for split, count, seed in (("train", training, 1), ("t10k", test, 2)):
        inks, labels = draw_digits(count, seed=seed)
        write_idx(folder / f"{split}-images-idx3-ubyte", inks)
        write_idx(folder / f"{split}-labels-idx1-ubyte", labels)


def unipen(digits: Sequence[tuple[int, int, Sequence]]) -> str:
    """Pen digits as UCI writes them, from label, writer and strokes of whole (x, y), y upwards."""
    lines = ['.LEXICON "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"', ".HIERARCHY DIGIT"]
    first = 0  # number of the digit's first stroke
    for number, (label, writer, strokes) in enumerate(digits):
        last = first + len(strokes) - 1
        numbers = f"{first}-{last}" if last > first else first
        first = last + 1
        lines += [f'.SEGMENT DIGIT {numbers} ? "{label}"', f".COMMENT {label} {writer:2} {number}"]
        for stroke in strokes:
            lines += [".PEN_DOWN", *(f" {x}  {y}" for x, y in stroke), ".PEN_UP", ".DT 100"]
    return "\n".join(lines) + "\n"
