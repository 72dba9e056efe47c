"""Shared by the command lines: reading models and pictures, writing files whole, failing."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np

from inkling.model_file import MAX_BYTES, BadModelFile, Model, load_model

MAX_PIXELS = 64_000_000
"""A picture of more is refused undecoded, as by the page (web/settings.js)."""

MODEL_FOLDER = Path(__file__).resolve().parent.parent / "web" / "model"
"""Where the released weights lie; a bare name such as `small` means a file in here."""


def fail(message: object) -> NoReturn:
    """Say what is wrong in one sentence on stderr and end with exit code 1."""
    print(f"error: {message}", file=sys.stderr)
    sys.exit(1)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_bounded(path: Path, most: int = MAX_BYTES) -> bytes:
    """A file's bytes, one more than `most` of them if there are more: enough to refuse it."""
    with path.open("rb") as file:
        return file.read(most + 1)


def model_path(name: str) -> Path:
    """The file meant by `--model`: a path, or the bare name of a released network."""
    released = MODEL_FOLDER / f"{name}.npz"
    # A folder of that name, such as one of drawings, is not meant.
    return released if released.is_file() and not Path(name).is_file() else Path(name)


def read_model(name: str) -> Model:
    """The model of a path or name; ends the program with a sentence where there is none."""
    path = model_path(name)
    try:
        return load_model(read_bounded(path))
    except OSError as error:
        fail(f"the model {path} cannot be read: {error.strerror or error}")
    except BadModelFile as error:
        fail(f"the model {path} cannot be used: {error}")


def read_gate() -> Model | None:
    """The released network that tells digits from anything else; None if there is none."""
    path = MODEL_FOLDER / "gate.npz"
    return read_model(str(path)) if path.is_file() else None


def read_picture(path: Path) -> np.ndarray:
    """A picture file as (h, w, 4) uint8, turned as its EXIF says. Pillow decodes; nothing more.

    Raises
    ------
    OSError
        If the file cannot be read or is not a picture Pillow knows.
    """
    try:
        from PIL import Image, ImageOps, UnidentifiedImageError
    except ModuleNotFoundError:
        fail("Pillow is needed to decode pictures: pip install -r requirements.txt")

    Image.MAX_IMAGE_PIXELS = None  # ours is told in a sentence, before anything is decoded
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise OSError(
                    f"it has {picture.width:,} x {picture.height:,} pixels, more than "
                    f"{MAX_PIXELS:,} in all: save a smaller copy"
                )
            upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I;16"):
            # Pillow would cut 16 bits off at 255 instead of scaling them, as browsers do.
            upright = Image.fromarray((np.asarray(upright) >> 8).astype(np.uint8))
        elif upright.mode in ("I", "F"):
            raise OSError("it holds numbers of no known range: save it as an ordinary PNG or JPEG")
        return np.array(upright.convert("RGBA"))
    except UnidentifiedImageError:
        raise OSError("it is not a picture in a known format") from None
    except OSError:
        raise
    except Exception as error:
        # On damaged files each of Pillow's decoders raises what it likes: ValueError, SyntaxError,
        # RuntimeError, MemoryError, DecompressionBombError…
        raise OSError(f"the picture is damaged: {str(error) or type(error).__name__}") from None
