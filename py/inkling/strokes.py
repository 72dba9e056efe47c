"""How people write the ten digits: hand-made forms, varied by a seeded generator.

No data set went into them. The hand that varies them is in pen.py, the brush in brush.py.
"""

import numpy as np
from numpy.typing import NDArray

from .brush import PAD_SIDE, draw
from .constants import CLASSES
from .pen import Form, Strokes, brush_width, form, place, write

FORMS: tuple[dict[str, Form], ...] = (
    {
        "plain": form(
            "36 2, 14 12, 2 34, 1 62, 12 88, 34 99, 57 88, 68 62, 66 34, 54 11, 33 2, 13 14",
            spare=(0.06, 0.14),
            squeeze=(0.5, 1.7),
            weight=4,
        ),
        "overlapping": form(
            "30 12, 14 26, 4 46, 4 68, 16 90, 38 99, 58 86, 68 60, 66 30, 52 8, 32 1, 12 10, "
            "0 30, -2 56",
            spare=(0.1, 0.15),
            squeeze=(0.6, 1.3),
        ),
        "open": form(
            "44 12, 24 4, 8 22, 2 50, 10 82, 32 99, 56 90, 68 62, 66 30, 54 4",
            spare=(0.06, 0.04),
            squeeze=(0.6, 1.3),
        ),
        "clockwise": form(
            "8 22, 28 3, 52 8, 66 32, 66 64, 52 92, 30 99, 10 86, 0 58, 4 28, 22 6",
            spare=(0.1, 0.1),
            squeeze=(0.5, 1.4),
        ),
        "slashed": form(
            "36 2, 14 12, 2 34, 1 62, 12 88, 34 99, 57 88, 68 62, 66 34, 54 11, 33 2",
            "70 2, 36 50, 0 100",
            squeeze=(0.6, 1.3),
        ),
        "slashed in one": form(
            "30 4, 10 20, 2 52, 12 88, 34 99, 58 84, 66 50, 60 16, 44 2 | 34 40, 16 82",
            squeeze=(0.6, 1.2),
            weight=0.5,
        ),
        "tail": form(
            "34 4, 12 14, 2 40, 4 72, 20 97, 44 96, 62 74, 66 40, 54 12, 36 4, 40 16, 58 16, 76 4",
            squeeze=(0.6, 1.2),
            weight=0.7,
        ),
        "halves": form(
            "36 0, 12 14, 2 50, 12 86, 36 100",
            "34 1, 58 14, 68 50, 58 86, 34 99",
            squeeze=(0.6, 1.3),
            weight=0.4,
        ),
    },
    {
        "bar": form("0 0, 1 50, 0 100", weight=4),
        "flag": form("0 26, 16 15, 30 0 | 30 50, 29 100", squeeze=(0.5, 1.3), weight=2),
        "small flag": form("0 15, 10 8, 17 0 | 17 50, 16 100", squeeze=(0.5, 1.3)),
        "long flag": form("0 52, 22 28, 42 0 | 41 50, 40 100", squeeze=(0.5, 1.1)),
        "round flag": form("0 24, 12 6, 24 3, 28 18, 26 58, 22 100", squeeze=(0.6, 1.2)),
        "flag and foot": form(
            "2 26, 18 15, 32 0 | 32 50, 31 99", "2 100, 30 99, 60 100", squeeze=(0.5, 1.3), weight=2
        ),
        "flag and foot in one": form(
            "4 24, 18 14, 30 0 | 30 50, 29 98 | 16 99, 0 100 | 30 99, 60 98",
            squeeze=(0.5, 1.2),
            weight=0.7,
        ),
        "high foot": form(
            "2 30, 18 17, 32 0 | 31 50, 29 100",
            "4 84, 30 82, 58 80",
            squeeze=(0.6, 1.2),
            weight=0.6,
        ),
        "foot": form("28 0, 28 50, 28 99", "4 100, 28 99, 52 100", squeeze=(0.5, 1.2), weight=0.4),
        "wedge": form("0 74, 14 38, 29 0 | 30 50, 31 100", squeeze=(0.5, 1.2), weight=0.5),
        "flag to the side": form("0 34, 26 14, 50 0 | 34 50, 22 100", squeeze=(0.6, 1.5)),
        "folded flag and foot": form(
            "26 6, 10 20, 2 32 | 14 16, 30 0 | 30 50, 29 99", "2 99, 30 98, 62 99", weight=0.5
        ),
        "hooked": form("0 22, 16 12, 26 0 | 26 44, 24 82, 14 98, 2 92", weight=0.4),
    },
    {
        "plain": form(
            "4 24, 14 6, 36 0, 56 10, 58 30, 44 54, 22 78, 0 99 | 30 98, 64 99", weight=2
        ),
        "loop": form(
            "4 22, 18 4, 40 2, 56 16, 52 40, 34 68, 14 91, 3 97, 0 88, 12 81, 34 91, 54 98, 72 90",
            weight=1.5,
        ),
        "large loop": form(
            "6 20, 22 2, 46 4, 54 24, 42 52, 20 84, 4 98, -6 88, 6 73, 30 80, 54 96, 78 90",
            squeeze=(0.75, 1.6),
        ),
        "squat": form(
            "2 22, 18 2, 46 2, 62 20, 50 48, 24 76, -6 97 | 36 92, 96 98", squeeze=(0.8, 1.7)
        ),
        "short foot": form("4 22, 16 3, 38 0, 52 12, 46 38, 24 70, 2 98 | 18 97, 38 98"),
        "small loop": form(
            "6 20, 20 3, 42 2, 56 16, 50 42, 32 70, 12 94, 3 94, 10 88, 36 94, 66 97",
        ),
        "z": form("2 10, 22 3, 42 2, 60 6 | 32 50, 0 97 | 32 96, 66 98"),
        "angular z": form("0 4, 30 3, 58 2 | 30 50, 0 98 | 30 97, 62 99", weight=0.6),
        "curled": form("18 30, 6 24, 10 6, 34 0, 56 12, 54 38, 30 70, 2 97 | 34 95, 68 98"),
        "swan": form("4 22, 16 4, 38 0, 56 12, 54 34, 34 64, 2 96 | 18 88, 38 95, 54 100, 70 92"),
        "round foot": form("4 20, 16 4, 38 0, 54 12, 50 32, 28 56, 8 80, 6 95, 30 99, 62 97"),
        "long foot": form("2 22, 14 4, 34 0, 50 12, 46 36, 28 64, 0 96 | 40 96, 88 92", weight=0.7),
    },
    {
        "round": form(
            "4 14, 22 0, 46 4, 54 22, 42 40, 24 46 | 48 50, 62 72, 50 94, 24 100, 2 88", weight=2
        ),
        "soft waist": form(
            "4 14, 24 0, 48 5, 52 24, 38 42, 32 47, 46 53, 60 72, 50 94, 24 100, 0 90", weight=1.5
        ),
        "shallow waist": form(
            "2 10, 24 0, 46 7, 50 24, 40 42, 44 52, 54 70, 42 93, 16 100, -6 95", weight=1
        ),
        "looped waist": form(
            "4 12, 24 0, 48 6, 52 24, 36 43, 22 48, 22 40, 36 45, 56 60, 58 82, 38 98, 14 99, 0 88"
        ),
        "flat top": form("2 3, 30 1, 56 2 | 40 21, 24 40 | 48 45, 60 68, 50 92, 26 100, 0 90"),
        "flat top, tall": form(
            "0 5, 26 1, 52 3 | 40 26, 28 46 | 50 50, 56 70, 44 91, 20 100, -4 94", weight=0.7
        ),
        "long waist": form(
            "4 12, 24 0, 50 6, 52 26, 36 43, 12 49 | 44 50, 60 72, 48 94, 22 100, 0 90"
        ),
        "squat": form(
            "0 18, 24 1, 60 4, 72 24, 54 42, 30 48 | 62 50, 84 70, 66 92, 30 100, -6 90",
            squeeze=(0.7, 1.4),
        ),
        "hooked start": form(
            "10 24, 4 14, 20 1, 46 3, 52 22, 38 42, 28 46 | 50 52, 60 74, 48 95, 24 99, 4 86, 8 80"
        ),
    },
    {
        "open": form("18 0, 10 30, 1 62 | 34 62, 68 60", "50 22, 49 60, 47 100", weight=2),
        "open, curved": form("14 0, 5 30, 4 52, 18 61, 42 58, 66 52", "54 6, 50 50, 44 100"),
        "closed": form("52 0, 26 34, 0 68 | 36 68, 74 66", "52 1, 51 50, 50 100", weight=1.2),
        "closed in one": form("48 100, 50 50, 52 0 | 26 34, 0 66 | 38 66, 74 65", weight=1.2),
        "closed low": form("44 100, 50 50, 56 0 | 26 20, 0 50 | 26 54, 62 48", weight=0.3),
        "long crossing": form("44 0, 22 34, 0 66 | 48 66, 98 63", "56 28, 55 62, 53 100"),
        "lightning": form("16 0, 6 26, 7 46, 24 54, 44 44, 56 18 | 52 60, 48 100"),
        "angular lightning": form(
            "20 0, 10 30, 0 60 | 28 60, 50 56 | 54 44, 57 30 | 53 64, 48 100"
        ),
        "narrow lightning": form(
            "16 0, 6 30, 0 60 | 16 60, 32 50, 37 28 | 35 64, 30 100", squeeze=(0.5, 1.3)
        ),
        "narrow": form(
            "12 0, 6 34, 0 62 | 20 62, 42 58", "34 30, 32 64, 28 100", squeeze=(0.5, 1.2)
        ),
        "low lightning": form(
            "22 0, 10 36, 0 66, 14 70, 30 58, 36 42 | 32 70, 30 100", squeeze=(0.6, 1.5), weight=0.5
        ),
        "u": form("8 0, 2 24, 4 46, 20 54, 40 46, 52 24, 56 0 | 50 52, 40 100", squeeze=(0.6, 1.4)),
        "tall right": form("14 14, 8 36, 2 58 | 34 57, 70 54", "58 0, 52 50, 44 100"),
        "low bar": form("30 0, 16 36, 0 74 | 38 74, 76 72", "48 40, 47 70, 46 100"),
        "small right": form("22 0, 14 32, 2 66 | 36 66, 72 64", "46 46, 45 72, 42 100"),
    },
    {
        "hat": form(
            "12 2, 9 22, 8 42 | 30 35, 54 44, 60 68, 46 92, 20 100, 0 90",
            "12 3, 36 2, 64 0",
            weight=2,
        ),
        "in one": form(
            "60 2, 34 1, 12 3 | 9 22, 7 42 | 30 36, 54 46, 58 70, 44 93, 20 100, 0 90", weight=2
        ),
        "s": form("58 4, 36 0, 16 8, 10 26, 24 42, 46 54, 54 74, 40 94, 18 100, 0 92"),
        "small belly": form(
            "20 1, 16 18, 13 34 | 34 38, 44 60, 32 88, 4 98", "20 2, 46 1, 74 -2", weight=1.2
        ),
        "small belly in one": form("70 0, 44 1, 20 3 | 16 20, 12 38 | 34 40, 44 62, 32 88, 4 97"),
        "low belly": form(
            "16 2, 13 28, 10 54 | 30 48, 50 58, 52 80, 36 98, 12 100, -2 92", "16 2, 38 1, 62 -2"
        ),
        "no notch": form(
            "16 3, 8 22, 14 38, 36 44, 52 58, 50 82, 32 98, 6 96", "16 3, 38 2, 62 0", weight=0.8
        ),
        "slanting": form("62 0, 42 0, 26 4 | 16 24, 10 38 | 34 40, 48 58, 42 82, 22 98, -8 96"),
        "hook": form(
            "70 2, 44 0, 26 4 | 24 26, 28 44, 40 56, 42 76, 26 96, 0 94", squeeze=(0.6, 1.3)
        ),
        "squat": form(
            "90 2, 54 1, 24 4 | 16 22, 8 42 | 42 36, 70 52, 64 82, 30 99, -8 92", weight=0.8
        ),
        "long hat": form(
            "14 4, 11 24, 8 42 | 30 34, 52 46, 54 72, 38 96, 6 98", "12 4, 48 2, 88 -4", weight=0.7
        ),
    },
    {
        "straight": form(
            "44 0, 24 26, 8 56, 4 80, 20 99, 42 94, 52 76, 40 60, 22 62, 7 78", weight=2
        ),
        "curly": form(
            "56 12, 44 0, 24 10, 8 38, 2 68, 14 94, 36 100, 54 86, 50 64, 30 54, 6 68", weight=1.5
        ),
        "plump": form(
            "46 0, 22 16, 4 46, 4 78, 26 99, 56 94, 66 72, 50 54, 26 58, 8 76",
            squeeze=(0.6, 1.3),
            weight=1.5,
        ),
        "b": form("10 0, 6 36, 4 72, 16 98, 38 98, 50 80, 42 62, 24 60, 6 74"),
        "large loop": form("50 2, 26 14, 6 44, 4 76, 22 99, 46 94, 60 70, 48 48, 26 48, 6 66"),
        "small loop": form("40 0, 22 22, 8 50, 2 78, 12 98, 30 98, 40 84, 30 72, 16 74, 4 88"),
        "curled in": form("48 0, 24 18, 6 50, 4 80, 20 99, 44 95, 54 76, 40 60, 22 66, 16 80"),
        "crossing": form("40 0, 20 24, 8 54, 8 82, 24 99, 46 92, 52 74, 36 62, 14 66, -10 78"),
        "round": form("62 6, 40 0, 16 16, 2 46, 4 78, 24 100, 50 92, 58 70, 44 54, 20 58, 5 72"),
        "squat": form(
            "30 0, 10 24, 0 56, 8 88, 34 100, 66 92, 78 70, 58 54, 26 60, 6 80",
            squeeze=(0.6, 1.3),
            weight=1.5,
        ),
        "leaning back": form("2 0, 2 34, 8 68, 22 96, 48 98, 62 80, 50 62, 28 64, 14 84"),
        "low loop": form(
            "40 0, 22 22, 6 52, 0 80, 14 99, 46 97, 64 82, 52 68, 28 72, 10 90", weight=1.5
        ),
        "tight": form("30 0, 14 30, 4 62, 6 90, 20 99, 32 86, 28 70, 8 76", weight=0.7),
    },
    {
        "plain": form("0 4, 30 3, 60 2 | 42 48, 26 100", weight=2),
        "curved leg": form("0 5, 30 4, 58 2 | 40 34, 29 66, 26 100"),
        "straight down": form("0 6, 26 4, 52 2 | 49 50, 44 100"),
        "serif": form("0 20, 2 4 | 30 4, 60 2 | 42 48, 26 100"),
        "hooked": form("0 24, 4 6, 16 5, 36 8, 60 2 | 42 46, 28 100"),
        "deep serif": form("0 40, 10 6 | 30 8, 58 2 | 44 46, 32 100"),
        "arch": form("0 36, 8 12, 26 2, 44 8, 48 30, 40 64, 28 100"),
        "dipping top": form("0 2, 14 14, 34 16, 62 0 | 46 46, 32 100", weight=0.7),
        "round": form("0 16, 12 3, 38 0, 54 10, 48 36, 38 66, 33 100"),
        "bulging leg": form("0 8, 24 2, 50 2, 58 10, 52 34, 36 64, 10 98", weight=0.7),
        "crossed": form("0 4, 30 3, 60 2 | 44 48, 28 100", "16 53, 40 51, 64 49", weight=2),
        "crossed serif": form("0 22, 3 4 | 30 5, 60 2 | 44 48, 28 100", "16 53, 40 51, 62 49"),
        "crossed, curved": form(
            "0 14, 12 4, 34 4, 56 3 | 46 30, 40 64, 38 100", "16 56, 40 53, 66 52", weight=1.5
        ),
        "crossed, round": form(
            "0 20, 10 4, 34 0, 52 10, 46 40, 38 70, 36 100", "14 58, 38 56, 64 55"
        ),
        "crossed, bowed": form(
            "0 16, 8 4, 26 9, 44 7, 54 0 | 44 40, 36 70, 34 100", "12 60, 36 55, 64 57"
        ),
        "crossed wide": form("0 10, 22 6, 50 2 | 38 44, 20 100", "-8 56, 30 50, 78 46"),
        "crossed low": form("0 6, 26 4, 54 2 | 46 50, 36 100", "14 70, 38 66, 64 64", weight=0.7),
    },
    {
        "s start": form(
            "54 14, 36 0, 14 6, 8 24, 26 42, 48 58, 56 80, 36 99, 10 93, 5 74, 24 53, 46 36, 54 14",
            spare=(0.06, 0.06),
            squeeze=(0.55, 1.3),
            weight=2,
        ),
        "open top": form(
            "48 8, 28 0, 10 14, 22 36, 46 58, 52 82, 32 100, 8 88, 14 62, 40 34, 62 4",
            spare=(0.1, 0.05),
            squeeze=(0.55, 1.2),
            weight=1.5,
        ),
        "mirrored": form(
            "10 14, 28 0, 50 6, 54 24, 36 42, 14 58, 6 80, 26 99, 52 93, 57 74, 38 53, 16 36, 9 14",
            spare=(0.06, 0.06),
            squeeze=(0.55, 1.2),
        ),
        "from the middle": form(
            "30 46, 11 26, 22 3, 44 6, 50 26, 30 46, 8 66, 6 88, 30 100, 54 88, 52 66, 30 46",
            squeeze=(0.55, 1.3),
        ),
        "two circles": form(
            "30 0, 12 8, 10 32, 30 46, 48 34, 49 10, 28 0",
            "30 45, 7 56, 4 84, 30 100, 56 86, 54 58, 28 45",
            squeeze=(0.6, 1.3),
        ),
        "straight crossing": form(
            "50 10, 30 0, 12 10, 14 26 | 32 52, 52 80, 40 98, 16 98, 6 84, 30 50, 54 10",
            squeeze=(0.55, 1.2),
        ),
        "long exit": form(
            "44 8, 28 0, 12 12, 22 34, 42 56, 46 82, 28 100, 8 90, 12 64, 40 34, 84 4",
            squeeze=(0.6, 1.3),
        ),
        "heart": form(
            "34 12, 18 0, 4 12, 16 34, 42 58, 52 82, 32 100, 8 88, 14 62, 40 38, 62 16, 50 2, "
            "32 12",
            squeeze=(0.6, 1.2),
            weight=0.5,
        ),
        "from the side": form(
            "-16 50, 18 44, 46 28, 42 6, 22 2, 14 20, 34 50, 50 76, 36 99, 14 92, 16 68, 42 42",
            squeeze=(0.6, 1.3),
            weight=0.6,
        ),
        "straight": form(
            "48 6, 32 0, 16 12, 26 40 | 40 90, 24 99, 12 88 | 58 8",
            squeeze=(0.5, 1.2),
            weight=0.7,
        ),
        "small head": form(
            "46 8, 32 0, 18 8, 20 24, 42 44, 58 70, 48 96, 18 99, 4 78, 18 52, 40 32, 48 10",
            squeeze=(0.6, 1.2),
            weight=0.8,
        ),
        "large head": form(
            "58 18, 38 0, 12 6, 4 30, 22 50, 42 66, 46 86, 32 100, 16 92, 16 74, 38 54, 56 36, "
            "58 16",
            squeeze=(0.6, 1.2),
            weight=0.8,
        ),
    },
    {
        "straight": form("54 12, 34 0, 10 8, 0 30, 12 48, 36 44, 54 14 | 54 56, 52 100", weight=2),
        "curved leg": form("54 14, 34 0, 10 8, 2 30, 14 47, 36 42, 54 14, 50 50, 38 78, 16 100"),
        "hooked": form(
            "54 12, 34 0, 10 8, 0 30, 12 46, 36 42, 54 12 | 56 50, 50 82, 30 99, 4 92", weight=2
        ),
        "g": form("52 10, 32 0, 8 8, 0 28, 14 44, 38 38, 54 10 | 58 56, 52 90, 30 101, 8 94, 0 84"),
        "open loop": form("44 6, 18 2, 1 22, 14 42, 40 36, 58 10 | 56 54, 50 100"),
        "open loop, hooked": form("42 6, 16 2, 0 20, 12 38, 38 34, 56 8 | 58 54, 46 90, 6 96"),
        "round": form("50 34, 28 48, 6 38, 3 14, 26 0, 48 10, 54 36, 46 70, 24 100", weight=1.2),
        "round, hooked": form("50 30, 28 44, 5 34, 4 12, 26 0, 48 8, 56 36, 52 76, 32 99, 6 92"),
        "small loop": form("48 10, 34 0, 16 6, 14 24, 30 32, 46 14 | 46 56, 42 100", weight=0.8),
        "two strokes": form("52 20, 36 2, 12 6, 1 28, 14 46, 38 42, 52 20", "53 4, 54 50, 52 100"),
        "flag": form("72 2, 40 4, 8 14, 2 32, 16 44, 42 34, 58 12 | 52 56, 44 100"),
        "flat loop": form("56 12, 36 4, 12 10, 8 24, 32 28, 54 12 | 58 54, 46 88, 20 100, -2 92"),
        "open, small loop": form(
            "40 2, 16 4, 4 20, 18 34, 44 28, 54 12 | 54 54, 44 88, 20 99, 0 88", squeeze=(0.5, 1.3)
        ),
        "late leg": form(
            "46 8, 22 0, 4 14, 12 33, 36 34, 52 24 | 54 56, 46 88, 16 100, -6 92",
            squeeze=(0.6, 1.3),
        ),
        "late leg, round": form(
            "48 10, 24 0, 4 14, 12 33, 38 32, 54 20, 56 48, 50 78, 30 98, 2 94", squeeze=(0.6, 1.3)
        ),
        "squat": form(
            "66 16, 38 0, 6 10, 0 32, 24 46, 56 34, 68 10 | 58 54, 46 100", squeeze=(0.7, 1.4)
        ),
        "leaning": form("62 6, 34 2, 8 20, 10 38, 36 34, 62 6 | 44 54, 26 100"),
        "wide hook": form(
            "50 14, 30 0, 8 10, 10 32, 34 34, 50 14 | 58 46, 52 82, 22 98, -20 94", weight=0.7
        ),
    },
)
"""Digit -> name of a style -> its form."""

