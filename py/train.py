"""Train a network on MNIST: files, progress bar and curves. The learning itself is inkling's."""

import argparse
import hashlib
import json
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np

import data
from files import fail, read_bounded, write_whole
from inkling.activations import ACTIVATIONS
from inkling.calibration import calibrate
from inkling.constants import CLASSES, PIXELS
from inkling.initialise import INITIALISERS
from inkling.model_file import (
    MAX_BYTES,
    MAX_LAYERS,
    BadModelFile,
    Model,
    dump_model,
    load_model,
)
from inkling.network import Network
from inkling.optim import SCHEDULES
from inkling.preprocess import prepare_all
from inkling.training import evaluate
from pen_digits import PenDigits
from recipes import PRESETS, Material, Settings, gather, unseen_pen_digits
from run import CHECKPOINT_BYTES, Diverged, History, Run, as_floats, augmenting


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    if missing := [name for name in ("tqdm", "matplotlib") if find_spec(name) is None]:
        fail(f"training needs {' and '.join(missing)}: pip install -r requirements.txt")
    out: Path = options.out
    checkpoint = out.with_suffix(".checkpoint.npz")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        run = begin(options, checkpoint)
        mnist = data.load_mnist(options.data)
        pen_digits = find_pen_digits(run.settings, options.pen_digits)
        training, validation = gather(run.settings, mnist, pen_digits)
    except (BadModelFile, data.DataUnavailable, ValueError) as error:
        fail(error)
    except OSError as error:
        fail(f"{error.filename} cannot be used: {error.strerror}")

    started = time.perf_counter()
    finished, problem = [], None
    with interruptible() as interrupted:
        for seed in range(run.settings.seed, run.settings.seed + options.seeds):
            if finished:
                run = Run(run.name, replace(run.settings, seed=seed))
            print(f"{'-'.join(map(str, run.network.sizes))}, {run.settings}")
            try:
                whole = learn(run, training, validation, checkpoint, interrupted)
            except Diverged as error:
                whole, problem = False, error
            except OSError as error:
                # A full disk must not cost what is learnt: the network may still fit.
                whole, problem = False, f"{checkpoint} cannot be written: {error.strerror}"
            if run.history.epochs:
                finished.append(run)
            if not whole:
                break
    if not finished:
        fail(problem or "stopped before the first epoch was over, so there is nothing to save")

    # Validation chooses between seeds as it does between epochs.
    best = max(finished, key=lambda run: run.history.validation_accuracy[run.history.best])
    if best.settings.calibrate:
        joined = Material.join(list(validation.values()))
        best.best = calibrate(best.best, as_floats(joined.images), joined.labels)
    card = describe(best, validation)
    card["data_sha256"] = mnist.sha256
    card["pen_digits_sha256"] = pen_digits.sha256 if pen_digits else None
    print(f"best epoch {card['best_epoch']}: validation {card['validation_accuracy']:.2%}")
    if whole:
        # The only look at what was held out; an unfinished run does not get one.
        card |= examine(best, finished, mnist, pen_digits)
    try:
        save(out, Model(best.best, card), best)
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}; `--resume` goes on from {checkpoint}")
    print(f"saved {out} in {time.perf_counter() - started:.0f} s")
    if whole:
        checkpoint.unlink(missing_ok=True)
        return 0
    if problem:
        if isinstance(problem, Diverged):
            checkpoint.unlink(missing_ok=True)  # going on from it would only diverge again
        fail(problem)
    if options.seeds == 1:
        print("stopped early; `--resume` with the same --out goes on")
    else:
        print("stopped early; the best so far is saved")
    return 130  # what a shell expects of a program ended by Ctrl-C


def find_pen_digits(settings: Settings, path: Path | None) -> PenDigits | None:
    """The pen digits if the settings ask for them; without them a run is poorer, not impossible."""
    if not settings.pen_copies:
        return None
    try:
        return data.load_pen_digits(path)
    except data.DataUnavailable as error:
        if path:
            raise
        print(f"note: training without pen digits: {error}", file=sys.stderr)
        return None


def learn(
    run: Run,
    training: Material,
    validation: dict[str, Material],
    checkpoint: Path,
    interrupted: Callable[[], bool],
) -> bool:
    """All epochs the run still lacks, a checkpoint after each; False if interrupted."""
    settings = run.settings
    augment = augmenting(settings)
    joined = Material.join(list(validation.values()))
    while run.history.epochs < settings.epochs:
        if not run.epoch(training, joined, augment, interrupted):
            return False
        write_whole(checkpoint, run.dump())
    return True


