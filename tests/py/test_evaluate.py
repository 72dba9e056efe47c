"""Scoring a model from the command line."""

import json

import numpy as np
import pytest
from PIL import Image

import evaluate
from data import load_mnist
from inkling import training
from inkling.model_file import Model, dump_model, load_model
from inkling.network import Network
from inkling.preprocess import prepare_all
from inkling.training import Score
from recipes import TEST_WRITERS
from tests.made_up import unipen
from tests.scripts import run


def evaluate_here(*arguments):
    try:
        return evaluate.main([str(argument) for argument in arguments])
    except SystemExit as end:
        return end.code


@pytest.fixture(scope="module")
def score(trained, digits_folder):
    """What the trained network has on the test images, without the command line."""
    mnist = load_mnist(digits_folder)
    network = load_model(trained.read_bytes()).network
    return training.evaluate(network, prepare_all(mnist.test_images), mnist.test_labels)


def test_json_holds_every_figure(trained, digits_folder, score):
    done = run("evaluate", "--model", trained, "--data", digits_folder, "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["model"] == str(trained)
    assert report["images"] == 100
    assert report["accuracy"] == score.accuracy
    assert report["loss"] == pytest.approx(score.loss)
    assert report["confusion"] == score.confusion.tolist()
    assert np.sum(report["confusion"]) == 100


def test_the_table_shows_accuracy_loss_and_the_confusion_matrix(
    trained, digits_folder, score, capsys
):
    assert evaluate_here("--model", trained, "--data", digits_folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"accuracy {score.accuracy:.2%}   loss {score.loss:.4f}")
    rows = [line.split() for line in lines[-10:]]
    assert [int(row[0]) for row in rows] == list(range(10))
    assert [[int(n) for n in row[1:11]] for row in rows] == score.confusion.tolist()


def test_the_table_of_known_counts():
    confusion = np.diag([980] * 10)
    confusion[4, 9] = 20
    confusion[7] = 0  # no sevens at all
    lines = evaluate.table(Score(0.1234, 0.9876, confusion)).splitlines()
    assert lines[0].split() == ["accuracy", "98.76%", "loss", "0.1234", "images", "8840"]
    *counts, share = lines[-6].split()
    assert [int(count) for count in counts] == [4, 0, 0, 0, 0, 980, 0, 0, 0, 0, 20]
    assert share == "98.0%"
    assert lines[-3].split()[-1] == "0.0%"
    assert len({len(line) for line in lines[-10:]}) == 1


def test_missing_data_is_said(trained, tmp_path, capsys):
    assert evaluate_here("--model", trained, "--data", tmp_path) == 1
    assert "train-images-idx3-ubyte.gz" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"hello", "other sizes"])
def test_a_model_that_cannot_be_used_is_named(content, digits_folder, tmp_path, capsys):
    path = tmp_path / "net.npz"
    if content == "other sizes":
        content = dump_model(Model(Network((9, 10), rng=np.random.default_rng(1))))
    if content is not None:
        path.write_bytes(content)
    assert evaluate_here("--model", path, "--data", digits_folder) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.startswith(f"error: the model {path} cannot be ")
    assert errors.count("\n") == 1


# On drawings; what is counted how is in test_drawings.py

COUNT = 20


@pytest.fixture
def pens(tmp_path):
    """Pen digits, one by a writer who is kept for scoring and two by one who is not."""
    vertical, circle = [[(100, 400), (100, 100)]], [[(9, 9), (200, 9), (200, 200), (9, 200)]]
    path = tmp_path / "pens.tra"
    path.write_text(unipen([(1, TEST_WRITERS[0], vertical), (0, 1, circle), (0, 1, circle)]))
    return path


def drawn_here(trained, *arguments):
    return evaluate_here("--drawings", "--model", trained, "--count", COUNT, *arguments)


def test_drawings_of_both_sources_are_scored_the_same_way_every_time(trained, pens, capsys):
    said = []
    for _ in range(2):
        assert drawn_here(trained, "--pen-digits", pens, "--json") == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    report = json.loads(said[0])
    assert report["model"] == str(trained)
    assert set(report["drawings"]) == {"generated strokes", "pen digits"}
    for one in report["drawings"].values():
        assert one["drawings"] == COUNT
        assert 0 <= one["accuracy"] <= 1
        assert set(one["by"]) == {"place", "size", "brush", "slant"}


def test_only_pens_of_writers_kept_for_scoring_are_scored(pens):
    digits = evaluate.unseen(pens)
    assert digits.labels.tolist() == [1]
    assert digits.writers.tolist() == [TEST_WRITERS[0]]


def test_pens_of_other_writers_alone_are_refused(trained, pens, capsys):
    pens.write_text(unipen([(1, 1, [[(1, 1)]])]))
    assert drawn_here(trained, "--pen-digits", pens) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    assert "has no digits of the writers 21, 22, 23, 24" in errors


def test_tables_name_their_source(trained, pens, capsys):
    assert drawn_here(trained, "--pen-digits", pens) == 0
    out = capsys.readouterr().out
    assert out.startswith("generated strokes: accuracy ")
    assert "\npen digits: accuracy " in out


def test_without_pen_digits_generated_strokes_are_scored_and_it_is_said(
    trained, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("PEN_DIGITS", str(tmp_path / "nowhere"))
    assert drawn_here(trained, "--json") == 0
    out, errors = capsys.readouterr()
    assert set(json.loads(out)["drawings"]) == {"generated strokes"}
    assert errors.startswith("Note: only generated strokes are scored. ")
    assert "nowhere cannot be read" in errors
    assert drawn_here(trained, "--pen-digits", tmp_path / "nowhere") == 1


def test_reliability_is_drawn_where_asked(trained, pens, tmp_path, capsys):
    path = tmp_path / "new" / "reliability.png"
    assert drawn_here(trained, "--pen-digits", pens, "--plot", path) == 0
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 300
    (tmp_path / "file").touch()
    assert drawn_here(trained, "--pen-digits", pens, "--plot", tmp_path / "file" / "a.png") == 1
    assert "a.png cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--plot", "a.png"], "--pen-digits and --plot go with --drawings"),
        (["--pen-digits", "a"], "--pen-digits and --plot go with --drawings"),
        (["--drawings", "--count", "0"], "--count must be at least 1, got 0"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arguments, said, capsys):
    assert evaluate_here(*arguments) == 2
    assert said in capsys.readouterr().err
