"""How far each sentence of the evidence bears out each part of a question: the common ground of verdicts and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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

    Nothing is embedded before it is looked at: most questions need nothing of it.
    """

    slots: tuple[Slot, ...]
    evidence: tuple[Evidence, ...]
    embedder: Embedder

    @property
    def named(self) -> bool:
        """Whether any part says where it stands."""
        return any(slot.prefer.outlets or slot.prefer.authors for slot in self.slots)

    @cached_property
    def vectors(self) -> Vectors:
        """The sentences'."""
        import numpy as np

        texts = [item.text for item in self.evidence]
        return self.embedder.embed_passages(texts) if texts else np.zeros((0, self.embedder.dimension), np.float32)

    @cached_property
    def support(self) -> NDArray[np.float32]:
        """``support[part, sentence]``: the nearness in meaning, -1 to 1, and the share of the part's words that stand
        in the sentence or its title, 0 to 1: about 2 where the sentence says the part word for word."""
        import numpy as np

        near = self.embedder.embed_queries([slot.text for slot in self.slots]) @ self.vectors.T
        held = [stems(f"{item.article.title or ''} {item.text}") for item in self.evidence]
        wanted = [{stem(word) for word in slot.words} for slot in self.slots]
        shares = [[len(words & of) / max(len(words), 1) for of in held] for words in wanted]
        return near + np.array(shares, dtype=np.float32).reshape(near.shape)

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """``own[part, sentence]``: whether the sentence is of an outlet or by an author that the part names."""
        import numpy as np

        own = [[_is_of(item, slot) for item in self.evidence] for slot in self.slots]
        return np.array(own, dtype=bool).reshape(len(self.slots), len(self.evidence))


def weigh(question: str, slots: Sequence[Slot], evidence: Sequence[Evidence], embedder: Embedder) -> Parts:
    """Every part of the question, or the question itself where it has none, beside every sentence."""
    asked = tuple(slots) or (Slot(question, tuple(content_words(question))),)
    return Parts(asked, tuple(evidence), embedder)


def _is_of(item: Evidence, slot: Slot) -> bool:
    article, wanted = item.article, slot.prefer
    return article.outlet in wanted.outlets or not set(wanted.authors).isdisjoint(article.authors)
