"""The pad: what the pointer does to the ink, on the screen and in what the network gets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.web.conftest import Watched
from tests.web.page import (
    FOUR,
    ONE,
    SEVEN,
    Point,
    clear,
    draw,
    probabilities,
    result,
    wait_until_ready,
)

PAD = 280
HALF_BRUSH = 10  # the brush the page begins with is 20 wide

# How much ink, 0 to 255, the screen shows at some places of the pad, once the page has painted.
SHOWN_INK = """(pad, points) => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const scale = pad.width / pad.clientWidth;
    const at = ([x, y]) => pad.getContext("2d").getImageData(x * scale, y * scale, 1, 1).data[3];
    resolve(points.map(at));
  })))"""

READ_INK = """async (strokes) => {
  const { readInk } = await import("inkling/pad.js");
  const { ink, width, height } = readInk(strokes);
  return [[...ink], width, height];
}"""

# Events at places of the pad, all before the page gets to anything else, and its state right after.
DISPATCH = """(pad, events) => {
  const { left, top } = pad.getBoundingClientRect();
  for (const [type, x, y, more] of events) {
    if (type === "clear") document.querySelector("#clear").click();
    else pad.dispatchEvent(new PointerEvent(type, {
      pointerId: 1, isPrimary: true, button: 0, buttons: 1, bubbles: true,
      clientX: left + x, clientY: top + y, ...more,
    }));
  }
  return document.querySelector("main").dataset.state;
}"""


def shown_ink(page: Page, *points: Point) -> list[int]:
    return page.locator("#pad").evaluate(SHOWN_INK, points)


def is_blank(page: Page) -> bool:
    """Whether not one pixel of the pad shows ink."""
    return not any(shown_ink(page, *((x, y) for x in range(0, PAD, 7) for y in range(0, PAD, 7))))


def read_ink(page: Page, *strokes: tuple[int, list[Point]]) -> list[list[int]]:
    """What the network would get for strokes of (width, points), as rows."""
    given = [{"width": width, "points": points} for width, points in strokes]
    ink, width, height = page.evaluate(READ_INK, given)
    assert (width, height) == (PAD, PAD)
    return [ink[row * PAD : (row + 1) * PAD] for row in range(PAD)]


def dispatch(page: Page, *events: tuple) -> str:
    """Events as (type, x, y) or (type, x, y, further properties), or ("clear",)."""
    return page.locator("#pad").evaluate(DISPATCH, events)


def touch(session: CDPSession, kind: str, points: list[Point]) -> None:
    """What a finger does; Playwright itself can only tap."""
    session.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
    )


@contextmanager
def screen(page: Page, ratio: float) -> Iterator[None]:
    """Another screen, with so many pixels for each CSS pixel."""
    size = page.viewport_size
    # Emulated, a change of the resolution alone is not told to the page: the size changes as well.
    metrics = {"width": 1200, "height": 700, "deviceScaleFactor": ratio, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", metrics)
    yield
    page.set_viewport_size({"width": 1200, "height": 700})
    page.set_viewport_size(size)


# From the pad to the answer


def test_a_drawn_digit_is_read(ready_app: Page) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_have_text("It looks like a 7")
    probs = probabilities(ready_app)
    assert probs[7] == max(probs)
    assert sum(probs) == pytest.approx(1, abs=1e-5)


def test_ink_that_comes_while_an_answer_is_under_way_is_answered_too(ready_app: Page) -> None:
    draw(ready_app, SEVEN, steps=1)
    wait_until_ready(ready_app)
    # Else both could be answers to the first point alone.
    expect(result(ready_app)).to_contain_text("7")
    one_by_one = probabilities(ready_app)
    clear(ready_app)
    (start, *others) = SEVEN[0]
    moves = [("pointermove", x, y) for x, y in others]
    dispatch(ready_app, ("pointerdown", *start), *moves, ("pointerup", *others[-1]))
    wait_until_ready(ready_app)
    assert probabilities(ready_app) == pytest.approx(one_by_one, abs=1e-3)


def test_an_answer_under_way_is_dropped_when_the_pad_is_cleared(ready_app: Page) -> None:
    assert dispatch(ready_app, ("pointerdown", 140, 140), ("clear",)) == "ready"
    dispatch(ready_app, ("pointerup", 140, 140))
    assert probabilities(ready_app) == [0] * 10


def test_the_page_is_busy_the_moment_the_pen_touches_the_pad(ready_app: Page) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    # Within its ink, so that it stays a seven, which is answered while the pen is down.
    assert dispatch(ready_app, ("pointerdown", 100, 60)) == "busy"
    wait_until_ready(ready_app)
    assert dispatch(ready_app, ("pointermove", 140, 60)) == "busy"
    dispatch(ready_app, ("pointerup", 140, 60))
    wait_until_ready(ready_app)


def test_what_the_network_saw_is_shown(ready_app: Page) -> None:
    draw(ready_app, ONE)
    wait_until_ready(ready_app)
    saw = """(saw) => {
      const { data } = saw.getContext("2d").getImageData(0, 0, 28, 28);
      return Array.from({ length: 28 * 28 }, (_, i) => data[4 * i + 3]);
    }"""
    pixels = ready_app.locator("#saw").evaluate(saw)
    rows = [sum(pixels[row * 28 : (row + 1) * 28]) for row in range(28)]
    # A long stroke fills the middle 20 rows, the margin stays paper.
    assert min(rows[5:23]) > 255
    assert max(rows[:3] + rows[25:]) == 0


# The pointer


def test_a_fast_stroke_has_no_gaps(ready_app: Page) -> None:
    draw(ready_app, [[(20, 30), (260, 250)]], steps=1)
    along = [(20 + 240 * i / 60, 30 + 220 * i / 60) for i in range(61)]
    assert set(shown_ink(ready_app, *along)) == {255}


def test_a_tap_makes_a_dot_as_wide_as_the_brush(ready_app: Page) -> None:
    draw(ready_app, [[(100, 120)]])
    edge = HALF_BRUSH - 2
    around = [(100 + edge, 120), (100 - edge, 120), (100, 120 + edge), (100, 120 - edge)]
    assert set(shown_ink(ready_app, (100, 120), *around)) == {255}
    assert set(shown_ink(ready_app, (100 + HALF_BRUSH + 2, 120), (100, 134))) == {0}


def test_a_stroke_that_leaves_the_pad_goes_on_when_it_comes_back(ready_app: Page) -> None:
    box = ready_app.locator("#pad").bounding_box()
    mouse, left, top = ready_app.mouse, box["x"], box["y"]
    mouse.move(left + 200, top + 60)
    mouse.down()
    mouse.move(left + 400, top + 60, steps=4)
    mouse.move(left + 400, top + 220, steps=4)
    mouse.move(left + 150, top + 220, steps=4)
    mouse.up()
    mouse.move(left + 50, top + 140, steps=4)
    assert set(shown_ink(ready_app, (270, 60), (270, 220), (160, 220))) == {255}
    assert set(shown_ink(ready_app, (240, 140), (60, 140))) == {0}


def test_only_the_first_pointer_and_its_main_button_draw(ready_app: Page) -> None:
    pad = ready_app.locator("#pad")
    pad.click(button="middle", position={"x": 140, "y": 140})
    dispatch(ready_app, ("pointerdown", 100, 100, {"isPrimary": False}))
    dispatch(ready_app, ("pointerup", 100, 100, {"isPrimary": False}))
    assert is_blank(ready_app)


def test_a_finger_draws_and_the_page_does_not_scroll(
    visit: Callable[..., Watched], url: str
) -> None:
    watched = visit(url, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    page = watched.page
    session = page.context.new_cdp_session(page)
    box = page.locator("#pad").bounding_box()
    down = [(box["x"] + 140, box["y"] + 250 - 20 * i) for i in range(11)]
    touch(session, "touchStart", down[:1])
    for place in down[1:]:
        touch(session, "touchMove", [place])
    touch(session, "touchEnd", [])
    assert set(shown_ink(page, (140, 250), (140, 150), (140, 50))) == {255}
    assert page.evaluate("scrollY") == 0
    wait_until_ready(page)
    expect(result(page)).to_have_text("It looks like a 1")
    assert watched.problems == []


# Tools


def test_clear_leaves_no_prediction(ready_app: Page) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    clear(ready_app)
    assert is_blank(ready_app)
    assert probabilities(ready_app) == [0] * 10
    expect(result(ready_app)).to_have_text("Draw a digit, large or small.")
    expect(ready_app.locator("#confidence")).to_be_empty()


def test_undo_takes_back_stroke_by_stroke_and_then_clear(ready_app: Page) -> None:
    undo = ready_app.get_by_role("button", name="Undo")
    draw(ready_app, FOUR)
    clear(ready_app)
    undo.click()
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_have_text("It looks like a 4")
    ready_app.keyboard.press("Control+z")
    assert shown_ink(ready_app, (160, 200), (100, 150)) == [0, 255]
    ready_app.keyboard.press("Control+Z")
    assert is_blank(ready_app)
    wait_until_ready(ready_app)
    assert probabilities(ready_app) == [0] * 10


def test_undo_says_when_there_is_nothing_to_undo(app: Page) -> None:
    undo = app.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    draw(app, ONE)
    expect(undo).to_be_enabled()
    undo.click()
    expect(undo).to_be_disabled()
    assert is_blank(app)


def test_undo_in_the_middle_of_a_stroke_takes_it_away(ready_app: Page) -> None:
    dispatch(ready_app, ("pointerdown", 60, 60))
    dispatch(ready_app, ("pointermove", 60, 200))
    ready_app.keyboard.press("Control+z")
    dispatch(ready_app, ("pointermove", 200, 200))
    dispatch(ready_app, ("pointerup", 200, 200))
    assert is_blank(ready_app)


def test_the_brush_is_as_wide_as_was_chosen(ready_app: Page) -> None:
    brush = ready_app.get_by_role("slider", name="Brush")
    try:
        for width in (4, 40):
            brush.fill(str(width))
            clear(ready_app)
            draw(ready_app, [[(140, 40), (140, 240)]])
            inside, outside = width / 2 - 1, width / 2 + 1
            assert set(shown_ink(ready_app, (140 - inside, 140), (139 + inside, 140))) == {255}
            assert set(shown_ink(ready_app, (139 - outside, 140), (141 + outside, 140))) == {0}
    finally:
        brush.fill("20")


# Pixels


@pytest.mark.parametrize("ratio", [1, 2, 1.5])
def test_the_pad_has_a_pixel_for_every_pixel_of_the_screen(ready_app: Page, ratio: float) -> None:
    draw(ready_app, [[(60, 60), (60, 220)]])
    with screen(ready_app, ratio):
        # Also when the page moves to that screen with a drawing on it, as here.
        side = round(PAD * ratio)
        ready_app.wait_for_function(f"document.querySelector('#pad').width === {side}")
        assert shown_ink(ready_app, (60, 140), (140, 140)) == [255, 0]
        row = """(pad) => Array.from(
          pad.getContext("2d").getImageData(0, pad.height / 2, pad.width, 1).data)
          .filter((_, i) => i % 4 === 3)"""
        # Sharp: from no ink to full ink it takes one pixel of the screen at most, on either side.
        assert len(set(ready_app.locator("#pad").evaluate(row)) - {0, 255}) <= 2


def test_ink_is_light_on_dark_and_reads_the_same(ready_app: Page) -> None:
    lightest = """(pad) => {
      const at = pad.width / 280;
      const { data } = pad.getContext("2d").getImageData(140 * at, 60 * at, 1, 1);
      return Math.max(...data.slice(0, 3));
    }"""
    pad = ready_app.locator("#pad")
    ready_app.emulate_media(color_scheme="dark")
    draw(ready_app, SEVEN)
    assert shown_ink(ready_app, (140, 60)) == [255]
    assert pad.evaluate(lightest) > 200
    wait_until_ready(ready_app)
    in_the_dark = probabilities(ready_app)
    ready_app.emulate_media(color_scheme="light")
    assert shown_ink(ready_app, (140, 60)) == [255]
    assert pad.evaluate(lightest) < 60
    clear(ready_app)
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    assert probabilities(ready_app) == in_the_dark


def test_the_ink_is_paper_where_nothing_was_drawn(ready_app: Page) -> None:
    assert {value for row in read_ink(ready_app) for value in row} == {0}


def test_the_ink_is_the_strokes_at_their_place_and_width(ready_app: Page) -> None:
    rows = read_ink(ready_app, (8, [(100, 40), (100, 200)]), (30, [(200, 100)]))
    assert rows[120][96:104] == [255] * 8
    assert (rows[120][95], rows[120][104]) == (0, 0)
    # Caps are round, so a stroke is longer than its line by half its width; a lone point is a dot.
    assert (rows[36][100] > 0, rows[34][100]) == (True, 0)
    assert rows[100][186:214] == [255] * 28
    assert rows[88][187] == 0


def test_the_ink_keeps_corners(ready_app: Page) -> None:
    rows = read_ink(ready_app, (10, [(60, 60), (200, 60), (130, 230)]))
    assert rows[60][200] == 255


def test_the_ink_outside_the_pad_is_cut_off(ready_app: Page) -> None:
    rows = read_ink(ready_app, (20, [(-50, 140), (400, 140)]))
    assert rows[140] == [255] * PAD
    assert rows[100] == [0] * PAD
