"""The whole road from ink or a picture to an answer. Each step is another module's."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .constants import CLASSES, PIXELS
from .model_file import BadModelFile, Model
from .network import Floats, Trace
from .picture import grey_from_rgba, ink_from_grey
from .preprocess import BlankInk, Box, Stages, as_floats, prepare
from .refuse import UNLIKE, Gate, Refusal, contributions, is_faint, is_unsure


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
        """Read ink (h, w), uint8 or floats in [0, 1], 0 being paper; see `prepare` for errors."""
        return self._read_shape(as_floats(ink))

    def read_parts(self, ink: NDArray) -> tuple[Reading, ...]:
        """Read every shape in the ink alone, left to right; none if there is no ink."""
        reading = self.read_ink(ink)
        return (reading,) if reading.boxes else ()

    def read_picture(self, rgba: NDArray[np.uint8]) -> Reading:
        """Read a decoded picture (h, w, 4) uint8 of unknown polarity."""
        return self.read_ink(ink_from_grey(grey_from_rgba(rgba)))

    def read_picture_parts(self, rgba: NDArray[np.uint8]) -> tuple[Reading, ...]:
        """Read every shape in a decoded picture alone, left to right."""
        return self.read_parts(ink_from_grey(grey_from_rgba(rgba)))

    def _read_shape(self, ink: Floats) -> Reading:
        """Read ink that is all of one shape."""
        try:
            stages = prepare(ink)
        except BlankInk:
            trace = self.model.network.forward(np.zeros((1, PIXELS), np.float32))
            return Reading(None, trace.probs[0], Refusal.BLANK, (), None, None, trace)
        image = stages.image.reshape(1, PIXELS)
        trace = self.model.network.forward(image)
        probs = trace.probs[0]
        reading = Reading(int(probs.argmax()), probs, None, (stages.box,), None, stages, trace)
        if is_faint(stages.ink, stages.box):
            return replace(reading, label=None, refused=Refusal.FAINT)
        if self.gate:
            judged = self.gate.judge(image)
            if judged.probs[0, 1] >= UNLIKE:
                doubt = contributions(self.gate.network, judged)
                return replace(reading, label=None, refused=Refusal.UNLIKE, doubt=doubt)
        if is_unsure(probs):
            return replace(reading, label=None, refused=Refusal.UNSURE)
        return reading
