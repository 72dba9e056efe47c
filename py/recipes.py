"""What the released networks are made of: settings by preset, and the images a run learns from.

Drawings are made here as the page's pad makes them; reading data files is left to data.py, the
learning to train.py.
"""

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data import Mnist
from inkling import brush, pen, strokes
from inkling.preprocess import prepare_all
from pen_digits import PenDigits

VALIDATION = 5000
"""The last so many of the training images are never trained on; they choose the best epoch."""

VALIDATION_WRITERS = (25, 26, 27, 28, 29, 30)
"""Their pen digits choose, like the validation images; nobody's are learnt."""

TEST_WRITERS = (21, 22, 23, 24)
"""Their pen digits are looked at once per released model."""

DRAWING_SIDE = 140
"""Pixels to a side of drawings for training: half the pad's, which the network cannot tell."""

PEN_VALIDATION_COPIES = 3
"""Drawings of each validation pen digit, so that they weigh about as much as the images."""

CHUNK = 250
"""Drawings to a task of one process."""

MOST_WORKERS = 61
"""Processes Windows can wait for at once."""


@dataclass(frozen=True)
class Settings:
    """What a run is made of; two runs with equal settings and data give the same bytes."""

    epochs: int = 20
    batch_size: int = 128
    lr: float = 0.1
    schedule: str = "one-cycle"
    momentum: float = 0.9
    nesterov: bool = True
    weight_decay: float = 0.0
    hidden: tuple[int, ...] = (64,)
    activation: str = "relu"
    init: str = "he"
    seed: int = 1
    mnist_copies: int = 1  # how often each MNIST image is shown in an epoch
    distort: float = 0.0  # how far to turn, bend, thicken … every image anew; 1 is usual
    pen_copies: int = 0  # drawings of every pen digit, each varied
    generated: int = 0  # drawings from the stroke generator
    smoothing: float = 0.0  # share of every target spread over all digits
    average: float = 0.0  # decay of the running average that is kept instead of the weights
    calibrate: bool = False  # scale the logits so that confidence is accuracy
    storage: str = "float32"  # of the weights in the file


ORIGINAL = Settings(schedule="constant", nesterov=False, init="xavier")
DRAWINGS = Settings(
    mnist_copies=2, distort=1.0, pen_copies=3, generated=20_000, average=0.9998, calibrate=True
)
PRESETS = {
    # The original's network.
    "small": replace(DRAWINGS, epochs=60),
    # As much as two megabytes hold; so many weights can take strong distortion for long.
    "large": replace(
        DRAWINGS,
        epochs=110,
        hidden=(900, 300),
        mnist_copies=3,
        distort=1.7,
        pen_copies=6,
        generated=30_000,
        smoothing=0.02,
        storage="float16",
    ),
    # MNIST alone, without distortion: half a minute.
    "plain": Settings(),
    "original-50": replace(ORIGINAL, epochs=50, batch_size=128, lr=0.01, momentum=0.9),
    "original-200": replace(ORIGINAL, epochs=200, batch_size=32, lr=0.002, momentum=0.95),
}


