"""The test command's own logic; the steps themselves run whenever these tests do."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import run
from tests.run import Failed, LeftOut, check_types, main, make_venv, run_steps


def test_failed_step_hides_none_of_the_later_ones_and_is_named_at_the_end(capfd):
    done = []

    def bad() -> None:
        raise Failed("(exit code 7)")

    code = run_steps([("first", bad), ("second", lambda: done.append("second"))])
    said = capfd.readouterr().out
    assert code == 1
    assert done == ["second"]
    assert "first: FAILED (exit code 7)" in said
    assert said.endswith("Failed: first\n")


def test_step_left_out_says_why_and_is_no_failure(capfd):
    def absent() -> None:
        raise LeftOut("since there is none")

    assert run_steps([("types", absent)]) == 0
    assert "types: left out, since there is none" in capfd.readouterr().out


def test_last_step_has_the_last_word_when_all_goes_well(capfd):
    assert run_steps([("tests", lambda: print("12 passed"))]) == 0
    assert capfd.readouterr().out.endswith("12 passed\n")


def test_types_are_left_out_without_npx_but_not_in_ci(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(LeftOut, match="npx is missing"):
        check_types()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Failed, match="npx is missing"):
        check_types()


def test_command_that_fails_or_is_not_there_fails_its_step():
    with pytest.raises(Failed, match="exit code 3"):
        run._python("-c", "raise SystemExit(3)")
    with pytest.raises(Failed, match="no-such-command"):
        run._run(["no-such-command"])


def test_old_python_is_told_which_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert main([]) == 2
    assert "Python 3.11 or newer" in capsys.readouterr().err


def test_missing_venv_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ensurepip", None)  # makes its import fail
    with pytest.raises(Failed, match="apt install python3-venv"):
        make_venv(tmp_path / "venv")
    assert not (tmp_path / "venv").exists()


def test_virtual_environment_is_made_once_and_mended_when_broken(tmp_path, capfd):
    folder = tmp_path / "venv"
    folder.mkdir()
    (folder / "half made").write_text("", encoding="utf-8")
    python = make_venv(folder)
    assert not (folder / "half made").exists()
    prefix = subprocess.run(
        [python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True
    ).stdout.strip()
    assert folder.samefile(prefix)
    capfd.readouterr()
    (folder / "kept").write_text("", encoding="utf-8")
    assert make_venv(folder) == python
    assert (folder / "kept").exists()
    assert capfd.readouterr().out == ""


def test_python_needed_is_the_one_the_checks_aim_at():
    settings = (Path(run.ROOT) / "pyproject.toml").read_text(encoding="utf-8")
    assert f'target-version = "py{run.OLDEST[0]}{run.OLDEST[1]}"' in settings
