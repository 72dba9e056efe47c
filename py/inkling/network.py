"""A dense network: forward pass, loss and gradients. Changes no weights; optim.py does that."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .activations import ACTIVATIONS, log_softmax, softmax
from .initialise import INITIALISERS

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Layer:
    """Weights and bias of one layer, or their gradients."""

    weights: Floats  # (fan_in, fan_out)
    bias: Floats  # (fan_out,)


@dataclass(frozen=True)
class Trace:
    """Every number of one forward pass over n images.

    Attributes
    ----------
    sums : per layer the weighted sums z = a·W + b, each (n, units); the last are the logits.
    activations : the images (n, inputs), then per hidden layer its outputs (n, units).
    probs : (n, classes), softmax of the logits; each row sums to 1.
    """

    sums: tuple[Floats, ...]
    activations: tuple[Floats, ...]
    probs: Floats

    @property
    def logits(self) -> Floats:
        return self.sums[-1]


class Network:
    """Dense layers with one hidden activation throughout and softmax at the end.

    Attributes
    ----------
    layers : tuple of Layer. Values are changed only by `SGD.step`; shapes never.
    activation : Activation of the hidden layers.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        rng: np.random.Generator,
        activation: str = "relu",
        initialiser: str = "he",
        dtype: DTypeLike = np.float32,
    ) -> None:
        """Draw fresh weights; biases start at zero.

        Parameters
        ----------
        sizes : units per layer, inputs first, classes last, such as (784, 64, 10).
        rng : source of the weights.
        activation : a key of ACTIVATIONS.
        initialiser : a key of INITIALISERS.
        dtype : float32 in use, float64 for gradient checks.

        Raises
        ------
        ValueError
            If there are fewer than two sizes, one is below 1, or a name is unknown.
        """
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(f"sizes must be at least two numbers of at least 1, got {list(sizes)}")
        if initialiser not in INITIALISERS:
            raise ValueError(
                f"initialiser must be one of {sorted(INITIALISERS)}, got {initialiser!r}"
            )
        draw = INITIALISERS[initialiser]
        self._set(
            [
                Layer(draw(fan_in, fan_out, rng).astype(dtype), np.zeros(fan_out, dtype))
                for fan_in, fan_out in pairwise(sizes)
            ],
            activation,
        )

    @classmethod
    def from_layers(cls, layers: Sequence[Layer], *, activation: str = "relu") -> "Network":
        """A network of the given layers, whose arrays are kept, not copied.

        Raises
        ------
        ValueError
            If there is no layer, a shape does not follow from the one before, or the activation
            is unknown.
        """
        network = cls.__new__(cls)
        network._set(layers, activation)
        return network

    def _set(self, layers: Sequence[Layer], activation: str) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {sorted(ACTIVATIONS)}, got {activation!r}")
        if not layers:
            raise ValueError("a network needs at least one layer, got none")
        fan_in = layers[0].weights.shape[0]
        for index, layer in enumerate(layers):
            expected = (fan_in, layer.bias.size)
            if layer.bias.ndim != 1 or layer.weights.shape != expected:
                raise ValueError(
                    f"layer {index} must have weights {expected} and a flat bias, "
                    f"got {layer.weights.shape} and {layer.bias.shape}"
                )
            fan_in = layer.bias.size
        self.layers = tuple(layers)
        self.activation = ACTIVATIONS[activation]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units per layer, inputs first."""
        return (self.layers[0].weights.shape[0], *(layer.bias.size for layer in self.layers))

    @property
    def dtype(self) -> np.dtype:
        """Of weights and activations."""
        return self.layers[0].weights.dtype

    def copy(self) -> "Network":
        """The same network with arrays of its own."""
        return Network.from_layers(
            [Layer(layer.weights.copy(), layer.bias.copy()) for layer in self.layers],
            activation=self.activation.name,
        )

    def forward(self, images: Floats) -> Trace:
        """Run a batch through every layer.

        Parameters
        ----------
        images : (n, inputs) in [0, 1]; 1 is full ink. Cast to the network's dtype.

        Returns
        -------
        Trace
            `probs` is (n, classes); each row sums to 1.

        Raises
        ------
        ValueError
            If `images` is not (n, inputs).
        """
        inputs = self.sizes[0]
        if images.ndim != 2 or images.shape[1] != inputs:
            raise ValueError(f"images must have shape (n, {inputs}), got {images.shape}")
        activations = [images.astype(self.dtype, copy=False)]
        sums = []
        for layer in self.layers:
            sums.append(activations[-1] @ layer.weights + layer.bias)
            activations.append(self.activation.apply(sums[-1]))
        # The last layer's sums are logits: they go through softmax, not through the activation.
        activations.pop()
        return Trace(tuple(sums), tuple(activations), softmax(sums[-1]))

    def backward(self, trace: Trace, targets: NDArray) -> tuple[Layer, ...]:
        """Gradients of the mean cross-entropy, shaped like `layers`.

        With softmax and cross-entropy the gradient at the logits is simply probs - targets.
        Source: Bishop 2006, Pattern Recognition and Machine Learning, sections 4.3.4 and 5.3.

        Parameters
        ----------
        trace : of the forward pass over the same images.
        targets : labels (n,) of an integer dtype, or probabilities (n, classes).
        """
        delta = (trace.probs - one_hot(targets, trace.probs)) / trace.probs.dtype.type(
            len(trace.probs)
        )
        gradients = []
        for index in reversed(range(len(self.layers))):
            below = trace.activations[index]
            gradients.append(Layer(below.T @ delta, delta.sum(axis=0)))
            if index > 0:
                delta = delta @ self.layers[index].weights.T
                delta *= self.activation.slope(below)
        return tuple(reversed(gradients))


def one_hot(targets: NDArray, like: Floats) -> Floats:
    """Targets as probabilities of the shape and dtype of `like` (n, classes).

    Raises
    ------
    ValueError
        If `targets` is neither n integer labels in range nor an array of the shape of `like`.
    """
    if targets.shape == like.shape:
        return targets.astype(like.dtype, copy=False)
    if targets.shape != like.shape[:1] or not np.issubdtype(targets.dtype, np.integer):
        raise ValueError(
            f"targets must be {like.shape[:1]} integer labels or {like.shape} probabilities, "
            f"got {targets.shape} {targets.dtype}"
        )
    if targets.size and not 0 <= targets.min() <= targets.max() < like.shape[1]:
        raise ValueError(
            f"labels must lie in 0..{like.shape[1] - 1}, got {targets.min()}..{targets.max()}"
        )
    rows = np.zeros_like(like)
    rows[np.arange(len(rows)), targets] = 1
    return rows


def cross_entropy(trace: Trace, targets: NDArray) -> float:
    """Mean over the batch of -Σ target · log prob, in nats; targets as for `backward`.

    From the logits, not from `probs`: a probability that rounds to 0 would give infinity.
    """
    log_probs = log_softmax(trace.logits)
    return float(-(one_hot(targets, log_probs) * log_probs).sum(axis=1).mean())
