"""Small distortions of training images: turned, scaled, sheared, shifted, bent, thinner or thicker.

Images come prepared (28x28) and stay so; what they are of is left to the callers.
Source: Simard, Steinkraus, Platt 2003, ICDAR, "Best practices for convolutional neural networks
applied to visual document analysis" (affine and elastic distortion).
"""

from dataclasses import dataclass, fields

import numpy as np

from .constants import IMAGE_SIDE, PIXELS
from .network import Floats


@dataclass(frozen=True)
class Strength:
    """How far distortions go; every value is drawn anew for every group of images."""

    turn: float = 0.06  # standard deviation, radians
    scale: float = 0.06  # largest share, each axis on its own
    shear: float = 0.06  # largest share
    shift: float = 0.3  # standard deviation, pixels
    bend: float = 0.6  # standard deviation of the elastic displacement, pixels
    width: float = 0.8  # largest share on the way to the neighbours' maximum or minimum

    def times(self, factor: float) -> "Strength":
        """The same mix, further or less far; a share stays below 1."""
        scaled = {field.name: getattr(self, field.name) * factor for field in fields(self)}
        return Strength(**{**scaled, "width": min(1.0, scaled["width"])})


class Distorter:
    """Distorts batches of images, fast enough to stay behind a small network's own arithmetic.

    Computing where every pixel comes from costs more than moving pixels. So a bank of such fields
    is made once, and neighbours in a (shuffled) batch share one, `GROUP` images at a time.
    """

    GROUP = 32

    def __init__(
        self, *, rng: np.random.Generator, strength: Strength | None = None, bank: int = 2000
    ) -> None:
        """Draw a bank of so many fields; about 10 kB and 0.1 ms each."""
        self.strength = strength or Strength()
        columns, rows = _fields(bank, self.strength, rng)
        left, above = columns.astype(np.int32), rows.astype(np.int32)
        self._corner = (above * IMAGE_SIDE + left).reshape(bank, PIXELS)
        self._right = (columns - left).astype(np.float32).reshape(bank, PIXELS, 1)
        self._below = (rows - above).astype(np.float32).reshape(bank, PIXELS, 1)

    def __call__(self, images: Floats, rng: np.random.Generator) -> Floats:
        """Distorted copies of images (n, 784) float32 in [0, 1]."""
        # Pixels first: then a field moves whole rows of memory instead of single numbers.
        pixels = np.ascontiguousarray(images.T)
        for start in range(0, pixels.shape[1], self.GROUP):
            part = slice(start, start + self.GROUP)
            moved = self._move(pixels[:, part], int(rng.integers(len(self._corner))))
            pixels[:, part] = _change_width(moved, rng.uniform(-1, 1) * self.strength.width)
        return np.ascontiguousarray(pixels.T)

    def _move(self, pixels: Floats, index: int) -> Floats:
        """Bilinear interpolation of (784, n) at the places of one field."""
        corner, right, below = self._corner[index], self._right[index], self._below[index]
        upper = pixels[corner]
        upper += right * (pixels[corner + 1] - upper)
        lower = pixels[corner + IMAGE_SIDE]
        lower += right * (pixels[corner + IMAGE_SIDE + 1] - lower)
        lower -= upper
        lower *= below
        upper += lower
        return upper


def _fields(
    count: int, strength: Strength, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Column and row each pixel is taken from, (count, 28, 28) both, inside the picture."""
    middle = (IMAGE_SIDE - 1) / 2
    rows, columns = np.mgrid[:IMAGE_SIDE, :IMAGE_SIDE] - middle
    turn = rng.normal(0, strength.turn, (count, 1, 1))
    wide, high = 1 + rng.uniform(-strength.scale, strength.scale, (2, count, 1, 1))
    shear = rng.uniform(-strength.shear, strength.shear, (count, 1, 1))
    shifts = rng.normal(0, strength.shift, (2, count, 1, 1))
    bends = _smooth_noise(count, rng) * strength.bend
    skewed = wide * columns + shear * rows
    upright = high * rows
    from_column = np.cos(turn) * skewed - np.sin(turn) * upright + shifts[0] + bends[0]
    from_row = np.sin(turn) * skewed + np.cos(turn) * upright + shifts[1] + bends[1]
    # The last pixel's right and lower neighbours must exist.
    most = IMAGE_SIDE - 1 - 1e-3
    return (from_column + middle).clip(0, most), (from_row + middle).clip(0, most)


def _smooth_noise(count: int, rng: np.random.Generator) -> np.ndarray:
    """Noise (2, count, 28, 28) of unit deviation at the knots of a coarse grid, smooth between."""
    knots = 5
    places = np.linspace(0, knots - 1, IMAGE_SIDE)
    distance = np.abs(places[:, None] - np.arange(knots)).clip(0, 1)
    weights = 0.5 * (1 + np.cos(np.pi * distance))
    return weights @ rng.normal(0, 1, (2, count, knots, knots)) @ weights.T


def _change_width(pixels: Floats, amount: float) -> Floats:
    """Thicken (amount > 0) or thin (784, n) towards the extreme of the four neighbours."""
    picture = pixels.reshape(IMAGE_SIDE, IMAGE_SIDE, -1)
    pick = np.maximum if amount > 0 else np.minimum
    extreme = picture.copy()
    pick(extreme[1:], picture[:-1], out=extreme[1:])
    pick(extreme[:-1], picture[1:], out=extreme[:-1])
    pick(extreme[:, 1:], picture[:, :-1], out=extreme[:, 1:])
    pick(extreme[:, :-1], picture[:, 1:], out=extreme[:, :-1])
    # Thinning goes half as far: a thin stroke would vanish.
    share = np.float32(amount if amount > 0 else -amount / 2)
    extreme -= picture
    extreme *= share
    extreme += picture
    return extreme.reshape(pixels.shape)
