"""A hand that varies what it writes: from a form's few knots to strokes on the pad.

Which forms there are is left to strokes.py and doodles.py, drawing them to brush.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .brush import PAD_SIDE

Floats = NDArray[np.floating]
Strokes = list[Floats]

STEP = 0.04
"""Distance of points along a curve, as a share of the form's height; pens report no more often."""

SMALLEST, LARGEST = 30.0, 250.0
"""Longer side of what is written, in pad units."""

THINNEST, WIDEST = 2.0, 44.0
"""Width of the brush in pad units: a hair and a marker."""

LEGIBLE = 0.23
"""Width of the thickest brush as a share of the size of what it writes; beyond, loops fill up."""

STEEPEST = np.radians(35)
"""Slant beyond which nobody writes."""

# Standard deviations of what differs from one drawing to the next, as shares of the height. Found
# by looking at sheets of drawings beside real ones, as far as they stay legible.
STRAY = 0.025
"""Of each knot of a form, and of each stroke of several."""
WARP, TREMOR = 0.04, 0.003
"""Of points that are moved together, by long waves and by short ones."""
WAIST, TAPER, BOW = 0.045, 0.20, 0.13
"""Of the middle up or down, of the foot wider than the head, of the sides bent like a bow."""
OVERSHOOT = 0.03
"""Of a stroke's ends: begun or ended early or late."""
LEAN, TURN = 0.22, 0.08
"""Of the slant around USUAL_LEAN, and of the line people write along; radians."""

USUAL_LEAN = 0.12
"""Slant to the right of an everyday hand, radians."""


@dataclass(frozen=True)
class Line:
    """One stroke of a form: `basis @ knots` are points along a smooth curve through the knots."""

    knots: Floats  # (m, 2), x right, y down, the form's height being 1
    basis: Floats  # (points, m)
    corners: NDArray[np.intp]  # points where the direction may jump


@dataclass(frozen=True)
class Form:
    """One way of writing something.

    Attributes
    ----------
    strokes : as `form` takes them, in the order they are usually written.
    spare : share of the first line that may be missing at its start and at its end.
    squeeze : least and greatest factor for the width.
    weight : how usual it is beside the others.
    """

    strokes: tuple[str, ...]
    spare: tuple[float, float]
    squeeze: tuple[float, float]
    weight: float


def form(
    *strokes: str,
    spare: tuple[float, float] = (0, 0),
    squeeze: tuple[float, float] = (0.7, 1.45),
    weight: float = 1,
) -> Form:
    """A form from strokes such as "0 28, 30 0 | 30 50, 29 100".

    Knots are x and y in hundredths of the height; after a bar the curve sets off in a new
    direction from the knot before it.
    """
    return Form(strokes, spare, squeeze, weight)


@cache
def parse(stroke: str) -> Line:
    """The line of one stroke of a form."""
    pieces = [[knot.split() for knot in piece.split(",")] for piece in stroke.split("|")]
    knots = np.array([knot for piece in pieces for knot in piece], dtype=np.float64) / 100
    rows: list[Floats] = []
    corners = []
    first, end = 0, 0
    for piece in pieces:
        end += len(piece)
        curve = spline(knots[first:end])
        padded = np.zeros((len(curve), len(knots)))
        padded[:, first:end] = curve
        rows.extend(padded[1:] if rows else padded)
        corners.append(len(rows) - 1)
        first = end - 1
    return Line(knots, np.array(rows), np.array([0, *corners], np.intp))


