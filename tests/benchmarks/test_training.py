"""The training benchmark runs with what is installed. Its figures are nobody's business here."""

import re
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).with_name("training.py")


def test_it_prints_images_per_second_or_says_who_is_missing():
    done = subprocess.run(
        [sys.executable, BENCHMARK, "--images", "200", "--rounds", "1", "--batch", "32", "100"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for batch in (32, 100):
        assert re.search(rf"^ours +{batch} +[\d,]+ *$", done.stdout, re.MULTILINE)
    for peer in ("PyTorch", "scikit-learn"):
        present = re.search(rf"^{peer} +32 +[\d,]+ +[\d.]+ ×$", done.stdout, re.MULTILINE)
        assert present or f"{peer} is left out: No module named" in done.stdout
