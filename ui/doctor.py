"""A look at everything that citewire stands on, with what to do about whatever is wrong."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rag.models.memory import available_memory, total_memory
from ui import plain
from ui.checks import Check
from ui.doctor_index import index_checks
from ui.doctor_models import better_model
from ui.settings import Settings

LIBRARIES = (
    "torch",
    "transformers",
    "sentence-transformers",
    "faiss-cpu",
    "tantivy",
    "datasketch",
    "gradio",
    "openvino",
)
# The default models take 0.6 GB, their converted forms 1.1 GB, and fetching them as much again for a while.
ROOM = 3_000_000_000


def doctor(args: Namespace, settings: Settings) -> int:
    """Print every check as it is made; 1 when something is broken."""
    checks = []
    for check in examine(settings):
        checks.append(check)
        if not args.json:
            print(check.render(), flush=True)
    well = all(check.ok for check in checks)
    if args.json:
        plain.emit({"ok": well, "checks": [{**asdict(check), "ok": check.ok} for check in checks]})
    return 0 if well else 1


def examine(settings: Settings, cache: Path | None = None) -> Iterator[Check]:
    """All checks; `cache` is the root of the cache, the user's own by default."""
    from index.fetch import cache_root

    cache = cache or cache_root()
    yield Check("citewire", installed("citewire") or "runs from a checkout")
    yield Check("python", platform.python_version())
    yield from map(library_check, LIBRARIES)
    yield sqlite_check()
    yield Check("processor", f"{os.cpu_count()} cores, {'with' if has_bf16() else 'without'} bf16")
    yield Check("memory", memory())
    yield disk_check(cache)
    yield from model_checks(cache)
    yield better_model(available_memory(), os.cpu_count() or 1, has_bf16())
    yield engine_check(settings.embedder, cache)
    yield from index_checks(settings)


def installed(distribution: str) -> str | None:
    """The version of an installed distribution, without importing it."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def library_check(distribution: str) -> Check:
    found = installed(distribution)
    advice = None if found else f"install it with `pip install {distribution}`"
    return Check(distribution, found or "not installed", advice)


def sqlite_check() -> Check:
    """SQLite, and whether it reads JSON, as an index asks it to."""
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute("SELECT value FROM json_each('[1]')")
        except sqlite3.OperationalError:
            return Check("sqlite", sqlite3.sqlite_version, "it lacks JSON functions; use a Python with a newer SQLite")
    return Check("sqlite", sqlite3.sqlite_version)


def has_bf16() -> bool:
    """Whether the processor calculates in bfloat16, which halves the time that models take."""
    try:
        import torch
    except (ImportError, OSError):
        return False
    # Not in every version of torch that is allowed.
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def memory() -> str:
    """The machine's memory, where the system tells."""
    total = total_memory()
    return "unknown" if total is None else f"{total / 1e9:.1f} GB"


def disk_check(cache: Path) -> Check:
    """The cache folder, whether it can be written, and the room on its disk."""
    from index.artifacts import MINILM, QWEN
    from index.fetch import cached

    there = next(folder for folder in (cache, *cache.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    value = f"{cache}, {free / 1e9:.1f} GB free"
    if not (there.is_dir() and os.access(there, os.W_OK)):
        return Check("cache", value, f"{there} cannot be written; change its permissions")
    if free < ROOM and not (cached(MINILM, cache) and cached(QWEN, cache)):
        return Check("cache", value, f"free {ROOM / 1e9:.0f} GB for the models that are still to be fetched")
    return Check("cache", value)


def model_checks(cache: Path) -> Iterator[Check]:
    """Each known model: not fetched yet, which is no fault, or there with every byte as pinned."""
    from index.artifacts import KNOWN
    from index.fetch import model_folder, verify

    for artifact in KNOWN.values():
        name = f"model {artifact.name}"
        if not model_folder(artifact, cache).exists():
            yield Check(name, f"not fetched; it will be when it is needed ({artifact.size / 1e6:.0f} MB)")
        elif damaged := verify(artifact, cache):
            yield Check(name, f"damaged: {', '.join(damaged)}", f"run `citewire models fetch {artifact.name}`")
        else:
            yield Check(name, f"cached and verified in {model_folder(artifact, cache)}")


def engine_check(embedder: str, cache: Path) -> Check:
    """Which engine runs the embedder, and the speeds that it was chosen by."""
    from index.artifacts import MINILM
    from index.engine import recorded
    from index.fetch import model_folder

    if embedder != MINILM.name:
        return Check("engine", f"torch, as sentence-transformers runs it; others are measured for {MINILM.name} only")
    choice = recorded(model_folder(MINILM, cache))
    if choice is None:
        return Check("engine", "not measured on this machine yet; it will be when the embedder is first needed")
    return Check("engine", f"{choice.engine}, the fastest here: {choice.reason()}")
