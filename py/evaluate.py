"""Score a model on MNIST, or on drawings. Trains nothing.

On MNIST: accuracy, loss and confusion matrix of the bare network. On drawings, made by drawings.py:
the whole reader, refusals included, on the stroke generator's digits and, where they are had, on
pen digits of writers nobody trained on.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

import data
import drawings
from files import fail, read_gate, read_model, write_whole
from inkling.constants import CLASSES
from inkling.model_file import BadModelFile, Model
from inkling.preprocess import prepare_all
from inkling.reader import Reader
from inkling.training import Score, evaluate
from recipes import TEST_WRITERS


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score a model on the MNIST test set.")
    parser.add_argument("--model", default="small", help="a released name or an .npz file")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with the four MNIST files")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--drawings", action="store_true", help="score on drawings, not on MNIST")
    parser.add_argument(
        "--count", type=int, default=drawings.COUNT, help="drawings of each source [%(default)s]"
    )
    parser.add_argument("--pen-digits", type=Path, metavar="FILE", help="a copy of UCI's strokes")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the reliability (PNG)")
    options = parser.parse_args(arguments)
    if not options.drawings and (options.pen_digits or options.plot):
        parser.error("--pen-digits and --plot go with --drawings")
    if options.count < 1:
        parser.error(f"--count must be at least 1, got {options.count}")
    model = read_model(options.model)
    try:
        return (score_drawings if options.drawings else score_mnist)(model, options)
    except BadModelFile as error:
        fail(f"the model {options.model} cannot be used: {error}")
    except data.DataUnavailable as error:
        fail(error)


def score_mnist(model: Model, options: argparse.Namespace) -> int:
    network = Reader(model).model.network
    mnist = data.load_mnist(options.data)
    score = evaluate(network, prepare_all(mnist.test_images), mnist.test_labels)
    if options.json:
        report = {
            "model": options.model,
            "images": int(score.confusion.sum()),
            "accuracy": score.accuracy,
            "loss": score.loss,
            "confusion": score.confusion.tolist(),
        }
        print(json.dumps(report))
    else:
        print(table(score))
    return 0


def table(score: Score) -> str:
    """The score for a terminal; rows of the matrix are labels, columns answers."""
    lines = [
        f"accuracy {score.accuracy:.2%}   loss {score.loss:.4f}   images {score.confusion.sum()}",
        "",
        "label  answered " + "".join(f"{digit:6}" for digit in range(CLASSES)) + "   right",
    ]
    for digit, row in enumerate(score.confusion):
        share = row[digit] / max(1, row.sum())
        lines.append(f"{digit:5}           " + "".join(f"{n:6}" for n in row) + f"  {share:6.1%}")
    return "\n".join(lines)


def score_drawings(model: Model, options: argparse.Namespace) -> int:
    reader = Reader(model, read_gate())
    hands = {"generated strokes": drawings.generated}
    try:
        hands["pen digits"] = drawings.written(unseen(options.pen_digits))
    except data.DataUnavailable as error:
        if options.pen_digits:
            raise
        print(f"Note: only generated strokes are scored. {error}", file=sys.stderr)
    reports = {
        source: drawings.report(drawings.read(reader, drawings.draw(hand, options.count)))
        for source, hand in hands.items()
    }
    if options.plot:
        plot(options.plot, reports)
    if options.json:
        print(json.dumps({"model": options.model, "drawings": reports}))
    else:
        print("\n\n\n".join(drawings.table(*one) for one in reports.items()))
    return 0


def unseen(path: Path | None) -> data.PenDigits:
    """The pen digits of the writers that no released model was trained on."""
    digits = data.load_pen_digits(path)
    tested = digits.of(np.isin(digits.writers, TEST_WRITERS))
    if not len(tested.labels):
        raise data.DataUnavailable(
            f"{path} has no digits of the writers {', '.join(map(str, TEST_WRITERS))}, who are "
            "kept for scoring: name the whole published file, or none."
        )
    return tested


def plot(path: Path, reports: dict[str, dict]) -> None:
    """Draw how often answers of each confidence are right, one line per source."""
    from io import BytesIO

    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 5))
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="as it should be")
    for source, report in reports.items():
        rows = report["reliability"]
        # The area of a point grows with the number of its answers.
        axes.scatter(
            [row["confidence"] for row in rows],
            [row["accuracy"] for row in rows],
            [12 + 300 * row["answers"] / report["drawings"] for row in rows],
            alpha=0.7,
            label=f"{source}, error {drawings.share(report['calibration_error'])}",
        )
    axes.set(xlabel="confidence", ylabel="right", xlim=(0, 1.05), ylim=(0, 1.05))
    axes.legend(loc="lower right")
    png = BytesIO()
    figure.savefig(png, format="png", dpi=120, bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)
    try:
        write_whole(path, png.getvalue())
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror or error}")


if __name__ == "__main__":
    sys.exit(main())
