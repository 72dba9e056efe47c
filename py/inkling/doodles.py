"""What people draw that is not one digit: letters, signs, scribbles, several or spoilt digits.

For a network to learn and to prove refusing them. No data set went into them. The hand that varies
them is in pen.py, digits are in strokes.py, the brush is in brush.py.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .brush import PAD_SIDE, draw
from .pen import Floats, Form, Strokes, brush_width, form, place, write
from .strokes import write_digit

CIRCLE = "50 0, 15 14, 0 50, 14 86, 50 100, 86 86, 100 50, 86 14, 47 0"

LETTERS: dict[str, Form] = {
    "A": form("0 100, 20 50, 38 0 | 58 50, 78 100", "10 62, 38 60, 68 62"),
    "C": form("62 14, 36 0, 10 18, 0 50, 10 82, 36 100, 64 86"),
    "E": form("56 2, 28 2, 4 2 | 3 50, 2 99 | 30 98, 60 98", "4 48, 28 48, 48 47"),
    "F": form("4 0, 3 50, 2 100", "4 2, 30 1, 58 0", "4 46, 26 46, 46 45"),
    "H": form("2 0, 2 50, 0 100", "58 0, 58 50, 60 100", "2 50, 30 50, 58 48"),
    "J": form("14 2, 40 1, 66 0", "42 2, 44 50, 40 84, 20 100, 0 86"),
    "K": form("2 0, 2 50, 0 100", "58 0, 30 30, 4 54 | 34 76, 64 100"),
    "L": form("4 0, 2 50, 0 98 | 30 98, 56 97"),
    "M": form("0 100, 6 50, 12 0 | 28 34, 44 62 | 60 32, 78 0 | 84 50, 90 100"),
    "N": form("0 100, 2 50, 4 0 | 34 50, 62 100 | 64 50, 66 0"),
    "P": form("4 0, 3 50, 2 100", "2 4, 30 0, 52 12, 52 34, 30 48, 4 50"),
    "R": form("4 0, 3 50, 2 100", "2 4, 30 0, 52 12, 52 34, 30 46, 4 50 | 30 74, 58 100"),
    "T": form("0 2, 34 1, 68 0", "34 2, 34 50, 33 100"),
    "U": form("0 0, 0 40, 6 80, 30 100, 54 84, 60 44, 60 0"),
    "V": form("0 0, 18 50, 34 100 | 52 50, 68 0"),
    "W": form("0 0, 12 50, 22 100 | 34 64, 46 30 | 58 64, 70 100 | 82 50, 94 0"),
    "X": form("2 0, 34 50, 66 100", "64 0, 32 50, 0 100"),
    "a": form("56 10, 28 0, 4 24, 2 70, 22 98, 44 80, 56 8 | 57 60, 64 96, 78 92"),
    "a, two storeys": form(
        "6 14, 28 0, 48 12, 52 50, 54 98", "52 48, 22 50, 2 70, 14 96, 38 92, 52 72"
    ),
    "d": form("54 52, 30 42, 4 60, 6 92, 32 98, 54 76", "56 0, 56 50, 58 98"),
    "e": form("4 56, 30 54, 60 46, 52 12, 28 0, 4 24, 2 68, 24 99, 62 84"),
    "f": form("52 8, 36 0, 24 16, 22 50, 20 100", "0 42, 24 41, 46 40"),
    "h": form("4 0, 3 50, 0 100 | 3 62, 22 44, 42 52, 46 76, 46 100"),
    "i": form("10 34, 8 70, 8 100", "12 4, 14 8"),
    "j": form("26 30, 26 66, 20 92, 0 98", "28 2, 30 6"),
    "k": form("4 0, 2 50, 0 100", "46 40, 24 56, 4 68 | 26 82, 50 100"),
    "m": form(
        "0 0, 2 50, 2 100 | 4 30, 22 4, 38 14, 40 60, 40 100 | 42 30, 60 4, 78 14, 80 60, 82 100"
    ),
    "n": form("2 0, 4 50, 4 100 | 8 34, 32 4, 58 16, 62 56, 62 100"),
    "r": form("4 0, 5 50, 4 100 | 8 40, 24 8, 56 4"),
    "t": form("22 0, 20 50, 22 88, 40 100, 56 90", "0 30, 24 29, 50 27"),
    "u": form("0 0, 0 56, 14 96, 40 88, 58 50, 62 0 | 62 50, 66 98, 78 94"),
    "w": form("0 0, 4 60, 18 98, 38 84, 48 30 | 52 84, 72 98, 90 60, 94 0"),
    "x": form("0 4, 24 14, 26 84, 2 98", "60 2, 36 14, 34 86, 62 98"),
}
"""Latin letters nobody takes for a digit."""

SCRIPTS: dict[str, Form] = {
    "alpha": form("76 8, 50 50, 26 92, 6 80, 2 40, 18 8, 44 30, 60 76, 80 94"),
    "gamma": form("0 10, 20 4, 34 40, 36 80, 24 100, 16 84, 30 56, 60 0"),
    "epsilon": form("54 10, 30 0, 6 14, 12 36, 32 46 | 8 56, 2 82, 26 100, 56 88"),
    "lambda": form("6 4, 22 4, 42 50, 64 98", "38 44, 20 72, 0 100"),
    "mu": form("12 0, 8 50, 0 100", "10 4, 10 50, 26 64, 46 52, 52 4 | 54 50, 66 62"),
    "pi": form("0 10, 34 4, 80 2", "22 6, 20 50, 10 98", "58 4, 58 60, 64 96, 78 90"),
    "tau": form("0 12, 10 3, 34 2, 66 2", "36 4, 32 60, 38 96, 56 90"),
    "psi": form("0 8, 4 46, 36 64, 68 44, 74 6", "38 0, 36 50, 34 100"),
    "omega": form("14 6, 0 50, 10 92, 34 92, 44 50, 54 92, 80 90, 88 48, 74 4"),
    "Omega": form("0 98, 24 97, 8 60, 10 22, 38 2, 66 20, 70 60, 54 97, 80 98"),
    "Delta": form("0 98, 20 50, 40 0 | 62 50, 84 98 | 42 98, 0 97"),
    "Lambda": form("0 100, 18 50, 34 0 | 52 50, 70 100", squeeze=(0.9, 1.6)),
    "Xi": form("0 4, 64 2", "10 50, 54 49", "0 98, 66 97"),
    "Pi": form("0 100, 2 50, 2 2 | 34 1, 66 0 | 66 50, 68 100"),
    "Sigma": form("62 6, 32 3, 2 2 | 20 26, 40 48 | 20 74, 0 98 | 34 98, 66 96"),
    "Gamma": form("0 100, 2 50, 4 2 | 30 2, 58 4"),
    "zhe": form("4 0, 22 34, 22 66, 0 100", "42 0, 42 50, 42 100", "80 0, 62 34, 62 66, 86 100"),
    "i, Cyrillic": form("2 0, 2 50, 0 98 | 34 50, 62 2 | 62 50, 62 100"),
    "sha": form("0 0, 0 50, 0 98 | 40 98, 80 98 | 80 50, 80 0", "40 0, 40 50, 40 97"),
    "tse": form("0 0, 0 86 | 58 86 | 74 88 | 74 104", "58 0, 58 86"),
    "yu": form("0 0, 0 50, 0 100", "0 50, 28 50", "56 4, 30 24, 28 74, 54 98, 82 74, 82 26, 54 4"),
    "ya": form("56 0, 20 2, 4 24, 20 46, 56 48", "56 0, 56 50, 58 100", "30 50, 2 100"),
    "e, Cyrillic": form("4 12, 30 0, 58 22, 60 66, 34 100, 4 88", "22 50, 58 50"),
    "alef": form("4 2, 34 50, 66 100", "60 4, 58 26, 42 44", "12 98, 6 70, 22 46"),
    "shin": form("0 4, 6 60, 16 98 | 50 97, 76 60, 84 4", "42 6, 40 50, 20 76"),
    "ayin, Arabic": form("50 10, 24 2, 8 20, 30 38, 54 36 | 14 50, 4 80, 30 100, 60 90"),
    "sin, Arabic": form(
        "94 40, 88 64, 74 60, 72 40 | 66 62, 52 60, 50 40 | 44 80, 22 98, 2 80, 4 56"
    ),
    "ka, Devanagari": form(
        "0 8, 90 6", "46 8, 46 100", "46 40, 20 34, 10 54, 28 68, 46 52, 66 36, 82 48, 70 70"
    ),
    "a, Hiragana": form(
        "10 20, 70 16", "36 2, 34 50, 44 86", "60 40, 30 84, 8 76, 30 48, 66 50, 70 80, 48 98"
    ),
    "great, Chinese": form("6 34, 44 32, 84 30", "46 2, 40 50, 6 98", "44 40, 60 72, 88 98"),
    "middle, Chinese": form("6 24, 6 66 | 76 64 | 78 22 | 6 24", "42 0, 42 100"),
    "person, Chinese": form("40 0, 30 50, 0 98", "38 30, 54 66, 82 98"),
    "tree, Chinese": form(
        "4 30, 88 28", "46 0, 46 100", "44 32, 26 60, 0 80", "48 32, 66 60, 92 80"
    ),
    "ga, Korean": form("4 10, 40 8 | 34 50, 4 84", "70 0, 70 100", "70 48, 92 46"),
}
"""Letters of other scripts nobody takes for a digit."""

SIGNS: dict[str, Form] = {
    "arrow": form("0 50, 50 50, 100 50", "72 26, 86 38, 100 50 | 86 64, 70 76"),
    "double arrow": form("0 50, 100 50", "74 26, 100 50 | 72 76", "26 24, 0 50 | 28 76"),
    "star": form("18 96, 34 48, 50 0 | 66 48, 82 96 | 40 64, 0 36 | 50 36, 100 36 | 58 66, 18 96"),
    "asterisk": form("50 0, 50 100", "6 26, 94 76", "94 24, 6 74"),
    "check": form("0 56, 14 76, 28 98 | 60 46, 92 0"),
    "heart": form("50 30, 30 2, 4 12, 4 42, 28 74, 50 98 | 74 72, 96 42, 96 12, 70 2, 50 30"),
    "house": form(
        "0 44, 44 0 | 90 42", "12 42, 12 98 | 78 98 | 78 40", "36 98, 36 64 | 54 64 | 54 98"
    ),
    "smiley": form(CIRCLE, "32 34, 33 38", "66 34, 67 38", "24 60, 36 76, 60 77, 76 60"),
    "triangle": form("0 96, 25 48, 50 0 | 74 48, 98 96 | 50 97, 0 95"),
    "square": form("2 2, 0 50, 2 98 | 50 99, 98 98 | 99 50, 98 2 | 50 1, 0 3"),
    "diamond": form("40 0, 0 50 | 40 100 | 80 50 | 39 0"),
    "plus": form("0 50, 50 49, 100 50", "50 0, 51 50, 50 100"),
    "cross": form("2 2, 50 50, 98 98", "96 4, 50 50, 4 98"),
    "hash": form("30 0, 24 100", "70 0, 64 100", "0 34, 98 32", "0 68, 96 66"),
    "question": form("2 22, 14 4, 38 0, 56 14, 50 36, 32 50, 28 72", "28 94, 29 98"),
    "ampersand": form("76 98, 50 66, 20 28, 26 4, 46 4, 50 22, 26 46, 4 70, 14 96, 42 94, 74 54"),
    "infinity": form("50 25, 72 4, 96 8, 98 38, 76 46, 50 25, 26 4, 4 8, 2 38, 24 46, 50 25"),
    "at": form(
        "62 40, 44 30, 30 50, 40 68, 58 62, 64 36 | 66 66, 86 66, 92 36, 70 6, 36 4, 8 30, 8 70, "
        "36 98, 76 92"
    ),
    "percent": form(
        "80 0, 40 50, 0 100",
        "20 2, 4 14, 8 32, 26 34, 36 18, 20 2",
        "66 64, 50 78, 56 96, 74 98, 82 80, 66 64",
    ),
    "dollar": form("56 22, 30 12, 6 26, 28 48, 56 68, 34 90, 2 78", "32 0, 30 50, 28 104"),
    "euro": form("70 14, 44 0, 18 20, 10 50, 18 82, 44 100, 72 86", "0 40, 52 38", "0 60, 48 58"),
    "equals": form("0 30, 50 29, 100 30", "0 72, 50 71, 100 70"),
    "divide": form("0 50, 50 49, 100 50", "48 12, 50 16", "50 86, 51 90"),
    "moon": form("60 0, 20 12, 0 50, 18 88, 62 100 | 34 78, 28 48, 38 18, 60 0"),
    "sun": form(
        "50 28, 30 38, 28 62, 50 74, 72 62, 70 38, 48 28",
        *("50 0, 50 16", "50 86, 50 100", "0 50, 16 50", "84 50, 100 50"),
        *("14 14, 25 25", "76 76, 87 87", "86 14, 75 25", "14 86, 25 75"),
    ),
    "bolt": form("52 0, 28 26, 4 50 | 30 50, 56 48 | 34 74, 10 100"),
    "fir": form("40 0, 2 66 | 80 66 | 40 0", "40 66, 40 100"),
    "cloud": form(
        "20 60, 2 50, 10 30, 28 32 | 32 8, 58 4, 66 24 | 88 20, 98 42, 82 60 | 50 61, 18 60"
    ),
    "note": form("26 88, 10 80, 0 92, 14 100, 26 88 | 27 44, 28 0 | 44 12, 54 32"),
    "fish": form("100 10, 70 50, 36 72, 4 50, 34 26, 70 48, 98 92 | 100 12"),
    "brackets": form("24 0, 4 22, 0 50, 4 78, 24 100", "60 0, 80 22, 84 50, 80 78, 60 100"),
    "square bracket": form("36 0, 2 1 | 0 50, 2 99 | 36 100"),
    "brace": form("36 0, 18 8, 18 36, 0 50 | 18 62, 18 92, 36 100"),
    "tilde": form("0 30, 16 6, 36 8, 60 26, 82 24, 98 4"),
    "caret": form("0 60, 40 0 | 80 60"),
    "angle": form("80 0, 0 40 | 80 80"),
    "hourglass": form("4 0, 66 0 | 0 100 | 70 100 | 4 0"),
    "stick figure": form(
        "34 0, 20 8, 22 24, 36 28, 48 18, 34 0",
        "34 28, 34 66",
        "8 44, 34 38, 60 44",
        "34 66, 12 100",
        "34 66, 58 100",
    ),
    "envelope": form("0 0, 0 66 | 100 66 | 100 0 | 0 0", "0 0, 50 40 | 100 0"),
    "flag": form("2 0, 0 100", "2 4, 62 2 | 60 40 | 2 44"),
    "cat": form(
        "12 30, 6 0 | 34 16 | 66 16 | 94 0 | 90 32, 98 64, 70 98, 32 98, 2 66, 12 30",
        *("34 48, 35 52", "66 48, 67 52", "42 72, 50 78, 58 72"),
    ),
    "cup": form("4 0, 10 90 | 60 90 | 68 0 | 4 0", "66 20, 92 24, 86 58, 62 62"),
    "eye": form(
        "0 30, 26 6, 60 4, 100 30, 66 56, 28 56, 0 30", "50 16, 38 30, 50 44, 62 30, 49 16"
    ),
    "target": form(CIRCLE, "50 30, 32 40, 34 62, 54 70, 70 54, 64 34, 48 30", "49 49, 51 52"),
    "wheel": form(CIRCLE, "50 0, 50 100", "0 50, 100 50"),
}
"""Signs and little pictures."""

LOOKALIKES: dict[str, Form] = {
    "phi": form("36 0, 34 50, 32 100", "34 22, 6 34, 4 62, 34 74, 64 62, 64 34, 34 22"),
    "O": form("46 0, 12 14, 0 50, 12 86, 44 100, 76 86, 88 50, 78 16, 44 0"),
    "D": form("4 0, 2 50, 2 100", "2 2, 40 4, 66 30, 66 68, 42 96, 0 99"),
    "Q": form("40 0, 10 14, 0 48, 10 80, 38 92, 66 78, 76 46, 66 14, 38 0", "46 68, 84 100"),
    "G": form("60 12, 36 0, 10 18, 0 50, 10 82, 36 99, 60 84, 62 56 | 36 56"),
    "I": form("0 2, 44 0", "22 1, 22 99", "0 100, 44 99"),
    "l": form("2 0, 2 50, 2 90, 12 100"),
    "Z": form("0 2, 60 0 | 30 50, 0 98 | 64 97"),
    "S": form("54 12, 30 0, 6 14, 12 38, 42 54, 52 78, 30 100, 0 88"),
    "B": form("4 0, 2 100", "2 2, 40 4, 48 24, 34 42, 4 48 | 44 52, 56 74, 42 96, 0 99"),
    "b": form("4 0, 2 50, 2 98 | 4 66, 24 48, 46 62, 46 88, 26 100, 4 88"),
    "q": form("52 8, 26 0, 4 18, 6 44, 30 50, 52 30 | 54 4, 54 50, 54 100"),
    "g": form("54 8, 28 0, 4 16, 6 40, 30 46, 52 24 | 56 4, 56 60, 46 94, 20 100, 2 88"),
    "Y": form("0 0, 32 44", "66 0, 32 46, 30 100"),
    "y": form("4 0, 8 34, 28 46, 50 34, 58 0 | 54 50, 40 92, 10 98"),
    "beta": form("0 100, 6 50, 14 10, 38 0, 50 18, 36 38, 18 44 | 48 52, 52 78, 32 94, 8 84"),
    "delta": form("52 10, 30 0, 14 14, 36 40, 54 68, 40 98, 14 98, 2 72, 18 46, 38 42"),
    "theta": form("34 0, 10 16, 0 50, 10 84, 34 100, 58 84, 68 50, 58 16, 33 0", "2 50, 66 49"),
    "sigma": form("86 4, 44 2, 12 14, 2 52, 14 90, 44 98, 68 74, 66 34, 42 4"),
    "che": form("4 0, 6 36, 28 50, 58 42", "60 0, 58 50, 58 100"),
    "ze": form("4 14, 26 0, 50 14, 44 38, 22 48 | 48 54, 58 78, 34 100, 0 88"),
    "exclamation": form("4 0, 2 36, 2 72", "2 94, 3 98"),
    "slash": form("44 0, 22 50, 0 100"),
    "tick down": form("0 8, 30 2, 60 4 | 58 30, 50 60"),
}
"""Letters and signs that some digit looks just like: no network can refuse them for their shape."""

TURNABLE = {
    "arrow",
    "double arrow",
    "star",
    "asterisk",
    "triangle",
    "moon",
    "fish",
    "bolt",
    "angle",
}
"""Signs drawn at any angle."""

HALVES = {"top": "0", "bottom": "02", "left": "02345689", "right": "0256"}
"""Side -> digits whose half on that side is no digit; half an 8 is a 0 or a 3."""

MIRRORED = {"left to right": "34679", "upside down": "4679"}
"""How -> digits that are none any more when mirrored so; a mirrored 2 is a 5."""


def doodle(*, rng: np.random.Generator, kind: str | None = None) -> Strokes:
    """Draw something that is not one digit, somewhere on the pad.

    Parameters
    ----------
    kind : one of KINDS; by default any but lookalikes, the more varied kinds more often.

    Returns
    -------
    strokes : each (n, 2) float64 in pad units, x right, y down, within 0..PAD_SIDE.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if kind is None:
        kind = KINDS[rng.choice(len(KINDS), p=SHARES)]
    if kind not in MAKERS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind}")
    return place(MAKERS[kind](rng), rng=rng)


