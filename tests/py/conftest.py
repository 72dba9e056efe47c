"""A small data set and a network trained on it, for the tests of the command lines."""

from pathlib import Path

import pytest

from tests.made_up import write_data_set
from tests.scripts import run

# Few epochs of small batches on 500 images: a second, and nearly every digit right.
QUICK = (
    "--preset",
    "plain",
    "--epochs",
    8,
    "--batch-size",
    32,
    "--lr",
    0.05,
    "--hidden",
    32,
    "--seed",
    7,
)


@pytest.fixture(scope="session")
def digits_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `--data` wants: 600 training and 100 test images."""
    folder = tmp_path_factory.mktemp("digits")
    write_data_set(folder, training=600, test=100)
    return folder


@pytest.fixture(scope="session")
def quick(digits_folder: Path) -> tuple[object, ...]:
    """Arguments for a quick run of train.py that still learns."""
    return ("--data", digits_folder, *QUICK)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, quick: tuple[object, ...]) -> Path:
    """`net.npz` of one quick run, in a folder that holds what the run left and nothing else."""
    out = tmp_path_factory.mktemp("trained") / "net.npz"
    done = run("train", *quick, "--out", out)
    assert done.returncode == 0, done.stderr
    return out
