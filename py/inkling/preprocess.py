"""From ink of any size to the 28x28 image the network sees: MNIST's way, and two steps more.

Ink is found, cropped, set upright, brought to a usual stroke width, fitted into 20x20 and placed
with its centre of mass at the centre. The same code serves pad, files, data sets and training.
Source of the form: LeCun et al. 1998, Proceedings of the IEEE 86(11), section III.A.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .constants import BOX_SIDE, IMAGE_SIDE, PIXELS

Floats = NDArray[np.floating]

INK_FLOOR = 0.1
"""Values below this are paper when the ink's box is sought: anti-aliasing and noise, not ink."""

WORKING_SIDE = 4 * BOX_SIDE
"""Longer side of the picture that is set upright and evened, in pixels: fine enough that shifting
rows by fractions blurs nothing the network could see, small enough to follow a pen."""

STEEPEST = 1.0
"""Largest slant undone, as tangent; beyond it a stroke lies rather than slants."""

THINNEST, THICKEST = 1.6, 3.6
"""Stroke widths left as they are, in pixels of the 20x20 box: MNIST's own lie there (1st to 95th
percentile, by the measure of `stroke_width`)."""


class BlankInk(ValueError):
    """There is no ink to prepare."""


@dataclass(frozen=True)
class Box:
    """Rows top..bottom and columns left..right of a picture; the ends are not included."""

    top: int
    left: int
    bottom: int
    right: int

    def cut(self, picture: NDArray) -> NDArray:
        """The part of a picture (h, w, …) inside the box, not copied."""
        return picture[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True)
class Stages:
    """Every picture on the road from ink to image, for the page to show.

    Attributes
    ----------
    ink : (h, w) float32 in [0, 1], as handed in.
    box : where in `ink` the ink was found.
    cropped : that part of `ink`, its longer side scaled to WORKING_SIDE, its blackest value 1.
    upright : `cropped` without its slant.
    evened : `upright` with a usual stroke width.
    image : (28, 28) float32 in [0, 1]; `evened` scaled so that its longer side is 20, its centre
        of mass at the centre.
    """

    ink: Floats
    box: Box
    cropped: Floats
    upright: Floats
    evened: Floats
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
    cropped = fit(box.cut(ink), WORKING_SIDE)
    cropped /= cropped.max()
    upright = deskew(cropped)
    evened = even_width(upright)
    return Stages(ink, box, cropped, upright, evened, place(evened))


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


@lru_cache(maxsize=256)
def resampling_weights(source: int, target: int) -> Floats:
    """Matrix (target, source) float32 that scales one axis; each row sums to 1.

    Shrinking, a target pixel is the mean of what it covers: its share of every source pixel.
    Growing, it lies between the two nearest source pixels' centres.
    """
    scale = source / target
    if scale >= 1:
        weights = _overlaps(np.arange(target + 1) * scale, source) / scale
    else:
        centres = ((np.arange(target) + 0.5) * scale - 0.5).clip(0, source - 1)
        weights = (1 - np.abs(centres[:, None] - np.arange(source))).clip(0)
    return weights.astype(np.float32)


def _overlaps(edges: NDArray, pixels: int) -> NDArray:
    """How much of each source pixel lies between neighbouring edges, (len(edges) - 1, pixels)."""
    starts, ends = edges[:-1, None], edges[1:, None]
    left = np.arange(pixels)
    return (np.minimum(ends, left + 1) - np.maximum(starts, left)).clip(0)


def centre_of_mass(ink: Floats) -> tuple[float, float]:
    """Row and column of the mean ink, in pixels; the first pixel's centre is at 0.5."""
    total = float(ink.sum())
    row = float(ink.sum(axis=1) @ (np.arange(ink.shape[0]) + 0.5)) / total
    column = float(ink.sum(axis=0) @ (np.arange(ink.shape[1]) + 0.5)) / total
    return row, column


