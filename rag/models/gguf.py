"""A GGUF made into a folder that loads fast: unpacked once to bfloat16 safetensors, with its tokenizer.

Reading a GGUF takes the loader many seconds of unpacking at every start; the folder made here takes about one.
A fetched model's folder lies beside its GGUF, in <cache>/models/<name>/converted; that of a GGUF elsewhere on the
machine in <cache>/converted/<file name>-<hash of its path>. The folder is moved into place whole, so it is either
complete or not there, and its marker tells which GGUF it was made of.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

from filelock import FileLock

from index.errors import ModelError
from index.fetch import MANIFEST, cache_root
from rag.models.memory import refuse_unless_unpackable

MARKER = "converted-from.json"

# Raise when what is written changes, so that folders of the old kind are made anew.
RECIPE = 1

_log = logging.getLogger(__name__)


def converted_folder(gguf: Path, cache: Path | None = None) -> Path:
    """Where the converted form of a GGUF belongs; `cache` is the root of the cache.

    >>> converted_folder(Path("/models/tiny.gguf"), Path("cache")).name.startswith("tiny-")
    True
    """
    if (gguf.parent / MANIFEST).is_file():
        return gguf.parent / "converted"
    key = hashlib.sha256(gguf.resolve().as_posix().encode()).hexdigest()[:8]
    return (cache or cache_root()) / "converted" / f"{gguf.stem}-{key}"


def is_converted(gguf: Path, target: Path) -> bool:
    """Whether `target` was made of this very GGUF; hashes it only when its time of change differs."""
    try:
        marker = json.loads((target / MARKER).read_bytes())
    except (OSError, ValueError):
        return False
    stat = gguf.stat()
    if (marker.get("recipe"), marker.get("size")) != (RECIPE, stat.st_size):
        return False
    return bool(marker.get("mtime_ns") == stat.st_mtime_ns or marker.get("sha256") == _sha256(gguf))


def convert(gguf: Path, target: Path, say: Callable[[str], None] = _log.info) -> Path:
    """The folder `target`, holding the GGUF's model as bfloat16 safetensors with tokenizer and generation config.

    Made when it is missing or was made of another GGUF, else returned as it is. `say` gets a sentence when the work
    starts. Needs about four times the GGUF's size in memory and on disk for 4-bit weights.
    Raises ModelError when the file is no GGUF of a language model, the folder cannot be written, or memory is short.
    """
    try:
        with gguf.open("rb") as file:
            if file.read(4) != b"GGUF":
                raise ModelError(f"{gguf} is not a GGUF file; give a GGUF or a safetensors folder.")
        if is_converted(gguf, target):
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f"{target.name}.lock")):
            if not is_converted(gguf, target):
                refuse_unless_unpackable(gguf)
                say(f"Unpacking {gguf.name}, this once; it takes about a minute.")
                _convert(gguf, target)
    except OSError as error:
        raise ModelError(
            f"{gguf} could not be unpacked to {target} ({error.strerror or error}); mend the file or free the disk."
        ) from error
    return target


def _convert(gguf: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.partial")
    _remove(partial)
    partial.mkdir()
    stat = gguf.stat()
    marker = {"recipe": RECIPE, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": _sha256(gguf)}
    try:
        with _quiet():
            _write_model(gguf, partial)
        (partial / MARKER).write_text(json.dumps(marker, indent=1))
        _remove(target)
        os.replace(partial, target)
    except (ValueError, KeyError, IndexError, RuntimeError, ImportError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ModelError(
            f"{gguf} cannot be read as a language model ({reason}); give another GGUF or a safetensors folder."
        ) from error
    finally:
        _remove(partial)


def _write_model(gguf: Path, folder: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name, local_files_only=True)
    # Left to itself the library may keep the weights packed, and a packed model cannot be saved.
    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent,
        gguf_file=gguf.name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
        local_files_only=True,
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's progress bars and advice off the terminal."""
    library = logging.getLogger("transformers")
    level = library.level
    library.setLevel(logging.ERROR)
    try:
        # The bars are written straight to stderr, and not all of them can be switched off.
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        library.setLevel(level)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
