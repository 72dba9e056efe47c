"""First weights of a layer: how wide to draw them so that signals keep their scale."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Initialiser = Callable[[int, int, np.random.Generator], Floats]


def he_normal(fan_in: int, fan_out: int, rng: np.random.Generator) -> Floats:
    """Weights (fan_in, fan_out), float64, with variance 2/fan_in, so ReLU layers keep their scale.

    Source: He et al. 2015, arXiv:1502.01852, section 2.2.
    """
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), (fan_in, fan_out))


def xavier_uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> Floats:
    """Weights (fan_in, fan_out), float64, uniform with variance 2/(fan_in + fan_out).

    Source: Glorot and Bengio 2010, AISTATS, equation 16.
    """
    limit = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_in, fan_out))


INITIALISERS: dict[str, Initialiser] = {"he": he_normal, "xavier": xavier_uniform}
