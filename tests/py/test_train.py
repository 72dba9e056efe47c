"""Training from the command line: what a run leaves, and how it ends, goes on or is refused."""

import hashlib
import json
import signal
import subprocess
import sys
from datetime import date

import numpy as np
import pytest
from PIL import Image

import run as training_run
import train
from data import PARTS, load_mnist
from inkling.model_file import Model, dump_model, load_model
from inkling.network import Network
from inkling.preprocess import prepare_all
from inkling.training import evaluate
from recipes import PRESETS, Settings
from tests.made_up import write_data_set
from tests.scripts import command, run


def card_of(out):
    return json.loads(out.with_suffix(".json").read_text())


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(autouse=True)
def no_curves(monkeypatch):
    """Runs in this process draw nothing, which takes longer than they do; the others draw."""
    monkeypatch.setattr(train, "draw", lambda history: b"")


def train_here(*arguments):
    """The exit code of a run in this process."""
    try:
        return train.main([str(argument) for argument in arguments])
    except SystemExit as end:
        return end.code


@pytest.fixture
def interrupt(monkeypatch):
    """`interrupt(epoch, step)` sends Ctrl-C at that step, both counted from 0, and only once."""

    def at(epoch, step, *, times=1):
        original = training_run.train_epoch

        def train_epoch(*arguments, **options):
            for number, taken in enumerate(original(*arguments, **options)):
                if (options["epoch"], number) == (epoch, step):
                    monkeypatch.setattr(training_run, "train_epoch", original)
                    for _ in range(times):
                        signal.raise_signal(signal.SIGINT)
                yield taken

        monkeypatch.setattr(training_run, "train_epoch", train_epoch)

    return at


# What a run leaves


def test_a_run_leaves_the_network_its_card_and_the_curves(trained):
    assert names_in(trained.parent) == ["net.json", "net.npz", "training_history.png"]
    with Image.open(trained.with_name("training_history.png")) as curves:
        curves.load()
        assert curves.format == "PNG"
        assert curves.width > curves.height > 300


def test_the_network_has_learnt_to_read(trained):
    assert card_of(trained)["test_accuracy"] >= 0.9


def test_the_card_says_what_the_network_is_and_how_it_came_about(trained, digits_folder):
    card = card_of(trained)
    model = load_model(trained.read_bytes())
    mnist = load_mnist(digits_folder)
    raw = b"".join((digits_folder / part.name).read_bytes() for part in PARTS)
    test = evaluate(model.network, prepare_all(mnist.test_images), mnist.test_labels)
    held_out = evaluate(
        model.network, prepare_all(mnist.train_images[-100:]), mnist.train_labels[-100:]
    )

    assert card["sizes"] == [784, 32, 10] == list(model.network.sizes)
    assert card["activation"] == "relu"
    assert card["parameters"] == 784 * 32 + 32 + 32 * 10 + 10
    assert card["seed"] == card["settings"]["seed"] == 7
    assert (card["settings"]["epochs"], card["settings"]["batch_size"]) == (8, 32)
    assert (card["settings"]["lr"], card["settings"]["hidden"]) == (0.05, [32])
    assert card["data_sha256"] == hashlib.sha256(raw).hexdigest()
    assert card["file_sha256"] == hashlib.sha256(trained.read_bytes()).hexdigest()
    assert card["epochs_run"] == 8
    assert 1 <= card["best_epoch"] <= 8
    assert card["test_accuracy"] == test.accuracy
    assert card["validation_accuracy"] == held_out.accuracy
    assert 0 < card["training_accuracy"] <= 1
    assert date.fromisoformat(card["date"])


def test_the_network_file_carries_the_card_but_for_what_would_change_its_bytes(trained):
    outside = card_of(trained)
    del outside["date"], outside["file_sha256"]
    assert load_model(trained.read_bytes()).card == outside


