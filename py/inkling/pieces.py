"""Which pixels hang together: the connected pieces of a picture. Judges none of them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Pieces(NamedTuple):
    """The pieces of a picture, numbered 1 to n in the order of their first pixel, row by row.

    Attributes
    ----------
    labels : (h, w) int32; 0 where there is no piece.
    boxes : (n, 4) int32; top, left, bottom, right of each piece, the last two not included.
    areas : (n,) int64; pixels of each piece.
    """

    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]
    areas: NDArray[np.int64]


def find_pieces(mask: NDArray[np.bool_]) -> Pieces:
    """The 8-connected pieces of the true pixels of `mask` (h, w), h and w at least 1.

    Runs of pixels along the rows are joined, not pixels, so the time hardly depends on how much is
    true: each run meets those of the next row that it touches, and equal numbers spread over the
    pairs. Source: Shiloach and Vishkin 1982, Journal of Algorithms 3(1), hooking and jumping.
    """
    if mask.ndim != 2 or mask.dtype != np.bool_ or mask.size == 0:
        raise ValueError(f"a mask must be a picture of booleans, got {mask.shape} {mask.dtype}")
    height, width = mask.shape
    # A column of nothing at the end of each row keeps runs of one row from running into the next.
    stride = width + 1
    padded = np.zeros((height, stride), np.int8)
    padded[:, :width] = mask
    steps = np.diff(padded.ravel(), prepend=np.int8(0))
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    root = _join(len(starts), *_touching(starts, ends, stride))
    first = np.flatnonzero(root == np.arange(len(root)))
    count = len(first)
    numbers = np.searchsorted(first, root)

    lengths = ends - starts
    labels = np.zeros((height, width), np.int32)
    labels[mask] = np.repeat(numbers + 1, lengths)
    rows, columns = np.divmod(starts, stride)
    left, bottom, right = np.full(count, width), np.zeros(count, np.intp), np.zeros(count, np.intp)
    np.minimum.at(left, numbers, columns)
    np.maximum.at(bottom, numbers, rows + 1)
    np.maximum.at(right, numbers, columns + lengths)
    boxes = np.stack([rows[first], left, bottom, right], axis=1).astype(np.int32)
    areas = np.bincount(numbers, weights=lengths, minlength=count).astype(np.int64)
    return Pieces(labels, boxes, areas)


def _touching(
    starts: NDArray[np.intp], ends: NDArray[np.intp], stride: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of runs, one in a row and one in the next, that touch, corners included."""
    first = np.searchsorted(ends, starts + stride, side="left")
    last = np.searchsorted(starts, ends + stride, side="right")
    counts = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(starts)), counts)
    within = np.arange(len(above)) - np.repeat(np.cumsum(counts) - counts, counts)
    return above, first[above] + within


def _join(count: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Of each of `count` things, the first thing that pairs of neighbours join it to."""
    root = np.arange(count)
    while one.size:
        low, high = np.minimum(root[one], root[other]), np.maximum(root[one], root[other])
        apart = low != high
        one, other, low, high = one[apart], other[apart], low[apart], high[apart]
        np.minimum.at(root, high, low)
        while True:
            jumped = root[root]
            if np.array_equal(jumped, root):
                break
            root = jumped
    return root
