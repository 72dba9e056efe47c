"""From a decoded picture to ink: grey, polarity, contrast. Decoding is left to the callers."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Weights of red, green and blue in grey. Source: ITU-R BT.601."""

LEAST_CONTRAST = 24
"""Grey levels (of 255) between paper and the strongest ink below which nothing is there."""

WEAK, STRONG = 0.25, 0.75
"""Shares of the strongest contrast that count as no ink and as full ink."""


def grey_from_rgba(rgba: NDArray[np.uint8]) -> Floats:
    """Grey (h, w) float32 in 0..255 of a picture (h, w, 4) uint8, laid on white paper.

    Where that leaves nothing to see (white ink on a transparent ground), it is laid on black.

    Raises
    ------
    ValueError
        If `rgba` is not (h, w, 4) uint8 with at least one pixel.
    """
    if rgba.ndim != 3 or rgba.shape[2] != 4 or rgba.dtype != np.uint8 or rgba.size == 0:
        raise ValueError(
            f"a picture must have shape (height, width, 4) and bytes, got {rgba.shape} {rgba.dtype}"
        )
    luma = rgba[:, :, :3] @ LUMA
    alpha = rgba[:, :, 3].astype(np.float32) / 255
    on_white = 255 + (luma - 255) * alpha
    if np.ptp(on_white) < LEAST_CONTRAST:
        return luma * alpha
    return on_white


def ink_from_grey(grey: Floats) -> Floats:
    """Ink (h, w) float32 in [0, 1] of a grey picture (h, w) in 0..255, of either polarity.

    The border tells the paper's level; ink is what departs most from it. A picture without
    contrast gives no ink at all.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    darker, lighter = paper - grey.min(), grey.max() - paper
    strongest = max(darker, lighter)
    if strongest < LEAST_CONTRAST:
        return np.zeros(grey.shape, np.float32)
    departure = (paper - grey if darker >= lighter else grey - paper) / strongest
    return ((departure - WEAK) / (STRONG - WEAK)).clip(0, 1).astype(np.float32)
