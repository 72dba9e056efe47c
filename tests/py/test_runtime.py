"""Getting the browser's Python: from the cache, the CDN, npm, pip, a folder, or not at all."""

import hashlib
import io
import re
import socket
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

import runtime
from cache import cache_dir
from runtime import NUMPY_WHEEL, PIP_FOLDER, NoRuntime, get_runtime

CORE = {name: f"the content of {name}".encode() for name in runtime.RUNTIME if name != NUMPY_WHEEL}
FILES = {**CORE, NUMPY_WHEEL: b"NumPy, compiled"}


class Clients:
    """npm and pip as far as runtime.py can tell: what each fetches, and the commands it got."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.npm: dict[str, bytes] = {}
        self.pip: dict[str, bytes] = {}
        self.asked: list[str] = []
        monkeypatch.setattr(runtime.shutil, "which", lambda name: f"/somewhere/{name}")
        monkeypatch.setattr(subprocess, "run", self.run)

    def run(self, command: list[str], *, cwd: str, **_: object) -> None:
        client = "npm" if command[1] == "pack" else "pip"
        self.asked.append(client)
        files = getattr(self, client)
        if not files:
            raise subprocess.CalledProcessError(1, command)
        if client == "npm":
            assert runtime.NPM_PACKAGE in command
            with tarfile.open(Path(cwd) / "pyodide.tgz", "w:gz") as archive:
                for name, content in files.items():
                    member = tarfile.TarInfo(f"package/{name}")
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
        else:
            assert runtime.PIP_PACKAGE in command
            with zipfile.ZipFile(Path(cwd) / "open_webui.whl", "w") as archive:
                for name, content in files.items():
                    archive.writestr(PIP_FOLDER + name, content)


@pytest.fixture(autouse=True)
def small_runtime(monkeypatch, tmp_path):
    """Files of a few bytes in the runtime's place, and an empty cache."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(runtime, "RUNTIME", hashes)
    monkeypatch.setenv("INKLING_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def clients(monkeypatch):
    return Clients(monkeypatch)


@pytest.fixture
def cdn(monkeypatch, mirror):
    """A CDN on this machine that has every file."""
    server = mirror(dict(FILES))
    monkeypatch.setattr(runtime, "CDN", server.url)
    return server


@pytest.fixture
def no_cdn(monkeypatch):
    """A CDN that refuses connections, as behind a firewall."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setattr(runtime, "CDN", f"http://127.0.0.1:{taken.getsockname()[1]}/")
        yield


def contents(paths):
    return {name: path.read_bytes() for name, path in paths.items()}


def test_the_cdn_is_asked_first_and_only_once(cdn, clients):
    assert contents(get_runtime()) == FILES
    assert {name for name, _ in cdn.asked} == set(FILES)
    cdn.asked.clear()
    assert contents(get_runtime()) == FILES
    assert cdn.asked == clients.asked == []


def test_without_the_cdn_npm_gives_the_core_and_pip_the_rest(no_cdn, clients):
    clients.npm, clients.pip = CORE, {**FILES, "numpy-other.whl": b""}
    assert contents(get_runtime()) == FILES
    assert clients.asked == ["npm", "pip"]


def test_pip_alone_is_enough(no_cdn, clients):
    clients.pip = FILES
    assert contents(get_runtime()) == FILES


def test_a_file_with_another_content_is_not_taken(cdn, clients):
    cdn.files["pyodide.mjs"] = b"something else"
    clients.npm = {**CORE, "pyodide.mjs": b"something else again"}
    clients.pip = FILES
    assert contents(get_runtime()) == FILES
    assert clients.asked == ["npm", "pip"]


def test_a_damaged_file_in_the_cache_is_fetched_again(cdn, clients):
    path = get_runtime()["python_stdlib.zip"]
    path.write_bytes(b"damaged")
    cdn.asked.clear()
    assert contents(get_runtime()) == FILES
    assert [name for name, _ in cdn.asked] == ["python_stdlib.zip"]


def test_what_some_places_gave_is_kept_when_the_rest_cannot_be_had(no_cdn, clients):
    clients.npm = CORE
    with pytest.raises(NoRuntime):
        get_runtime()
    clients.npm, clients.pip = {}, {NUMPY_WHEEL: FILES[NUMPY_WHEEL]}
    assert contents(get_runtime()) == FILES


def test_with_no_place_to_reach_the_error_says_what_to_do(no_cdn, clients):
    with pytest.raises(NoRuntime) as failed:
        get_runtime()
    message = str(failed.value)
    for line in ["the CDN: ", "npm: ", "pip", "--runtime", runtime.CDN]:
        assert line in message
    for name, sha256 in runtime.RUNTIME.items():
        assert re.search(f"{re.escape(name)}  sha256 {sha256}", message)
    assert not [path for path in cache_dir().rglob("*") if path.is_file()]


def test_missing_clients_are_named(no_cdn, clients, monkeypatch):
    monkeypatch.setattr(runtime.shutil, "which", lambda name: None)
    monkeypatch.setattr(runtime.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NoRuntime, match=r"(?s)npm is not installed.*pip is not installed"):
        get_runtime()


def test_a_given_folder_is_used_as_it_is(clients, tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    assert get_runtime(tmp_path) == {name: tmp_path / name for name in FILES}
    assert clients.asked == []


def test_a_given_folder_that_lacks_a_file_or_has_another_is_refused(clients, tmp_path):
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "pyodide.mjs").unlink()
    (tmp_path / NUMPY_WHEEL).write_bytes(b"another version")
    with pytest.raises(NoRuntime) as failed:
        get_runtime(tmp_path)
    assert "pyodide.mjs" in str(failed.value)
    assert NUMPY_WHEEL in str(failed.value)
    assert "python_stdlib.zip" not in str(failed.value)
    assert clients.asked == []