STYLES = tuple(tuple(forms) for forms in FORMS)
"""Digit -> the names of its styles."""

SHARES = tuple(
    np.cumsum([each.weight for each in forms.values()])
    / sum(each.weight for each in forms.values())
    for forms in FORMS
)
"""Digit -> how many of its drawings are of a style up to each."""


def digit(
    label: int, *, rng: np.random.Generator, style: str | None = None, loose: float = 1
) -> Strokes:
    """Write a digit somewhere on the pad.

    Parameters
    ----------
    label : 0 to 9.
    style : one of STYLES[label]; by default the usual ones often and the rare ones rarely.
    loose : how far the hand strays. At 1 hardly any is illegible; a network that learns from
        nothing else reads people's digits better for 1.4.

    Returns
    -------
    strokes : each (n, 2) float64 in pad units, x right, y down, within 0..PAD_SIDE.

    Raises
    ------
    ValueError
        If there is no such digit or style.
    """
    return place(write_digit(label, rng=rng, style=style, loose=loose), rng=rng)


def write_digit(
    label: int, *, rng: np.random.Generator, style: str | None = None, loose: float = 1
) -> Strokes:
    """The same around the origin, about 1 high, not yet on the pad."""
    if not 0 <= label < CLASSES:
        raise ValueError(f"label must be 0 to {CLASSES - 1}, got {label}")
    forms = FORMS[label]
    if style is None:
        style = STYLES[label][int(np.searchsorted(SHARES[label], rng.random(), side="right"))]
    if style not in forms:
        raise ValueError(f"style of {label} must be one of {', '.join(forms)}, got {style}")
    return write(forms[style], rng=rng, loose=loose)


def sample(
    count: int, *, rng: np.random.Generator, side: int = PAD_SIDE, loose: float = 1
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw digits of all styles, sizes, places and brush widths.

    Parameters
    ----------
    side : of each picture in pixels; drawing at 96 instead of 280 is five times as fast.
    loose : as in `digit`.

    Returns
    -------
    inks : (count, side, side) uint8; 0 = paper, 255 = ink.
    labels : (count,) uint8, 0 to 9.
    """
    inks = np.empty((count, side, side), np.uint8)
    labels = rng.integers(CLASSES, size=count, dtype=np.uint8)
    for ink, label in zip(inks, labels, strict=True):
        strokes = digit(int(label), rng=rng, loose=loose)
        ink[:] = draw(strokes, width=brush_width(strokes, rng=rng), side=side)
    return inks, labels
