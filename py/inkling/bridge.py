"""What the worker calls. The only module that knows JavaScript: typed arrays in, plain dicts out.

Exceptions cross as they are; the page sees the class name as the error's code.
"""

import platform
from typing import Any

import numpy as np

from .constants import IMAGE_SIDE, PIXELS
from .model_file import Model, load_model
from .reader import Reader, Reading
from .refuse import Gate

GATE = "gate"
"""Name of the one model that reads no digits but tells them from anything else."""


class NoModel(RuntimeError):
    """A network was wanted that is not loaded."""


_models: dict[str, Model] = {}
_reader: Reader | None = None


def load(name: str, file: Any) -> None:
    """Load a model file's bytes under a name, for `use` to choose; the gate serves all others."""
    model = load_model(bytes(_buffer(file)))
    # Whether it is what its name says is found out now, not when it is used.
    Gate(model) if name == GATE else Reader(model)
    _models[name] = model


def use(name: str) -> dict[str, Any]:
    """Read with the model of that name from now on; the reply tells what there is (`About`)."""
    global _reader
    names = sorted(_models.keys() - {GATE}, key=lambda name: (_weights(name), name))
    if name not in names:
        raise NoModel(f"the network must be one of {', '.join(names) or 'none yet'}, got {name}")
    _reader = Reader(_models[name], _models.get(GATE))
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "imageSide": IMAGE_SIDE,
        "model": _card(name),
        "models": [_card(name) for name in names],
    }


def predict(ink: Any, width: int, height: int) -> dict[str, Any]:
    """Read a pad's ink, width * height bytes with 0 = paper; the reply is a `Reading`."""
    return _reply(_get_reader().read_ink(_buffer(ink).reshape(height, width)))


def read_parts(ink: Any, width: int, height: int) -> list[dict[str, Any]]:
    """Read each shape of a pad's ink alone; the reply is a `Reading` of each, left to right."""
    return [_reply(part) for part in _get_reader().read_parts(_buffer(ink).reshape(height, width))]


def read_picture(rgba: Any, width: int, height: int) -> dict[str, Any]:
    """Read a canvas's 4 * width * height bytes of unknown polarity; the reply is a `Reading`."""
    return _reply(_get_reader().read_picture(_buffer(rgba).reshape(height, width, 4)))


def read_picture_parts(rgba: Any, width: int, height: int) -> list[dict[str, Any]]:
    """Read each shape in such a picture alone; the reply is a `Reading` of each, left to right."""
    parts = _get_reader().read_picture_parts(_buffer(rgba).reshape(height, width, 4))
    return [_reply(part) for part in parts]


def _card(name: str) -> dict[str, Any]:
    model = _models[name]
    return {
        "name": name,
        "sizes": list(model.network.sizes),
        "activation": model.network.activation.name,
        "testAccuracy": _share(model.card.get("test_accuracy")),
        "penAccuracy": _share(model.card.get("pen_accuracy")),
    }


def _weights(name: str) -> int:
    return sum(layer.weights.size for layer in _models[name].network.layers)


def _share(value: Any) -> float | None:
    # A card is whatever its file says: text, NaN, an integer too large for a float.
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _get_reader() -> Reader:
    if _reader is None:
        raise NoModel("no network is in use yet")
    return _reader


def _buffer(array: Any) -> np.ndarray:
    # A typed array's proxy has to_py(), which gives a memoryview; Python's own bytes have none.
    return np.frombuffer(array.to_py() if hasattr(array, "to_py") else array, np.uint8)


def _reply(reading: Reading) -> dict[str, Any]:
    return {
        "label": reading.label,
        "probs": np.ascontiguousarray(reading.probs),
        "refused": None if reading.refused is None else str(reading.refused),
        "boxes": reading.edges,
        "doubt": None if reading.doubt is None else reading.doubt.reshape(PIXELS),
        "image": reading.trace.activations[0].reshape(PIXELS),
    }
