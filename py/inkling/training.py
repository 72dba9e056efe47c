"""One epoch of mini-batches, and how good a network is. Loops over epochs belong to the caller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .constants import CLASSES
from .network import Floats, Network, cross_entropy
from .optim import SGD, Schedule

Augment = Callable[[NDArray, NDArray, np.random.Generator], tuple[Floats, NDArray]]
"""A batch of stored images and targets -> what the network is to see and to answer."""


@dataclass(frozen=True)
class Step:
    """What one mini-batch showed, before its step was taken."""

    loss: float  # mean cross-entropy, nats
    correct: int
    count: int


@dataclass(frozen=True)
class Score:
    """A network on labelled images."""

    loss: float  # mean cross-entropy, nats
    accuracy: float  # 0 to 1
    confusion: NDArray[np.int64]  # (10, 10): row = label, column = answer


def minibatches(count: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Indices of 0..count-1 in random order, `size` at a time; the last may be smaller.

    Raises
    ------
    ValueError
        If `size` is below 1.
    """
    if size < 1:
        raise ValueError(f"batch size must be at least 1, got {size}")
    order = rng.permutation(count)
    for start in range(0, count, size):
        yield order[start : start + size]


def train_epoch(
    network: Network,
    optimiser: SGD,
    images: Floats,
    labels: NDArray,
    *,
    batch_size: int,
    schedule: Schedule,
    epoch: int,
    epochs: int,
    rng: np.random.Generator,
    augment: Augment | None = None,
) -> Iterator[Step]:
    """Go through all images once, a step a mini-batch, and yield after each.

    The caller may stop in between: weights and velocity are whole at every yield.

    Parameters
    ----------
    images : (n, inputs) in [0, 1], or whatever `augment` makes that of.
    labels : (n,) integers or (n, classes) probabilities.
    schedule : learning rate by the share of `epochs` done.
    epoch : the number of this epoch, from 0.
    rng : order of the images, and whatever `augment` draws.
    augment : makes of each batch what the network is to see and to answer, such as distorted
        images, or a teacher's answers for targets.
    """
    for seen, batch in enumerate(minibatches(len(images), batch_size, rng)):
        chosen, targets = images[batch], labels[batch]
        if augment is not None:
            chosen, targets = augment(chosen, targets, rng)
        trace = network.forward(chosen)
        step = Step(cross_entropy(trace, targets), count_correct(trace.probs, targets), len(batch))
        done = (epoch + seen * batch_size / len(images)) / epochs
        optimiser.step(network, network.backward(trace, targets), rate=schedule(done))
        yield step


def count_correct(probs: Floats, targets: NDArray) -> int:
    """How many rows have their largest probability at the target."""
    labels = targets if targets.ndim == 1 else targets.argmax(axis=1)
    return int((probs.argmax(axis=1) == labels).sum())


def evaluate(network: Network, images: Floats, labels: NDArray, *, chunk: int = 4096) -> Score:
    """Score labelled images, `chunk` at a time so that memory stays bounded.

    Parameters
    ----------
    images : (n, inputs), n at least 1.
    labels : (n,) integers in 0..9.

    Raises
    ------
    ValueError
        If there is no image, or not one label for each.
    """
    if len(images) == 0 or labels.shape != (len(images),):
        raise ValueError(f"expected n >= 1 images and n labels, got {len(images)}, {labels.shape}")
    loss = 0.0
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    for start in range(0, len(images), chunk):
        part = slice(start, start + chunk)
        trace = network.forward(images[part])
        loss += cross_entropy(trace, labels[part]) * len(trace.probs)
        np.add.at(confusion, (labels[part], trace.probs.argmax(axis=1)), 1)
    return Score(loss / len(images), float(np.trace(confusion) / confusion.sum()), confusion)
