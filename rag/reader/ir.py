"""The reader's network in OpenVINO's form: converted once from the shipped weights, and kept beside the encoder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.openvino_embedder import processor
from rag.reader.weights import CARD, load_verified, stated_hash

STREAMS = 2


def converted(folder: Path) -> Path:
    """The converted network of the shipped weights, made if it is not there yet; `folder` holds the encoder.

    It is named after the weights' hash, so that other weights are converted anew. Raises ModelError.
    """
    stated = stated_hash(CARD.read_text(encoding="utf-8")) if CARD.is_file() else None
    target = folder / "converted" / f"reader-{(stated or 'none')[:12]}.xml"
    if stated is None or not target.is_file() or not target.with_suffix(".bin").is_file():
        _convert(folder, target)
    return target


def _convert(folder: Path, target: Path) -> None:
    import warnings

    import torch

    from rag.reader.model import new_network

    network = new_network(folder).eval()
    network.load_state_dict(load_verified(), strict=False)
    ids = torch.ones((2, 8), dtype=torch.int64)
    example = {"ids": ids, "types": torch.zeros_like(ids), "mask": ids, "passage": ids.bool()}
    openvino = _openvino()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on shapes, which it keeps dynamic here
        model = openvino.convert_model(network, example_input=example)
    target.parent.mkdir(exist_ok=True)
    part = target.with_name(f".reader-{os.getpid()}.xml")
    openvino.save_model(model, part, compress_to_fp16=False)
    os.replace(part.with_suffix(".bin"), target.with_suffix(".bin"))
    os.replace(part, target)
    for old in target.parent.glob("reader-*"):
        if old.stem != target.stem:
            with suppress(OSError):  # another process may hold it open
                old.unlink()


def open_compiled(path: Path, precision: str | None = None) -> Any:
    """A converted network, compiled for this processor, in bf16 if it calculates in it. Raises RuntimeError."""
    core = _openvino().Core()
    chosen = precision or ("bf16" if processor().has_bf16 else "f32")
    hints = {"INFERENCE_PRECISION_HINT": chosen, "NUM_STREAMS": STREAMS}
    return core.compile_model(core.read_model(path), "CPU", hints)


def _openvino() -> Any:
    """The library; `processor` has seen to it that it sends no reports of its use."""
    processor()
    import openvino

    return openvino
