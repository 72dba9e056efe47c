"""The page's Python and this one read the same ink and the same picture alike."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from inkling import bridge
from tests.web.page import (
    FOUR,
    ONE,
    SEVEN,
    clear,
    draw,
    probabilities,
    result,
    wait_until_ready,
)

MODELS = Path(__file__).resolve().parents[2] / "web" / "model"

TINY_THREE = [[(200, 200), (214, 200), (206, 208), (214, 214), (208, 222), (198, 220)]]

# From then on keeps the last request that had ink or pixels, and the reading that came for it.
KEEP = """() => {
  if (globalThis.kept) return;
  globalThis.kept = {};
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (message, transfer) {
    const { ink, rgba, width, height } = message?.args ?? {};
    const bytes = ink ?? rgba;
    if (bytes) {
      Object.assign(kept, { bytes: bytes.slice(), width, height, reading: null });
      this.addEventListener("message", ({ data }) => {
        if (data.id === message.id && data.type === "done") kept.reading = data.result;
      });
    }
    post.call(this, message, transfer);
  };
}"""
KEPT = """() => {
  const { bytes, width, height, reading } = kept;
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const [probs, image] = [Array.from(reading.probs), Array.from(reading.image)];
  return [btoa(text), width, height, { ...reading, probs, image, doubt: null }];
}"""


@pytest.fixture(scope="module", autouse=True)
def model() -> None:
    """The very weights the page has."""
    for path in MODELS.glob("*.npz"):
        bridge.load(path.stem, path.read_bytes())
    bridge.use("small")


def assert_same(page: Page, there: dict[str, Any], here: dict[str, Any]) -> None:
    """The page's reading is this Python's, and what the page shows is its reading."""
    assert (there["label"], there["refused"]) == (here["label"], here["refused"])
    for values in ["probs", "image"]:
        np.testing.assert_allclose(there[values], here[values], rtol=0, atol=1e-5)
    if here["label"] is not None:
        np.testing.assert_allclose(probabilities(page), here["probs"], rtol=0, atol=1e-5)
        expect(result(page)).to_contain_text(str(here["label"]))


def picture_of_a_two() -> Image.Image:
    """Thick dark ink on paper that gets darker to one side, off the middle."""
    shade = np.linspace(250, 190, 400).astype(np.uint8)
    image = Image.fromarray(np.dstack([np.tile(shade, (300, 1))] * 3))
    curve = [(140, 110), (170, 70), (210, 80), (215, 125), (150, 220), (230, 220)]
    ImageDraw.Draw(image).line(curve, fill=(30, 30, 60), width=18, joint="curve")
    return image


def test_a_drawing_is_read_alike(ready_app: Page) -> None:
    ready_app.evaluate(KEEP)
    for strokes in [ONE, SEVEN, FOUR, TINY_THREE, ONE + SEVEN]:
        draw(ready_app, strokes)
        wait_until_ready(ready_app)
        ink, width, height, reading = ready_app.evaluate(KEPT)
        assert_same(ready_app, reading, bridge.predict(base64.b64decode(ink), width, height))
        clear(ready_app)


def test_a_picture_is_read_alike(ready_app: Page) -> None:
    ready_app.evaluate(KEEP)
    image = picture_of_a_two()
    file = io.BytesIO()
    image.save(file, "PNG")
    ready_app.locator("#upload").set_input_files(
        {"name": "two.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(ready_app.get_by_text("two.png")).to_be_visible()
    wait_until_ready(ready_app)
    *_, reading = ready_app.evaluate(KEPT)
    here = bridge.read_picture(image.convert("RGBA").tobytes(), *image.size)
    assert_same(ready_app, reading, here)
