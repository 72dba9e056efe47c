"""The page's Python and this one read the same ink and the same picture alike."""

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from inkling import bridge
from tests.web.conftest import Watched
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

# Keeps the ink of the last request that had some.
KEEP_INK = """
const post = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (message, transfer) {
  const { ink, width, height } = message?.args ?? {};
  if (ink) globalThis.sent = { ink: ink.slice(), width, height };
  post.call(this, message, transfer);
};
"""
SENT = """() => {
  const bytes = Array.from(sent.ink, (byte) => String.fromCharCode(byte)).join("");
  return [btoa(bytes), sent.width, sent.height];
}"""


@pytest.fixture(scope="module", autouse=True)
def model() -> None:
    """The very weights the page has."""
    for path in MODELS.glob("*.npz"):
        bridge.load(path.stem, path.read_bytes())
    bridge.use("small")


def assert_same(page: Page, reading: dict[str, Any]) -> None:
    np.testing.assert_allclose(probabilities(page), reading["probs"], rtol=0, atol=1e-5)
    expect(result(page)).to_contain_text(str(reading["label"]))


def picture_of_a_two() -> Image.Image:
    """Thick dark ink on paper that gets darker to one side, off the middle."""
    shade = np.linspace(250, 190, 400).astype(np.uint8)
    image = Image.fromarray(np.dstack([np.tile(shade, (300, 1))] * 3))
    curve = [(140, 110), (170, 70), (210, 80), (215, 125), (150, 220), (230, 220)]
    ImageDraw.Draw(image).line(curve, fill=(30, 30, 60), width=18, joint="curve")
    return image


def test_a_drawing_is_read_alike(visit: Callable[..., Watched], url: str) -> None:
    watched = visit(url, KEEP_INK)
    page = watched.page
    wait_until_ready(page)
    for strokes in [ONE, SEVEN, FOUR, TINY_THREE, ONE + SEVEN]:
        draw(page, strokes)
        wait_until_ready(page)
        ink, width, height = page.evaluate(SENT)
        assert_same(page, bridge.predict(base64.b64decode(ink), width, height))
        clear(page)
    assert watched.problems == []


def test_a_picture_is_read_alike(ready_app: Page) -> None:
    image = picture_of_a_two()
    file = io.BytesIO()
    image.save(file, "PNG")
    ready_app.locator("#upload").set_input_files(
        {"name": "two.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(ready_app.get_by_text("two.png")).to_be_visible()
    wait_until_ready(ready_app)
    assert_same(ready_app, bridge.read_picture(image.convert("RGBA").tobytes(), *image.size))
