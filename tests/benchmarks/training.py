"""Images per second in training, beside PyTorch and scikit-learn. Judges nothing, prints a table.

    python tests/benchmarks/training.py [--batch 32 64 128] [--data DIR]

The same network (784-64-10, ReLU), optimiser (SGD with Nesterov momentum), batch and images for
each, float32 on the CPU. They take turns, so that a busy moment meets all of them, and the best
turn of each counts. A peer that is not installed is left out.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "py"))

from data import load_mnist
from inkling.constants import CLASSES, PIXELS
from inkling.network import Network
from inkling.optim import SGD, constant
from inkling.training import train_epoch

HIDDEN = 64
RATE = 0.01
MOMENTUM = 0.9
THREADS = 2

Epoch = Callable[[], None]
"""Trains on all images once."""


def ours(images: NDArray, labels: NDArray, batch: int) -> Epoch:
    rng = np.random.default_rng(1)
    network = Network((PIXELS, HIDDEN, CLASSES), rng=rng)
    optimiser = SGD(network, momentum=MOMENTUM, nesterov=True)

    def epoch() -> None:
        for _step in train_epoch(
            network,
            optimiser,
            images,
            labels,
            batch_size=batch,
            schedule=constant(RATE),
            epoch=0,
            epochs=1,
            rng=rng,
        ):
            pass

    return epoch


def pytorch(images: NDArray, labels: NDArray, batch: int) -> Epoch:
    import torch
    from torch import nn

    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    inputs, targets = torch.from_numpy(images), torch.from_numpy(labels.astype(np.int64))
    network = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES))
    loss_of = nn.CrossEntropyLoss()
    optimiser = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM, nesterov=True)

    def epoch() -> None:
        # Indexing the tensors is the fastest way to batches; a DataLoader takes several times as
        # long. The loss is read at every step, as the other two do.
        for chosen in torch.randperm(len(inputs)).split(batch):
            optimiser.zero_grad()
            logits = network(inputs[chosen])
            loss = loss_of(logits, targets[chosen])
            loss.backward()
            optimiser.step()
            loss.item()

    return epoch


def scikit_learn(images: NDArray, labels: NDArray, batch: int) -> Epoch:
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        (HIDDEN,),
        solver="sgd",
        batch_size=batch,
        learning_rate_init=RATE,
        momentum=MOMENTUM,
        nesterovs_momentum=True,
        alpha=0,
        random_state=1,
    )
    return lambda: network.partial_fit(images, labels, classes=np.arange(CLASSES))


CONTESTANTS = {"ours": ours, "PyTorch": pytorch, "scikit-learn": scikit_learn}


def best_times(epochs: dict[str, Epoch], rounds: int) -> dict[str, float]:
    """Seconds of each one's fastest turn; the first turn warms up and does not count."""
    times: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(rounds + 1):
        for name, epoch in epochs.items():
            started = time.perf_counter()
            epoch()
            times[name].append(time.perf_counter() - started)
    return {name: min(taken[1:]) for name, taken in times.items()}


def make_images(count: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Random images (count, 784) and labels; a fifth of the pixels is ink, as in MNIST."""
    rng = np.random.default_rng(1)
    images = rng.uniform(0, 1, (count, PIXELS)).astype(np.float32)
    images[rng.uniform(0, 1, images.shape) > 0.2] = 0
    return images, rng.integers(0, CLASSES, count).astype(np.uint8)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--batch", type=int, nargs="+", default=[32, 64, 128], metavar="N")
    parser.add_argument("--images", type=int, default=20_000, metavar="N", help="[20000]")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="turns of each [7]")
    parser.add_argument("--data", type=Path, help="MNIST instead of random images: its folder")
    options = parser.parse_args(arguments)
    if options.data:
        mnist = load_mnist(options.data)
        images = mnist.train_images.reshape(-1, PIXELS)[: options.images] / np.float32(255)
        labels = mnist.train_labels[: options.images]
    else:
        images, labels = make_images(options.images)

    print(f"{PIXELS}-{HIDDEN}-{CLASSES}, {len(images)} images, {os.cpu_count()} processors")
    print(f"{'':14}{'batch':>6}{'images/s':>12}{'ours is':>11}")
    missing = set()
    for batch in options.batch:
        epochs = {}
        for name, make in CONTESTANTS.items():
            try:
                epochs[name] = make(images, labels, batch)
            except ImportError as error:
                missing.add(f"{name} is left out: {error}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # scikit-learn's, on runs that have not converged
            times = best_times(epochs, options.rounds)
        for name, seconds in times.items():
            ratio = "" if name == "ours" else f"{seconds / times['ours']:9.2f} ×"
            print(f"{name:14}{batch:6}{len(images) / seconds:12,.0f}{ratio:>11}")
    for reason in sorted(missing):
        print(reason)
    return 0


if __name__ == "__main__":
    sys.exit(main())
