"""A training run between two epochs: its state, one epoch more, and checkpoints. Prints no more
than a bar; which files there are is left to train.py."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

import numpy as np

from inkling.constants import CLASSES, PIXELS
from inkling.distort import Distorter, Strength
from inkling.model_file import MAX_BYTES, BadModelFile, dump_arrays, load_arrays
from inkling.network import Floats, Layer, Network, one_hot
from inkling.optim import SCHEDULES, SGD, Average
from inkling.training import evaluate, train_epoch
from recipes import Material, Settings

CHECKPOINT_BYTES = 8 * MAX_BYTES
"""A checkpoint holds four networks (as it stands, average, best, velocity), a model file one."""

DIVERGED = 3 * math.log(CLASSES)
"""Mean loss of an epoch, in nats, that no learning run has: three times that of guessing."""


@dataclass
class History:
    """Loss and accuracy of both splits, a value per finished epoch."""

    training_loss: list[float] = field(default_factory=list)
    training_accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        return len(self.validation_accuracy)

    @property
    def best(self) -> int:
        """Index of the epoch with the highest validation accuracy, the first of equals."""
        return int(np.argmax(self.validation_accuracy))


class Diverged(ArithmeticError):
    """The loss left every useful range; going on would not bring it back."""


class Run:
    """A training run as it stands between two epochs: all that going on needs."""

    def __init__(self, name: str, settings: Settings, *, start: Network | None = None) -> None:
        """Begin a run of the preset `name` with these settings, from fresh weights or `start`."""
        self.name = name
        self.settings = settings
        self.rng = np.random.default_rng(settings.seed)
        self.network = start or Network(
            (PIXELS, *settings.hidden, CLASSES),
            rng=self.rng,
            activation=settings.activation,
            initialiser=settings.init,
        )
        self.optimiser = SGD(
            self.network,
            momentum=settings.momentum,
            nesterov=settings.nesterov,
            weight_decay=settings.weight_decay,
        )
        self.average = Average(self.network, decay=settings.average)
        self.best = self.network.copy()
        self.history = History()

    @property
    def judged(self) -> Network:
        """The network that is validated and kept: the average's where there is one."""
        return self.average.network if self.settings.average else self.network

    def note(self, *, training: tuple[float, float], validation: tuple[float, float]) -> None:
        """Add a finished epoch's (loss, accuracy) pairs; keep the network if it is the best."""
        for kept, value in zip(asdict(self.history), (*training, *validation), strict=True):
            getattr(self.history, kept).append(value)
        if self.history.best == self.history.epochs - 1:
            self.best = self.judged.copy()

    def dump(self) -> bytes:
        """The checkpoint's bytes."""
        state = {
            "name": self.name,
            "settings": asdict(self.settings),
            "history": asdict(self.history),
            "rng": self.rng.bit_generator.state,
            "averaged": self.average.steps,
        }
        arrays = {"checkpoint": np.array(json.dumps(state))}
        for name, layers in self._layers():
            for index, layer in enumerate(layers):
                arrays[f"{name}_weights_{index}"] = layer.weights
                arrays[f"{name}_bias_{index}"] = layer.bias
        return dump_arrays(arrays)

    def _layers(self) -> Iterator[tuple[str, tuple[Layer, ...]]]:
        yield "network", self.network.layers
        yield "average", self.average.network.layers
        yield "best", self.best.layers
        yield "velocity", self.optimiser.velocity

    @classmethod
    def load(cls, content: bytes) -> "Run":
        """The run of a checkpoint's bytes; BadModelFile if they are not one."""
        arrays = load_arrays(content, most=CHECKPOINT_BYTES)
        try:
            state = json.loads(arrays["checkpoint"].item())
            settings = state["settings"]
            run = cls(state["name"], Settings(**{**settings, "hidden": tuple(settings["hidden"])}))
            run.history = History(**state["history"])
            run.rng.bit_generator.state = state["rng"]
            run.average.steps = state["averaged"]
            for name, layers in run._layers():
                for index, layer in enumerate(layers):
                    layer.weights[:] = arrays[f"{name}_weights_{index}"]
                    layer.bias[:] = arrays[f"{name}_bias_{index}"]
        except (KeyError, TypeError, ValueError) as error:
            raise BadModelFile(f"the checkpoint is damaged: {error!r}") from None
        return run

    def epoch(
        self, training: Material, validation: Material, augment: Callable, interrupted: Callable
    ) -> bool:
        """One epoch with its bar, noted in the history; False if interrupted.

        Raises Diverged if the loss leaves every useful range.
        """
        from tqdm import tqdm

        settings = self.settings
        steps = train_epoch(
            self.network,
            self.optimiser,
            training.images,
            training.labels,
            batch_size=settings.batch_size,
            schedule=SCHEDULES[settings.schedule](settings.lr),
            epoch=self.history.epochs,
            epochs=settings.epochs,
            rng=self.rng,
            augment=augment,
        )
        loss = correct = count = 0
        with tqdm(total=len(training.images), unit="images", unit_scale=True) as bar:
            bar.set_description(f"epoch {self.history.epochs + 1}/{settings.epochs}")
            for step in steps:
                if interrupted():
                    return False
                self.average.follow(self.network)
                loss += step.loss * step.count
                correct += step.correct
                count += step.count
                bar.set_postfix_str(f"loss {loss / count:.4f}", refresh=False)
                bar.update(step.count)
                if not math.isfinite(loss):
                    break
            if not loss / count < DIVERGED:
                raise Diverged(
                    f"the loss rose to {loss / count:.3g}, where guessing has "
                    f"{math.log(CLASSES):.3g}: the run diverged; try a lower --lr"
                )
            score = evaluate(self.judged, as_floats(validation.images), validation.labels)
            bar.set_postfix_str(
                f"loss {loss / count:.4f}, training {correct / count:.2%}, "
                f"validation {score.accuracy:.2%}"
            )
        self.note(training=(loss / count, correct / count), validation=(score.loss, score.accuracy))
        return True


def as_floats(images: np.ndarray) -> Floats:
    """Stored images (n, 784) uint8 as the network takes them, float32 in [0, 1]."""
    return images.astype(np.float32) / np.float32(255)


def augmenting(settings: Settings) -> Callable:
    """What `train_epoch` does to each batch of stored images and labels."""
    distort = None
    if settings.distort:
        strength = Strength().times(settings.distort)
        distort = Distorter(rng=np.random.default_rng(settings.seed), strength=strength)

    def augment(stored: np.ndarray, labels: np.ndarray, rng: np.random.Generator):
        images = as_floats(stored)
        if distort:
            images = distort(images, rng)
        if settings.smoothing:
            targets = one_hot(labels, np.empty((len(labels), CLASSES), np.float32))
            return images, targets + np.float32(settings.smoothing) * (1 / CLASSES - targets)
        return images, labels

    return augment
