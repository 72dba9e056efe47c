"""From ink of any size to the 28x28 image the network sees, made as MNIST itself was made.

Ink is found, cropped, fitted into 20x20 and placed with its centre of mass at the centre. Where
the ink comes from (pad, file, data set) is left to the callers.
Source: LeCun et al. 1998, Proceedings of the IEEE 86(11), section III.A (regular database).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .constants import BOX_SIDE, IMAGE_SIDE, PIXELS

Floats = NDArray[np.floating]

INK_FLOOR = 0.1
"""Values below this are paper when the ink's box is sought: anti-aliasing and noise, not ink."""

TIE = 1e-3
"""Pixels by which a centre of mass exactly between two places, as symmetric ink has it, is moved:
otherwise the last digits of a sum, which differ between systems, would choose the place."""


class BlankInk(ValueError):
    """There is no ink to prepare."""


@dataclass(frozen=True)
class Box:
    """Rows top..bottom and columns left..right of a picture; the ends are not included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Stages:
    """Every picture on the road from ink to image, for the page to show.

    Attributes
    ----------
    ink : (h, w) float32 in [0, 1], as handed in.
    box : where in `ink` the ink was found.
    cropped : `ink` inside `box`.
    fitted : `cropped` scaled so that its longer side is 20.
    image : (28, 28) float32 in [0, 1]; `fitted` with its centre of mass at the centre.
    """

    ink: Floats
    box: Box
    cropped: Floats
    fitted: Floats
    image: Floats


def prepare(ink: NDArray) -> Stages:
    """Take ink to the image the network sees.

    Parameters
    ----------
    ink : (h, w); uint8 0..255 or floats in [0, 1]; 0 is paper.

    Raises
    ------
    BlankInk
        If no value reaches INK_FLOOR.
    ValueError
        If `ink` is not a picture of at least 1x1, or holds values that are not finite.
    """
    ink = as_floats(ink)
    box = find_box(ink)
    cropped = ink[box.top : box.bottom, box.left : box.right]
    fitted = fit(cropped, BOX_SIDE)
    return Stages(ink, box, cropped, fitted, centre(fitted, IMAGE_SIDE))


def prepare_all(inks: NDArray) -> Floats:
    """Images (n, 784) float32 of a stack of inks (n, h, w); blank ones become all paper."""
    images = np.zeros((len(inks), PIXELS), np.float32)
    for row, ink in zip(images, inks, strict=True):
        try:
            row[:] = prepare(ink).image.ravel()
        except BlankInk:
            continue
    return images


def as_floats(ink: NDArray) -> Floats:
    """`ink` as float32 in [0, 1], values outside clipped; bytes are divided by 255."""
    if ink.ndim != 2 or min(ink.shape) < 1:
        raise ValueError(f"ink must be a picture (height, width), got shape {ink.shape}")
    if ink.dtype == np.uint8:
        return ink.astype(np.float32) / np.float32(255)
    values = ink.astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError("ink must be finite, got NaN or infinity")
    return values.clip(0, 1)


def find_box(ink: Floats) -> Box:
    """The smallest box that holds all ink of at least INK_FLOOR; BlankInk if there is none."""
    marked = ink >= INK_FLOOR
    rows = np.flatnonzero(marked.any(axis=1))
    columns = np.flatnonzero(marked.any(axis=0))
    if rows.size == 0:
        raise BlankInk("there is no ink")
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def fit(ink: Floats, side: int) -> Floats:
    """Scale a picture so that its longer side is `side`, keeping the aspect; at least 1 wide."""
    height, width = ink.shape
    scale = side / max(height, width)
    return resample(ink, max(1, round(height * scale)), max(1, round(width * scale)))


def resample(ink: Floats, height: int, width: int) -> Floats:
    """Scale a picture to (height, width): by area where it shrinks, linearly where it grows."""
    down = resampling_weights(ink.shape[0], height)
    across = resampling_weights(ink.shape[1], width)
    return (down @ ink @ across.T).clip(0, 1)


def resampling_weights(source: int, target: int) -> Floats:
    """Matrix (target, source) float32 that scales one axis; each row sums to 1.

    Shrinking, a target pixel is the mean of what it covers: its share of every source pixel.
    Growing, it lies between the two nearest source pixels' centres.
    """
    scale = source / target
    if scale >= 1:
        edges = np.arange(target + 1) * scale
        starts, ends = edges[:-1, None], edges[1:, None]
        pixels = np.arange(source)
        weights = np.minimum(ends, pixels + 1) - np.maximum(starts, pixels)
        weights = weights.clip(0) / scale
    else:
        centres = ((np.arange(target) + 0.5) * scale - 0.5).clip(0, source - 1)
        weights = (1 - np.abs(centres[:, None] - np.arange(source))).clip(0)
    return weights.astype(np.float32)


def centre_of_mass(ink: Floats) -> tuple[float, float]:
    """Row and column of the mean ink, in pixels; the first pixel's centre is at 0.5."""
    total = float(ink.sum())
    row = float(ink.sum(axis=1) @ (np.arange(ink.shape[0]) + 0.5)) / total
    column = float(ink.sum(axis=0) @ (np.arange(ink.shape[1]) + 0.5)) / total
    return row, column


def centre(ink: Floats, side: int) -> Floats:
    """Place a picture in a (side, side) field, its centre of mass at the centre to half a pixel.

    Ink is never cut off: where the shift would do that, it stops at the edge.
    """
    height, width = ink.shape
    row, column = centre_of_mass(ink)
    top = min(max(round(side / 2 - row - TIE), 0), side - height)
    left = min(max(round(side / 2 - column - TIE), 0), side - width)
    field = np.zeros((side, side), np.float32)
    field[top : top + height, left : left + width] = ink
    return field
