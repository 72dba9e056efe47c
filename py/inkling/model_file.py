"""A network and its card as one .npz file, as bytes: never pickle, never half loaded.

The file is a plain zip of .npy arrays, readable with numpy.load:
format      ()            int64    version of this layout, 1
activation  ()            str      a key of ACTIVATIONS
card        ()            str      JSON object: what is known of the network (see train.py)
weights_i   (fan_in, units)  float32 or float16, i = 0, 1, …
bias_i      (units,)         the same
One network and card always give the same bytes, on every system.
"""

import io
import json
import math
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike

from .network import Layer, Network

FORMAT = 1
MAX_BYTES = 16 * 2**20
"""No file of ours comes near; a larger one is refused unread."""
MAX_LAYERS = 8
MAX_ARRAYS = 64
"""A checkpoint of train.py with MAX_LAYERS layers holds 49."""
MAX_HEADER_BYTES = 10_000
MAX_SUM = 1e30
"""No weighted sum may come near the end of float32 (3e38), where softmax would meet infinity."""


class BadModelFile(ValueError):
    """The file is damaged, foreign or hostile; nothing of it was loaded."""


@dataclass(frozen=True)
class Model:
    """A network with what is known of it. `card` holds only what JSON can."""

    network: Network
    card: Mapping[str, Any] = field(default_factory=dict)


def dump_model(model: Model, *, dtype: DTypeLike = np.float32) -> bytes:
    """The file's bytes, with weights stored as `dtype` (float32 or float16)."""
    arrays = {
        "format": np.array(FORMAT),
        "activation": np.array(model.network.activation.name),
        "card": np.array(json.dumps(model.card, sort_keys=True)),
    }
    for index, layer in enumerate(model.network.layers):
        arrays[f"weights_{index}"] = layer.weights.astype(dtype)
        arrays[f"bias_{index}"] = layer.bias.astype(dtype)
    return dump_arrays(arrays)


def load_model(data: bytes, *, dtype: DTypeLike = np.float32) -> Model:
    """Read a file's bytes; everything is checked before the network is made.

    Raises
    ------
    BadModelFile
        If the bytes are not such a file: truncated, foreign, pickled, of wrong shapes or absurd
        sizes, or with values that are not finite.
    """
    arrays = load_arrays(data)
    version = _scalar(arrays, "format", "i")
    if version != FORMAT:
        raise BadModelFile(f"the file's format must be {FORMAT}, got {version}")
    activation = _scalar(arrays, "activation", "U")
    try:
        card = json.loads(_scalar(arrays, "card", "U"))
    except (ValueError, RecursionError) as error:
        raise BadModelFile(f"the file's card must be JSON: {error}") from None
    if not isinstance(card, dict):
        raise BadModelFile(f"the file's card must be a JSON object, got {type(card).__name__}")

    count = sum(name.startswith("weights_") for name in arrays)
    if not 1 <= count <= MAX_LAYERS:
        raise BadModelFile(f"the file must hold 1 to {MAX_LAYERS} layers, got {count}")
    layers = []
    for index in range(count):
        weights = _floats(arrays, f"weights_{index}", 2, dtype)
        layers.append(Layer(weights, _floats(arrays, f"bias_{index}", 1, dtype)))
    if arrays:
        raise BadModelFile(f"the file holds arrays that no network has: {sorted(arrays)[:3]}")
    try:
        network = Network.from_layers(layers, activation=activation)
    except ValueError as error:
        raise BadModelFile(f"the file's network does not fit together: {error}") from None
    if not _largest_sum(network) < MAX_SUM:
        raise BadModelFile("the file's weights are so large that the network would overflow")
    return Model(network, card)


