"""What the worker calls. The only module that knows JavaScript: typed arrays in, plain dicts out.

Exceptions cross as they are; the page sees the class name as the error's code.
"""

import platform
from typing import Any

import numpy as np

from .constants import IMAGE_SIDE, PIXELS
from .model_file import load_model
from .reader import Reader, Reading


class NoModel(RuntimeError):
    """Something was asked of the network before one was loaded."""


_reader: Reader | None = None


def load(model: Any) -> dict[str, Any]:
    """Load a model file's bytes; the reply tells the page what both sides need (`About`)."""
    global _reader
    loaded = load_model(bytes(_buffer(model)))
    _reader = Reader(loaded)
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "imageSide": IMAGE_SIDE,
        "model": {
            "name": str(loaded.card.get("name", "")),
            "sizes": list(loaded.network.sizes),
            "activation": loaded.network.activation.name,
            "testAccuracy": _share(loaded.card.get("test_accuracy")),
        },
    }


def predict(ink: Any, width: int, height: int) -> dict[str, Any]:
    """Read a pad's ink, width * height bytes with 0 = paper; the reply is a `Reading`."""
    return _reply(_get_reader().read_ink(_buffer(ink).reshape(height, width)))


def read_picture(rgba: Any, width: int, height: int) -> dict[str, Any]:
    """Read a canvas's 4 * width * height bytes of unknown polarity; the reply is a `Reading`."""
    return _reply(_get_reader().read_picture(_buffer(rgba).reshape(height, width, 4)))


def _share(value: Any) -> float | None:
    # A card is whatever its file says: text, NaN, an integer too large for a float.
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _get_reader() -> Reader:
    if _reader is None:
        raise NoModel("no network is loaded yet")
    return _reader


def _buffer(array: Any) -> np.ndarray:
    # A typed array's proxy has to_py(), which gives a memoryview; Python's own bytes have none.
    return np.frombuffer(array.to_py() if hasattr(array, "to_py") else array, np.uint8)


def _reply(reading: Reading) -> dict[str, Any]:
    image = reading.trace.activations[0].reshape(PIXELS)
    return {
        "label": reading.label,
        "probs": np.ascontiguousarray(reading.probs),
        "refused": reading.refused,
        "image": image,
    }
