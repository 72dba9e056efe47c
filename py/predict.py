"""Read digits in picture files through the page's own pipeline. Pillow only decodes."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from files import fail, read_gate, read_model, read_picture
from inkling.model_file import BadModelFile
from inkling.reader import Reader, Reading
from inkling.refuse import Refusal


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Read the digit in each picture.")
    parser.add_argument("pictures", nargs="+", type=Path, metavar="IMAGE")
    parser.add_argument("--model", default="small", help="small, large or an .npz file")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    options = parser.parse_args(arguments)

    try:
        reader = Reader(read_model(options.model), read_gate())
    except BadModelFile as error:
        fail(f"the model {options.model} cannot be used: {error}")
    failures = 0
    for path in options.pictures:
        try:
            reading = reader.read_picture(read_picture(path))
        except OSError as error:
            failures += 1
            print(f"error: {path}: {error.strerror or error}", file=sys.stderr)
            continue
        print(as_json(path, reading) if options.json else as_line(path, reading))
    return 1 if failures else 0


def as_json(path: Path, reading: Reading) -> str:
    return json.dumps(
        {
            "path": str(path),
            "label": reading.label,
            "confidence": reading.confidence,
            "probs": [float(p) for p in reading.probs],
            "refused": reading.refused,
            "boxes": reading.edges,
        }
    )


def as_line(path: Path, reading: Reading) -> str:
    if reading.refused is None:
        return f"{path}: {reading.label} ({reading.confidence:.1%} sure)"
    return f"{path}: {SENTENCES[reading.refused](reading)}"


def _name_both(reading: Reading) -> str:
    second, first = reading.probs.argsort()[-2:]
    return (
        f"unsure, a {first} ({reading.probs[first]:.1%}) "
        f"or a {second} ({reading.probs[second]:.1%})"
    )


SENTENCES: dict[Refusal, Callable[[Reading], str]] = {
    Refusal.BLANK: lambda _: "blank, there is nothing on it",
    Refusal.FAINT: lambda _: "faint, there is too little ink to tell a digit",
    Refusal.SEVERAL: lambda reading: (
        f"several, there are {len(reading.boxes)} digits: cut out one of them"
    ),
    Refusal.UNLIKE: lambda _: "unlike any digit",
    Refusal.UNSURE: _name_both,
}
"""What to say instead of a digit; the word itself always comes first."""


if __name__ == "__main__":
    sys.exit(main())
