"""Whether confidence is accuracy, and making it so. Changes no answer, only how sure it sounds."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .activations import log_softmax
from .network import Floats, Network

SCALES = np.geomspace(0.2, 5, 241)
"""Factors tried, 1.35% apart: finer than any figure that is reported."""


def calibrate(network: Network, images: Floats, labels: NDArray) -> Network:
    """The network with its logits scaled by the factor that makes held-out labels likeliest.

    The factor goes into the last layer, so nothing else need know of it.
    Source: Guo et al. 2017, arXiv:1706.04599, section 4.2 (temperature scaling).

    Parameters
    ----------
    images, labels : (n, inputs) and (n,), never trained on.
    """
    logits = network.forward(images).logits
    rows = np.arange(len(labels))
    losses = [-log_softmax(logits * scale)[rows, labels].mean() for scale in SCALES]
    scale = network.dtype.type(SCALES[int(np.argmin(losses))])
    *below, last = network.layers
    scaled = replace(last, weights=last.weights * scale, bias=last.bias * scale)
    return Network.from_layers([*below, scaled], activation=network.activation.name)


def calibration_error(confidences: Floats, right: NDArray[np.bool_], *, bins: int = 15) -> float:
    """Expected calibration error, 0 to 1: mean |accuracy - confidence| over equal-width bins.

    Source: Guo et al. 2017, equation 5.

    Parameters
    ----------
    confidences : (n,) in [0, 1], n at least 1.
    right : (n,) whether each answer was right.
    """
    index = np.minimum((confidences * bins).astype(np.intp), bins - 1)
    gaps = np.bincount(index, weights=confidences - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidences))
