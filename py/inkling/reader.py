"""The whole road from ink or a picture to an answer. Each step is another module's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .constants import CLASSES, PIXELS
from .model_file import BadModelFile, Model
from .network import Floats, Trace
from .picture import grey_from_rgba, ink_from_grey
from .preprocess import BlankInk, Stages, prepare


@dataclass(frozen=True)
class Reading:
    """What a network made of one image.

    Attributes
    ----------
    label : 0 to 9, or None when refused.
    probs : (10,) float32, sum 1; they stay when the image is refused.
    refused : None, or why there is no label: "blank".
    stages : the pictures on the way; None when there was no ink.
    trace : every activation, a batch of one.
    """

    label: int | None
    probs: Floats
    refused: str | None
    stages: Stages | None
    trace: Trace

    @property
    def confidence(self) -> float:
        """Probability of the likeliest digit, 0 to 1."""
        return float(self.probs.max())


class Reader:
    """Reads digits with one model."""

    def __init__(self, model: Model) -> None:
        """BadModelFile if the network does not take 28x28 images to ten digits."""
        sizes = model.network.sizes
        if sizes[0] != PIXELS or sizes[-1] != CLASSES:
            raise BadModelFile(
                f"a digit network must lead from {PIXELS} values to {CLASSES}, got {sizes}"
            )
        self.model = model

    def read_ink(self, ink: NDArray) -> Reading:
        """Read ink (h, w), uint8 or floats in [0, 1], 0 being paper; see `prepare` for errors."""
        try:
            stages = prepare(ink)
        except BlankInk:
            trace = self.model.network.forward(np.zeros((1, PIXELS), np.float32))
            return Reading(None, trace.probs[0], "blank", None, trace)
        trace = self.model.network.forward(stages.image.reshape(1, PIXELS))
        probs = trace.probs[0]
        return Reading(int(probs.argmax()), probs, None, stages, trace)

    def read_picture(self, rgba: NDArray[np.uint8]) -> Reading:
        """Read a decoded picture (h, w, 4) uint8 of unknown polarity."""
        return self.read_ink(ink_from_grey(grey_from_rgba(rgba)))
