"""The reader at work: its weights and card, spans, and what it reads out of a news passage."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from index.errors import ModelError
from rag.reader.batches import padded, row
from rag.reader.reader import NAME, Reader, load_reader
from rag.reader.spans import best_span
from rag.reader.weights import CARD, WEIGHTS, load_verified, quantise, restore, stated_hash
from rag.reranking import Reading

FERRY = (
    "The ferry Lady Ann sank off Harbor Point on Tuesday morning, killing three people. Mayor John Ellis said the "
    "council would pay for the search. Divers recovered the bodies on Wednesday."
)
BANK = "The central bank kept its rate at 4 percent. Analysts had expected a cut after inflation slowed in May."
HEAD = "Ferry sinks | Harbor Ledger | March 4, 2026"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def test_the_card_states_the_hash_and_the_file_is_small() -> None:
    assert stated_hash(CARD.read_text(encoding="utf-8")) == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()
    assert WEIGHTS.stat().st_size <= 25 * 1024 * 1024


def test_weights_that_are_not_those_of_the_card_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "weights.safetensors"
    save_file({"span.bias": torch.zeros(2)}, other)
    with pytest.raises(ModelError, match="not those of its card"):
        load_verified(other)
    with pytest.raises(ModelError, match="cannot be read"):
        load_verified(tmp_path / "missing.safetensors")


def test_damaged_weights_are_refused_even_if_the_card_agrees(tmp_path: Path) -> None:
    broken, card = tmp_path / "weights.safetensors", tmp_path / "card.md"
    broken.write_bytes(b"no weights")
    card.write_text(f"sha256: `{hashlib.sha256(b'no weights').hexdigest()}`", encoding="utf-8")
    with pytest.raises(ModelError, match="are damaged"):
        load_verified(broken, card)


def test_eight_bits_keep_each_row_within_half_a_step() -> None:
    torch.manual_seed(0)
    state = {
        "w": torch.randn(7, 50) * torch.logspace(-3, 3, 7).unsqueeze(1),
        "b": torch.randn(5),
        "z": torch.zeros(2, 3),
    }
    restored = restore(quantise(state))
    steps = state["w"].abs().amax(1, keepdim=True) / 127
    assert ((restored["w"] - state["w"]).abs() <= 0.501 * steps).all()
    assert torch.equal(restored["b"], state["b"])
    assert torch.equal(restored["z"], state["z"])


def test_the_best_span_is_the_best_of_all_that_are_short_enough() -> None:
    chance = np.random.default_rng(0)
    for longest in (1, 3, 30):
        starts, ends = chance.normal(size=(2, 25)).astype(np.float32)
        first, last, score = best_span(starts, ends, longest)
        wanted = max(float(starts[i] + ends[j]) for i in range(25) for j in range(i, min(25, i + longest)))
        assert score == pytest.approx(wanted)
        assert float(starts[first] + ends[last]) == pytest.approx(wanted)
        assert 0 <= last - first < longest


def test_only_the_passage_and_the_first_place_may_hold_a_span() -> None:
    long = row([7, 8], [9], [10, 11], [(0, 1), (2, 3)])
    short = row([7], [], [10], [(0, 1)])
    arrays = padded([long, short])
    assert arrays.passage.tolist() == [
        [True, False, False, False, False, False, True, True, False],
        [True, False, False, True, False, False, False, False, False],
    ]
    assert arrays.mask.sum(axis=1).tolist() == [9, 5]
    assert arrays.types[0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 1]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who is the mayor?", "John Ellis"),
        ("When did the ferry sink?", "Tuesday morning"),
        ("How many people died?", "three"),
        ("What was the ferry called?", "Lady Ann"),
    ],
)
@pytest.mark.parametrize("head", ["", HEAD])
def test_plain_questions_get_the_right_words_and_the_right_passage(
    reader: Reader, question: str, answer: str, head: str
) -> None:
    ferry, bank = reader.read(question, [head, ""], [FERRY, BANK])
    assert answer in FERRY[ferry.start : ferry.end]
    assert ferry.end - ferry.start < 40
    assert ferry.relevance > bank.relevance
    assert ferry.answered > 3 * bank.answered
    assert bank.answered < 0.1


@pytest.mark.integration
def test_a_passage_reads_the_same_alone_and_among_others(reader: Reader) -> None:
    texts = [FERRY, BANK, FERRY * 3, "Short.", BANK * 9, *[BANK] * 12]
    together = reader.read("Who is the mayor?", [""] * len(texts), texts)
    for text, among in zip(texts, together, strict=True):
        (alone,) = reader.read("Who is the mayor?", [""], [text])
        assert (alone.start, alone.end) == (among.start, among.end)
        assert alone.answered == pytest.approx(among.answered, abs=0.05)


@pytest.mark.integration
def test_nothing_to_read_is_no_answer(reader: Reader) -> None:
    assert reader.read("Who?", [], []) == []
    empty, spaces = reader.read("Who?", [HEAD, ""], ["", "  "])
    assert empty.start == empty.end == spaces.start == spaces.end == 0
    assert empty.answered < 0.2


@pytest.mark.integration
def test_odd_input_is_read_within_bounds(reader: Reader) -> None:
    texts = ["word " * 3000, "\u0130\u0307 \U0001f600 漢字", "[SEP] [CLS] " * 40, FERRY]
    for question in ("", "word " * 500, "Who is the mayor?"):
        for text, found in zip(texts, reader.read(question, ["head " * 200] * 4, texts), strict=True):
            assert isinstance(found, Reading)
            assert 0 <= found.start <= found.end <= len(text)
            assert 0 <= found.answered <= 1
    with pytest.raises(ValueError, match="head for each"):
        reader.read("Who?", [], [FERRY])


@pytest.mark.integration
def test_the_reader_is_loaded_again_under_its_name(reader: Reader) -> None:
    assert reader.name == NAME == "citewire-reader"
    again = load_reader()
    assert again.read("Who is the mayor?", [""], [FERRY]) == reader.read("Who is the mayor?", [""], [FERRY])