def spline(knots: Floats) -> Floats:
    """Matrix (points, m) that takes m knots to points along the natural cubic spline through them.

    The parameter grows with the square root of the distance, which keeps uneven knots from
    making loops. Source: Lee 1989, Computer-Aided Design 21(6), centripetal parametrisation.
    """
    count = len(knots)
    distance = np.hypot(*np.diff(knots, axis=0).T)
    h = np.sqrt(distance)
    # Second derivatives m at the knots: system @ m = right @ knots.
    system, right = np.eye(count), np.zeros((count, count))
    for i in range(1, count - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        right[i, i - 1 : i + 2] = 6 / h[i - 1], -6 / h[i - 1] - 6 / h[i], 6 / h[i]
    bends = np.linalg.solve(system, right)
    rows = [np.eye(count)[:1]]
    for i in range(count - 1):
        steps = max(1, round(distance[i] / STEP))
        b = (np.arange(1, steps + 1) / steps)[:, None]
        a = 1 - b
        unit = np.eye(count)
        cubic = (a**3 - a) * bends[i] + (b**3 - b) * bends[i + 1]
        rows.append(a * unit[i] + b * unit[i + 1] + cubic * h[i] ** 2 / 6)
    return np.concatenate(rows)


def write(shape: Form, *, rng: np.random.Generator, loose: float = 1) -> Strokes:
    """Write a form once, in units of its height, around the origin.

    Parameters
    ----------
    loose : how far the hand strays; 0 gives the form itself, squeezed, slanted and turned.

    Returns
    -------
    strokes : each (n, 2), n >= 2; in the usual or in another order and direction.
    """
    # Everyday hands and careless ones.
    loose = loose * rng.uniform(0.4, 1.5)
    lines = [parse(stroke) for stroke in shape.strokes]
    curves = []
    for line in lines:
        knots = line.knots + rng.normal(0, STRAY * loose, line.knots.shape)
        if len(lines) > 1:
            knots += rng.normal(0, STRAY * loose, 2)
        curves.append(line.basis @ knots)
    points = bend(np.concatenate(curves), shape.squeeze, rng=rng, loose=loose)
    strokes = []
    end = 0
    for line, curve in zip(lines, curves, strict=True):
        start, end = end, end + len(curve)
        spare = (0, 0) if strokes else shape.spare
        strokes.append(trace(points[start:end], line.corners, spare, rng=rng, loose=loose))
    if rng.random() < 0.2:
        strokes.reverse()
    return [stroke[::-1] if rng.random() < 0.1 else stroke for stroke in strokes]


def bend(
    points: Floats, squeeze: tuple[float, float], *, rng: np.random.Generator, loose: float
) -> Floats:
    """Points (n, 2) of a whole form, bent together: proportions, warp, tremor, slant, turn."""
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = (points - (low + high) / 2).T
    waist, taper, bow, turn, lean = rng.normal(0, [WAIST, TAPER, BOW, TURN, LEAN])
    y = y + loose * waist * np.cos(np.pi * y.clip(-0.5, 0.5))
    x = x * np.exp(rng.uniform(*np.log(squeeze))) * (1 + loose * taper * y) + loose * bow * y * y
    points = np.stack([x, y], axis=1)

    # Three long waves move neighbours together, three short ones tremble.
    waves = rng.normal(0, 1, (6, 2)) * np.repeat([2.5, 14], 3)[:, None]
    swings = rng.normal(0, loose, (6, 2)) * np.repeat([WARP, TREMOR], 3)[:, None]
    points = points + np.sin(points @ waves.T + rng.uniform(0, 2 * np.pi, 6)) @ swings

    slant = np.tan(np.clip(USUAL_LEAN + lean, -STEEPEST, STEEPEST))
    cosine, sine = np.cos(turn), np.sin(turn)
    return points @ np.array([[1, 0], [-slant, 1]]) @ np.array([[cosine, sine], [-sine, cosine]])


def trace(
    points: Floats,
    corners: NDArray[np.intp],
    spare: tuple[float, float],
    *,
    rng: np.random.Generator,
    loose: float,
) -> Floats:
    """One stroke as a pen reports it: begun and ended early or late, at a speed of its own."""
    count = len(points)
    early, late = rng.normal(0, OVERSHOOT * loose, 2) / STEP
    start = max(0, round(max(-early, 0) + rng.uniform(0, spare[0]) * count))
    end = count - max(0, round(max(-late, 0) + rng.uniform(0, spare[1]) * count))
    if end - start < max(2, count / 2):
        start, end = 0, count
    step = rng.choice([1, 1, 1, 2, 2, 3]) if count > 8 else 1
    kept = np.arange(start, end, step)
    if step > 1:
        # A hand slows down where it turns, so corners are rarely skipped.
        if rng.random() < 0.8:
            kept = np.union1d(kept, corners[(corners >= start) & (corners < end)])
        if kept[-1] != end - 1:
            kept = np.append(kept, end - 1)
    stroke = points[kept]
    if early > 0 and start == 0:
        stroke[0] += (points[0] - points[1]) * early
    if late > 0 and end == count:
        stroke[-1] += (points[-1] - points[-2]) * late
    if rng.random() < 0.06 * loose:
        stroke = np.append(stroke, stroke[-1:] + rng.normal(0, 0.04, 2), axis=0)
    if rng.random() < 0.06 * loose:
        stroke = np.append(stroke[:1] + rng.normal(0, 0.04, 2), stroke, axis=0)
    return stroke


def place(strokes: Sequence[Floats], *, rng: np.random.Generator) -> Strokes:
    """Strokes of any size, somewhere on the pad, SMALLEST to LARGEST on their longer side."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = high - low
    size = rng.uniform(100, LARGEST) if rng.random() < 0.75 else rng.uniform(SMALLEST, 110)
    scale = size / max(extent.max(), 1e-6)
    room = PAD_SIDE - extent * scale
    margin = np.minimum(rng.uniform(2, 24), room / 2)
    # Half of the people aim at the middle.
    spread = 1 if rng.random() < 0.5 else 0.25
    corner = room / 2 + rng.uniform(-spread, spread, 2) * (room / 2 - margin)
    placed = [(stroke - low) * scale + corner for stroke in strokes]
    return [np.round(stroke) for stroke in placed] if rng.random() < 0.4 else placed


def brush_width(strokes: Sequence[Floats], *, rng: np.random.Generator) -> float:
    """A width for strokes on the pad, THINNEST to WIDEST: legible, and on the pad if it can be."""
    points = np.concatenate(strokes)
    # A dot is legible whatever its size.
    extent = np.ptp(points, axis=0).max() or WIDEST / LEGIBLE
    way = rng.random()
    if way < 0.3:
        width = rng.normal(20, 3)
    elif way < 0.65:
        width = np.exp(rng.uniform(np.log(THINNEST), np.log(WIDEST)))
    else:
        width = rng.uniform(0.04, LEGIBLE) * extent
    edge = min(points.min(), PAD_SIDE - points.max())
    return float(np.clip(width, THINNEST, max(THINNEST, min(WIDEST, LEGIBLE * extent, 2 * edge))))
