"""The choice between the networks: what is said of each, and that the other one reads at once."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from inkling import bridge
from tests.web.page import SEVEN, clear, draw, probabilities, result, wait_until_ready
from tests.web.test_upload import caption, choose, encoded, file, six

MODELS = Path(__file__).resolve().parents[2] / "web" / "model"


@pytest.fixture
def fresh_app(ready_app: Page) -> Iterator[Page]:
    """A ready page that reads with the small network again when the test is done."""
    yield ready_app
    choice(ready_app, "Small").check()
    wait_until_ready(ready_app)


def choice(page: Page, name: str) -> Locator:
    group = page.get_by_role("group", name="Network")
    return group.get_by_role("radio", name=name)


def read_here(model: str) -> list[float]:
    """What this Python makes of the six."""
    for path in MODELS.glob("*.npz"):
        bridge.load(path.stem, path.read_bytes())
    bridge.use(model)
    image = six().convert("RGBA")
    return bridge.read_picture(image.tobytes(), *image.size)["probs"]


def test_the_small_network_comes_first_and_is_the_one_in_use(ready_app: Page) -> None:
    radios = ready_app.get_by_role("group", name="Network").get_by_role("radio")
    assert [radio.get_attribute("value") for radio in radios.all()] == ["small", "large"]
    assert [radio.is_checked() for radio in radios.all()] == [True, False]


@pytest.mark.parametrize("name", ["small", "large"])
def test_each_network_shows_its_size_and_accuracies(ready_app: Page, name: str) -> None:
    card = json.loads((MODELS / f"{name}.json").read_text("utf-8"))
    label = ready_app.locator("#networks label").filter(has=ready_app.locator(f"[value={name}]"))
    expect(label).to_contain_text("-".join(map(str, card["sizes"])))
    expect(label).to_contain_text(f"{card['parameters']:,} weights")
    for accuracy in (card["test_accuracy"], card["pen_accuracy"]):
        expect(label).to_contain_text(f"{100 * accuracy:.1f}"[:-1])


def test_the_other_network_reads_what_is_on_the_pad_at_once(fresh_app: Page) -> None:
    choose(fresh_app, file("six.png", encoded(six())))
    expect(caption(fresh_app)).to_have_text("six.png")
    wait_until_ready(fresh_app)
    np.testing.assert_allclose(probabilities(fresh_app), read_here("small"), rtol=0, atol=1e-5)
    choice(fresh_app, "Large").check()
    wait_until_ready(fresh_app)
    large = read_here("large")
    np.testing.assert_allclose(probabilities(fresh_app), large, rtol=0, atol=1e-5)
    assert np.abs(large - read_here("small")).max() > 1e-5
    expect(result(fresh_app)).to_have_text("It looks like a 6")


def test_the_networks_are_chosen_by_keyboard(fresh_app: Page) -> None:
    draw(fresh_app, SEVEN)
    wait_until_ready(fresh_app)
    choice(fresh_app, "Small").focus()
    fresh_app.keyboard.press("ArrowRight")
    expect(choice(fresh_app, "Large")).to_be_focused()
    expect(choice(fresh_app, "Large")).to_be_checked()
    wait_until_ready(fresh_app)
    expect(choice(fresh_app, "Large")).to_be_focused()
    expect(result(fresh_app)).to_have_text("It looks like a 7")


def test_of_quick_changes_the_last_one_counts(fresh_app: Page) -> None:
    choose(fresh_app, file("six.png", encoded(six())))
    expect(caption(fresh_app)).to_have_text("six.png")
    wait_until_ready(fresh_app)
    click = """() => {
      const of = (name) => document.querySelector(`#networks [value=${name}]`);
      for (const name of ["large", "small", "large"]) of(name).click();
      return document.querySelector("main").dataset.state;
    }"""
    assert fresh_app.evaluate(click) == "busy"
    wait_until_ready(fresh_app)
    expect(choice(fresh_app, "Large")).to_be_checked()
    np.testing.assert_allclose(probabilities(fresh_app), read_here("large"), rtol=0, atol=1e-5)


def test_the_choice_holds_for_what_is_drawn_next(fresh_app: Page) -> None:
    choice(fresh_app, "Large").check()
    clear(fresh_app)
    choose(fresh_app, file("six.png", encoded(six())))
    expect(caption(fresh_app)).to_have_text("six.png")
    wait_until_ready(fresh_app)
    np.testing.assert_allclose(probabilities(fresh_app), read_here("large"), rtol=0, atol=1e-5)