def slant(ink: Floats) -> float:
    """How far the ink leans to the left on its way down, as tangent, at most STEEPEST.

    The slope of the regression of columns on rows, from the second moments.
    Source: LeCun et al. 1998, section III.A (deskewed database).
    """
    row, column = centre_of_mass(ink)
    rows = np.arange(ink.shape[0], dtype=np.float32) + np.float32(0.5 - row)
    columns = np.arange(ink.shape[1], dtype=np.float32) + np.float32(0.5 - column)
    variance = float(ink.sum(axis=1) @ rows**2)
    covariance = float(rows @ (ink @ columns))
    return float(np.clip(-covariance / max(variance, 1e-6), -STEEPEST, STEEPEST))


def deskew(ink: Floats) -> Floats:
    """Shift every row of a picture so that its ink does not lean; the result is cropped."""
    height, width = ink.shape
    shifts = slant(ink) * (np.arange(height) + 0.5)
    shifts -= shifts.min()
    wider = width + int(np.ceil(shifts.max())) + 1
    # Column x of the result lies at x - shift in the row, between two of its pixels.
    places = np.arange(wider) - shifts[:, None]
    left = np.floor(places).astype(np.intp)
    share = (places - left).astype(np.float32)
    padded = np.zeros((height, width + 2), np.float32)
    padded[:, 1:-1] = ink
    before = np.take_along_axis(padded, (left + 1).clip(0, width + 1), axis=1)
    behind = np.take_along_axis(padded, (left + 2).clip(0, width + 1), axis=1)
    upright = before + share * (behind - before)
    return find_box(upright).cut(upright)


def stroke_width(ink: Floats) -> float:
    """Mean width of the strokes in pixels: twice the area by the length of the outline.

    The outline is measured as total variation, so grey edges need no threshold.
    """
    padded = np.pad(ink, 1)
    across = np.diff(padded, axis=1)[:-1]
    down = np.diff(padded, axis=0)[:, :-1]
    return 2 * float(ink.sum()) / max(float(np.sqrt(across**2 + down**2).sum()), 1e-6)


def even_width(ink: Floats) -> Floats:
    """Thicken strokes below THINNEST and thin those above THICKEST; others stay as they are."""
    scale = max(ink.shape) / BOX_SIDE
    width = stroke_width(ink) / scale
    if width < THINNEST:
        # The picture grows with its strokes, by which they get thinner again in the 20x20 box.
        return _grow(ink, scale * (THINNEST - width) / (2 - 2 * THINNEST / BOX_SIDE))
    if width > THICKEST:
        # Thinning ink is growing paper. A blot has no width to lose without vanishing.
        radius = scale * (width - THICKEST) / (2 - 2 * THICKEST / BOX_SIDE)
        thinned = 1 - _grow(1 - ink, radius, outside=1.0)
        if thinned.max() >= 0.5:
            return find_box(thinned).cut(thinned)
    return ink


def _grow(ink: Floats, radius: float, *, outside: float = 0.0) -> Floats:
    """Each value becomes the largest within a disc of `radius` pixels; the picture gets larger.

    The disc's edge counts in part, so that the radius need not be whole.
    """
    reach = int(np.ceil(radius))
    height, width = (side + 2 * reach for side in ink.shape)
    padded = np.pad(ink, 2 * reach, constant_values=outside)
    grown = np.zeros((height, width), np.float32)
    for down in range(2 * reach + 1):
        for right in range(2 * reach + 1):
            inside = radius + 1 - np.hypot(down - reach, right - reach)
            if inside > 0:
                shifted = padded[down : down + height, right : right + width]
                np.maximum(grown, shifted * np.float32(min(inside, 1)), out=grown)
    return grown


def place(ink: Floats) -> Floats:
    """Scale a picture so that its longer side is 20, with its centre of mass at that of 28x28.

    Both at once and by area, so that where between two pixels the ink lay does not matter. Ink is
    never cut off: where that would happen, the picture stops at the edge.
    """
    scale = max(ink.shape) / BOX_SIDE
    rows, columns = (
        _placing_weights(side, middle, scale)
        for side, middle in zip(ink.shape, centre_of_mass(ink), strict=True)
    )
    return (rows @ ink @ columns.T).clip(0, 1)


def _placing_weights(source: int, middle: float, scale: float) -> Floats:
    half = IMAGE_SIDE / 2
    middle = min(max(middle, source - half * scale), half * scale)
    edges = middle + (np.arange(IMAGE_SIDE + 1) - half) * scale
    return (_overlaps(edges, source) / scale).astype(np.float32)
