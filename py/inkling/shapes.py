"""Which shapes the ink of a picture may fall into: its pieces, and where one could be cut.

Geometry alone: whether a shape is a digit, and which of several ways to divide the ink is right,
is judged in refuse.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .pieces import Pieces, find_pieces
from .preprocess import INK_FLOOR, Box, Floats, find_box, stroke_width

DOT = 0.3
"""Pieces longer than this share of the longest are no dots, however solid."""

SPECK = 0.07
"""Pieces shorter than this share of the longest are dots, whatever their shape."""

NEAR = 0.4
"""A dot further above or below the rest than this share of the rest's height is no part of it; the
dots of i, j, ! and ? are nearer."""

OVER = 0.6
"""Share of the narrower one's width by which two pieces lie above each other to be of one shape:
the bar of a 5, the second stroke of a 4."""

MOST = 12
"""Shapes told apart in one picture; beyond, neighbours are taken together."""

CUTS = 5
"""Places tried at most to cut a shape of touching digits."""

WIDE = 0.85
"""Least width of a shape to be cut, as a share of its height: nine of ten pairs that touch have it,
and a third of letters."""

SLIVER = 0.15
"""Least distance of cuts, as a share of the shape's shorter side."""


@dataclass(frozen=True, eq=False)
class Shape:
    """Some of the ink of a picture; equal to no other, so that it can be a key.

    Attributes
    ----------
    ink : (box height, box width) float32 in [0, 1]; without what else lies in the box.
    box : where in the picture it is.
    """

    ink: Floats
    box: Box

    @property
    def height(self) -> int:
        return self.box.bottom - self.box.top

    @property
    def width(self) -> int:
        return self.box.right - self.box.left


def shape_in(ink: Floats, *, top: int = 0, left: int = 0) -> Shape:
    """All ink of (a part of) a picture as one shape; BlankInk if there is none.

    Parameters
    ----------
    top, left : where in the picture the part lies.
    """
    box = find_box(ink)
    moved = Box(box.top + top, box.left + left, box.bottom + top, box.right + left)
    return Shape(box.cut(ink), moved)


def join(shapes: Sequence[Shape]) -> Shape:
    """Shapes of one picture taken together."""
    if len(shapes) == 1:
        return shapes[0]
    box = Box(
        min(shape.box.top for shape in shapes),
        min(shape.box.left for shape in shapes),
        max(shape.box.bottom for shape in shapes),
        max(shape.box.right for shape in shapes),
    )
    ink = np.zeros((box.bottom - box.top, box.right - box.left), np.float32)
    for shape in shapes:
        rows = slice(shape.box.top - box.top, shape.box.bottom - box.top)
        columns = slice(shape.box.left - box.left, shape.box.right - box.left)
        np.maximum(ink[rows, columns], shape.ink, out=ink[rows, columns])
    return Shape(ink, box)


def find_shapes(whole: Shape, *, down: bool = False) -> list[Shape]:
    """The pieces of a shape that may be digits of their own, left to right or top to bottom.

    Pieces above each other (or, `down`, side by side) are taken together. Dots belong to the
    nearest of the others, stray ones to none.
    """
    pieces = find_pieces(whole.ink >= INK_FLOOR)
    if len(pieces.areas) == 1:
        return [whole]
    owners = _owners(pieces, stroke_width(whole.ink), down=down)
    owner = np.concatenate([[-1], owners])[pieces.labels]
    # Ink below the floor hangs together with nothing and is left out.
    return [
        shape_in(np.where(owner == index, whole.ink, 0), top=whole.box.top, left=whole.box.left)
        for index in range(owners.max() + 1)
    ]


def _owners(pieces: Pieces, brush: float, *, down: bool) -> NDArray[np.intp]:
    """Of each piece the number of its shape, in their order; -1 for stray dots."""
    spans = pieces.boxes[:, [0, 2, 1, 3] if down else [1, 3, 0, 2]].astype(float)
    starts, ends, lows, highs = spans.T
    wide, high = ends - starts, highs - lows
    lengths = np.maximum(wide, high)
    solid = (pieces.areas > 0.5 * wide * high) & (lengths < 2.5 * np.minimum(wide, high))
    dots = (lengths < SPECK * lengths.max()) | (solid & (lengths < DOT * lengths.max()))
    # Of a picture full of pieces, the largest will do.
    dots[np.argsort(-lengths)[4 * MOST :]] = True

    groups = [[index] for index in np.flatnonzero(~dots)[np.argsort(starts[~dots])]]
    edges = [list(spans[group[0]]) for group in groups]
    _merge(groups, edges)
    owners = np.full(len(spans), -1)
    for number, group in enumerate(groups):
        owners[group] = number
    rest = np.array(edges)
    for dot in np.flatnonzero(dots):
        across = np.maximum(rest[:, 0] - ends[dot], starts[dot] - rest[:, 1]).clip(0)
        along = np.maximum(rest[:, 2] - highs[dot], lows[dot] - rest[:, 3]).clip(0)
        nearest = int(np.hypot(across, along).argmin())
        height = rest[nearest, 3] - rest[nearest, 2]
        if across[nearest] <= brush and along[nearest] <= max(NEAR * height, brush):
            owners[dot] = nearest
    return owners


def _merge(groups: list[list[int]], edges: list[list[float]]) -> None:
    """Take groups together, in place, that lie above each other, and the closest beyond MOST."""
    while len(groups) > 1:
        starts, ends = np.array(edges)[:, :2].T
        widths = np.maximum(np.minimum(ends - starts, (ends - starts)[:, None]), 1)
        overlaps = np.minimum(ends, ends[:, None]) - np.maximum(starts, starts[:, None])
        shares = overlaps / widths
        np.fill_diagonal(shares, -np.inf)
        first, second = sorted(divmod(int(shares.argmax()), len(groups)))
        if shares[first, second] < OVER:
            if len(groups) <= MOST:
                return
            gaps = starts[1:] - np.maximum.accumulate(ends)[:-1]
            first = int(gaps.argmin())
            second = first + 1
        groups[first] += groups.pop(second)
        other = edges.pop(second)
        mine = edges[first]
        edges[first] = [
            min(mine[0], other[0]),
            max(mine[1], other[1]),
            min(mine[2], other[2]),
            max(mine[3], other[3]),
        ]


def slices(shape: Shape) -> list[Shape]:
    """A shape cut from top to bottom where there is least ink to cut, left to right.

    Only the shape itself if it is so narrow that two digits could hardly touch in it.
    """
    height, width = shape.ink.shape
    if width < WIDE * height or width < 2 * CUTS:
        return [shape]
    columns = shape.ink.sum(axis=0)
    room = int(SLIVER * min(width, height))
    order = room + np.argsort(columns[room : width - room], kind="stable")
    borders = [0, width]
    for column in order:
        if all(abs(column - border) >= room for border in borders):
            borders.append(int(column))
        if len(borders) == CUTS + 2:
            break
    return [
        shape_in(shape.ink[:, left:right], top=shape.box.top, left=shape.box.left + left)
        for left, right in pairwise(sorted(borders))
        if (shape.ink[:, left:right] >= INK_FLOOR).any()
    ]
