"""Other outlets that say what a sentence of an answer says: they are cited beside its source.

Copies of one story in two outlets are one source. What agrees has to carry the sentence by itself, with its figures,
dates and names in its own words, not in those around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index import Embedder
from index.copies import is_copy
from rag.checking import check
from rag.claims import days, figures
from rag.evidence import Evidence
from rag.polarity import roots
from rag.roles import keys, names

# What a sentence of another outlet has to have in common with the one that it is cited for: the share of the roots that
# the question does not have, the share of all of them with those around it, and their nearness in meaning.
NEW_ROOTS = 0.75
ALL_ROOTS = 0.6
NEAR = 0.5
# So many outlets beside the first show well enough that they agree.
MOST_OTHERS = 2
REACH = 2000  # characters


def find_agreeing(
    sentence: str, carriers: Sequence[Evidence], evidence: Sequence[Evidence], embedder: Embedder, question: str = ""
) -> list[Evidence]:
    """The sentences of other outlets among the evidence that say what a sentence says, one an outlet, best first.

    `carriers` carry the sentence already.
    """
    likely = [item for item in evidence if _says_the_same(sentence, item, question)]
    likely = [item for item in likely if item.article.outlet and not any(_is_one(item, known) for known in carriers)]
    if not likely:
        return []
    vectors = embedder.embed_passages([sentence, *(item.text for item in likely)])
    near = (vectors[1:] @ vectors[0]).tolist()
    agreeing: list[Evidence] = []
    for cosine, item in sorted(zip(near, likely, strict=True), key=lambda scored: -scored[0]):
        if cosine < NEAR or len(agreeing) == MOST_OTHERS or any(_is_one(item, known) for known in agreeing):
            continue
        # What the question names may have been named anywhere before; what is new stands in the sentence itself.
        told = replace(item, context=item.article.text[max(0, item.start - REACH) : item.start])
        if check(sentence, [told], [cosine], question).verdict == "supported":
            agreeing.append(item)
    return agreeing


def _says_the_same(sentence: str, item: Evidence, question: str) -> bool:
    """Whether another sentence has the figures, dates and names of one in its own words, and most of its roots."""
    told = roots(sentence)
    new = told - roots(question)
    held = roots(item.text)
    around = held | roots(f"{item.article.heading} {item.context}")
    known = keys(item.text)
    return (
        bool(new & held)
        and len(new & held) >= NEW_ROOTS * len(new)
        and len(told & around) >= ALL_ROOTS * len(told)
        and figures(sentence) <= figures(item.text) | figures(question)
        and days(sentence) <= days(item.text) | days(question)
        and all(name[-1] in known for name in names(sentence) if name[-1] not in keys(question))
    )


def _is_one(item: Evidence, other: Evidence) -> bool:
    """Whether two sentences are of one source: of one outlet, or of copies of one story."""
    one, two = item.article, other.article
    return one.id == two.id or one.outlet == two.outlet or is_copy(one.text, two.text)
