"""Read digits in picture files through the page's own pipeline. Pillow only decodes."""

import argparse
import json
import sys
from pathlib import Path

from files import fail, read_model, read_picture
from inkling.model_file import BadModelFile
from inkling.reader import Reader, Reading


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Read the digit in each picture.")
    parser.add_argument("pictures", nargs="+", type=Path, metavar="IMAGE")
    parser.add_argument("--model", default="small", help="a released name or an .npz file")
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    options = parser.parse_args(arguments)

    try:
        reader = Reader(read_model(options.model))
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
        }
    )


def as_line(path: Path, reading: Reading) -> str:
    if reading.label is None:
        return f"{path}: no digit ({reading.refused})"
    return f"{path}: {reading.label} ({reading.confidence:.1%} sure)"


if __name__ == "__main__":
    sys.exit(main())