def dump_arrays(arrays: Mapping[str, np.ndarray]) -> bytes:
    """An .npz whose bytes depend on the arrays alone, which numpy.savez does not promise."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # Python writes 0 on Windows
            content = io.BytesIO()
            npy.write_array(content, np.asarray(array, order="C"), allow_pickle=False)
            archive.writestr(member, content.getvalue())
    return target.getvalue()


def load_arrays(data: bytes, *, most: int = MAX_BYTES) -> dict[str, np.ndarray]:
    """All arrays of an .npz, copied; BadModelFile unless it holds plain numbers and text only.

    Neither the file nor what it unpacks to may have more than `most` bytes.
    numpy.load is not used: it trusts the sizes a header declares.
    """
    if len(data) > most:
        raise BadModelFile(f"the file must have at most {most} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_ARRAYS:
                raise BadModelFile(f"the file must hold at most {MAX_ARRAYS} arrays")
            if sum(member.file_size for member in members) > most:
                raise BadModelFile(f"the file unpacks to more than {most} bytes")
            arrays = {
                member.filename.removesuffix(".npy"): _read_array(_unpack(archive, member))
                for member in members
            }
            if len(arrays) < len(members):
                raise BadModelFile("the file holds two arrays of one name")
            return arrays
    except BadModelFile:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError) as error:
        raise BadModelFile(f"the file is not a whole .npz: {error}") from None
    except Exception as error:
        # zlib.error, NotImplementedError (odd compression), RuntimeError (encrypted), struct.error…
        raise BadModelFile(f"the file cannot be read as .npz: {error}") from None


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A member's content, never more than it declares.

    `archive.read` would unpack all there is before it looks at the declared size; reading so many
    bytes stops there, but only deflate can be stopped.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadModelFile("the file must be stored or deflated, not packed in another way")
    with archive.open(member) as file:
        return file.read(member.file_size)


def _read_array(content: bytes) -> np.ndarray:
    stream = io.BytesIO(content)
    try:
        version = npy.read_magic(stream)
        read_header = {
            (1, 0): npy.read_array_header_1_0,
            (2, 0): npy.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read_header(stream, max_header_size=MAX_HEADER_BYTES)
    except (ValueError, KeyError, SyntaxError, TypeError) as error:
        raise BadModelFile(f"the file holds an array that cannot be read: {error}") from None
    if dtype.kind not in "fiuU" or dtype.hasobject:
        raise BadModelFile(f"the file may hold only numbers and text, got {dtype}")
    body = content[stream.tell() :]
    if math.prod(shape) * dtype.itemsize != len(body) or min(shape, default=1) < 0:
        raise BadModelFile(f"an array declares {shape} {dtype} and brings {len(body)} bytes")
    if dtype.kind == "U":
        codes = np.frombuffer(body, np.dtype(np.uint32).newbyteorder(dtype.byteorder))
        if codes.size and codes.max() > sys.maxunicode:
            raise BadModelFile("the file holds text that is not Unicode")
    return np.frombuffer(body, dtype).reshape(shape, order="F" if fortran else "C").copy()


def _take(arrays: dict[str, np.ndarray], name: str) -> np.ndarray:
    if name not in arrays:
        raise BadModelFile(f"the file must hold {name!r} and does not")
    return arrays.pop(name)


def _scalar(arrays: dict[str, np.ndarray], name: str, kind: str) -> Any:
    array = _take(arrays, name)
    if array.shape != () or array.dtype.kind != kind:
        raise BadModelFile(
            f"{name!r} must be a single {kind} value, got {array.shape} {array.dtype}"
        )
    return array.item()


def _floats(arrays: dict[str, np.ndarray], name: str, axes: int, dtype: DTypeLike) -> np.ndarray:
    array = _take(arrays, name)
    if array.dtype.kind != "f" or array.ndim != axes or array.size == 0:
        raise BadModelFile(
            f"{name!r} must hold floats on {axes} axes, got {array.shape} {array.dtype}"
        )
    with np.errstate(over="ignore"):
        values = array.astype(dtype)
    if not np.isfinite(values).all():
        raise BadModelFile(f"{name!r} holds values that are not finite as {values.dtype}")
    return values


def _largest_sum(network: Network) -> float:
    """A bound on every weighted sum for images in [0, 1]; infinite or NaN where that overflows."""
    bound = 1.0
    with np.errstate(over="ignore"):
        for layer in network.layers:
            sums = np.abs(layer.weights).sum(axis=0, dtype=np.float64) * bound
            bound = float((sums + np.abs(layer.bias)).max())
    return bound