def test_one_seed_gives_the_same_bytes_and_another_seed_others(trained, quick, tmp_path):
    again, other = tmp_path / "again.npz", tmp_path / "other.npz"
    assert train_here(*quick, "--out", again) == 0
    assert again.read_bytes() == trained.read_bytes()
    assert train_here(*quick, "--seed", 8, "--out", other) == 0
    weights = [load_model(p.read_bytes()).network.layers[0].weights for p in (again, other)]
    assert not np.array_equal(*weights)


def test_a_run_tells_its_progress_and_shows_the_test_set_once(quick, tmp_path, capsys):
    assert train_here(*quick, "--epochs", 2, "--out", tmp_path / "net.npz") == 0
    out, progress = capsys.readouterr()
    for epoch in ("epoch 1/2", "epoch 2/2"):
        lines = [line for line in progress.replace("\r", "\n").splitlines() if epoch in line]
        assert "loss" in lines[-1] and "training" in lines[-1] and "validation" in lines[-1]
        assert "500/500" in lines[-1]
    assert out.count("test set") == 1
    assert "test set" not in progress


def test_the_best_epoch_is_kept_and_of_equals_the_first():
    run_ = train.Run("small", Settings(hidden=(4,)))
    weights = run_.network.layers[0].weights
    for epoch, accuracy in enumerate((0.5, 0.9, 0.7, 0.9)):
        weights[:] = epoch
        run_.note(training=(1.0, 0.5), validation=(1.0, accuracy))
    assert run_.history.best == 1
    assert (run_.best.layers[0].weights == 1).all()
    assert run_.history.validation_accuracy == [0.5, 0.9, 0.7, 0.9]


def test_every_setting_of_the_command_line_arrives(digits_folder, tmp_path):
    out = tmp_path / "deep" / "net.npz"
    code = train_here(
        *("--preset", "plain", "--data", digits_folder, "--out", out, "--epochs", 1),
        *("--batch-size", 50, "--lr", 0.02, "--distort", 0.5, "--pen-copies", 0),
        *("--schedule", "constant", "--momentum", 0.5, "--no-nesterov", "--weight-decay", 0.001),
        *("--hidden", 9, 8, "--activation", "tanh", "--init", "xavier", "--seed", 3),
        *("--generated", 30),
    )
    assert code == 0
    expected = {
        **{"epochs": 1, "batch_size": 50, "lr": 0.02, "schedule": "constant", "momentum": 0.5},
        **{"nesterov": False, "weight_decay": 0.001, "hidden": [9, 8], "activation": "tanh"},
        **{"init": "xavier", "seed": 3, "distort": 0.5, "pen_copies": 0, "generated": 30},
    }
    settings = card_of(out)["settings"]
    assert {name: settings[name] for name in expected} == expected
    network = load_model(out.read_bytes()).network
    assert network.sizes == (784, 9, 8, 10)
    assert network.activation.name == "tanh"


@pytest.mark.parametrize(
    ("preset", "epochs", "batch_size", "lr", "momentum"),
    [("original-200", 200, 32, 0.002, 0.95), ("original-50", 50, 128, 0.01, 0.9)],
)
def test_the_originals_settings_are_presets(preset, epochs, batch_size, lr, momentum):
    settings = PRESETS[preset]
    assert (settings.epochs, settings.batch_size) == (epochs, batch_size)
    assert (settings.lr, settings.momentum) == (lr, momentum)
    assert (settings.schedule, settings.nesterov, settings.weight_decay) == ("constant", False, 0)
    assert (settings.hidden, settings.activation, settings.init) == ((64,), "relu", "xavier")


def test_a_preset_is_chosen_by_name_and_flags_change_it(digits_folder, tmp_path):
    out = tmp_path / "net.npz"
    flags = ("--preset", "original-50", "--epochs", 1)
    assert train_here("--data", digits_folder, "--out", out, *flags) == 0
    card = card_of(out)
    assert card["name"] == "original-50"
    assert card["settings"]["epochs"] == 1
    assert (card["settings"]["lr"], card["settings"]["batch_size"]) == (0.01, 128)


