"""How tests use the page: as a person with a mouse would, and without ever sleeping."""

from collections.abc import Iterable, Sequence

from playwright.sync_api import Locator, Page, expect

Point = tuple[float, float]  # CSS pixels from the pad's upper left corner, 0 to 280

START_LIMIT = 120_000  # ms anything may take on a busy machine; Python usually starts in 6,000

ONE: list[list[Point]] = [[(140, 50), (140, 230)]]
SEVEN: list[list[Point]] = [[(80, 60), (200, 60), (130, 230)]]
FOUR: list[list[Point]] = [[(110, 50), (80, 150), (200, 150)], [(160, 90), (160, 240)]]


def state(page: Page) -> str | None:
    return page.locator("main").get_attribute("data-state")


def wait_for_state(page: Page, wanted: str) -> None:
    expect(page.locator("main")).to_have_attribute("data-state", wanted)


def wait_until_ready(page: Page) -> None:
    """Wait until Python runs and everything that was drawn is answered."""
    wait_for_state(page, "ready")


def draw(page: Page, strokes: Iterable[Sequence[Point]], steps: int = 8) -> None:
    """Draw with the mouse; `steps` are the moves the mouse makes from one point to the next."""
    pad = page.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for (x, y), *others in strokes:
        page.mouse.move(box["x"] + x, box["y"] + y)
        page.mouse.down()
        for x, y in others:
            page.mouse.move(box["x"] + x, box["y"] + y, steps=steps)
        page.mouse.up()


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()
    wait_until_ready(page)


def result(page: Page) -> Locator:
    """Where the page says what it reads."""
    return page.locator("#result")


def probabilities(page: Page) -> list[float]:
    """What the ten bars stand at, digit by digit."""
    read = "(bars) => bars.map((bar) => [bar.dataset.digit, Number(bar.dataset.p)])"
    bars = dict(page.locator("[data-digit][data-p]").evaluate_all(read))
    return [bars[str(digit)] for digit in range(10)]
