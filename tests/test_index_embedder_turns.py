"""One embedder in several threads: an update counts tokens and embeds at once, and somebody asks."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, cast

import numpy as np
import pytest
from conftest import FakeEmbedder

from index.embedder import SentenceTransformerEmbedder

LIMIT = 4
LONG = "one two three four five six seven"


class Tokenizer:
    """Cuts as it was set last, like those of transformers; while it works another thread may set it anew."""

    def __init__(self) -> None:
        self.limit: int | None = LIMIT

    def __deepcopy__(self, _: object) -> Tokenizer:
        return Tokenizer()

    def __call__(self, texts: Sequence[str], limit: int | None = None, **_: object) -> dict[str, list[list[str]]]:
        self.limit = limit
        time.sleep(0.05)
        return {"input_ids": [text.split()[: self.limit] for text in texts]}


class Model:
    """As much of a SentenceTransformer as the embedder asks for."""

    def __init__(self) -> None:
        self.tokenizer = Tokenizer()

    def get_embedding_dimension(self) -> int:
        return 32

    def get_max_seq_length(self) -> int:
        return LIMIT

    def encode_document(self, texts: list[str], **_: object) -> Any:
        lengths = [len(ids) for ids in self.tokenizer(texts, LIMIT)["input_ids"]]
        if max(lengths) > LIMIT:
            raise ValueError("a text was not cut")
        return FakeEmbedder().embed_passages(texts)

    encode_query = encode_document


def embedder(model: Model) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder("fake", cast("Any", model))


def test_tokens_are_counted_rightly_while_others_embed() -> None:
    shared, together = embedder(Model()), Barrier(3)

    def work(do: Any, texts: list[str]) -> list[Any]:
        together.wait()
        return [do(texts) for _ in range(4)]

    with ThreadPoolExecutor(3) as pool:
        counting = pool.submit(work, shared.count_tokens, [LONG, "one"])
        embedding = [pool.submit(work, do, [LONG]) for do in (shared.embed_passages, shared.embed_queries)]
        assert counting.result() == [[7, 1]] * 4
        for vectors in (vectors for done in embedding for vectors in done.result()):
            assert np.array_equal(vectors, FakeEmbedder().embed_queries([LONG]))


def test_tokens_are_counted_while_others_embed_without_waiting_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    model, both = Model(), Barrier(2, timeout=1)
    shared = embedder(model)
    assert shared.count_tokens(["one"]) == [1]
    monkeypatch.setattr(model, "encode_document", lambda texts, **_: (both.wait(), both.wait()))
    with ThreadPoolExecutor(1) as pool:
        embedding = pool.submit(shared.embed_passages, ["ferry"])
        both.wait()
        assert shared.count_tokens([LONG]) == [7]
        both.wait()
        embedding.result()
