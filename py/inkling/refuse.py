"""Whether ink is one digit that can be told: each reason to refuse, decided on its own.

Pure functions of ink, probabilities and the gate, a second network that tells digits from anything
else. In which order they are asked is reader.py's matter, which shapes there are that of shapes.py.
"""

from enum import StrEnum

import numpy as np

from .constants import IMAGE_SIDE
from .model_file import BadModelFile, Model
from .network import Floats, Network, Trace
from .preprocess import Box, stroke_width

DOT = 3.0
"""Ink less than so many times as long as its stroke is wide is a dot or a tick, not a short 1: a
disc measures 2, a line twice as long as the brush is wide 3.2."""

SPECK = 0.06
SPECK_PIXELS = 24
"""Ink shorter than this share of the picture's longer side and than so many pixels is a speck. The
smallest digits of the stroke generator take 0.1 of the pad, a 28x28 picture's specks 1 pixel."""

UNLIKE = 0.5
"""The gate's probability of "no digit" from which ink is refused."""

RIVAL = 0.3
"""Probability of the second likeliest digit from which an answer is unsure."""


class Refusal(StrEnum):
    """Why there is no answer; the page and predict.py have a sentence for each."""

    BLANK = "blank"
    FAINT = "faint"
    SEVERAL = "several"
    UNLIKE = "unlike"
    UNSURE = "unsure"


def is_faint(ink: Floats, box: Box) -> bool:
    """Whether the ink inside the box is too little to tell: a dot, a tiny tick.

    Parameters
    ----------
    ink : (h, w) float32 in [0, 1], the whole picture.
    """
    length = max(box.bottom - box.top, box.right - box.left)
    if length < min(SPECK * max(ink.shape), SPECK_PIXELS):
        return True
    inked = box.cut(ink)
    # Strokes are measured by their outline, in which grey edges and coarse pixels blur.
    solid = float(inked.sum()) > 0.5 * inked.size
    return solid and length < DOT * stroke_width(inked)


def is_unsure(probs: Floats) -> bool:
    """Whether two digits are about equally likely; `probs` (10,)."""
    return float(np.partition(probs, -2)[-2]) >= RIVAL


class Gate:
    """A network that tells digits (its first output) from anything else (its second)."""

    OUTPUTS = 2

    def __init__(self, model: Model) -> None:
        """BadModelFile if the network does not take 28x28 images to two outputs through ReLU."""
        sizes = model.network.sizes
        if (sizes[0], sizes[-1]) != (IMAGE_SIDE**2, self.OUTPUTS):
            raise BadModelFile(
                f"a gate must lead from {IMAGE_SIDE**2} values to {self.OUTPUTS}, got {sizes}"
            )
        if model.network.activation.name != "relu":
            raise BadModelFile(f"a gate must use relu, got {model.network.activation.name}")
        self.network = model.network

    def judge(self, images: Floats) -> Trace:
        """Run images (n, 784) through; column 1 of `probs` is the doubt that they are digits."""
        return self.network.forward(images)


def contributions(network: Network, trace: Trace) -> Floats:
    """How much each pixel speaks for the last output and against the first, (28, 28) float32.

    A ReLU network is linear as long as the same units are on: this is that linear map times the
    image. The values and a constant, the biases' part, add up to the difference of the two logits.

    Parameters
    ----------
    trace : of one image.
    """
    last = network.layers[-1].weights
    slope = (last[:, -1] - last[:, 0])[None]
    for index in reversed(range(len(network.layers) - 1)):
        slope = slope * network.activation.slope(trace.activations[index + 1])
        slope = slope @ network.layers[index].weights.T
    return (slope * trace.activations[0]).reshape(IMAGE_SIDE, IMAGE_SIDE).astype(np.float32)
