"""The page as a whole: its layout, its words, the keyboard, light and dark, those who listen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Watched
from tests.web.page import (
    FOUR,
    SEVEN,
    clear,
    draw,
    probabilities,
    result,
    state,
    wait_for_state,
    wait_until_ready,
)

TARGET = 44  # CSS pixels a finger needs

# Every text on the page with its colour, the one behind it and its element.
TEXTS = """() => {
  const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3) return colour;
    }
  };
  const shown = [...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility() &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
  return shown.map((element) =>
    [element.textContent.trim(), rgb(getComputedStyle(element).color), behind(element)]);
}"""


def luminance(colour: list[float]) -> float:
    """Relative, 0 to 1, as WCAG 2.2 defines it."""
    linear = [c / 3294.6 if c <= 10.31 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return found


def apart(one: dict[str, float], other: dict[str, float], start: str, length: str) -> bool:
    """Whether two boxes do not meet along an axis."""
    low, high = sorted([one, other], key=lambda box: box[start])
    return low[start] + low[length] <= high[start]


# Layout


def test_a_desktop_shows_everything_at_once(ready_app: Page) -> None:
    ready_app.set_viewport_size({"width": 1280, "height": 800})
    assert ready_app.evaluate("document.documentElement.scrollHeight") == 800
    pad, saw, answer = (box(ready_app, name) for name in ("#pad", "#saw", "#bars"))
    assert pad["x"] + pad["width"] < saw["x"]
    assert saw["x"] + saw["width"] < answer["x"]
    assert (pad["width"], pad["height"]) == (280, 280)


def test_a_phone_shows_the_pad_first_and_the_answer_with_it(ready_app: Page) -> None:
    before = ready_app.viewport_size
    ready_app.set_viewport_size({"width": 360, "height": 640})
    ready_app.evaluate("scrollTo(0, 0)")
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    pad, answer = box(ready_app, "#pad"), box(ready_app, "#confidence")
    ready_app.set_viewport_size(before)
    assert (pad["width"], pad["height"]) == (280, 280)
    assert pad["y"] + pad["height"] < answer["y"]
    assert answer["y"] + answer["height"] <= 640


@pytest.mark.parametrize("width", [320, 360, 480, 640, 768, 1024, 1280, 1920])
def test_nothing_is_cut_or_overlaps_at_any_width(ready_app: Page, width: int) -> None:
    before = ready_app.viewport_size
    ready_app.set_viewport_size({"width": width, "height": 800})
    assert ready_app.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [box(ready_app, f"section.{name}") for name in ("draw", "answer", "saw", "samples")]
    ready_app.set_viewport_size(before)
    for i, one in enumerate(boxes):
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= width
        for other in boxes[:i]:
            assert apart(one, other, "x", "width") or apart(one, other, "y", "height")


@pytest.mark.parametrize("width", [360, 1280])
def test_every_control_is_large_enough_for_a_finger(ready_app: Page, width: int) -> None:
    before = ready_app.viewport_size
    ready_app.set_viewport_size({"width": width, "height": 800})
    for control in ready_app.locator("button:visible, .button, input[type=range]").all():
        size = control.bounding_box()
        assert min(size["width"], size["height"]) >= TARGET
    ready_app.set_viewport_size(before)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(ready_app: Page, scheme: str) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    ready_app.emulate_media(color_scheme=scheme)
    texts = ready_app.evaluate(TEXTS)
    ready_app.emulate_media(color_scheme="light")
    assert "It looks like a 7" in [text for text, _, _ in texts]
    weak = [text for text, colour, behind in texts if contrast(colour, behind) < 4.5]
    assert weak == []


def test_nothing_moves_for_those_who_ask_for_less_motion(ready_app: Page) -> None:
    moving = """() => [...document.querySelectorAll("*")].flatMap((element) =>
      [null, "::before", "::after"].map((part) => getComputedStyle(element, part)))
      .filter((style) => style.transitionDuration !== "0s" || style.animationName !== "none")
      .length"""
    assert ready_app.evaluate(moving) > 0
    ready_app.emulate_media(reduced_motion="reduce")
    assert ready_app.evaluate(moving) == 0
    ready_app.emulate_media(reduced_motion="no-preference")


# Words


def test_every_place_for_words_has_some(ready_app: Page) -> None:
    words = "(all) => all.map((element) => element.textContent)"
    labels = "(all) => all.map((element) => element.ariaLabel)"
    assert "Draw a digit" in ready_app.locator("[data-text]").evaluate_all(words)
    assert all(ready_app.locator("[data-text]").evaluate_all(words))
    assert all(ready_app.locator("[data-label]").evaluate_all(labels))


def test_the_result_names_no_digit_but_the_answer(app: Page) -> None:
    assert re.findall(r"\d", result(app).text_content()) == []
    wait_until_ready(app)
    assert re.findall(r"\d", result(app).text_content()) == []
    draw(app, FOUR)
    wait_until_ready(app)
    assert re.findall(r"\d", result(app).text_content()) == ["4"]


def test_confidence_is_given_in_words_and_per_cent(ready_app: Page) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    expect(ready_app.locator("#confidence")).to_have_text(re.compile(r"^[a-z ]+, (over )?[\d.]+%$"))


def test_the_foot_of_the_page_names_the_network_and_python(ready_app: Page) -> None:
    facts = ready_app.get_by_role("contentinfo")
    expect(facts).to_contain_text("784-64-10")
    expect(facts).to_contain_text(re.compile(r"Python 3\.\d+\.\d+"))
    expect(facts).to_contain_text("NumPy 2.4.3")


# Without a pointer


@pytest.mark.parametrize("digit", range(10))
def test_a_ready_made_digit_is_picked_by_keyboard_and_read(ready_app: Page, digit: int) -> None:
    ready_app.get_by_role("button", name=f"Ready-made {digit}").focus()
    ready_app.keyboard.press("Enter")
    wait_until_ready(ready_app)
    expect(result(ready_app)).to_contain_text(str(digit))
    probs = probabilities(ready_app)
    assert probs[digit] == max(probs)


def test_tab_reaches_every_control_in_reading_order(ready_app: Page) -> None:
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    name = """() => {
      const at = document.activeElement;
      const ring = at.closest(".button, #networks div") ?? at;
      return [at.id || at.ariaLabel || at.value, getComputedStyle(ring).outlineStyle];
    }"""
    ready_app.evaluate("document.activeElement.blur()")
    visited = []
    for _ in range(15):
        ready_app.keyboard.press("Tab")
        visited.append(ready_app.evaluate(name))
    samples = [f"Ready-made {digit}" for digit in range(10)]
    assert [at for at, _ in visited] == ["undo", "clear", "upload", "brush", *samples, "small"]
    assert {outline for _, outline in visited} == {"solid"}


def test_the_answer_is_read_out_once_it_stands(ready_app: Page) -> None:
    listen = """() => {
      globalThis.heard = [];
      const voice = document.querySelector("#voice");
      new MutationObserver(() => heard.push(voice.textContent))
        .observe(voice, { childList: true, characterData: true, subtree: true });
    }"""
    ready_app.evaluate(listen)
    draw(ready_app, FOUR)
    wait_until_ready(ready_app)
    voice = ready_app.locator("#voice")
    expect(voice).to_contain_text("It looks like a 4")
    expect(voice).to_have_attribute("aria-live", "polite")
    expect(result(ready_app)).to_have_attribute("aria-live", "off")
    assert [said for said in ready_app.evaluate("heard") if said] == [voice.text_content()]


# States


def test_a_failed_answer_is_said_and_the_next_stroke_asks_again(ready_app: Page) -> None:
    break_next = """() => {
      const post = MessagePort.prototype.postMessage;
      MessagePort.prototype.postMessage = function (message, ...more) {
        if (message?.args?.ink) {
          message.args.width += 1;
          MessagePort.prototype.postMessage = post;
        }
        return post.call(this, message, ...more);
      };
    }"""
    ready_app.evaluate(break_next)
    draw(ready_app, [[(140, 140)]])
    wait_for_state(ready_app, "failed")
    expect(result(ready_app)).to_have_text("The answer did not come.")
    assert probabilities(ready_app) == [0] * 10
    draw(ready_app, SEVEN)
    wait_until_ready(ready_app)
    assert probabilities(ready_app)[7] > 0


def test_python_that_stops_can_be_started_again_with_the_drawing_kept(
    visit: Callable[..., Watched], url: str
) -> None:
    keep_workers = """
      const Real = Worker;
      globalThis.workers = [];
      globalThis.Worker = class extends Real {
        constructor(...given) { super(...given); workers.push(this); }
      };"""
    page = visit(url, keep_workers).page
    draw(page, FOUR)
    wait_until_ready(page)
    page.evaluate("workers[0].dispatchEvent(new ErrorEvent('error', { cancelable: true }))")
    wait_for_state(page, "failed")
    expect(result(page)).to_have_text("Python has stopped.")
    page.get_by_role("button", name="Try again").click()
    wait_for_state(page, "loading")
    wait_until_ready(page)
    expect(result(page)).to_have_text("It looks like a 4")


def test_a_new_page_invites_to_draw(ready_app: Page) -> None:
    assert state(ready_app) == "ready"
    expect(ready_app.get_by_text("Draw here")).to_be_visible()
    draw(ready_app, SEVEN)
    expect(ready_app.get_by_text("Draw here")).to_be_hidden()
    clear(ready_app)
    expect(ready_app.get_by_text("Draw here")).to_be_visible()