def sample(
    count: int,
    *,
    rng: np.random.Generator,
    side: int = PAD_SIDE,
    kinds: Sequence[str] | None = None,
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Draw doodles of all sizes, places and brush widths.

    Parameters
    ----------
    side : of each picture in pixels.
    kinds : of KINDS, equally often; by default as `doodle` chooses.

    Returns
    -------
    inks : (count, side, side) uint8; 0 = paper, 255 = ink.
    kinds : (count,) places in KINDS.
    """
    chosen = rng.choice(len(KINDS), p=SHARES, size=count)
    if kinds is not None:
        unknown = [kind for kind in kinds if kind not in MAKERS]
        if unknown or not kinds:
            raise ValueError(f"kinds must be some of {', '.join(KINDS)}, got {list(kinds)}")
        chosen = rng.choice([KINDS.index(kind) for kind in kinds], size=count)
    inks = np.empty((count, side, side), np.uint8)
    for ink, kind in zip(inks, chosen, strict=True):
        strokes = doodle(rng=rng, kind=KINDS[kind])
        ink[:] = draw(strokes, width=brush_width(strokes, rng=rng), side=side)
    return inks, chosen


def any_of(forms: dict[str, Form]) -> Callable[[np.random.Generator], Strokes]:
    """A maker of these forms, each as often as the others."""
    names = list(forms)

    def make(rng: np.random.Generator) -> Strokes:
        name = names[rng.integers(len(names))]
        strokes = write(forms[name], rng=rng)
        return turn(strokes, rng.uniform(0, 2 * np.pi)) if name in TURNABLE else strokes

    return make


def turn(strokes: Strokes, angle: float) -> Strokes:
    """Strokes turned clockwise about the origin, radians."""
    cosine, sine = np.cos(angle), np.sin(angle)
    return [stroke @ np.array([[cosine, sine], [-sine, cosine]]) for stroke in strokes]


def glyph(rng: np.random.Generator) -> Strokes:
    """A letter of no script: strokes of lines, arcs, hooks and loops that meet or do not."""
    strokes: Strokes = []
    for parts in GLYPHS[rng.integers(len(GLYPHS))]:
        stroke = turtle(parts, rng=rng)
        if strokes and rng.random() < 0.7:
            other = strokes[rng.integers(len(strokes))]
            joint = other[rng.choice([0, len(other) // 2, -1])]
            stroke += joint - stroke[rng.choice([0, 0, len(stroke) // 2])]
        else:
            stroke += rng.uniform(-0.5, 0.5, 2) - stroke.mean(axis=0)
        strokes.append(stroke)
    if rng.random() < 0.15:
        strokes.append(rng.uniform(-0.6, 0.6, 2) + rng.normal(0, 0.02, (2, 2)))
    return strokes


GLYPHS = ((5,), (2, 2), (3, 1), (3, 2), (2, 1, 1), (1, 1, 1, 1), (2, 2, 2))
"""Parts of each stroke. One or two plain ones would too often be a 1, a 4 or a 7."""


def turtle(parts: int, *, rng: np.random.Generator, steps: int = 12) -> Floats:
    """A stroke of `parts` lines and arcs, set off from each other by corners or not."""
    bends = rng.choice([0, 0, 0, 90, 180, 220, 270, 360], parts) * rng.choice([-1, 1], parts)
    corners = rng.choice([0, 0, 70, 110, 150], parts) * rng.choice([-1, 1], parts)
    lengths = rng.uniform(0.35, 1, parts) * (1 + np.abs(bends) / 250)
    swerve = np.repeat(bends * rng.uniform(0.8, 1.2, parts) / steps, steps)
    swerve[::steps] += corners
    heading = np.radians(rng.choice([0, 90, 180, 270]) + rng.normal(0, 15) + np.cumsum(swerve))
    stride = np.stack([np.cos(heading), np.sin(heading)], axis=1)
    return np.cumsum(stride * np.repeat(lengths / steps, steps)[:, None], axis=0)


def scribble(rng: np.random.Generator) -> Strokes:
    """The same place gone over again and again: tangles, hatching, rows of loops."""
    turns = rng.integers(4, 14)
    t = np.linspace(0, 2 * np.pi, 14 * turns)
    way = rng.choice(["tangle", "hatching", "loops"])
    if way == "tangle":
        orders = np.arange(1, turns)[:, None]
        swings = rng.normal(0, 1, (2, turns - 1, 1)) / orders**0.6
        stroke = (swings * np.sin(orders * t + rng.uniform(0, 6, (2, turns - 1, 1)))).sum(axis=1).T
    elif way == "hatching":
        reach = 1 + 0.25 * np.sin(t * rng.uniform(0.5, 2) + rng.uniform(0, 6))
        rung = np.arcsin(np.sin(turns * t)) * reach
        stroke = np.stack([rung, t * rng.uniform(0.05, 0.6) + rng.normal(0, 0.05, len(t))], axis=1)
    else:
        pace = rng.uniform(0, 1.2)
        stroke = np.stack([np.cos(turns * t) + pace * t, np.sin(turns * t)], axis=1)
        stroke += rng.normal(0, 0.06, stroke.shape)
    return turn([stroke * [1, rng.uniform(0.5, 1.5)]], rng.uniform(0, 2 * np.pi))


def squiggle(rng: np.random.Generator) -> Strokes:
    """One line with a rule: spirals, waves, zigzags, steps."""
    # Two waves or zigzags alone might be a 2, a 3 or a 5.
    turns = rng.uniform(3, 7)
    t = np.linspace(0, 1, int(24 * turns))
    way = rng.choice(["spiral", "wave", "zigzag", "steps"])
    if way == "spiral":
        angle = 2 * np.pi * turns * t * rng.choice([-1, 1])
        stroke = ((t + 0.05) * [np.cos(angle), np.sin(angle)]).T
    elif way == "steps":
        risers = np.arange(2 * int(turns) + 2)
        stroke = np.stack([risers // 2, (risers + 1) // 2], axis=1).astype(float)
    else:
        swing = np.sin(2 * np.pi * turns * t)
        swing = np.arcsin(swing) if way == "zigzag" else swing
        stroke = np.stack([t * turns * rng.uniform(0.6, 2), swing], axis=1)
    stroke = stroke + rng.normal(0, 0.01 * np.ptp(stroke, axis=0).max(), stroke.shape)
    return turn([stroke], rng.uniform(0, 2 * np.pi))


def walk(rng: np.random.Generator) -> Strokes:
    """A pen that goes where it likes, lifted now and then."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        count = rng.integers(40, 100)
        sway = rng.choice([0.45, 0.8, 1.2])
        heading = np.cumsum(rng.normal(0, sway, count)) + rng.uniform(0, 2 * np.pi)
        stride = np.stack([np.cos(heading), np.sin(heading)], axis=1)
        strokes.append(np.cumsum(stride, axis=0) + rng.normal(0, 4, 2))
    return strokes


def tally(rng: np.random.Generator) -> Strokes:
    """Three lines or more side by side, perhaps struck through."""
    count = rng.integers(3, 8)
    x = np.arange(count) * rng.uniform(0.15, 0.5) + rng.normal(0, 0.03, count)
    strokes = [np.array([[place, 0], [place, 1]]) + rng.normal(0, 0.04, (2, 2)) for place in x]
    if rng.random() < 0.4:
        strike = np.array([[x[0] - 0.2, 0.8], [x[-1] + 0.2, 0.2]])
        strokes.append(strike + rng.normal(0, 0.08, (2, 2)))
    return turn(strokes, rng.normal(0, 0.1) + rng.choice([0, 0, 0, np.pi / 2]))


def specks(rng: np.random.Generator) -> Strokes:
    """Dashes and dots: one, a row of them, or many anywhere."""
    count = rng.choice([1, 1, 2, 3, 5, 9])
    if rng.random() < 0.5:
        places = np.stack([np.arange(count) * rng.uniform(0.3, 1), np.zeros(count)], axis=1)
        places += rng.normal(0, 0.03, places.shape)
    else:
        places = rng.uniform(-1, 1, (count, 2))
    dashes = rng.random() < 0.5
    strokes = []
    for centre in places:
        half = np.array([rng.uniform(0.1, 0.3) if dashes else rng.uniform(0, 0.01), 0])
        strokes.append(centre + np.array([-half, half]) + rng.normal(0, 0.02, (2, 2)) * dashes)
    return strokes


def several(rng: np.random.Generator) -> Strokes:
    """Two digits or more, side by side or one below the other, apart or touching."""
    count = rng.choice([2, 2, 2, 3, 3, 4])
    gap = rng.choice([rng.uniform(-0.1, 0.1), rng.uniform(0.1, 0.6)])
    down = rng.random() < 0.1
    strokes: Strokes = []
    edge = 0.0
    for _ in range(count):
        digit = write_digit(int(rng.integers(10)), rng=rng)
        digit = [stroke * rng.uniform(0.75, 1.15) for stroke in digit]
        points = np.concatenate(digit)
        low, high = points.min(axis=0), points.max(axis=0)
        shift = np.array([edge - low[0], -(low[1] + high[1]) / 2 + rng.normal(0, 0.08)])
        if down:
            shift = np.array([-(low[0] + high[0]) / 2 + rng.normal(0, 0.08), edge - low[1]])
        strokes += [stroke + shift for stroke in digit]
        edge += (high - low)[int(down)] + gap + rng.normal(0, 0.04)
    return strokes


def half(rng: np.random.Generator) -> Strokes:
    """What is left of a digit of which one half is missing."""
    sides = list(HALVES)
    side = sides[rng.integers(len(sides))]
    strokes = write_digit(int(rng.choice(list(HALVES[side]))), rng=rng)
    axis = 1 if side in ("top", "bottom") else 0
    values = np.concatenate(strokes)[:, axis]
    border = values.min() + np.ptp(values) * rng.uniform(0.42, 0.58)
    pieces: Strokes = []
    for stroke in strokes:
        before = stroke[:, axis] < border
        kept = before if side in ("top", "left") else ~before
        runs = np.split(stroke, np.flatnonzero(np.diff(kept)) + 1)
        pieces += runs[0 if kept[0] else 1 :: 2]
    # A digit's lines may all lie on one side of the border.
    return pieces or strokes[:1]


def mirrored(rng: np.random.Generator) -> Strokes:
    """A digit mirrored so that it is none."""
    ways = list(MIRRORED)
    way = ways[rng.integers(len(ways))]
    strokes = write_digit(int(rng.choice(list(MIRRORED[way]))), rng=rng)
    return [stroke * ([-1, 1] if way == "left to right" else [1, -1]) for stroke in strokes]


def lying(rng: np.random.Generator) -> Strokes:
    """A digit on its side; a 0 would still be one."""
    strokes = write_digit(int(rng.integers(1, 10)), rng=rng)
    return turn(strokes, np.pi / 2 * rng.choice([-1, 1]))


def doubled(rng: np.random.Generator) -> Strokes:
    """One digit written over another, or twice not quite in one place; 0 and 1 are just strokes."""
    first, second = rng.integers(2, 10, 2)
    shift = rng.uniform(0.12, 0.4) * rng.choice([-1, 1], 2)
    over = write_digit(int(second), rng=rng)
    return write_digit(int(first), rng=rng) + [stroke + shift for stroke in over]


def struck(rng: np.random.Generator) -> Strokes:
    """A digit crossed out: by an X, by several lines or by a scribble."""
    strokes = write_digit(int(rng.integers(10)), rng=rng)
    way = rng.choice(["cross", "lines", "scribble"])
    if way == "cross":
        strike = write(SIGNS["cross"], rng=rng)
    elif way == "lines":
        strike = write(LINES, rng=rng)
    else:
        strike = scribble(rng)
        middle, size = strike[0].mean(axis=0), np.ptp(strike[0], axis=0).max()
        strike = [(strike[0] - middle) / size]
    return strokes + [stroke * rng.uniform(0.8, 1.2) for stroke in strike]


LINES = form("0 20, 90 24", "2 40, 94 42", "0 60, 90 62", "2 80, 92 78", squeeze=(0.6, 1.3))

MAKERS: dict[str, Callable[[np.random.Generator], Strokes]] = {
    "letter": any_of(LETTERS),
    "script": any_of(SCRIPTS),
    "glyph": glyph,
    "sign": any_of(SIGNS),
    "scribble": scribble,
    "squiggle": squiggle,
    "walk": walk,
    "tally": tally,
    "specks": specks,
    "several": several,
    "half": half,
    "mirrored": mirrored,
    "lying": lying,
    "doubled": doubled,
    "struck": struck,
    "lookalike": any_of(LOOKALIKES),
}

KINDS = tuple(MAKERS)
"""Names of what `doodle` draws. `several` digits are digits still, `lookalike` ones might be."""

WEIGHTS = np.array([3, 3, 5, 3, 1.5, 1, 1, 1, 1, 3, 1, 1.5, 1.5, 1, 1, 0])
SHARES = WEIGHTS / WEIGHTS.sum()
"""How often `doodle` draws each of KINDS unless told."""
