"""A conversation as a document with footnotes: what stands where, before any of it is Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag import Answer, Citation
from ui.conversations.record import Conversation
from ui.plain import doubt
from ui.within import asked_within

MARK = re.compile(r"\s*\[(\d{1,4})\]")
NOT_HELD = "Not in these articles"
DO_HOLD = "What the articles do hold:"
CLOSING = tuple(".,;:!?)")
BROKEN_OFF = "Stopped before the answer was complete."


@dataclass(frozen=True)
class Said:
    """Words with the numbers of their footnotes; `remark` is what keeps them from being supported."""

    text: str
    notes: tuple[int, ...] = ()
    remark: str = ""
    label: str = ""


@dataclass(frozen=True)
class Exchange:
    """A question with the paragraphs of its answer; those of a list have one item each, with a label or a quote.

    `within` has a line for what it was asked within, and one for what of that was loosened.
    """

    question: str
    understood: str | None
    paragraphs: tuple[tuple[Said, ...], ...]
    items_from: str = ""
    items: tuple[Said, ...] = ()
    after: tuple[tuple[Said, ...], ...] = ()
    refused: bool = False
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A conversation ready to be written down. Footnote n is ``notes[n - 1]``."""

    title: str
    day: str
    exchanges: tuple[Exchange, ...]
    notes: tuple[Citation, ...]


@dataclass
class _Notes:
    """Gives each quoted place one number in the whole document, by its first use."""

    citations: list[Citation] = field(default_factory=list)
    numbers: dict[tuple[str, int, int, str], int] = field(default_factory=dict)

    def number(self, citation: Citation) -> int:
        key = (citation.article_id, citation.start, citation.end, citation.quote)
        if key not in self.numbers:
            self.citations.append(citation)
            self.numbers[key] = len(self.citations)
        return self.numbers[key]

    def of(self, answer: Answer, marks: Sequence[int]) -> tuple[int, ...]:
        """The footnotes for marks of an answer, in order, each once."""
        found = [self.number(cited) for mark in marks for cited in answer.citations if cited.number == mark]
        return tuple(dict.fromkeys(found))


def document(conversation: Conversation) -> Document:
    """The document of a conversation.

    >>> cited = Citation(1, "a", "Ferry sinks", "Ledger", "2026-03-04", None, 0, 8, "It sank.")
    >>> answer = Answer("What sank?", "It sank. [1]", answered=True, citations=(cited,))
    >>> written = document(Conversation((answer, answer)))
    >>> written.exchanges[1].paragraphs, len(written.notes)
    (((Said(text='It sank.', notes=(1,), remark='', label=''),),), 1)
    """
    notes = _Notes()
    exchanges = tuple(_exchange(answer, notes) for answer in conversation.answers)
    return Document(conversation.title, conversation.day, exchanges, tuple(notes.citations))


def joined(said: Sequence[Said], write: Callable[[Said], str]) -> str:
    """A paragraph: its parts with a space between them, but before a part that only goes on with a full stop.

    >>> joined([Said("It sank", (1,)), Said(", they say."), Said("All swam.")], lambda said: said.text)
    'It sank, they say. All swam.'
    """
    pieces = [("" if one.text[:1] in CLOSING else " ") + write(one) for one in said]
    return "".join(pieces).strip()


def _exchange(answer: Answer, notes: _Notes) -> Exchange:
    within = tuple(f"{name}: {words}" for name, words in asked_within(answer).items())
    if answer.done and not answer.answered:
        reason = ((Said(answer.reason or answer.text),),)
        nearest = tuple(Said(f"“{near.quote}”", (notes.number(near),)) for near in answer.nearest)
        hold = DO_HOLD if nearest else ""
        return Exchange(answer.question, answer.standalone, reason, hold, nearest, refused=True, within=within)
    if answer.sentences:
        before, items, after = _parts(_sentences(answer, notes))
    else:
        before, items, after = _paragraphs(answer, notes), (), ()
    if not answer.done:
        after = (*after, (Said(BROKEN_OFF),))
    return Exchange(answer.question, answer.standalone, before, items=items, after=after, within=within)


def _sentences(answer: Answer, notes: _Notes) -> list[Said]:
    return [
        Said(
            sentence.text,
            notes.of(answer, sentence.citations),
            doubt(sentence) if sentence.support == "partly" else "",
            sentence.label,
        )
        for sentence in answer.sentences
    ]


_Paragraphs = tuple[tuple[Said, ...], ...]


def _parts(said: Sequence[Said]) -> tuple[_Paragraphs, tuple[Said, ...], _Paragraphs]:
    """What stands before the labelled ones, from the first to the last of these, and behind them."""
    labelled = [place for place, one in enumerate(said) if one.label]
    first, last = (labelled[0], labelled[-1] + 1) if labelled else (len(said), len(said))
    before, after = tuple(said[:first]), tuple(said[last:])
    return (before,) if before else (), tuple(said[first:last]), (after,) if after else ()


def _paragraphs(answer: Answer, notes: _Notes) -> _Paragraphs:
    """An answer that is text alone: what stands before each run of marks, with the footnotes of these."""
    parts = (part.strip() for part in re.split(r"\n{2,}", answer.text))
    return tuple(_said(part, answer, notes) for part in parts if part)


def _said(text: str, answer: Answer, notes: _Notes) -> tuple[Said, ...]:
    known = {citation.number for citation in answer.citations}
    marks = [match for match in MARK.finditer(text) if int(match[1]) in known]
    # Marks that follow each other directly belong to the same words.
    runs: list[list[re.Match[str]]] = []
    for match in marks:
        if runs and runs[-1][-1].end() == match.start():
            runs[-1].append(match)
        else:
            runs.append([match])
    said, at = [], 0
    for run in runs:
        said.append(Said(text[at : run[0].start()].strip(), notes.of(answer, [int(match[1]) for match in run])))
        at = run[-1].end()
    rest = text[at:].strip()
    return (*said, Said(rest)) if rest else tuple(said)
