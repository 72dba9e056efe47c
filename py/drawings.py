"""How well a reader reads drawings, by where, how large, how thick and how slanting they are.

Reads no files and prints nothing: evaluate.py does, and knows where the pen digits are. The page's
own road is taken throughout: strokes are drawn with its brush and read by `inkling.reader`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from inkling import brush, pen, strokes
from inkling.calibration import calibration_error
from inkling.constants import CLASSES
from inkling.reader import Reader
from pen_digits import PenDigits

COUNT = 2000
"""Drawings from one source, not counting those slanted on purpose."""

SEED = 1729
"""Every drawing has a generator of its own, so that fewer drawings are the first of more."""

PLACES = ("centre", "edge", "corner")

SLANTS = (-35, -20, 20, 35)
"""Degrees to the right that are added to the hand's own slant."""

SLANTED = 3
"""Every so many drawings come in all SLANTS as well; with ten digits in turn, all digits do."""

SIZES = (30, 60, 100, 150, 200, 250)
"""Limits of what counts as one size: longer side in pad units; the page's pad has 280."""

WIDTHS = (2, 4, 8, 16, 28, 44)
"""The same for the width of the brush: a hair, a pencil, a pen, the page's own, a marker."""

MARGIN = 2.0
"""Pad units between the ink of a drawing at the edge and the edge."""

BINS = 15
"""Of confidences, equally wide, for the calibration error and the reliability table."""


@dataclass(frozen=True)
class Drawing:
    """A digit on the pad and how it came there."""

    number: int  # of the digit in its source; the same one comes in several slants
    label: int
    strokes: pen.Strokes  # in pad units
    place: str  # one of PLACES
    size: float  # longer side, pad units
    width: float  # of the brush, pad units
    slant: int  # degrees added to the hand's own


@dataclass(frozen=True)
class Outcome:
    """What a reader made of a drawing: `answer` is its likeliest digit even where it refused."""

    drawing: Drawing
    answer: int
    confidence: float
    refused: str | None

    @property
    def right(self) -> bool:
        return self.answer == self.drawing.label


Hand = Callable[[int, np.random.Generator], tuple[int, pen.Strokes]]
"""Gives the digit of a number, its label and strokes of any size, y downwards."""


