"""Whether the archive holds the reports that a question names: outlets that it lacks, or that do not speak of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.words import words
from rag.asking.grammar import CALENDAR
from rag.asking.outlets import Known
from rag.evidence import Evidence, plain
from rag.reports.parts import Parts

# So many of the best sentences are looked at for what they tell of an outlet that has no article of its own here.
SECOND_HAND = 6
# How far the outlets that a question names bear out its parts (see `Parts.support`), in the mean of the parts. Below
# this, they report something else: on one half of MultiHop-RAG's development questions, of those with an answer
# 1 of 100 is below, of those without 9 of 10.
LEAST_HELD = 0.6
# A part of fewer words than this asks for no one matter: "what is the latest from the Ledger".
LEAST_TOLD = 4

_REPORT = (
    r"(?:articles?|reports?|stor(?:y|ies)|pieces?|reviews?|columns?|coverage|interviews?|editorials?|"
    r"analys[ie]s)"
)
_NAME_WORD = r"[^\W\d_]*[A-ZÀ-ÖØ-Þ][\w&]*"
_NAME = rf"(?:the )?[\"'“‘«]?(?P<name>(?:The )?{_NAME_WORD}(?: (?:of the |of |and |& )?{_NAME_WORD})*)"
_TOLD = "(?:reported|covered|published|featured|mentioned|described|discussed|highlighted|presented|outlined)"
# Where an outlet stands in a question: "an article in the Ledger and another from the Post", "a Ledger report",
# "as reported by the Ledger". An article "on" or "of" something is about it.
_SOURCES = (
    re.compile(rf"\b(?:{_REPORT}|another|one) (?:published |printed )?(?:from|by|in) {_NAME}"),
    re.compile(rf"\b(?:{_REPORT}|another|one) on {_NAME}[\"'”’»]? about\b"),
    re.compile(rf"\b(?:an?|[Tt]he|another) {_NAME}[\"'”’»]?(?:['’]s)? {_REPORT}\b"),
    re.compile(rf"\b{_TOLD} (?:both )?by (?:both )?{_NAME}"),
)
_TIMES = CALENDAR | frozenset("spring summer autumn fall winter".split())


def read_unheld(question: str, spans: Iterable[tuple[int, int]], known: Known) -> list[str]:
    """The outlets and authors that a question says something stands in or is by, and that the archive does not know.

    `spans` are the places of those that it does know, `known` the outlets by what they are called. A name that is the
    beginning of an outlet's is known too.

    >>> read_unheld("What do a Ledger report and a piece in the Evening Post say?", [(10, 16)], {"ledger": ("Ledger",)})
    ['Evening Post']
    """
    taken = list(spans)
    found: dict[int, str] = {}
    for source in _SOURCES:
        for match in source.finditer(question):
            start, end = match.span("name")
            free = not any(first < end and start < last for first, last in taken)
            if free and not _TIMES & set(words(match["name"])) and not _begins(match["name"], known):
                found.setdefault(start, match["name"])
    return list(dict.fromkeys(found[start] for start in sorted(found)))


def why_unheld(unheld: Sequence[str], evidence: Sequence[Evidence]) -> str | None:
    """Why a question for the reports of outlets that the archive lacks is not answered, or None if it may be.

    What an outlet reported may be told by another one: it is not missed where the best of the evidence names it.

    >>> why_unheld(["Evening Post", "Morning Star"], [])
    'No article found is of or about Evening Post or Morning Star.'
    """
    told = " ".join(plain(f"{item.article.title or ''} {item.text}") for item in evidence[:SECOND_HAND])
    missed = [name for name in unheld if f" {plain(name)} " not in f" {told} "]
    return f"No article found is of or about {' or '.join(missed)}." if missed else None


def why_not_held(parts: Parts) -> str | None:
    """Why a question that names its outlets is not answered, when none of theirs speaks of what it says they report."""
    import numpy as np

    told = [(n, slot.prefer) for n, slot in enumerate(parts.slots) if len(slot.words) >= LEAST_TOLD]
    named = [n for n, wanted in told if wanted.outlets or wanted.authors]
    if not named:
        return None
    held = np.where(parts.own, parts.support, 0.0).max(axis=1, initial=0.0)[named]
    if held.mean() >= LEAST_HELD:
        return None
    silent = [parts.slots[n].prefer for n, most in zip(named, held, strict=True) if most < LEAST_HELD]
    names = dict.fromkeys((wanted.outlets or wanted.authors)[0] for wanted in silent)
    return f"No article found of {' or '.join(names)} speaks of this."


def _begins(name: str, known: Known) -> bool:
    """Whether the name is the beginning of an outlet's, "BBC" of "BBC News"."""
    own = _bare(name)
    return any(_bare(outlet)[: len(own)] == own for names in known.values() for outlet in names)


def _bare(name: str) -> Sequence[str]:
    found = words(name)
    return found[1:] if found[:1] == ["the"] else found
