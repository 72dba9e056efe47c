"""Whether ink is one digit that can be told: each reason to refuse, decided on its own.

Which shapes the ink may fall into is left to shapes.py, in which order the reasons are asked to
reader.py. A second network, the gate, tells digits from anything else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from .constants import CLASSES, IMAGE_SIDE, PIXELS
from .model_file import BadModelFile, Model
from .network import Floats, Network, Trace
from .preprocess import stroke_width
from .shapes import CUTS, Shape, find_shapes, join, slices

TICK = 3.0
"""Ink less than so many times as long as its stroke is wide is a dot or a tick, not a short 1: a
disc measures 2, a line three times as long as its brush is wide 3.4."""

BLOT = 0.25
"""Ink longer than this share of the picture is not too little, however thick its stroke."""

SPECK_SHARE, SPECK_PIXELS = 0.06, 24
"""Ink shorter than this share of the picture's longer side and than so many pixels is a speck. The
smallest digits of the stroke generator take 0.1 of the pad."""

UNLIKE = 3.3
"""The gate's doubt from which a shape is no digit."""

RIVAL = 0.43
"""Probability of the second likeliest digit from which an answer is unsure."""

PER_SHAPE = 0.5
"""What each further shape must be worth in a division of ink, in nats."""

PIECES = 3
"""Neighbours of find_shapes that may make up one digit of several."""

SURE = 2.0
"""How sure the gate must be, in nats, that what was cut out of a shape is a digit: letters have
strokes that would be digits alone."""

NARROW = 0.25
"""What was cut out is at least so wide, as a share of its shape's height: a 1 hardly ever touches
another digit, and letters are full of them."""

APART = 0.1
"""Gap between digits as a share of their height, where no gate can judge them."""


class Refusal(StrEnum):
    """Why there is no answer; the page and predict.py have a sentence for each."""

    BLANK = "blank"
    FAINT = "faint"
    SEVERAL = "several"
    UNLIKE = "unlike"
    UNSURE = "unsure"


def is_faint(shape: Shape, side: int) -> bool:
    """Whether a shape is too little ink to tell: a dot, a tiny tick.

    Parameters
    ----------
    side : the longer one of the picture, in pixels.
    """
    length = max(shape.height, shape.width)
    if length < min(SPECK_SHARE * side, SPECK_PIXELS):
        return True
    solid = float(shape.ink.sum()) > 0.5 * shape.ink.size
    return solid and length < min(TICK * stroke_width(shape.ink), BLOT * side)


def is_unsure(probs: Floats) -> bool:
    """Whether two digits are about equally likely; `probs` (10,)."""
    return float(np.partition(probs, -2)[-2]) >= RIVAL


class Gate:
    """A network of eleven outputs, ten digits and "no digit", asked for the last one only."""

    def __init__(self, model: Model) -> None:
        """BadModelFile if the network does not take 28x28 images to eleven outputs by ReLU."""
        sizes, activation = model.network.sizes, model.network.activation.name
        if (sizes[0], sizes[-1], activation) != (PIXELS, CLASSES + 1, "relu"):
            raise BadModelFile(
                f"a gate must lead from {PIXELS} values to {CLASSES + 1} by relu, "
                f"got {sizes} by {activation}"
            )
        self.network = model.network

    def doubt(self, trace: Trace) -> float:
        """How sure it is that an image is no digit, in nats beyond UNLIKE."""
        *digits, none = trace.logits[0].astype(np.float64)
        return float(none - np.logaddexp.reduce(digits)) - UNLIKE


def contributions(network: Network, trace: Trace) -> Floats:
    """How much each pixel speaks against the image being its likeliest digit, (28, 28) float32.

    A ReLU network is linear as long as the same units are on: this is that linear map times the
    image. The values add up to the logit of "no digit", the last, less that of the digit, but for
    a constant, the biases' part.

    Parameters
    ----------
    trace : a gate's, of one image.
    """
    last = network.layers[-1].weights
    digit = int(trace.logits[0, :-1].argmax())
    slope = (last[:, -1] - last[:, digit])[None]
    for index in reversed(range(len(network.layers) - 1)):
        slope = slope * network.activation.slope(trace.activations[index + 1])
        slope = slope @ network.layers[index].weights.T
    return (slope * trace.activations[0]).reshape(IMAGE_SIDE, IMAGE_SIDE).astype(np.float32)


@dataclass(frozen=True)
class Judged:
    """A shape and the doubt that it is a digit, in nats; above 0 it is none."""

    shape: Shape
    doubt: float


Judge = Callable[[Sequence[Shape]], list[Judged]]


def find_digits(whole: Shape, judge: Judge) -> list[Shape]:
    """The digits that make up a shape if they are several, left to right; else all of it as one.

    They are looked for side by side first, then in lines.
    """
    row = divide(whole, judge)
    if not are_digits(row):
        lines = take_together(find_shapes(whole, down=True), judge)
        row = [
            part
            for line in lines
            for part in (divide(line.shape, judge) if line.doubt > 0 else [line])
        ]
    if not are_digits(row):
        return [whole]
    return sorted((judged.shape for judged in row), key=lambda shape: shape.box.left)


def divide(whole: Shape, judge: Judge) -> list[Judged]:
    """The likeliest way to divide a shape into digits side by side; what is none stays whole."""
    result: list[Judged] = []
    for judged in take_together(find_shapes(whole), judge):
        # Digits may touch.
        parts = slices(judged.shape) if judged.doubt > 0 else []
        cut = take_together(parts, judge, most=CUTS) if len(parts) > 1 else []
        narrow = NARROW * judged.shape.height
        sure = all(part.doubt < -SURE and part.shape.width > narrow for part in cut)
        result += cut if len(cut) > 1 and sure else [judged]
    return result


def take_together(shapes: Sequence[Shape], judge: Judge, *, most: int = PIECES) -> list[Judged]:
    """The likeliest way to take neighbouring shapes together into digits: one, or several.

    Up to `most` neighbours, and all together, are judged as one; of all ways to divide the row
    into such, the one with the greatest product of the probabilities to be digits is taken, by
    dynamic programming.

    Parameters
    ----------
    shapes : in a row, at least one.
    """
    count = len(shapes)
    spans = [
        (first, end)
        for end in range(1, count + 1)
        for first in range(end)
        if end - first <= most or end - first == count
    ]
    judged = dict(zip(spans, judge([join(shapes[a:b]) for a, b in spans]), strict=True))
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, count + 1):
        # np.logaddexp(0, doubt) is -log of the probability to be a digit.
        ways = [
            (best[first][0] + np.logaddexp(0, judged[first, end].doubt) + PER_SHAPE, first)
            for first in range(end)
            if (first, end) in judged
        ]
        best.append(min(ways))
    borders = [count]
    while borders[-1] > 0:
        borders.append(best[borders[-1]][1])
    return [judged[span] for span in pairwise(reversed(borders))]


def are_digits(row: Sequence[Judged]) -> bool:
    """Whether shapes are several digits: two at least, and not fewer than other things."""
    digits = sum(judged.doubt < 0 for judged in row)
    return digits >= 2 and 2 * digits >= len(row)


def set_apart(whole: Shape) -> list[Shape]:
    """What of a shape has clear gaps between, left to right: digits as far as no gate can tell."""
    shapes = find_shapes(whole)
    result = [shapes[0]]
    for shape in shapes[1:]:
        if shape.box.left - result[-1].box.right < APART * whole.height:
            shape = join([result.pop(), shape])
        result.append(shape)
    return result