@dataclass(frozen=True)
class Material:
    """Prepared images (n, 784) uint8, 255 = full ink, and their labels (n,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]

    @classmethod
    def join(cls, parts: Sequence["Material"]) -> "Material":
        return cls(
            np.concatenate([part.images for part in parts]),
            np.concatenate([part.labels for part in parts]),
        )


def gather(
    settings: Settings, mnist: Mnist, pen_digits: PenDigits | None
) -> tuple[Material, dict[str, Material]]:
    """What to learn from, and by name what to validate on.

    The drawings are the same for every seed, so that seeds can be compared and share them.

    Raises
    ------
    ValueError
        If there are fewer than six images.
    """
    held_out = min(VALIDATION, len(mnist.train_images) // 6)
    if held_out == 0:
        raise ValueError(f"training needs at least 6 images, got {len(mnist.train_images)}")
    chunks = np.array_split(mnist.train_images, -(-len(mnist.train_images) // CHUNK))
    images = in_parallel(shrink, chunks)
    split = len(images) - held_out
    labels = mnist.train_labels
    training = [Material(images[:split], labels[:split])] * settings.mnist_copies
    validation = {"mnist": Material(images[split:], labels[split:])}
    if settings.pen_copies and pen_digits:
        others = (*VALIDATION_WRITERS, *TEST_WRITERS)
        learnt = pen_digits.of(~np.isin(pen_digits.writers, others))
        unseen = pen_digits.of(np.isin(pen_digits.writers, VALIDATION_WRITERS))
        training.append(draw_pen_digits(learnt, settings.pen_copies, seed=1))
        validation["pen"] = draw_pen_digits(unseen, PEN_VALIDATION_COPIES, seed=0, loose=0)
    if settings.generated:
        training.append(generate(settings.generated))
    return Material.join(training), validation


def unseen_pen_digits(pen_digits: PenDigits) -> Material:
    """The test writers' digits, drawn once each in a place, size and brush of their own."""
    tested = pen_digits.of(np.isin(pen_digits.writers, TEST_WRITERS))
    return draw_pen_digits(tested, 1, seed=2, loose=0)


def draw_pen_digits(
    pen_digits: PenDigits, copies: int, *, seed: int, loose: float = 0.6
) -> Material:
    """Every digit drawn `copies` times on a pad: another place, size, brush, and shape.

    Parameters
    ----------
    loose : how far shapes are varied, as in `pen.bend`; 0 keeps proportions and slant nearly.
    """
    count = len(pen_digits.strokes)
    tasks = [
        (pen_digits.strokes[start : start + CHUNK], (seed, copy, start), loose)
        for copy in range(copies)
        for start in range(0, count, CHUNK)
    ]
    return Material(in_parallel(_draw_varied, tasks), np.tile(pen_digits.labels, copies))


def _draw_varied(task: tuple[list, tuple[int, ...], float]) -> NDArray[np.uint8]:
    digits, seed, loose = task
    rng = np.random.default_rng(seed)
    inks = []
    for digit in digits:
        varied = pen.place(vary(digit, rng=rng, loose=loose), rng=rng)
        width = pen.brush_width(varied, rng=rng)
        inks.append(brush.draw(varied, width=width, side=DRAWING_SIDE))
    return shrink(np.array(inks))


def vary(digit: pen.Strokes, *, rng: np.random.Generator, loose: float) -> pen.Strokes:
    """Somebody's strokes bent as a hand would vary them, in units of their height."""
    points = np.concatenate(digit)
    low, high = points.min(axis=0), points.max(axis=0)
    # A lying stroke has hardly any height to measure by.
    height = max(high[1] - low[1], (high[0] - low[0]) / 3, 1e-6)
    points = (points - (low + high) / 2) / height
    if loose:
        points = pen.bend(points, (0.75, 1.33), rng=rng, loose=loose)
    ends = np.cumsum([len(stroke) for stroke in digit])[:-1]
    return np.split(points, ends)


def generate(count: int) -> Material:
    """Digits from the stroke generator, the same ones every time."""
    tasks = [(min(CHUNK, count - start), start) for start in range(0, count, CHUNK)]
    parts = in_parallel(_generate, tasks, join=list)
    return Material.join([Material(images, labels) for images, labels in parts])


def _generate(task: tuple[int, int]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    count, seed = task
    inks, labels = strokes.sample(count, rng=np.random.default_rng(seed), side=DRAWING_SIDE)
    return shrink(inks), labels


def shrink(inks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Inks (n, h, w) prepared and kept as bytes, a quarter of the memory."""
    return np.rint(prepare_all(inks) * 255).astype(np.uint8)


def _leave_ctrl_c() -> None:
    # The parent ends its workers; each would say so with a stack trace of its own.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def in_parallel(work: Callable, tasks: Sequence, *, join: Callable = np.concatenate):
    """The joined results of `work` on each task, in their order, on all processors."""
    if len(tasks) < 4:
        return join(list(map(work, tasks)))
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    with ProcessPoolExecutor(workers, initializer=_leave_ctrl_c) as pool:
        return join(list(pool.map(work, tasks)))
