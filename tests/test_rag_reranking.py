from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.artifacts import MINILM
from index.errors import InputError, ModelError
from index.fetch import fetch
from rag.reranking import (
    DEFAULT_RERANKER,
    READER,
    RERANK_WEIGHT,
    CrossEncoderReranker,
    Reading,
    Reranker,
    load_reranker,
    rerank,
)

QUESTION = "Who led the rescue?"
HEADS = ["ferry sinks", "", "budget"]
TEXTS = ["the captain led the rescue.", "who?", "the council passed the budget. " * 30]
WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] who led the rescue ferry sinks budget captain council passed . ? ##s".split()


def save_cross_encoder(folder: Path, labels: int = 1, seed: int = 3) -> Path:
    """A BERT of random weights, two layers of 16 dimensions that read 48 tokens, as its library lays it down."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=48,
        initializer_range=0.8,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    BertTokenizer(vocab=vocabulary).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Reranker:
    reranker = load_reranker(str(folder))
    assert isinstance(reranker, CrossEncoderReranker)
    return reranker


def relevances(readings: Sequence[Reading]) -> list[float]:
    return [one.relevance for one in readings]


def refusal(spec: str) -> str:
    with pytest.raises(ModelError) as caught:
        load_reranker(spec)
    message = str(caught.value)
    assert "\n" not in message and ". " not in message
    assert message.endswith("with --reranker, or leave it out.")
    return message


def order(fused: list[float], read: list[float], weight: float = RERANK_WEIGHT) -> list[int]:
    """The places of the candidates, best first."""
    scores = rerank(fused, read, weight)
    return sorted(range(len(fused)), key=lambda place: -scores[place])


def test_a_weight_of_nothing_leaves_the_order_and_a_great_one_is_the_rerankers() -> None:
    fused, read = [9.0, 5.0, 4.0, 1.0], [0.1, 0.4, 0.2, 0.3]
    assert rerank(fused, read, weight=0) == fused
    assert order(fused, read, weight=100) == [1, 3, 2, 0]


def test_both_voices_count() -> None:
    # 0 and 1 are nearly as near, so the reranker decides; 2 is read best, and too far behind.
    assert order([1.0, 0.9, 0.0], [0.0, 2.0, 2.1]) == [1, 0, 2]


def test_the_scales_of_the_scores_do_not_matter() -> None:
    fused, read = [2.0, 1.7, 0.4, 0.1], [-3.0, 1.0, 4.0, -1.0]
    scaled = order([score * 1000 + 7 for score in fused], [score / 50 - 100 for score in read])
    assert scaled == order(fused, read) != [0, 1, 2, 3]


def test_what_was_not_read_stays_behind_as_it_was() -> None:
    assert order([5.0, 4.0, 3.0, 2.0, 1.0], [0.0, 9.0], weight=9) == [1, 0, 2, 3, 4]
    assert rerank([5.0, 4.0, 3.0], []) == [5.0, 4.0, 3.0]
    scores = rerank([5.0, 4.0, 3.9, 3.0], [9.0, 0.0], weight=9)
    assert scores[1] == scores[2] > scores[3] == pytest.approx(scores[2] - 0.9)
    # Nor do their scores weigh: they would spread the others together.
    assert order([5.0, 4.0, -900.0], [0.0, 0.1], weight=0.4) == [0, 1, 2]


def test_equals_keep_their_order() -> None:
    assert order([1.0, 1.0, 1.0], [0.5, 0.5, 0.5]) == [0, 1, 2]
    assert order([1.0, 1.0, 1.0], [0.5, 0.7, 0.5]) == [1, 0, 2]
    assert order([3.0, 2.0, 1.0], [0.1, 0.1, 0.1], weight=9) == [0, 1, 2]


def test_nothing_to_order_is_nothing_and_one_is_one() -> None:
    assert rerank([], []) == []
    assert rerank([0.3], [-8.0]) == [0.3]


def test_more_scores_than_candidates_are_refused() -> None:
    with pytest.raises(ValueError, match="no more scores"):
        rerank([1.0], [1.0, 2.0])


def test_none_is_no_reranker_and_the_reader_is_the_default() -> None:
    assert load_reranker("none") is None
    assert DEFAULT_RERANKER == READER


@pytest.mark.parametrize("spec", ["", "  "])
def test_an_empty_name_is_refused(spec: str) -> None:
    with pytest.raises(InputError, match="No reranker is named"):
        load_reranker(spec)


@pytest.mark.integration
@pytest.mark.parametrize("spec", ["nobody/no-such-model", "no such model", "no/such/folder", "~nobody-here/model"])
def test_an_unknown_name_is_refused_in_a_sentence_and_offline_asks_nobody(
    spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    def refuse(*args: Any) -> None:
        raise SystemExit(f"a socket was opened: {args}")

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert refusal(spec).startswith(f"The reranker {spec} cannot be loaded (")


@pytest.mark.integration
def test_a_hub_name_is_told_and_a_folder_is_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    said: list[str] = []
    with pytest.raises(ModelError):
        load_reranker("nobody/no-such-model", said.append)
    load_reranker(str(folder), said.append)
    assert len(said) == 1
    assert said[0].startswith("Loading the reranker nobody/no-such-model;")


@pytest.mark.integration
def test_scores_are_the_networks_logits_of_question_head_and_text(tiny: Reranker, folder: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    network: Any = AutoModelForSequenceClassification.from_pretrained(folder)
    expected = []
    for passage in ("ferry sinks\nthe captain led the rescue.", "who?", "budget\n" + TEXTS[2]):
        pair = tokenizer(QUESTION, passage, truncation=True, max_length=48, return_tensors="pt")
        with torch.inference_mode():
            expected.append(network.eval()(**pair).logits.item())
    scores = relevances(tiny.read(QUESTION, HEADS, TEXTS))
    assert scores == pytest.approx(expected, abs=1e-4)
    assert [type(score) for score in scores] == [float] * 3
    assert max(scores) - min(scores) > 0.1
    assert not all(0 <= score <= 1 for score in scores)


@pytest.mark.integration
def test_the_company_a_passage_keeps_does_not_matter(tiny: Reranker) -> None:
    together = relevances(tiny.read(QUESTION, HEADS * 12, TEXTS * 12))
    alone = [tiny.read(QUESTION, [head], [text])[0].relevance for head, text in zip(HEADS, TEXTS, strict=True)]
    assert together == pytest.approx(alone * 12, abs=1e-4)


@pytest.mark.integration
def test_a_head_is_read(tiny: Reranker) -> None:
    with_head, without = relevances(tiny.read(QUESTION, ["ferry sinks", ""], [TEXTS[0]] * 2))
    assert abs(with_head - without) > 0.01


@pytest.mark.integration
def test_no_texts_have_no_scores_and_every_text_needs_a_head(tiny: Reranker) -> None:
    assert tiny.read(QUESTION, [], []) == []
    with pytest.raises(ValueError):
        tiny.read(QUESTION, [""], TEXTS)


@pytest.mark.integration
def test_a_folder_is_named_by_its_full_path(tiny: Reranker, folder: Path) -> None:
    assert tiny.name == str(folder.resolve())


@pytest.mark.integration
def test_a_model_without_a_trained_head_is_refused() -> None:
    """The library would make up a head of random weights and rank by it."""
    assert "has no trained head" in refusal(str(fetch(MINILM)))


@pytest.mark.integration
def test_a_model_that_sorts_into_kinds_is_refused(tmp_path: Path) -> None:
    assert "3 kinds of texts" in refusal(str(save_cross_encoder(tmp_path, labels=3)))


@pytest.mark.integration
@pytest.mark.parametrize("damage", ["no files", "weights cut off", "no sizes"])
def test_a_folder_without_a_whole_model_is_refused_in_a_sentence(tmp_path: Path, damage: str) -> None:
    if damage != "no files":
        save_cross_encoder(tmp_path)
    if damage == "weights cut off":
        weights = tmp_path / "model.safetensors"
        weights.write_bytes(weights.read_bytes()[:500])
    if damage == "no sizes":
        config = json.loads((tmp_path / "config.json").read_text())
        (tmp_path / "config.json").write_text(json.dumps(config | {"hidden_size": "many"}))
    assert "cannot be loaded (" in refusal(str(tmp_path))


@pytest.mark.integration
def test_the_embedded_reader_is_one_by_name() -> None:
    reader = load_reranker("citewire-reader")
    assert reader is not None
    assert reader.name == "citewire-reader"
    budget, ferry = reader.read(
        "Who led the rescue of the ferry?",
        ["Budget passes | Harbor Ledger | March 5, 2026", "Ferry sinks | Harbor Ledger | March 4, 2026"],
        ["The council passed the budget by five votes to two.", "Captain Ada Oyelaran led the rescue of the ferry."],
    )
    assert ferry.relevance > budget.relevance
    assert ferry.answered > 0.5 > budget.answered
