"""Answers that are lists: reports that differ, side by side, and events in order, each in the words of its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.article import spoken_date
from rag.answer import Answer, Sentence
from rag.asking.days import Days
from rag.asking.question import Question, read_question
from rag.citing import cite, marked, strip_marks
from rag.evidence import Evidence
from rag.reports.accounts import Difference, asks_agreement, find_difference
from rag.reports.dateline import past_dateline
from rag.reports.deciding import asks_yes_no
from rag.reports.timeline import Event, asks_timeline, find_events, topic
from rag.retriever import Retrieval
from rag.speech.questions import asks_what_said, asks_who_said

# What stands above the accounts, and before one that is not the first.
INTROS = {
    "contradiction": "The reports differ.",
    "change": "The reports change over time; the latest stands last.",
    "correction": "A later report corrects an earlier one.",
}
LATER = {"contradiction": "", "change": "Later report, ", "correction": "Correction, "}
UNDATED = "No day is known for what stands last."


def searched(question: Question) -> str:
    """What is searched for: for a question whether reports agree, what they report; for another one, itself."""
    agreement = asks_agreement(question.text)
    return agreement[0] if agreement else question.text


def as_topic(question: Question) -> Question:
    """A question over time as its topic, one whether reports agree as what they report; another one stays as it is.

    What was asked is then kept as it stands by itself.
    """
    timeline = asks_timeline(question.text)
    about = topic(question.text) if timeline else searched(question)
    if about == question.text:
        return question
    read = read_question(about)
    return replace(read, asked=question.text, kind=None if timeline else read.kind)


def listed(answer: Answer, question: Question, evidence: Sequence[Evidence], found: Retrieval) -> Answer | None:
    """The answer as a list, where the question asks for one or the articles differ on what it asks; else None.

    `question` is what `as_topic` makes of one, `evidence` are the sentences of the articles found, best first;
    `answer` is what is known of the answer so far.
    """
    if order := asks_timeline(question.asked):
        events = find_events(evidence, question.words, order)
        events = [event for event in events if all(_is_within(event, asked) for asked in found.reading.days)]
        return timeline_answer(answer, events) if events else None
    if asks_yes_no(question.text) or asks_who_said(question.text) or asks_what_said(question.text):
        return None
    difference = find_difference(question, evidence, found.readings, found.reading.days)
    if difference is None:
        return None
    agreement = asks_agreement(question.asked)
    return accounts_answer(answer, difference, ("No: " if agreement[1] else "Yes: ") if agreement else "")


def accounts_answer(answer: Answer, difference: Difference, verdict: str = "") -> Answer:
    """The answer with each account in its own words, with outlet and date; it keeps all else that is known of it.

    `verdict` is what stands before the first sentence.
    """
    items = [past_dateline(item) for item in difference.accounts]
    said = INTROS[difference.kind]
    said = f"{verdict}{said[0].lower()}{said[1:]}" if verdict else said
    intro = Sentence(said, "supported", tuple(range(1, len(items) + 1)))
    told = [
        Sentence(
            in_quotes(item.text),
            "supported",
            (number,),
            label=(LATER[difference.kind] if number > 1 else "") + place(item),
            day=item.article.published and item.article.published[:10],
        )
        for number, item in enumerate(items, start=1)
    ]
    return _listed(replace(answer, form="accounts"), [intro, *told], items)


def timeline_answer(answer: Answer, events: Sequence[Event]) -> Answer:
    """The answer with each event in the words of its source, behind its day, and where that stands."""
    told = [
        Sentence(in_quotes(event.evidence.text), "supported", (number,), label=_when(event), day=event.day)
        for number, event in enumerate(events, start=1)
    ]
    if any(event.day is None for event in events) and any(event.day for event in events):
        told.append(Sentence(UNDATED, "supported", told[-1].citations))
    return _listed(replace(answer, form="timeline"), told, [event.evidence for event in events])


def _when(event: Event) -> str:
    outlet = event.evidence.article.outlet
    return strip_marks(f"{event.label} ({outlet})") if outlet else event.label


def place(item: Evidence) -> str:
    """Outlet and date of a sentence, as far as they are known."""
    known = (item.article.outlet or item.article.title, spoken_date(item.article.published))
    return strip_marks(", ".join(part for part in known if part)) or "A report without a date"


def in_quotes(text: str) -> str:
    """Words in quotation marks, without marks like [1]; those that they quote themselves get single ones.

    >>> in_quotes('"We  won [2]," she said.')
    "“'We won,' she said.”"
    """
    inner = " ".join(strip_marks(text).split()).replace("“", "‘").replace("”", "’").replace('"', "'")
    return f"“{inner}”"


def _listed(answer: Answer, sentences: Sequence[Sentence], items: Sequence[Evidence]) -> Answer:
    citations = tuple(cite(number, item) for number, item in enumerate(items, start=1))
    text = " ".join(map(marked, sentences))
    return replace(answer, text=text, answered=True, citations=citations, sentences=tuple(sentences), done=True)


def _is_within(event: Event, asked: Days) -> bool:
    """Whether an event is of the days that are asked for; one of which no year is known may be."""
    day = event.day
    if day is None or day.startswith("--"):
        return True
    return (asked.since or "") <= day <= (asked.until or "9999")
