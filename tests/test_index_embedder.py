from __future__ import annotations

import subprocess
import sys
import textwrap
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from index import Embedder, load_embedder
from index.artifacts import MINILM
from index.embedder import SentenceTransformerEmbedder
from index.errors import ModelError
from index.fetch import fetch
from index.openvino_embedder import open_openvino

pytestmark = pytest.mark.integration

TEXTS = [
    "The ferry Lady Ann sank on Tuesday; all 41 people aboard were saved.",
    "Ferry sinks | Harbor Ledger | March 4, 2026\nCaptain Oyelaran led the rescue.",
    "",
    " ",
    "?",
    "a",
    "x" * 5_000,
    "The council passed the budget. " * 500,
    "Émile Zaïd naïvely re-elected — “façade” … ½ ﬁ",
    unicodedata.normalize("NFD", "Émile Zaïd"),
    "Посол едет в Россию",
    "大使前往俄罗斯。渡轮沉没了。",
    "هل غرقت العبارة؟",
    "🚢🚢 sank 😢 👩‍👩‍👧",
    "line\nbreak\ttab\r\nend",
    "[CLS] [SEP] [MASK] [UNK]",
    "3,500 $1.2bn 50% U.S.A. CAATSA's",
]


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="module")
def reference() -> Embedder:
    """The same pinned weights in torch, fp32."""
    return load_embedder(str(fetch(MINILM)))


def test_it_is_the_pinned_model_with_its_real_shape(minilm: Embedder) -> None:
    assert (minilm.name, minilm.dimension, minilm.max_tokens) == (MINILM.name, 384, 256)


def test_passages_point_where_the_reference_points(minilm: Embedder, reference: Embedder) -> None:
    vectors, expected = minilm.embed_passages(TEXTS), reference.embed_passages(TEXTS)
    assert vectors.shape == expected.shape == (len(TEXTS), 384)
    assert vectors.dtype == expected.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=0.005)
    assert np.sum(vectors * expected, axis=1).min() >= 0.999


def test_queries_point_where_the_reference_points(minilm: Embedder, reference: Embedder) -> None:
    questions = ["Who led the rescue?", "When did Huntsman head to Russia?", "?"]
    cosines = np.sum(minilm.embed_queries(questions) * reference.embed_queries(questions), axis=1)
    assert cosines.min() >= 0.999


def test_a_question_is_nearest_to_its_answer(minilm: Embedder) -> None:
    passages = ["The captain led the rescue.", "The council passed the budget.", "A quokka was born at the zoo."]
    cosines = minilm.embed_passages(passages) @ minilm.embed_queries(["Which animal had a baby?"])[0]
    assert int(np.argmax(cosines)) == 2


def test_the_company_a_text_keeps_in_a_batch_does_not_matter(minilm: Embedder) -> None:
    together = minilm.embed_passages(TEXTS)
    reversed_ = minilm.embed_passages(TEXTS[::-1])[::-1]
    alone = np.concatenate([minilm.embed_passages([text]) for text in TEXTS])
    assert np.sum(together * reversed_, axis=1).min() >= 0.999
    assert np.sum(together * alone, axis=1).min() >= 0.999


def test_tokens_are_counted_as_the_reference_counts_them_and_without_limit(
    minilm: Embedder, reference: Embedder
) -> None:
    counts = minilm.count_tokens(TEXTS)
    assert counts == reference.count_tokens(TEXTS)
    assert counts[2:6] == [0, 0, 1, 1]
    assert max(counts) == 3000


def test_no_texts_give_no_vectors(minilm: Embedder, reference: Embedder) -> None:
    for embedder in (minilm, reference):
        assert embedder.count_tokens([]) == []
        assert embedder.embed_passages([]).shape == (0, 384)
        assert embedder.embed_queries([]).shape == (0, 384)


def test_a_folder_is_named_by_its_full_path(reference: Embedder) -> None:
    assert isinstance(reference, SentenceTransformerEmbedder)
    assert reference.name == str(fetch(MINILM).resolve())


def test_a_folder_without_a_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot be loaded \(.*\); give a folder") as refusal:
        load_embedder(str(tmp_path))
    assert "\n" not in str(refusal.value)


def test_a_damaged_conversion_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((fetch(MINILM) / "tokenizer.json").read_bytes())
    (tmp_path / "converted").mkdir()
    (tmp_path / "converted" / "openvino.xml").write_text("<net")
    with pytest.raises(ModelError, match="delete that folder"):
        open_openvino("damaged", tmp_path, "f32")


def test_a_program_that_embeds_opens_no_socket_loads_no_usage_reports_and_ends_well() -> None:
    fetch(MINILM)
    script = """
        import socket, sys

        def refuse(*args):
            raise SystemExit(f"a socket was opened: {args}")

        socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
        from index import load_embedder
        for _ in range(3):  # freed at once, and by the end of Python: neither may hang or abort
            embedder = load_embedder()
            assert embedder.embed_passages(["a ferry"] * 50).shape == (50, 384)
        assert sys.modules.get("openvino_telemetry") is None
        print("torch" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[1],
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"