# Stopping and going on


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_saves_the_best_so_far_and_resume_ends_as_if_nothing_had_been(
    digits_folder, tmp_path
):
    out, whole = tmp_path / "stopped" / "net.npz", tmp_path / "whole" / "net.npz"
    # Far more epochs than can be over before the signal comes. With a constant rate the number of
    # epochs to come changes nothing in those that are done.
    settings = ("--data", digits_folder, "--preset", "plain", "--hidden", 16)
    settings += ("--schedule", "constant", "--lr", 0.02)
    endless = command("train", *settings, "--epochs", 90_000, "--out", out)
    with subprocess.Popen(
        endless, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        seen = ""
        while "epoch 4/" not in seen:
            seen += process.stderr.read(1)
            assert process.poll() is None, seen
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "--resume" in printed
    assert "test set" not in printed
    assert names_in(out.parent) == [
        *("net.checkpoint.npz", "net.json", "net.npz", "training_history.png")
    ]
    done = card_of(out)["epochs_run"]
    assert done >= 3
    assert card_of(out)["test_accuracy"] is None
    best = load_model(out.read_bytes())
    mnist = load_mnist(digits_folder)
    held_out = prepare_all(mnist.train_images[-100:]), mnist.train_labels[-100:]
    assert evaluate(best.network, *held_out).accuracy == best.card["validation_accuracy"]

    more = ("--data", digits_folder, "--epochs", done + 2)
    assert run("train", *more, "--resume", "--out", out).returncode == 0
    assert run("train", *settings, "--epochs", done + 2, "--out", whole).returncode == 0
    assert out.read_bytes() == whole.read_bytes()
    assert names_in(out.parent) == names_in(whole.parent)


@pytest.mark.parametrize("preset", ["plain", "original-50"])
def test_resume_after_a_stop_inside_an_epoch_gives_the_same_bytes(
    preset, digits_folder, tmp_path, interrupt
):
    stopped, whole = tmp_path / "stopped.npz", tmp_path / "whole.npz"
    settings = ("--data", digits_folder, "--preset", preset, "--epochs", 4, "--hidden", 16)
    interrupt(2, 1)
    assert train_here(*settings, "--out", stopped) == 130
    assert card_of(stopped)["epochs_run"] == 2
    assert train_here("--data", digits_folder, "--resume", "--out", stopped) == 0
    assert train_here(*settings, "--out", whole) == 0
    assert stopped.read_bytes() == whole.read_bytes()
    assert card_of(stopped)["name"] == preset


def test_ctrl_c_in_the_first_epoch_leaves_nothing(quick, tmp_path, interrupt, capsys):
    interrupt(0, 1)
    assert train_here(*quick, "--out", tmp_path / "net.npz") == 1
    assert "stopped before the first epoch was over" in capsys.readouterr().err
    assert names_in(tmp_path) == []


def test_a_second_ctrl_c_ends_at_once_and_leaves_nothing_half_written(quick, tmp_path, interrupt):
    interrupt(1, 1, times=2)
    with pytest.raises(KeyboardInterrupt):
        train_here(*quick, "--out", tmp_path / "net.npz")
    assert names_in(tmp_path) == ["net.checkpoint.npz"]


def test_ctrl_c_means_what_it_did_once_training_is_over(quick, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    assert train_here(*quick, "--epochs", 1, "--out", tmp_path / "net.npz") == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_the_largest_network_that_is_allowed_can_go_on_and_be_loaded(tmp_path):
    options = train.parse(["--hidden", "4096", "--out", str(tmp_path / "net.npz")])
    started = train.begin(options, tmp_path / "unused")
    started.note(training=(1.0, 0.5), validation=(1.0, 0.5))
    checkpoint = tmp_path / "net.checkpoint.npz"
    checkpoint.write_bytes(started.dump())
    # Three networks: more than any model file may have.
    assert checkpoint.stat().st_size > train.MAX_BYTES
    resumed = train.begin(train.parse(["--resume"]), checkpoint)
    assert resumed.history == started.history
    loaded = load_model(dump_model(Model(resumed.best))).network
    np.testing.assert_array_equal(loaded.layers[0].weights, started.best.layers[0].weights)


def stop_early(quick, out, interrupt):
    interrupt(1, 0)
    assert train_here(*quick, "--out", out) == 130


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--lr", 0.5), "a resumed run keeps its settings; leave out --lr"),
        (("--preset", "original-50"), "leave out --preset"),
        (("--batch-size", 9, "--seed", 1), "leave out --batch-size, --seed"),
    ],
)
def test_a_resumed_run_keeps_its_settings(quick, tmp_path, interrupt, capsys, flags, message):
    out = tmp_path / "net.npz"
    stop_early(quick, out, interrupt)
    before = out.read_bytes()
    data = quick[:2]  # --data FOLDER
    assert train_here(*data, "--resume", *flags, "--out", out) == 1
    assert message in capsys.readouterr().err
    assert out.read_bytes() == before


