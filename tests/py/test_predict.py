"""Reading picture files from the command line."""

import json

import numpy as np
import pytest
from PIL import Image

import predict
from inkling.model_file import Model, dump_model, load_model
from inkling.network import Network
from inkling.reader import Reader
from tests.made_up import draw_digit
from tests.scripts import run


def predict_here(*arguments):
    try:
        return predict.main([str(argument) for argument in arguments])
    except SystemExit as end:
        return end.code


def picture_of(label, *, turns=0):
    """A digit in black on white, 280x280, turned anticlockwise by quarters."""
    ink = np.kron(draw_digit(label), np.ones((10, 10), np.uint8))
    return Image.fromarray(np.ascontiguousarray(np.rot90(255 - ink, turns)))


@pytest.fixture
def pictures(tmp_path):
    """PNG files of the digits 0 to 9."""
    paths = [tmp_path / f"{label}.png" for label in range(10)]
    for label, path in enumerate(paths):
        picture_of(label).save(path)
    return paths


def test_every_picture_is_read_in_its_order(trained, pictures):
    done = run("predict", "--model", trained, *pictures, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["label"] for reply in replies] == list(range(10))
    assert [reply["path"] for reply in replies] == [str(path) for path in pictures]


def test_json_has_the_promised_form(trained, pictures, capsys):
    assert predict_here("--model", trained, "--json", pictures[4]) == 0
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    reply = json.loads(line)
    # Later keys may follow; these come first, in this order.
    assert list(reply)[:4] == ["path", "label", "confidence", "probs"]
    assert reply["label"] == 4 and type(reply["label"]) is int
    assert len(reply["probs"]) == 10
    assert all(type(p) is float and 0 <= p <= 1 for p in reply["probs"])
    assert sum(reply["probs"]) == pytest.approx(1, abs=1e-5)
    assert reply["confidence"] == max(reply["probs"]) == reply["probs"][4]


def test_it_is_the_pages_own_pipeline(trained, pictures, capsys):
    assert predict_here("--model", trained, "--json", pictures[2]) == 0
    rgba = np.array(Image.open(pictures[2]).convert("RGBA"))
    reading = Reader(load_model(trained.read_bytes())).read_picture(rgba)
    assert json.loads(capsys.readouterr().out)["probs"] == [float(p) for p in reading.probs]


def test_without_json_a_line_names_the_digit(trained, pictures, capsys):
    assert predict_here("--model", trained, pictures[3]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"{pictures[3]}: 3 (")
    assert line.endswith("% sure)\n")


def test_a_picture_that_cannot_be_read_is_said_and_the_others_are_read(trained, pictures, tmp_path):
    broken, missing = tmp_path / "broken.png", tmp_path / "missing.png"
    broken.write_bytes(pictures[1].read_bytes()[:90])
    done = run("predict", "--model", trained, pictures[5], broken, missing, pictures[6], "--json")
    assert done.returncode == 1
    assert [json.loads(line)["label"] for line in done.stdout.splitlines()] == [5, 6]
    first, second = done.stderr.splitlines()
    assert first.startswith(f"error: {broken}: ")
    assert second == f"error: {missing}: No such file or directory"


def test_a_jpeg_turned_by_its_exif_is_read_upright(trained, pictures, tmp_path, capsys):
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me clockwise": the stored picture lies anticlockwise
    path = tmp_path / "turned.jpg"
    picture_of(4, turns=1).save(path, exif=exif, quality=95)
    assert predict_here("--model", trained, "--json", path) == 0
    assert json.loads(capsys.readouterr().out)["label"] == 4


def test_a_blank_picture_has_no_label(trained, tmp_path, capsys):
    path = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(path)
    assert predict_here("--model", trained, "--json", path) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply["label"] is None
    assert reply["refused"] == "blank"
    assert len(reply["probs"]) == 10
    assert predict_here("--model", trained, path) == 0
    assert capsys.readouterr().out == f"{path}: blank, there is nothing on it\n"


@pytest.mark.parametrize("content", [None, b"hello", "other sizes"])
def test_a_model_that_cannot_be_used_is_named(content, pictures, tmp_path, capsys):
    path = tmp_path / "net.npz"
    if content == "other sizes":
        content = dump_model(Model(Network((9, 10), rng=np.random.default_rng(1))))
    if content is not None:
        path.write_bytes(content)
    assert predict_here("--model", path, pictures[0]) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.startswith(f"error: the model {path} cannot be ")
    assert errors.count("\n") == 1


def test_a_picture_must_be_named(capsys):
    assert predict_here() == 2
    assert "IMAGE" in capsys.readouterr().err
