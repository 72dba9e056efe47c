"""Train a network on MNIST: files, progress bar and curves. The learning itself is inkling's."""

import argparse
import hashlib
import json
import math
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

import data
from files import fail, read_bounded, write_whole
from inkling.activations import ACTIVATIONS
from inkling.constants import CLASSES, PIXELS
from inkling.initialise import INITIALISERS
from inkling.model_file import (
    MAX_BYTES,
    MAX_LAYERS,
    BadModelFile,
    Model,
    dump_arrays,
    dump_model,
    load_arrays,
    load_model,
)
from inkling.network import Layer, Network
from inkling.optim import SCHEDULES, SGD
from inkling.preprocess import prepare_all
from inkling.training import evaluate, train_epoch

VALIDATION = 5000
"""The last so many of the training images are never trained on; they choose the best epoch."""

CHECKPOINT_BYTES = 4 * MAX_BYTES
"""A checkpoint holds three networks (as it stands, the best, the velocity), a model file one."""

DIVERGED = 3 * math.log(CLASSES)
"""Mean loss of an epoch, in nats, that no learning run has: three times that of guessing."""


@dataclass(frozen=True)
class Settings:
    """What a run is made of; two runs with equal settings and data give the same bytes."""

    epochs: int = 40
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


ORIGINAL = Settings(schedule="constant", nesterov=False, init="xavier")
PRESETS = {
    "small": Settings(),
    "original-50": replace(ORIGINAL, epochs=50, batch_size=128, lr=0.01, momentum=0.9),
    "original-200": replace(ORIGINAL, epochs=200, batch_size=32, lr=0.002, momentum=0.95),
}


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
        self.best = self.network.copy()
        self.history = History()

    def note(self, *, training: tuple[float, float], validation: tuple[float, float]) -> None:
        """Add a finished epoch's (loss, accuracy) pairs; keep the network if it is the best."""
        for kept, value in zip(asdict(self.history), (*training, *validation), strict=True):
            getattr(self.history, kept).append(value)
        if self.history.best == self.history.epochs - 1:
            self.best = self.network.copy()

    def dump(self) -> bytes:
        """The checkpoint's bytes."""
        state = {
            "name": self.name,
            "settings": asdict(self.settings),
            "history": asdict(self.history),
            "rng": self.rng.bit_generator.state,
        }
        arrays = {"checkpoint": np.array(json.dumps(state))}
        for name, layers in self._layers():
            for index, layer in enumerate(layers):
                arrays[f"{name}_weights_{index}"] = layer.weights
                arrays[f"{name}_bias_{index}"] = layer.bias
        return dump_arrays(arrays)

    def _layers(self) -> Iterator[tuple[str, tuple[Layer, ...]]]:
        yield "network", self.network.layers
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
            for name, layers in run._layers():
                for index, layer in enumerate(layers):
                    layer.weights[:] = arrays[f"{name}_weights_{index}"]
                    layer.bias[:] = arrays[f"{name}_bias_{index}"]
        except (KeyError, TypeError, ValueError) as error:
            raise BadModelFile(f"the checkpoint is damaged: {error!r}") from None
        return run


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    out: Path = options.out
    checkpoint = out.with_suffix(".checkpoint.npz")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        run = begin(options, checkpoint)
        mnist = data.load_mnist(options.data)
    except (BadModelFile, data.DataUnavailable) as error:
        fail(error)
    except OSError as error:
        fail(f"{error.filename} cannot be used: {error.strerror}")

    settings = run.settings
    print(f"{'-'.join(map(str, run.network.sizes))}, {settings}")
    held_out = min(VALIDATION, len(mnist.train_images) // 6)
    if held_out == 0:
        fail(f"training needs at least 6 images, got {len(mnist.train_images)}")
    images = prepare_all(mnist.train_images)
    split = len(images) - held_out
    training = images[:split], mnist.train_labels[:split]
    validation = images[split:], mnist.train_labels[split:]

    started = time.perf_counter()
    diverged = None
    with interruptible() as interrupted:
        try:
            for epoch in range(run.history.epochs, settings.epochs):
                if not train_one(run, epoch, training, validation, interrupted):
                    break
                write_whole(checkpoint, run.dump())
        except Diverged as error:
            diverged = error
    history = run.history
    if history.epochs == 0:
        fail(diverged or "stopped before the first epoch was over, so there is nothing to save")

    whole = history.epochs == settings.epochs
    card = {
        "name": run.name,
        "sizes": list(run.best.sizes),
        "activation": run.best.activation.name,
        "parameters": sum(layer.weights.size + layer.bias.size for layer in run.best.layers),
        "settings": asdict(settings),
        "seed": settings.seed,
        "data_sha256": mnist.sha256,
        "epochs_run": history.epochs,
        "best_epoch": history.best + 1,
        "training_accuracy": history.training_accuracy[history.best],
        "validation_accuracy": history.validation_accuracy[history.best],
        "test_accuracy": None,
    }
    print(f"best epoch {history.best + 1}: validation {card['validation_accuracy']:.2%}")
    if whole:
        # The only look at the test set; an unfinished run does not get one.
        score = evaluate(run.best, prepare_all(mnist.test_images), mnist.test_labels)
        card["test_accuracy"] = score.accuracy
        print(f"test set: accuracy {score.accuracy:.2%}, loss {score.loss:.4f}")
    save(out, Model(run.best, card), history)
    print(f"saved {out} in {time.perf_counter() - started:.0f} s")
    if whole:
        checkpoint.unlink(missing_ok=True)
        return 0
    if diverged:
        checkpoint.unlink(missing_ok=True)  # going on from it would only diverge again
        fail(diverged)
    print("stopped early; `--resume` with the same --out goes on")
    return 130  # what a shell expects of a program ended by Ctrl-C


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Train the digit network on MNIST and save the best epoch.",
        epilog="Presets: "
        + "; ".join(
            f"{name}: {s.epochs} epochs, batch {s.batch_size}, rate {s.lr}, momentum {s.momentum}"
            for name, s in PRESETS.items()
        ),
    )
    parser.add_argument("--preset", choices=PRESETS, help="settings to start from [small]")
    parser.add_argument("--epochs", type=number(int, 1, 100_000))
    parser.add_argument("--batch-size", type=number(int, 1, 60_000))
    parser.add_argument("--lr", type=number(float, 1e-9, 100), help="peak learning rate")
    parser.add_argument("--schedule", choices=SCHEDULES, help="the learning rate's course")
    parser.add_argument("--momentum", type=number(float, 0, 0.9999))
    parser.add_argument("--nesterov", action=argparse.BooleanOptionalAction)
    parser.add_argument("--weight-decay", type=number(float, 0, 1))
    parser.add_argument(
        "--hidden", type=number(int, 1, 4096), nargs="+", metavar="UNITS", help="units per layer"
    )
    parser.add_argument("--activation", choices=ACTIVATIONS)
    parser.add_argument("--init", choices=INITIALISERS, help="how first weights are drawn")
    parser.add_argument("--seed", type=number(int, 0, 2**63))
    parser.add_argument("--out", type=Path, default=Path("network.npz"), help="model file to write")
    parser.add_argument("--data", type=Path, help="folder with the four MNIST files")
    parser.add_argument(
        "--resume",
        nargs="?",
        const=True,
        metavar="FILE",
        help="go on with the stopped run of the same --out, or start from the weights of FILE",
    )
    options = parser.parse_args(arguments)
    if options.out.suffix != ".npz":
        parser.error(f"--out must name an .npz file, got {options.out}")
    if options.hidden:
        sizes = (PIXELS, *options.hidden, CLASSES)
        weights = sum(fan_in * fan_out for fan_in, fan_out in pairwise(sizes))
        # Such a network could be trained and saved, and then no reader would load it.
        if len(options.hidden) >= MAX_LAYERS or 4 * weights > 0.9 * MAX_BYTES:
            parser.error(
                f"--hidden may name at most {MAX_LAYERS - 1} layers and "
                f"{0.9 * MAX_BYTES / 4:,.0f} weights, got {len(options.hidden)} and {weights:,}"
            )
    return options


