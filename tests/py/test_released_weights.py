"""The networks that come with the page: whole, small enough, and as good as their cards say."""

import hashlib
import json
from dataclasses import replace

import pytest

from data import load_mnist
from files import MODEL_FOLDER
from inkling.model_file import dump_model, load_model
from inkling.preprocess import prepare_all
from inkling.reader import Reader
from inkling.training import evaluate
from recipes import PRESETS, Settings

RELEASED = sorted(MODEL_FOLDER.glob("*.npz"))
each = pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def test_set(mnist_folder):
    """Prepared test images (10000, 784) and labels of the real MNIST."""
    mnist = load_mnist(mnist_folder)
    assert mnist.published, f"{mnist_folder} does not hold the published MNIST"
    return prepare_all(mnist.test_images), mnist.test_labels


def load(path):
    return load_model(path.read_bytes())


def test_the_page_has_its_first_network():
    assert "small" in [path.stem for path in RELEASED]


def test_small_is_the_originals_network_and_small():
    path = MODEL_FOLDER / "small.npz"
    network = load(path).network
    assert network.sizes == (784, 64, 10)
    assert network.activation.name == "relu"
    assert path.stat().st_size <= 210_000


@each
def test_it_reads_digits_and_is_stored_as_it_would_be_saved_today(path):
    model = Reader(load(path)).model
    stored = path.read_bytes()
    assert stored in (dump_model(model), dump_model(model, dtype="float16"))


@each
def test_its_card_agrees_with_the_file(path):
    card = json.loads(path.with_suffix(".json").read_text())
    assert card.pop("file_sha256") == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card.pop("date")
    model = load(path)
    assert card == model.card
    assert card["name"] == path.stem
    assert card["sizes"] == list(model.network.sizes)
    assert card["activation"] == model.network.activation.name


@pytest.mark.parametrize("name", [path.stem for path in RELEASED if path.stem in PRESETS])
def test_its_preset_still_says_how_it_was_made(name):
    settings = json.loads((MODEL_FOLDER / f"{name}.json").read_text())["settings"]
    made = Settings(**{**settings, "hidden": tuple(settings["hidden"])})
    assert made == replace(PRESETS[name], seed=made.seed)


@each
def test_it_has_the_accuracy_its_card_claims(path, test_set):
    score = evaluate(load(path).network, *test_set)
    # Another processor adds in another order: one image on the edge may fall the other way.
    assert score.accuracy == pytest.approx(load(path).card["test_accuracy"], abs=1.5e-4)
    assert score.accuracy >= 0.98
