"""What the page says instead of an answer, and that it waits while somebody still draws."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from inkling import bridge, brush
from tests.web.page import (
    FOUR,
    SEVEN,
    Point,
    clear,
    draw,
    probabilities,
    result,
    state,
    wait_for_state,
    wait_until_ready,
)
from tests.web.test_upload import caption, choose, encoded, file

MODELS = Path(__file__).resolve().parents[2] / "web" / "model"

PAUSE = 700  # ms, as settings.js has it

DOT: list[list[Point]] = [[(140, 140)]]
SCRIBBLE: list[list[Point]] = [[(40, 60), (90, 220), (140, 90), (190, 220), (240, 60)]]

# Whatever #result and #voice say from now on, and whatever reason the page gives.
LISTEN = """() => {
  globalThis.heard = { result: [], voice: [], refused: [] };
  const main = document.querySelector("main");
  const hear = (selector, into, text, options) => {
    const element = document.querySelector(selector);
    new MutationObserver(() => text(element) && heard[into].push(text(element)))
      .observe(element, options);
  };
  const words = { childList: true, characterData: true, subtree: true };
  hear("#result", "result", (element) => element.textContent, words);
  hear("#voice", "voice", (element) => element.textContent, words);
  hear("main", "refused", (element) => element.dataset.refused, {
    attributeFilter: ["data-refused"],
  });
}"""

# Left, top, right and bottom of every box, in CSS pixels from the pad's upper left corner.
BOXES = """(svg) => {
  const pad = document.querySelector("#pad").getBoundingClientRect();
  return [...svg.querySelectorAll(".frame")].map((rect) => rect.getBoundingClientRect()).map(
    ({ left, top, right, bottom }) =>
      [left - pad.left, top - pad.top, right - pad.left, bottom - pad.top]);
}"""

# How many pixels of the picture the network saw are marked.
MARKED = """(canvas) => canvas.getContext("2d").getImageData(0, 0, 28, 28).data
  .filter((value, index) => index % 4 === 3 && value > 0).length"""


def placed(strokes: list[list[Point]], scale: float, right: float) -> list[list[Point]]:
    return [[(x * scale + right, y * scale + 30) for x, y in stroke] for stroke in strokes]


PAIR = placed(FOUR, 0.6, -20) + placed(SEVEN, 0.6, 130)


def picture(strokes: list[list[Point]], size: tuple[int, int] = (280, 280)) -> Image.Image:
    image = Image.new("L", size, 255)
    for stroke in strokes:
        ImageDraw.Draw(image).line(stroke, fill=20, width=20, joint="curve")
    return image


def upload(page: Page, name: str, image: Image.Image) -> None:
    choose(page, file(name, encoded(image)))
    expect(caption(page)).to_have_text(name)
    wait_until_ready(page)


def refused(page: Page) -> str | None:
    return page.locator("main").get_attribute("data-refused")


def hint(page: Page) -> Locator:
    return page.locator("#confidence")


def read_each(page: Page) -> Locator:
    return page.get_by_role("button", name="Read each one")


def boxes(page: Page) -> list[list[float]]:
    return page.locator("#boxes").evaluate(BOXES)


def labels(page: Page) -> list[str]:
    return page.locator("#boxes text").all_text_contents()


def assert_around(box: list[float], strokes: list[list[Point]], brush_width: float = 20) -> None:
    """Whether a box lies around the strokes with a little to spare."""
    points = np.concatenate([np.array(stroke) for stroke in strokes])
    half = brush_width / 2
    ink = [*(points.min(axis=0) - half), *(points.max(axis=0) + half)]
    spare = np.array([-1, -1, 1, 1]) * (np.array(box) - ink)
    # Lines drawn by Pillow end without a cap.
    assert ((spare > -2) & (spare < 10)).all(), (box, ink)


def between_four_and_nine() -> Image.Image:
    """A picture this Python is unsure of: a 4 whose top is closed just so far."""
    bridge_models()
    nine, four = 0.0, 90.0  # gaps
    for _ in range(12):
        gap = (nine + four) / 2
        left = 100 + gap / 2
        strokes = [
            [(left, 60), (90, 140), (180, 140)],
            [(177, 60), (180, 140), (167, 240)],
            [(left, 60), (max(left, 177 - gap), 60)],
        ]
        image = Image.fromarray(255 - brush.draw(strokes, width=20))
        reading = bridge.read_picture(image.convert("RGBA").tobytes(), *image.size)
        if reading["refused"] == "unsure":
            return image
        if reading["probs"][4] > reading["probs"][9]:
            four = gap
        else:
            nine = gap
    raise AssertionError(f"expected to be unsure of one of these pictures, got {reading}")


def bridge_models() -> None:
    """Load the weights the page has."""
    for path in MODELS.glob("*.npz"):
        bridge.load(path.stem, path.read_bytes())
    bridge.use("small")


# Each reason


def test_an_empty_pad_is_an_invitation(ready_app: Page) -> None:
    assert refused(ready_app) == "blank"
    expect(result(ready_app)).to_have_text("Draw a digit, large or small.")
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    assert refused(ready_app) is None
    clear(ready_app)
    assert refused(ready_app) == "blank"


def test_a_picture_of_nothing_is_told_as_such(ready_app: Page) -> None:
    upload(ready_app, "white.png", Image.new("L", (300, 200), 255))
    assert refused(ready_app) == "blank"
    expect(result(ready_app)).to_have_text("Nothing was found in this picture")
    expect(hint(ready_app)).to_contain_text("Choose one with a digit in it")


def test_a_dot_is_too_little_ink(ready_app: Page) -> None:
    draw(ready_app, DOT)
    wait_until_ready(ready_app)
    assert refused(ready_app) == "faint"
    expect(result(ready_app)).to_have_text("Too little ink to tell")
    expect(hint(ready_app)).to_have_text("Draw it larger.")
    expect(ready_app.locator("#digit")).to_be_empty()
    assert sum(probabilities(ready_app)) == pytest.approx(1, abs=1e-4)


def test_two_digits_are_outlined_and_read_one_by_one(ready_app: Page) -> None:
    draw(ready_app, PAIR)
    wait_until_ready(ready_app)
    assert refused(ready_app) == "several"
    expect(result(ready_app)).to_have_text("More than one digit")
    four, seven = boxes(ready_app)
    assert_around(four, PAIR[:2])
    assert_around(seven, PAIR[2:])
    assert labels(ready_app) == []
    read_each(ready_app).click()
    expect(result(ready_app)).to_have_text("From left to right: 4, 7")
    wait_until_ready(ready_app)
    assert labels(ready_app) == ["4", "7"]
    assert boxes(ready_app) == [four, seven]
    expect(read_each(ready_app)).to_be_focused()
    clear(ready_app)
    assert boxes(ready_app) == []
    expect(read_each(ready_app)).to_be_hidden()


def test_boxes_lie_on_what_they_are_about_in_a_picture_of_another_shape(ready_app: Page) -> None:
    four = [[(x * 2, y * 2) for x, y in stroke] for stroke in FOUR]
    seven = [[(x * 2 + 600, y * 2) for x, y in stroke] for stroke in SEVEN]
    image = picture([], (1120, 560))
    for stroke in four + seven:
        ImageDraw.Draw(image).line(stroke, fill=20, width=40, joint="curve")
    upload(ready_app, "wide.png", image)
    assert refused(ready_app) == "several"
    # Shown at a quarter of its size, with 70 pixels of pad above and below.
    for box, digit in zip(boxes(ready_app), (four, seven), strict=True):
        shown = [[(x / 4, y / 4 + 70) for x, y in stroke] for stroke in digit]
        assert_around(box, shown, brush_width=10)
    read_each(ready_app).click()
    expect(result(ready_app)).to_have_text("From left to right: 4, 7")
    wait_until_ready(ready_app)


def test_between_two_digits_both_are_named_with_how_sure(ready_app: Page) -> None:
    upload(ready_app, "between.png", between_four_and_nine())
    assert refused(ready_app) == "unsure"
    probs = probabilities(ready_app)
    one, other = sorted((4, 9), key=lambda digit: -probs[digit])
    expect(result(ready_app)).to_have_text(
        f"Between a {one} and a {other}: {probs[one]:.0%} and {probs[other]:.0%}"
    )


# While somebody draws


def stopped_clock(page: Page) -> None:
    """From here on time passes only as the test says."""
    page.clock.install(time=0)
    page.clock.pause_at(1_000_000_000)


def test_no_refusal_is_shown_while_somebody_still_draws(app: Page) -> None:
    wait_until_ready(app)
    stopped_clock(app)
    app.evaluate(LISTEN)
    pad = app.locator("#pad").bounding_box()
    app.mouse.move(pad["x"] + 140, pad["y"] + 140)
    app.mouse.down()
    some = app.locator("[data-digit]:not([data-p='0'])")
    expect(some).not_to_have_count(0)  # the dot is read
    expect(result(app)).to_have_text("Keep going…")
    app.clock.run_for(10 * PAUSE)
    assert state(app) == "busy"
    app.mouse.up()
    app.clock.run_for(PAUSE - 1)
    draw(app, [[(142, 140)]])  # before the time is over
    app.clock.run_for(PAUSE - 1)
    expect(result(app)).to_have_text("Keep going…")
    assert state(app) == "busy"
    assert app.evaluate("heard")["refused"] == []
    app.clock.run_for(1)
    wait_until_ready(app)
    assert refused(app) is not None
    heard = app.evaluate("heard")
    assert set(heard["result"][:-1]) == {"Keep going…"}
    assert heard["result"][-1] != "Keep going…"
    app.clock.run_for(1000)
    voice = app.locator("#voice")
    expect(voice).to_contain_text(result(app).text_content())
    assert set(app.evaluate("heard")["voice"]) == {voice.text_content()}


def test_a_sure_answer_is_shown_while_the_pen_is_down(ready_app: Page) -> None:
    pad = ready_app.locator("#pad").bounding_box()
    start, *others = [(pad["x"] + x, pad["y"] + y) for x, y in SEVEN[0]]
    ready_app.mouse.move(*start)
    ready_app.mouse.down()
    for place in others:
        ready_app.mouse.move(*place, steps=4)
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_have_text("It looks like a 7")
    ready_app.mouse.up()


def test_a_stroke_takes_a_refusal_away_at_once_and_the_last_answer_stays_dimmed(
    ready_app: Page,
) -> None:
    draw(ready_app, DOT)
    wait_until_ready(ready_app)
    pad = ready_app.locator("#pad").bounding_box()
    ready_app.mouse.move(pad["x"] + 142, pad["y"] + 140)
    ready_app.mouse.down()
    expect(result(ready_app)).to_have_text("Keep going…")
    expect(ready_app.locator("#digit")).to_have_class("past")
    assert refused(ready_app) is None
    ready_app.mouse.up()
    wait_until_ready(ready_app)
    assert refused(ready_app) == "faint"


def test_a_picture_is_refused_without_waiting(app: Page) -> None:
    wait_until_ready(app)
    stopped_clock(app)
    upload(app, "white.png", Image.new("L", (60, 60), 255))
    assert refused(app) == "blank"
    draw(app, DOT)
    wait_for_state(app, "busy")
    app.get_by_role("button", name="Undo").click()
    wait_until_ready(app)
    assert refused(app) == "blank"
    expect(result(app)).to_have_text("Nothing was found in this picture")
