"""Runs the command lines in `py/` as a user does: in a process of their own."""

import subprocess
import sys
from pathlib import Path

PY = Path(__file__).resolve().parents[1] / "py"


def command(name: str, *arguments: object) -> list[str]:
    """The command line of `py/NAME.py`."""
    return [sys.executable, str(PY / f"{name}.py"), *map(str, arguments)]


def run(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `py/NAME.py` to its end; what it printed is in `.stdout` and `.stderr`."""
    return subprocess.run(command(name, *arguments), capture_output=True, text=True)
