"""The README's figures are those of the released weights' cards."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CARDS = sorted((ROOT / "web" / "model").glob("*.json"))
README = (ROOT / "README.md").read_text("utf-8")


def row_of(name: str) -> str:
    """The line of the table of networks that is about this one."""
    lines = [line for line in README.splitlines() if line.startswith(f"| `{name}` 784-")]
    assert len(lines) == 1, f"README.md must have one row on {name}"
    return lines[0]


@pytest.mark.parametrize(
    "path", [card for card in CARDS if card.stem != "gate"], ids=lambda p: p.stem
)
def test_the_table_of_networks_says_what_their_cards_say(path: Path) -> None:
    card = json.loads(path.read_text())
    cells = [cell.strip() for cell in row_of(path.stem).strip("|").split("|")]
    assert cells == [
        f"`{path.stem}` {'-'.join(map(str, card['sizes']))}",
        f"{card['parameters']:,}",
        f"{card['test_accuracy']:.2%}",
        f"{card['pen_accuracy']:.2%}",
    ]


def test_the_spread_over_seeds_is_that_of_the_card() -> None:
    seeds = json.loads((ROOT / "web" / "model" / "small.json").read_text())["seeds"]
    assert seeds["count"] == 5
    told = f"{100 * seeds['test_mean']:.2f} ± {100 * seeds['test_deviation']:.2f}%"
    assert told in " ".join(README.split())


def test_every_file_it_shows_or_names_is_there() -> None:
    named = {
        "web/screenshot.png",
        "py/inkling/network.py",
        "tests/benchmarks/training.py",
        "LICENSE",
    }
    for name in named:
        assert name in README or name == "LICENSE"
        assert (ROOT / name).is_file(), name
