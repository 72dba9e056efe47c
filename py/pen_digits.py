"""Pen strokes of digits from the text of UCI's data set. Reads no files; data.py finds it.

UCI Pen-Based Recognition of Handwritten Digits, E. Alpaydin and F. Alimoglu 1998, CC BY 4.0:
`pendigits-orig.tra`, written in UNIPEN.
"""

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Of the text as published, unpacked.
PUBLISHED_SHA256 = "a66225d68d7d68591e62944df1ad33b3f5aa608e2df2505844b41f5568a80da4"

TABLET_SIDE = 500
"""Side of the tablet in its own units."""

WRITERS = 30

OTHER = r"(?:\.(?!PEN_|SEGMENT|COMMENT).*\n)*"  # lines to be passed over
STROKE = r"\.PEN_DOWN\n((?:[0-9]{1,4} [0-9]{1,4}\n)+)\.PEN_UP\n"
DIGIT = re.compile(
    r'\.SEGMENT DIGIT (?P<first>[0-9]+)(?:-(?P<last>[0-9]+))? .*"(?P<label>[0-9])"\n'
    r"\.COMMENT (?P<again>[0-9]) (?P<writer>[0-9]{1,3}) [0-9]+\n"
    rf"(?P<strokes>(?:{OTHER}{STROKE})+){OTHER}"
)
FORM = ".SEGMENT with a label, .COMMENT with label and writer, strokes from .PEN_DOWN to .PEN_UP"


@dataclass(frozen=True, eq=False)
class PenDigits:
    """Digits as pens wrote them."""

    strokes: list[list[NDArray[np.float64]]]
    """Per digit its strokes in the order of writing, each (points, 2): x right, y down, in units of
    the tablet, 0..TABLET_SIDE."""

    labels: NDArray[np.uint8]  # (n,), 0 to 9
    writers: NDArray[np.uint8]  # (n,), 1 to WRITERS
    sha256: str  # of the whole text

    @property
    def published(self) -> bool:
        """Whether this is the data set itself; a local file may hold something else of its form."""
        return self.sha256 == PUBLISHED_SHA256

    def of(self, chosen: NDArray[np.bool_]) -> "PenDigits":
        """Those digits whose place in `chosen` (n,) is True, such as those of some writers."""
        strokes = [digit for digit, one in zip(self.strokes, chosen, strict=True) if one]
        return PenDigits(strokes, self.labels[chosen], self.writers[chosen], self.sha256)


def parse(raw: bytes) -> PenDigits:
    """The digits of a UNIPEN text as UCI's.

    Raises
    ------
    ValueError
        If the text is not of this form; the message names the digit by its place, from 1.
    """
    lines = raw.decode("ascii", errors="replace").splitlines()
    text = "".join(f"{' '.join(line.split())}\n" for line in lines if line.strip())
    # A lexicon comes first.
    _, *parts = re.split(r"^(?=\.SEGMENT)", text, flags=re.MULTILINE)
    if not parts:
        raise ValueError("there is no .SEGMENT, with which a digit begins")
    strokes, labels, writers = [], [], []
    for place, part in enumerate(parts, 1):
        found = DIGIT.fullmatch(part)
        if not found:
            raise ValueError(f"digit {place} is not {FORM}")
        label, writer = int(found["label"]), int(found["writer"])
        if label != int(found["again"]):
            raise ValueError(f"digit {place} is a {label} and a {found['again']}")
        if not 1 <= writer <= WRITERS:
            raise ValueError(f"writers are 1 to {WRITERS}, digit {place} has {writer}")
        digit = [_points(points) for points in re.findall(STROKE, found["strokes"])]
        announced = int(found["last"] or found["first"]) - int(found["first"]) + 1
        if len(digit) != announced:
            raise ValueError(f"digit {place} has {len(digit)} strokes, {announced} are announced")
        if not all(((points >= 0) & (points <= TABLET_SIDE)).all() for points in digit):
            raise ValueError(f"points are 0 to {TABLET_SIDE}, digit {place} has others")
        strokes.append(digit)
        labels.append(label)
        writers.append(writer)
    return PenDigits(
        strokes,
        np.array(labels, np.uint8),
        np.array(writers, np.uint8),
        hashlib.sha256(raw).hexdigest(),
    )


def _points(lines: str) -> NDArray[np.float64]:
    points = np.array(lines.split(), np.float64).reshape(-1, 2)
    points[:, 1] = TABLET_SIDE - points[:, 1]  # in the file, y points upwards
    return points
