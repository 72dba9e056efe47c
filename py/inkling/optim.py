"""Stochastic gradient descent with momentum, and the learning rate's course. Computes no gradients.

`SGD.step` is the only code that writes to the weights of a network that learns; `Average` keeps a
network of its own.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from .network import Layer, Network

Schedule = Callable[[float], float]
"""Share of the training done, 0 to 1 -> learning rate."""


class SGD:
    """Momentum SGD, plain or Nesterov, with optional weight decay.

    With velocity v, gradient g, rate r and momentum m:
    plain      v <- m·v - r·g,  w <- w + v
    Nesterov   v <- m·v - r·g,  w <- w + m·v - r·g
    Source: Sutskever et al. 2013, ICML, "On the importance of initialization and momentum", with
    Nesterov's step rewritten at the looked-ahead point as in Bengio et al. 2013, arXiv:1212.0901.
    """

    def __init__(
        self,
        network: Network,
        *,
        momentum: float = 0.9,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        """Start from rest.

        Parameters
        ----------
        network : whose shapes the velocity takes, and the one that `step` must be given.
        momentum : in [0, 1).
        nesterov : look ahead before the step.
        weight_decay : L2 penalty on weights, not on biases; at least 0.

        Raises
        ------
        ValueError
            If a number lies outside its range.
        """
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must lie in [0, 1), got {momentum}")
        if not weight_decay >= 0:
            raise ValueError(f"weight_decay must be at least 0, got {weight_decay}")
        self.momentum = momentum
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.velocity = tuple(
            Layer(np.zeros_like(layer.weights), np.zeros_like(layer.bias))
            for layer in network.layers
        )

    def step(self, network: Network, gradients: Sequence[Layer], *, rate: float) -> None:
        """Change the network's weights in place by one step of the given learning rate."""
        for layer, gradient, velocity in zip(network.layers, gradients, self.velocity, strict=True):
            slope = gradient.weights
            if self.weight_decay:
                slope = slope + self.weight_decay * layer.weights
            self._move(layer.weights, slope, velocity.weights, rate)
            self._move(layer.bias, gradient.bias, velocity.bias, rate)

    def _move(
        self, values: np.ndarray, gradient: np.ndarray, velocity: np.ndarray, rate: float
    ) -> None:
        push = gradient * -rate
        velocity *= self.momentum
        velocity += push
        if self.nesterov:
            values += self.momentum * velocity
            values += push
        else:
            values += velocity


class Average:
    """A network whose weights are the running average of a learning one's.

    It reads better than any single step's weights, as the steps' noise cancels.
    Source: Polyak and Juditsky 1992, SIAM J. Control Optim. 30(4); as an exponential average with
    the start's bias removed, as in Kingma and Ba 2015, arXiv:1412.6980, section 3.
    """

    EVERY = 10  # steps from one sample to the next: neighbours hardly differ

    def __init__(self, network: Network, *, decay: float) -> None:
        """Start at the network's weights; `decay` per step, in [0, 1)."""
        if not 0 <= decay < 1:
            raise ValueError(f"decay must lie in [0, 1), got {decay}")
        self.network = network.copy()
        self.decay = decay**self.EVERY
        self.steps = 0

    def follow(self, network: Network) -> None:
        """Take the network's weights in; to be called after every step."""
        self.steps += 1
        if self.steps % self.EVERY:
            return
        samples = self.steps // self.EVERY
        share = (1 - self.decay) / (1 - self.decay**samples)
        for kept, layer in zip(self.network.layers, network.layers, strict=True):
            for mean, values in ((kept.weights, layer.weights), (kept.bias, layer.bias)):
                mean += mean.dtype.type(share) * (values - mean)


def constant(rate: float) -> Schedule:
    """The same learning rate throughout."""
    return lambda _done: rate


def one_cycle(peak: float, *, warm_up: float = 0.2, start: float = 0.1) -> Schedule:
    """Up to `peak` and down to nothing, both along a cosine.

    Source: Smith and Topin 2017, arXiv:1708.07120.

    Parameters
    ----------
    peak : highest learning rate.
    warm_up : share of the training until the peak, in (0, 1).
    start : first rate as a share of the peak.
    """

    def rate(done: float) -> float:
        if done < warm_up:
            return peak * (start + (1 - start) * 0.5 * (1 - math.cos(math.pi * done / warm_up)))
        fall = min(1.0, (done - warm_up) / (1 - warm_up))
        return peak * 0.5 * (1 + math.cos(math.pi * fall))

    return rate


SCHEDULES: dict[str, Callable[[float], Schedule]] = {"constant": constant, "one-cycle": one_cycle}