def test_a_resumed_run_cannot_become_shorter_than_it_is(quick, tmp_path, interrupt, capsys):
    out = tmp_path / "net.npz"
    interrupt(2, 0)
    assert train_here(*quick, "--out", out) == 130
    assert train_here(*quick[:2], "--resume", "--epochs", 1, "--out", out) == 1
    assert "--epochs must be at least the 2 that the run already has" in capsys.readouterr().err


def test_without_a_stopped_run_there_is_nothing_to_resume(quick, tmp_path, capsys):
    assert train_here(*quick[:2], "--resume", "--out", tmp_path / "net.npz") == 1
    assert "there is no stopped run to go on with" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["cut", "foreign", "model"])
def test_a_damaged_checkpoint_is_a_sentence(quick, tmp_path, interrupt, capsys, damage):
    out = tmp_path / "net.npz"
    stop_early(quick, out, interrupt)
    checkpoint = out.with_suffix(".checkpoint.npz")
    content = checkpoint.read_bytes()
    checkpoint.write_bytes(
        {"cut": content[:5000], "foreign": b"hello", "model": out.read_bytes()}[damage]
    )
    capsys.readouterr()
    assert train_here(*quick[:2], "--resume", "--out", out) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1


def test_training_can_start_from_another_files_weights(trained, digits_folder, tmp_path):
    out = tmp_path / "net.npz"
    flags = ("--epochs", 1, "--lr", 1e-9, "--data", digits_folder)
    assert train_here(*flags, "--resume", trained, "--out", out) == 0
    # At such a rate hardly anything is learnt: what it knows, it knew.
    assert card_of(out)["test_accuracy"] == card_of(trained)["test_accuracy"]
    assert card_of(out)["settings"]["hidden"] == [32]
    old, new = (load_model(path.read_bytes()).network.layers[0].weights for path in (trained, out))
    np.testing.assert_allclose(new, old, atol=1e-6)


@pytest.mark.parametrize(
    ("content", "flags", "message"),
    [
        (None, (), "cannot be used: No such file or directory"),
        (b"hello", (), "cannot be used: the file is not a whole .npz"),
        ("other sizes", (), "must lead from 784 to 10 units"),
        ("sound", ("--hidden", 5), "leave out --hidden"),
        ("sound", ("--activation", "tanh", "--init", "he"), "leave out --activation, --init"),
    ],
)
def test_weights_that_cannot_be_started_from_are_named(
    digits_folder, tmp_path, capsys, content, flags, message
):
    start = tmp_path / "start.npz"
    if content in ("other sizes", "sound"):
        sizes = (784, 5, 10) if content == "sound" else (9, 10)
        network = Network(sizes, rng=np.random.default_rng(1))
        content = dump_model(Model(network))
    if content is not None:
        start.write_bytes(content)
    out = tmp_path / "net.npz"
    assert train_here("--data", digits_folder, *flags, "--resume", start, "--out", out) == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"error: {start}")
    assert message in errors
    assert not out.exists()


