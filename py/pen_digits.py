"""Pen strokes of digits from the text of UCI's data set. Reads no files; data.py finds it.

UCI Pen-Based Recognition of Handwritten Digits, E. Alpaydin and F. Alimoglu 1998, CC BY 4.0,
doi:10.24432/C5MG6K: `pendigits-orig.tra`, written in UNIPEN.
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

SEGMENT = re.compile(r'\.SEGMENT DIGIT .* "([0-9])"')
COMMENT = re.compile(r"\.COMMENT\s+([0-9])\s+([0-9]{1,3})\s+[0-9]+")  # label, writer, running no.


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
    """The digits of a UNIPEN text as UCI's: `.SEGMENT`, `.COMMENT`, `.PEN_DOWN`, points, `.PEN_UP`.

    Other keywords are passed over.

    Raises
    ------
    ValueError
        If the text is not of this form; the message names the line.
    """
    strokes: list[list[NDArray[np.float64]]] = []
    labels: list[int] = []
    writers: list[int] = []
    points: list[tuple[int, int]] | None = None  # of the stroke the pen is writing
    number = 0
    try:
        lines = raw.decode("ascii").splitlines()
        for number, line in enumerate(lines, 1):  # noqa: B007 (told where it stops)
            if not line.strip():
                continue
            keyword = line.split(maxsplit=1)[0]
            if not keyword.startswith("."):
                if points is None:
                    raise ValueError("a point without .PEN_DOWN")
                x, y = map(int, line.split())
                if not (0 <= x <= TABLET_SIDE and 0 <= y <= TABLET_SIDE):
                    raise ValueError(f"points lie within 0..{TABLET_SIDE}, got {x} {y}")
                points.append((x, TABLET_SIDE - y))
            elif points is not None and keyword != ".PEN_UP":
                raise ValueError(f".PEN_UP is expected before {keyword}")
            elif keyword == ".PEN_DOWN":
                if len(strokes) == 0 or len(writers) < len(strokes):
                    raise ValueError("a stroke before its .SEGMENT and .COMMENT")
                points = []
            elif keyword == ".PEN_UP":
                if not points:
                    raise ValueError("a stroke without points")
                strokes[-1].append(np.array(points, np.float64))
                points = None
            elif keyword == ".SEGMENT":
                _end_digit(strokes, writers)
                labels.append(int(_match(SEGMENT, line)[1]))
                strokes.append([])
            elif keyword == ".COMMENT" and len(writers) < len(strokes):
                label, writer = map(int, _match(COMMENT, line).groups())
                if label != labels[-1]:
                    raise ValueError(f".SEGMENT says {labels[-1]}, .COMMENT {label}")
                if not 1 <= writer <= WRITERS:
                    raise ValueError(f"writers are 1 to {WRITERS}, got {writer}")
                writers.append(writer)
        if points is not None:
            raise ValueError("the text ends within a stroke")
        if not strokes:
            raise ValueError("there is no digit")
        _end_digit(strokes, writers)
    except ValueError as error:  # a UnicodeDecodeError too
        raise ValueError(f"line {number}: {error}" if number else str(error)) from error
    return PenDigits(
        strokes,
        np.array(labels, np.uint8),
        np.array(writers, np.uint8),
        hashlib.sha256(raw).hexdigest(),
    )


def _match(pattern: re.Pattern[str], line: str) -> re.Match[str]:
    if found := pattern.fullmatch(line.strip()):
        return found
    raise ValueError(f"not of the form {pattern.pattern}: {line.strip()[:60]}")


def _end_digit(strokes: list[list[NDArray[np.float64]]], writers: list[int]) -> None:
    if strokes and not (strokes[-1] and len(writers) == len(strokes)):
        raise ValueError("the digit before has no strokes or no writer")