def number(kind: type, least: float, most: float):
    """An argparse type: a number within bounds, refused with the bounds."""

    def convert(text: str):
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"must lie between {least} and {most}, got {text!r}")
        return value

    return convert


def begin(options: argparse.Namespace, checkpoint: Path) -> Run:
    """A fresh run, the one a checkpoint holds, or one from another file's weights."""
    given = {
        name: tuple(value) if isinstance(value, list) else value
        for name in asdict(Settings())
        if (value := getattr(options, name)) is not None
    }
    if options.resume is True:
        if not checkpoint.exists():
            raise BadModelFile(f"there is no stopped run to go on with: {checkpoint} is missing")
        run = Run.load(read_bounded(checkpoint, CHECKPOINT_BYTES))
        # The course of the learning rate depends on all of them but the number of epochs still
        # to come, which may be raised.
        changed = given.keys() - {"epochs"} | ({"preset"} if options.preset else set())
        if changed:
            raise BadModelFile(f"a resumed run keeps its settings; leave out {flags(changed)}")
        run.settings = replace(run.settings, **given)
        if run.settings.epochs < run.history.epochs:
            raise BadModelFile(
                f"--epochs must be at least the {run.history.epochs} that the run already has, "
                f"got {run.settings.epochs}"
            )
        return run
    name = options.preset or "small"
    settings = replace(PRESETS[name], **given)
    if options.resume is None:
        return Run(name, settings)
    if clash := given.keys() & {"hidden", "activation", "init"}:
        raise BadModelFile(f"{options.resume} settles its layers itself; leave out {flags(clash)}")
    try:
        network = load_model(read_bounded(Path(options.resume))).network
    except BadModelFile as error:
        raise BadModelFile(f"{options.resume} cannot be used: {error}") from None
    if (network.sizes[0], network.sizes[-1]) != (PIXELS, CLASSES):
        raise BadModelFile(f"{options.resume} must lead from {PIXELS} to {CLASSES} units")
    hidden, activation = network.sizes[1:-1], network.activation.name
    return Run(name, replace(settings, hidden=hidden, activation=activation), start=network)