# Being refused


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--epochs", 0), "--epochs: must lie between 1 and 100000, got '0'"),
        (("--epochs", 1.5), "--epochs: must lie between 1 and 100000, got '1.5'"),
        (("--batch-size", -3), "--batch-size: must lie between 1 and 60000, got '-3'"),
        (("--lr", 0), "--lr: must lie between 1e-09 and 100, got '0'"),
        (("--lr", "nan"), "--lr: must lie between 1e-09 and 100, got 'nan'"),
        (("--lr", "fast"), "--lr: must lie between 1e-09 and 100, got 'fast'"),
        (("--momentum", 1), "--momentum: must lie between 0 and 0.9999, got '1'"),
        (("--weight-decay", -1), "--weight-decay: must lie between 0 and 1, got '-1'"),
        (("--hidden", 64, 0), "--hidden: must lie between 1 and 4096, got '0'"),
        (("--hidden", *[8] * 8), "--hidden may name at most 7 layers"),
        (("--hidden", 4096, 4096), "weights, got 2 and 20,029,440"),
        (("--seed", -1), "--seed: must lie between 0 and"),
        (("--activation", "step"), "--activation: invalid choice: 'step'"),
        (("--init", "ones"), "--init: invalid choice: 'ones'"),
        (("--preset", "best"), "--preset: invalid choice: 'best'"),
        (("--schedule", "steps"), "--schedule: invalid choice: 'steps'"),
        (("--out", "net.pkl"), "--out must name an .npz file, got net.pkl"),
    ],
)
def test_flags_out_of_range_are_refused_with_their_range(flags, message, capsys):
    assert train_here(*flags) == 2
    assert message in capsys.readouterr().err


def test_the_presets_are_explained_by_the_help(capsys):
    assert train_here("--help") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "original-200: 200 epochs, batch 32, rate 0.002, momentum 0.95" in told


def test_missing_data_is_said_with_what_to_put_where(tmp_path):
    done = run("train", "--data", tmp_path, "--out", tmp_path / "net.npz")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "train-images-idx3-ubyte.gz" in done.stderr
    assert str(tmp_path) in done.stderr
    assert "Traceback" not in done.stderr
    assert names_in(tmp_path) == []


def test_too_little_data_is_said(tmp_path, capsys):
    write_data_set(tmp_path, training=5, test=5)
    assert train_here("--data", tmp_path, "--out", tmp_path / "net.npz") == 1
    assert "training needs at least 6 images, got 5" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_said_before_training(quick, tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert train_here(*quick, "--out", tmp_path / "file" / "net.npz") == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"error: {tmp_path / 'file'} cannot be used: ")
    assert "epoch" not in errors


def test_a_run_that_diverges_says_so_and_stops(digits_folder, tmp_path):
    done = run(
        "train",
        "--preset",
        "plain",
        "--data",
        digits_folder,
        "--lr",
        100,
        "--out",
        tmp_path / "net.npz",
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: the loss rose to ")
    assert "diverged; try a lower --lr" in done.stderr
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr
    assert names_in(tmp_path) == []


def test_a_loss_that_is_no_number_ends_the_run(quick, tmp_path, capsys, monkeypatch):
    original = training_run.train_epoch

    def train_epoch(network, *arguments, **options):
        for number, step in enumerate(original(network, *arguments, **options)):
            if (options["epoch"], number) == (2, 1):
                network.layers[0].weights[:] = np.nan
            yield step

    monkeypatch.setattr(training_run, "train_epoch", train_epoch)
    out = tmp_path / "net.npz"
    assert train_here(*quick, "--out", out) == 1
    assert "error: the loss rose to nan" in capsys.readouterr().err
    # The best of the epochs before is kept; going on would only diverge again.
    assert card_of(out)["epochs_run"] == 2
    assert load_model(out.read_bytes()).card["best_epoch"] <= 2
    assert not out.with_suffix(".checkpoint.npz").exists()
