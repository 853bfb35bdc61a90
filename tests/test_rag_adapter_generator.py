"""The default model with its adapter: it points at the words that answer, and writes as if there were none."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ModelError
from rag.adapter import generator as adapted
from rag.adapter.generator import AdaptedGenerator
from rag.adapter.task import MOST_PIECES, Piece
from rag.finding import Finder
from rag.generator import load_generator

pytestmark = pytest.mark.integration

PIECES = (
    Piece("Ferry hits wall (Ledger, March 4, 2026)", "The ferry had left Tern Island at six with 171 people aboard."),
    Piece("Ferry hits wall (Ledger, March 4, 2026)", "The operator named the dead deckhand as Tomas Reyl."),
    Piece("Council votes (Post, May 2, 2026)", "Ann Lee was elected mayor of Dunmarrow on Sunday."),
)


@pytest.fixture(scope="module")
def model() -> AdaptedGenerator:
    loaded = load_generator()
    assert isinstance(loaded, AdaptedGenerator)
    return loaded


@pytest.mark.parametrize(
    ("question", "place", "words"),
    [
        ("What is the name of the deckhand who died?", 1, "Tomas Reyl"),
        ("How many people were aboard the ferry?", 0, "171"),
        ("Who was elected mayor of Dunmarrow?", 2, "Ann Lee"),
    ],
)
def test_it_points_at_the_words_that_answer(model: AdaptedGenerator, question: str, place: int, words: str) -> None:
    assert isinstance(model, Finder)
    found = model.find(question, PIECES)
    assert found.answers[0].place == place
    assert words in found.answers[0].words
    assert found.none < 0.5
    assert len(found.answers) == len(PIECES)


def test_what_no_piece_says_is_not_there(model: AdaptedGenerator) -> None:
    assert model.find("How much does a new steering pump cost?", PIECES).none > 0.5


def test_finding_leaves_no_trace_in_what_is_written(model: AdaptedGenerator) -> None:
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    before = "".join(model.stream(asked, 16))
    model.find("Who died?", PIECES)
    assert "".join(model.stream(asked, 16)) == before
    assert "Paris" in before


def test_too_many_pieces_are_refused(model: AdaptedGenerator) -> None:
    with pytest.raises(ValueError, match="1 to 9 pieces"):
        model.find("Who?", PIECES * MOST_PIECES)
    with pytest.raises(ValueError, match="1 to 9 pieces"):
        model.find("Who?", ())


def test_weights_that_are_not_those_of_the_card_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spoilt = tmp_path / "weights.safetensors"
    spoilt.write_bytes(adapted.WEIGHTS.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(adapted, "WEIGHTS", spoilt)
    with pytest.raises(ModelError, match="not those of its card"):
        AdaptedGenerator.learnt()
