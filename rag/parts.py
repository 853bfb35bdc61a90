"""How far each sentence of the evidence bears out each part of a question: the common ground of verdicts and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import Embedder
from index.slots import Slot
from index.words import content_words
from rag.evidence import Evidence, stem, stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.embedder import Vectors


@dataclass(frozen=True)
class Parts:
    """The parts of a question beside the sentences found for it.

    ``support[part, sentence]`` is the nearness in meaning, -1 to 1, and the share of the part's words that stand in the
    sentence or its title, 0 to 1: about 2 where the sentence says the part word for word. `own` tells whether the
    sentence is of an outlet or by an author that the part names, `vectors` are the sentences'.
    """

    slots: tuple[Slot, ...]
    evidence: tuple[Evidence, ...]
    support: NDArray[np.float32]
    own: NDArray[np.bool_]
    vectors: Vectors

    @property
    def named(self) -> bool:
        """Whether any part says where it stands."""
        return any(slot.prefer.outlets or slot.prefer.authors for slot in self.slots)


def weigh(question: str, slots: Sequence[Slot], evidence: Sequence[Evidence], embedder: Embedder) -> Parts:
    """Every part of the question, or the question itself where it has none, beside every sentence."""
    import numpy as np

    asked = tuple(slots) or (Slot(question, tuple(content_words(question))),)
    texts = [item.text for item in evidence]
    vectors = embedder.embed_passages(texts) if texts else np.zeros((0, embedder.dimension), dtype=np.float32)
    near = embedder.embed_queries([slot.text for slot in asked]) @ vectors.T
    held = [stems(f"{item.article.title or ''} {item.text}") for item in evidence]
    wanted = [{stem(word) for word in slot.words} for slot in asked]
    shares = [[len(words & of) / max(len(words), 1) for of in held] for words in wanted]
    own = [[_is_of(item, slot) for item in evidence] for slot in asked]
    shape = len(asked), len(evidence)
    support = near + np.array(shares, dtype=np.float32).reshape(shape)
    return Parts(asked, tuple(evidence), support, np.array(own, dtype=bool).reshape(shape), vectors)


def _is_of(item: Evidence, slot: Slot) -> bool:
    article, wanted = item.article, slot.prefer
    return article.outlet in wanted.outlets or not set(wanted.authors).isdisjoint(article.authors)