def generated(number: int, rng: np.random.Generator) -> tuple[int, pen.Strokes]:
    """A digit of the stroke generator; ten by ten all digits, and in turn all styles of each."""
    label = number % CLASSES
    styles = strokes.STYLES[label]
    return label, strokes.write_digit(label, rng=rng, style=styles[number // CLASSES % len(styles)])


def written(digits: PenDigits) -> Hand:
    """Gives pen digits as they were written, in a fixed random order, over and over."""
    order = np.random.default_rng(SEED).permutation(len(digits.labels))

    def hand(number: int, rng: np.random.Generator) -> tuple[int, pen.Strokes]:
        chosen = order[number % len(order)]
        return int(digits.labels[chosen]), digits.strokes[chosen]

    return hand


def draw(hand: Hand, count: int = COUNT) -> Iterator[Drawing]:
    """`count` drawings of any place, size and brush, the same ones always, and slanted ones.

    Sizes are even between 30 and 250, widths are so by their logarithm from 2 up to 44 or to what
    keeps a drawing of that size legible.
    """
    for number in range(count):
        rng = np.random.default_rng((SEED, number))
        label, digit = hand(number, rng)
        size = rng.uniform(pen.SMALLEST, pen.LARGEST)
        thickest = max(pen.THINNEST, min(pen.WIDEST, pen.LEGIBLE * size))
        width = float(np.exp(rng.uniform(np.log(pen.THINNEST), np.log(thickest))))
        place = PLACES[rng.integers(len(PLACES))]
        side = rng.uniform(-1, 1, 2)
        for slant in (0, *SLANTS) if number % SLANTED == 0 else (0,):
            scaled = scale(lean(digit, slant), size)
            placed = put(scaled, place, side, width)
            yield Drawing(number, label, placed, place, size, width, slant)


def lean(digit: Sequence[pen.Floats], degrees: float) -> pen.Strokes:
    """Strokes sheared so that they lean to the right, or to the left below 0."""
    shear = np.array([[1, 0], [-np.tan(np.radians(degrees)), 1]])
    return [stroke @ shear for stroke in digit]


def scale(digit: Sequence[pen.Floats], size: float) -> pen.Strokes:
    """Strokes from 0 on, their longer side being `size`."""
    points = np.concatenate(digit)
    low, extent = points.min(axis=0), np.ptp(points, axis=0).max()
    return [(stroke - low) * (size / max(extent, 1e-6)) for stroke in digit]


def put(digit: Sequence[pen.Floats], place: str, side: pen.Floats, width: float) -> pen.Strokes:
    """Strokes that begin at 0 put onto the pad, their ink just on it.

    Parameters
    ----------
    place : one of PLACES.
    side : two numbers from -1 to 1. Their signs choose the corner; the one further from 0 chooses
        the edge, and the other where along it.
    """
    if place == "centre":
        side = np.zeros(2)
    elif place == "corner":
        side = np.sign(side)
    else:
        side = np.where(np.abs(side) == np.abs(side).max(), np.sign(side), side)
    room = brush.PAD_SIDE - np.concatenate(digit).max(axis=0)
    margin = np.minimum(width / 2 + MARGIN, room / 2)
    corner = room / 2 + side * (room / 2 - margin)
    return [stroke + corner for stroke in digit]


def read(reader: Reader, drawings: Iterator[Drawing]) -> list[Outcome]:
    """What the reader makes of every drawing."""
    outcomes = []
    for drawing in drawings:
        reading = reader.read_ink(brush.draw(drawing.strokes, width=drawing.width))
        refused = None if reading.refused is None else str(reading.refused)
        answer = int(reading.probs.argmax())
        outcomes.append(Outcome(drawing, answer, reading.confidence, refused))
    return outcomes


def report(outcomes: Sequence[Outcome]) -> dict:
    """Every figure, ready for JSON.

    `accuracy` is the network's own, refused or not; `answered_accuracy` is that of the answers
    given; both are None where there are none. Only those by slant count what was slanted.
    """
    plain = [one for one in outcomes if one.drawing.slant == 0]
    answered = [one for one in plain if one.refused is None]
    reasons = Counter(one.refused for one in plain if one.refused is not None)
    return {
        **figures(plain),
        "reasons": {reason: number / len(plain) for reason, number in sorted(reasons.items())},
        "by": by_condition(outcomes),
        **calibration(answered),
    }


def figures(outcomes: Sequence[Outcome]) -> dict:
    """How many there are, how many of them are right and refused, as shares."""
    answered = [one.right for one in outcomes if one.refused is None]
    return {
        "drawings": len(outcomes),
        "accuracy": float(np.mean([one.right for one in outcomes])) if outcomes else None,
        "refused": (len(outcomes) - len(answered)) / len(outcomes) if outcomes else None,
        "answered_accuracy": float(np.mean(answered)) if answered else None,
    }


def by_condition(outcomes: Sequence[Outcome]) -> dict[str, dict[str, dict]]:
    """Condition -> level -> figures. Slants are compared on the same digits."""
    plain = [one for one in outcomes if one.drawing.slant == 0]
    same = [one for one in outcomes if one.drawing.number % SLANTED == 0]
    levels = {
        "place": {name: [o for o in plain if o.drawing.place == name] for name in PLACES},
        "size": {
            f"{low} to {high}": [o for o in plain if low <= o.drawing.size < high]
            for low, high in pairwise(SIZES)
        },
        "brush": {
            f"{low} to {high}": [o for o in plain if low <= o.drawing.width < high]
            for low, high in pairwise(WIDTHS)
        },
        "slant": {
            f"{slant:+}°" if slant else "own": [o for o in same if o.drawing.slant == slant]
            for slant in sorted((0, *SLANTS))
        },
    }
    return {
        name: {level: figures(chosen) for level, chosen in levels.items()}
        for name, levels in levels.items()
    }


def calibration(answered: Sequence[Outcome]) -> dict:
    """The expected calibration error of answers given, and the bins it is the mean of.

    Bins without answers are left out. `answers` is how many are in a bin.
    """
    confidences = np.array([one.confidence for one in answered])
    right = np.array([one.right for one in answered], bool)
    index = np.minimum((confidences * BINS).astype(np.intp), BINS - 1)
    bins = [
        {
            "from": place / BINS,
            "to": (place + 1) / BINS,
            "answers": int((index == place).sum()),
            "confidence": float(confidences[index == place].mean()),
            "accuracy": float(right[index == place].mean()),
        }
        for place in np.unique(index).tolist()
    ]
    error = calibration_error(confidences, right, bins=BINS) if answered else None
    return {"calibration_error": error, "reliability": bins}


def table(source: str, report: dict) -> str:
    """The report for a terminal."""
    reasons = ", ".join(f"{reason} {share:.1%}" for reason, share in report["reasons"].items())
    lines = [
        f"{source}: accuracy {share(report['accuracy'], 2)} of {report['drawings']} drawings",
        f"refused {share(report['refused'])}{reasons and f' ({reasons})'}, "
        f"right of the rest {share(report['answered_accuracy'], 2)}, "
        f"calibration error {share(report['calibration_error'], 2)}",
        "",
        f"{'':18}drawings  accuracy  refused  right of the rest",
    ]
    for condition, levels in report["by"].items():
        for level, row in levels.items():
            lines.append(
                f"{condition:6} {level:<11}{row['drawings']:8}  {share(row['accuracy']):>8}"
                f"  {share(row['refused']):>7}  {share(row['answered_accuracy']):>17}"
            )
            condition = ""
    lines += ["", f"{'confidence':18} answers  mean confidence  right"]
    for row in report["reliability"]:
        lines.append(
            f"{row['from']:6.1%} to {row['to']:6.1%}  {row['answers']:8}"
            f"  {row['confidence']:15.1%}  {row['accuracy']:5.1%}"
        )
    return "\n".join(lines)


def share(value: float | None, digits: int = 1) -> str:
    """A share of 1 as a percentage, or a dash."""
    return "-" if value is None else f"{value:.{digits}%}"