def describe(run: Run, validation: dict[str, Material]) -> dict[str, object]:
    """The card: what the network is, how it was made, how well it does on what chose it."""
    history, network = run.history, run.best
    return {
        "name": run.name,
        "sizes": list(network.sizes),
        "activation": network.activation.name,
        "parameters": sum(layer.weights.size + layer.bias.size for layer in network.layers),
        "settings": asdict(run.settings),
        "seed": run.settings.seed,
        "epochs_run": history.epochs,
        "best_epoch": history.best + 1,
        "training_accuracy": history.training_accuracy[history.best],
        "validation_accuracy": history.validation_accuracy[history.best],
        "validation": {
            name: evaluate(network, as_floats(part.images), part.labels).accuracy
            for name, part in validation.items()
        },
        "test_accuracy": None,
        "pen_accuracy": None,
    }


def examine(
    best: Run, runs: list[Run], mnist: data.Mnist, pen_digits: PenDigits | None
) -> dict[str, object]:
    """Accuracy on the test set and on unseen writers, and over all seeds where there are more."""
    stored = [stored_as(run.best, best.settings.storage) for run in runs]
    images = prepare_all(mnist.test_images)
    scores = [evaluate(network, images, mnist.test_labels) for network in stored]
    own = runs.index(best)
    print(f"test set: accuracy {scores[own].accuracy:.2%}, loss {scores[own].loss:.4f}")
    found: dict[str, object] = {"test_accuracy": scores[own].accuracy}
    if pen_digits:
        drawn = unseen_pen_digits(pen_digits)
        pens = [evaluate(network, as_floats(drawn.images), drawn.labels) for network in stored]
        print(f"pen digits of unseen writers: accuracy {pens[own].accuracy:.2%}")
        found["pen_accuracy"] = pens[own].accuracy
    if len(runs) > 1:
        accuracies = [score.accuracy for score in scores]
        found["seeds"] = {
            "count": len(runs),
            "test_mean": float(np.mean(accuracies)),
            "test_deviation": float(np.std(accuracies, ddof=1)),
            "test_accuracies": accuracies,
        }
        if pen_digits:
            found["seeds"]["pen_accuracies"] = [score.accuracy for score in pens]
        print(
            f"over {len(runs)} seeds: test {np.mean(accuracies):.2%} "
            f"± {np.std(accuracies, ddof=1):.2%}"
        )
    return found


def stored_as(network: Network, dtype: str) -> Network:
    """The network as its file will give it back."""
    return load_model(dump_model(Model(network), dtype=dtype)).network


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
    parser.add_argument("--distort", type=number(float, 0, 3), help="how far; 0 is not at all")
    parser.add_argument("--pen-copies", type=number(int, 0, 100), help="drawings per pen digit")
    parser.add_argument("--generated", type=number(int, 0, 10**6), help="drawings made up")
    parser.add_argument(
        "--seeds", type=number(int, 1, 100), default=1, help="runs, of which the best is kept"
    )
    parser.add_argument("--data", type=Path, help="folder with the four MNIST files")
    parser.add_argument("--pen-digits", type=Path, help="the UCI file of pen strokes")
    parser.add_argument(
        "--resume",
        nargs="?",
        const=True,
        metavar="FILE",
        help="go on with the stopped run of the same --out, or start from the weights of FILE",
    )
    options = parser.parse_args(arguments)
    if options.seeds > 1 and options.resume:
        parser.error("--resume goes on with one run; leave out --seeds")
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
        if (value := getattr(options, name, None)) is not None
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
        # Not `before`: a program started in the background may have been told to ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(wishes)
    finally:
        signal.signal(signal.SIGINT, before)


def save(out: Path, model: Model, run: Run) -> None:
    """The model, its card with the date, and the curves, each written whole."""
    content = dump_model(model, dtype=run.settings.storage)
    write_whole(out, content)
    card = dict(model.card)
    card["file_sha256"] = hashlib.sha256(content).hexdigest()
    card["date"] = datetime.now(UTC).date().isoformat()
    write_whole(out.with_suffix(".json"), (json.dumps(card, indent=2) + "\n").encode())
    write_whole(out.with_name("training_history.png"), draw(run.history))


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
