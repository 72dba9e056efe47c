"""Draws strokes as the page's pad does, so that strokes need no browser to become ink.

A stroke is a line of even width with round caps and joins, anti-aliased. Which strokes is left to
the callers. The page's own brush is paintStrokes in web/pad.js.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating]

PAD_SIDE = 280
"""Side of the page's pad in its own units, which strokes are given in (web/settings.js)."""

SHORTEST_PATCH = 4.0
"""Pixels of line worth a patch of its own: below that, more patches cost more than larger ones."""


def draw(strokes: Sequence[ArrayLike], *, width: float, side: int = PAD_SIDE) -> NDArray[np.uint8]:
    """Draw strokes on an empty pad.

    Parameters
    ----------
    strokes : each (n, 2), n >= 1: x to the right and y downwards in pad units, the pad being
        0..PAD_SIDE both ways. What lies outside is cut off. One point makes a dot.
    width : of the brush in pad units, above 0.
    side : of the picture in pixels; everything is scaled from PAD_SIDE to it.

    Returns
    -------
    ink : (side, side) uint8; 0 = paper, 255 = ink.

    Raises
    ------
    ValueError
        If a stroke has another shape or values that are not finite, or a size is not above 0.
    """
    if not (np.isfinite(width) and width > 0):
        raise ValueError(f"width must be a finite number above 0, got {width}")
    if side < 1:
        raise ValueError(f"side must be at least 1, got {side}")
    scale = side / PAD_SIDE
    brush = width * scale
    lines = [as_points(stroke) * scale for stroke in strokes]
    starts = np.concatenate([np.empty((0, 2)), *(line[: max(1, len(line) - 1)] for line in lines)])
    ends = np.concatenate([np.empty((0, 2)), *(line[min(1, len(line) - 1) :] for line in lines)])
    reach = brush / 2 + 1
    starts, ends = cut(starts, ends, -reach, side + reach)
    coverage = cover(*split(starts, ends, max(SHORTEST_PATCH, brush)), brush, side)
    return (coverage * 255 + 0.5).astype(np.uint8)


def as_points(stroke: ArrayLike) -> Floats:
    """A stroke as (n, 2) float64; ValueError if it is not one."""
    points = np.asarray(stroke, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError(f"a stroke must have shape (points, 2), got {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError("a stroke's points must be finite, got NaN or infinity")
    return points


def cut(starts: Floats, ends: Floats, low: float, high: float) -> tuple[Floats, Floats]:
    """The parts of segments (n, 2) to (n, 2) inside the square low..high; those outside go.

    Source: Liang and Barsky 1984, ACM Transactions on Graphics 3(1).
    """
    inside = ((starts >= low) & (starts <= high) & (ends >= low) & (ends <= high)).all()
    if inside:
        return starts, ends
    along = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (low - starts) / along, (high - starts) / along
    still = along == 0
    within = (starts >= low) & (starts <= high)
    enter = np.where(still, np.where(within, -np.inf, np.inf), np.minimum(first, second))
    leave = np.where(still, np.where(within, np.inf, -np.inf), np.maximum(first, second))
    enter, leave = enter.max(axis=1).clip(min=0), leave.min(axis=1).clip(max=1)
    kept = enter <= leave
    starts, along = starts[kept], along[kept]
    return starts + along * enter[kept, None], starts + along * leave[kept, None]


def split(starts: Floats, ends: Floats, longest: float) -> tuple[Floats, Floats]:
    """The same segments in pieces of at most `longest`."""
    along = ends - starts
    pieces = np.maximum(1, np.ceil(np.hypot(along[:, 0], along[:, 1]) / longest)).astype(np.intp)
    of = np.repeat(np.arange(len(starts)), pieces)
    place = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    step = (along / pieces[:, None])[of]
    begin = starts[of] + step * place[:, None]
    return begin, begin + step


def cover(starts: Floats, ends: Floats, brush: float, side: int) -> Floats:
    """How much of each pixel lines of width `brush` cover: (side, side) float32 in [0, 1].

    A line covers a pixel by how far its edge lies beyond the pixel's centre. Thinner than a pixel,
    it covers at most its own width. Each segment is measured on its own patch of the picture.
    """
    along = ends - starts
    longest = float(np.abs(along).max(initial=0))
    patch = int(np.ceil(brush + longest)) + 3
    corner = np.floor((starts + ends - patch) / 2).astype(np.intp)
    offsets = np.arange(patch)
    margin = patch + int(np.ceil(brush)) + 2
    wide = side + 2 * margin

    # Pixel centres as seen from each segment's start, one axis at a time: (segments, patch).
    x = (corner[:, :1] + offsets + 0.5 - starts[:, :1]).astype(np.float32)
    y = (corner[:, 1:] + offsets + 0.5 - starts[:, 1:]).astype(np.float32)
    length = np.maximum((along * along).sum(axis=1), 1e-12)
    unit = (along / length[:, None]).astype(np.float32)
    along = along.astype(np.float32)
    share = (y * unit[:, 1:])[:, :, None] + (x * unit[:, :1])[:, None, :]
    np.clip(share, 0, 1, out=share)
    from_x = x[:, None, :] - share * along[:, 0, None, None]
    from_y = y[:, :, None] - share * along[:, 1, None, None]
    distance = np.sqrt(from_x * from_x + from_y * from_y)
    coverage = np.clip(np.float32(brush / 2 + 0.5) - distance, 0, np.float32(min(1, brush)))

    rows = (corner[:, 1:] + offsets + margin) * wide
    places = rows[:, :, None] + (corner[:, :1] + offsets + margin)[:, None, :]
    field = np.zeros(wide * wide, np.float32)
    np.maximum.at(field, places.ravel(), coverage.ravel())
    return field.reshape(wide, wide)[margin:-margin, margin:-margin]
