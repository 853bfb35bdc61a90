"""A fake for the model that points at the words that answer."""

from __future__ import annotations

from collections.abc import Sequence

from conftest import FakeGenerator

from rag.adapter.task import Finding, Found, Piece


class Pointing(FakeGenerator):
    """Points at the words given for a question, wherever they stand; for any other question at nothing."""

    def __init__(self, words: dict[str, str], *pieces: str, none: float = 0.1) -> None:
        super().__init__(*pieces)
        self.words, self.none = words, none
        self.asked: list[str] = []

    def find(self, question: str, pieces: Sequence[Piece]) -> Finding:
        self.asked.append(question)
        words = self.words.get(question, "")
        place = next((at for at, piece in enumerate(pieces) if words and words in piece.text), 0)
        return Finding(self.none if words else 0.9, (Found(place, words),), (0.5,))
