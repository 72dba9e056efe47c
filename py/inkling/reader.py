"""The whole road from ink or a picture to an answer. Each step is another module's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .constants import CLASSES, PIXELS
from .model_file import BadModelFile, Model
from .network import Floats, Trace
from .picture import grey_from_rgba, ink_from_grey
from .preprocess import BlankInk, Box, Stages, as_floats, prepare
from .refuse import (
    Gate,
    Judged,
    Refusal,
    contributions,
    find_digits,
    is_faint,
    is_unsure,
    set_apart,
)
from .shapes import Shape, find_shapes, join, shape_in


@dataclass(frozen=True)
class Reading:
    """What a network made of one image.

    Attributes
    ----------
    label : 0 to 9, or None when refused.
    probs : (10,) float32, sum 1; they stay when the image is refused.
    refused : None, or why there is no label.
    boxes : the shapes found, left to right, in pixels of what was handed in; none without ink.
    doubt : when refused as `unlike`, how much each pixel of the image speaks against a digit,
        (28, 28) float32, below 0 where it speaks for one; otherwise None.
    stages : the pictures on the way; None when there was no ink.
    trace : every activation, a batch of one.
    """

    label: int | None
    probs: Floats
    refused: Refusal | None
    boxes: tuple[Box, ...]
    doubt: Floats | None
    stages: Stages | None
    trace: Trace

    @property
    def confidence(self) -> float:
        """Probability of the likeliest digit, 0 to 1."""
        return float(self.probs.max())

    @property
    def edges(self) -> list[list[int]]:
        """Left, top, right and bottom of every box; the last two are not included."""
        return [[box.left, box.top, box.right, box.bottom] for box in self.boxes]


class Reader:
    """Reads digits with one model, and refuses what is none if it has a gate."""

    def __init__(self, model: Model, gate: Model | None = None) -> None:
        """BadModelFile if the network does not take 28x28 images to ten digits, or `gate` is none.

        Without a gate nothing is refused as unlike any digit.
        """
        sizes = model.network.sizes
        if sizes[0] != PIXELS or sizes[-1] != CLASSES:
            raise BadModelFile(
                f"a digit network must lead from {PIXELS} values to {CLASSES}, got {sizes}"
            )
        self.model = model
        self.gate = None if gate is None else Gate(gate)

    def read_ink(self, ink: NDArray) -> Reading:
        """Read ink (h, w), uint8 or floats in [0, 1], 0 being paper.

        Raises
        ------
        ValueError
            If `ink` is not a picture of at least 1x1, or holds values that are not finite.
        """
        ink = as_floats(ink)
        try:
            look = Look(self, ink)
        except BlankInk:
            trace = self.model.network.forward(np.zeros((1, PIXELS), np.float32))
            return Reading(None, trace.probs[0], Refusal.BLANK, (), None, None, trace)
        reading = look.read(look.whole)
        digits = look.digits()
        if len(digits) == 1:
            return reading
        boxes = tuple(digit.box for digit in digits)
        return replace(reading, label=None, refused=Refusal.SEVERAL, boxes=boxes, doubt=None)

    def read_parts(self, ink: NDArray) -> tuple[Reading, ...]:
        """Read every shape in the ink alone, left to right; none if there is no ink.

        Raises
        ------
        ValueError
            As for `read_ink`.
        """
        try:
            look = Look(self, as_floats(ink))
        except BlankInk:
            return ()
        return tuple(look.read(digit) for digit in look.digits())

    def read_picture(self, rgba: NDArray[np.uint8]) -> Reading:
        """Read a decoded picture (h, w, 4) uint8 of unknown polarity."""
        return self.read_ink(ink_from_grey(grey_from_rgba(rgba)))

    def read_picture_parts(self, rgba: NDArray[np.uint8]) -> tuple[Reading, ...]:
        """Read every shape in a decoded picture alone, left to right."""
        return self.read_parts(ink_from_grey(grey_from_rgba(rgba)))


class Look:
    """One look at one picture's ink, in which no shape is prepared or judged twice."""

    def __init__(self, reader: Reader, ink: Floats) -> None:
        """BlankInk if `ink` (h, w) float32 in [0, 1] is blank."""
        self.reader = reader
        self.side = max(ink.shape)
        self.stages: dict[Shape, Stages] = {}
        self.judged: dict[Shape, Trace] = {}
        # Stray dots are left out.
        self.whole = join(find_shapes(shape_in(ink)))

    def digits(self) -> list[Shape]:
        """The shapes to be read: all ink as one, or the digits it falls into."""
        if self.reader.gate is None:
            return set_apart(self.whole)
        return find_digits(self.whole, self._judge)

    def read(self, shape: Shape) -> Reading:
        """Read a shape as one digit or none."""
        stages = self._prepare(shape)
        trace = self.reader.model.network.forward(stages.image.reshape(1, PIXELS))
        probs = trace.probs[0]
        reading = Reading(int(probs.argmax()), probs, None, (shape.box,), None, stages, trace)
        if is_faint(shape, self.side):
            return replace(reading, label=None, refused=Refusal.FAINT)
        if self.reader.gate and self._judge([shape])[0].doubt > 0:
            doubt = contributions(self.reader.gate.network, self.judged[shape])
            return replace(reading, label=None, refused=Refusal.UNLIKE, doubt=doubt)
        if is_unsure(probs):
            return replace(reading, label=None, refused=Refusal.UNSURE)
        return reading

    def _prepare(self, shape: Shape) -> Stages:
        if shape not in self.stages:
            self.stages[shape] = prepare(shape.ink)
        return self.stages[shape]

    def _judge(self, shapes: Sequence[Shape]) -> list[Judged]:
        gate = self.reader.gate
        for shape in shapes:
            if shape not in self.judged:
                image = self._prepare(shape).image.reshape(1, PIXELS)
                self.judged[shape] = gate.network.forward(image)
        return [Judged(shape, gate.doubt(self.judged[shape])) for shape in shapes]
