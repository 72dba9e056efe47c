"""Scoring a model from the command line."""

import json

import numpy as np
import pytest

import evaluate
from data import load_mnist
from inkling import training
from inkling.model_file import Model, dump_model, load_model
from inkling.network import Network
from inkling.preprocess import prepare_all
from inkling.training import Score
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
