"""Score a model on MNIST: accuracy, loss and confusion matrix. Trains nothing."""

import argparse
import json
import sys
from pathlib import Path

import data
from files import fail, read_model
from inkling.constants import CLASSES
from inkling.model_file import BadModelFile
from inkling.preprocess import prepare_all
from inkling.reader import Reader
from inkling.training import Score, evaluate


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score a model on the MNIST test set.")
    parser.add_argument("--model", default="small", help="a released name or an .npz file")
    parser.add_argument("--data", type=Path, help="folder with the four MNIST files")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)

    model = read_model(options.model)
    try:
        network = Reader(model).model.network
        mnist = data.load_mnist(options.data)
    except BadModelFile as error:
        fail(f"the model {options.model} cannot be used: {error}")
    except data.DataUnavailable as error:
        fail(error)
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


if __name__ == "__main__":
    sys.exit(main())
