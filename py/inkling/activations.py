"""What a unit does with its weighted sum, and the slope of that. Knows nothing of layers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Activation:
    """A hidden activation and its derivative.

    Attributes
    ----------
    name : what a model file and the command line call it.
    apply : z -> a, elementwise, any shape; the dtype is kept.
    slope : a -> da/dz, written in terms of the output `a`, which backpropagation has at hand.
    """

    name: str
    apply: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


def _relu(z: Floats) -> Floats:
    return np.maximum(z, 0)


def _relu_slope(a: Floats) -> Floats:
    # At exactly 0 any value in [0, 1] is a subgradient; 0 is the usual choice.
    return (a > 0).astype(a.dtype)


def _sigmoid(z: Floats) -> Floats:
    # The tanh form cannot overflow, however large |z| is.
    return 0.5 * (1 + np.tanh(0.5 * z))


def _sigmoid_slope(a: Floats) -> Floats:
    return a * (1 - a)


def _tanh_slope(a: Floats) -> Floats:
    return 1 - a * a


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("relu", _relu, _relu_slope),
        Activation("sigmoid", _sigmoid, _sigmoid_slope),
        Activation("tanh", np.tanh, _tanh_slope),
    )
}


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities of each row of `logits` (n, classes); finite for any finite logits.

    Subtracting the row's maximum first leaves the result as it is and keeps exp from overflowing.
    Source: Goodfellow, Bengio, Courville 2016, Deep Learning, section 4.1.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def softmax(logits: Floats) -> Floats:
    """Probabilities of each row of `logits` (n, classes); rows sum to 1, no overflow."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