def flags(names: Iterable[str]) -> str:
    """Names of settings as they are given on the command line."""
    return ", ".join("--" + name.replace("_", "-") for name in sorted(names))


@contextmanager
def interruptible():
    """Turn the first Ctrl-C into a wish that training looks for; a second one ends at once."""
    wishes: list[int] = []

    def note(signum: int, _frame: object) -> None:
        wishes.append(signum)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(wishes)
    finally:
        signal.signal(signal.SIGINT, before)


def train_one(run: Run, epoch: int, training: tuple, validation: tuple, interrupted) -> bool:
    """One epoch with its bar, noted in the run; False if interrupted, Diverged if it did."""
    from tqdm import tqdm

    settings = run.settings
    steps = train_epoch(
        run.network,
        run.optimiser,
        *training,
        batch_size=settings.batch_size,
        schedule=SCHEDULES[settings.schedule](settings.lr),
        epoch=epoch,
        epochs=settings.epochs,
        rng=run.rng,
    )
    loss = correct = count = 0
    with tqdm(total=len(training[0]), unit="images", unit_scale=True) as bar:
        bar.set_description(f"epoch {epoch + 1}/{settings.epochs}")
        for step in steps:
            if interrupted():
                return False
            loss += step.loss * step.count
            correct += step.correct
            count += step.count
            bar.set_postfix_str(f"loss {loss / count:.4f}", refresh=False)
            bar.update(step.count)
            if not math.isfinite(loss):
                break
        if not loss / count < DIVERGED:
            raise Diverged(
                f"the loss rose to {loss / count:.3g}, where guessing has {math.log(CLASSES):.3g}: "
                "the run diverged; try a lower --lr"
            )
        score = evaluate(run.network, *validation)
        bar.set_postfix_str(
            f"loss {loss / count:.4f}, training {correct / count:.2%}, "
            f"validation {score.accuracy:.2%}"
        )
    run.note(training=(loss / count, correct / count), validation=(score.loss, score.accuracy))
    return True


def save(out: Path, model: Model, history: History) -> None:
    """The model, its card with the date, and the curves, each written whole."""
    content = dump_model(model)
    write_whole(out, content)
    card = dict(model.card)
    card["file_sha256"] = hashlib.sha256(content).hexdigest()
    card["date"] = datetime.now(UTC).date().isoformat()
    write_whole(out.with_suffix(".json"), (json.dumps(card, indent=2) + "\n").encode())
    write_whole(out.with_name("training_history.png"), draw(history))


def draw(history: History) -> bytes:
    """Curves of loss and accuracy on both splits, the best epoch marked, as PNG."""
    import io

    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    epochs = range(1, history.epochs + 1)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axes, kind in ((left, "loss"), (right, "accuracy")):
        for split in ("training", "validation"):
            axes.plot(epochs, getattr(history, f"{split}_{kind}"), label=split)
        axes.axvline(history.best + 1, linestyle=":", color="grey", label="best epoch")
        axes.set(xlabel="epoch", ylabel="cross-entropy" if kind == "loss" else kind)
        axes.legend()
    left.set_yscale("log")
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=120)
    pyplot.close(figure)
    return target.getvalue()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:  # while loading, or the second one while training
        sys.exit(130)
