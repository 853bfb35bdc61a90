"""Questions over time, answered with a list of dated events: which they are, and what happened when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from index.article import Article, spoken_date
from index.copies import is_copy
from rag.asking.days import read_days
from rag.evidence import Evidence, stem, stems
from rag.reports.dateline import past_dateline
from rag.reports.event_days import event_day, in_year, only_year, whole_day

Order = Literal["oldest", "newest"]

# An event stands in few articles of a long story, and each of them may be one of its days.
PASSAGES = 24
# What the first sentence of an article is worth more, for it says what the news is, and one that names its day.
LEAD_WEIGHT = 0.4
LEAD_CHARACTERS = 100
LEAD_WORDS = 8
DAY_WEIGHT = 0.2
# How far behind the best article's an article's best sentence may be before the article is about something else; the
# second number is for one that holds this part of the topic's words. Set on questions about three of the stories.
BEHIND = 1.0
FAR_BEHIND = 1.45
WORDS_HELD = 0.6
# How far behind its best sentence an article's others may be, to be told for the earlier day that they name.
REMINDERS_BEHIND = 0.8
# From which part of the fewer words on two sentences of one day tell of one event.
SAME_EVENT = 0.4
MOST_EVENTS = 12
_A_DAY = timedelta(days=1)
_ANY_DAY = date(2100, 1, 1)  # where days stand does not hang on what they are counted from

_ABOUT = r"(?:on|about|of|in|with|from|regarding|concerning)\b"
_PLEASE = (
    r"^\W*(?:please )?(?:(?:can|could|would) you )?(?:give|show|tell|make|write|list|draw|outline|trace|provide|"
    r"what(?:['’]s| is| was| are| were))?(?: (?:me|us|out|up))*(?: ?(?:a|an|any|the|brief|short|full|complete)\b)* ?"
)
_OLDEST = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_PLEASE}(?:timeline|chronology|sequence of events|order of events)(?: {_ABOUT})(?P<topic>.*)$",
        rf"\bwhat happened,? (?:and )?when\b,?(?: {_ABOUT})?(?P<topic>.*)$",
        r"^\W*what (?:has|have|had|all has) happened (?P<topic>(?:since|so far|until now|with|in)\b.*)$",
        r"^\W*what happened (?P<topic>since\b.*)$",
        r"^\W*how (?:did|has|have|had) (?P<topic>.+?) (?:develop|evolve|unfold|progress|play out)(?:ed|d)?"
        r"(?: (?:over time|so far|since|after|between|from|until)\b.*)?\W*$",
    )
]
_NEWEST = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_PLEASE}(?:latest|newest|most recent)(?: (?:news|developments?|updates?))?"
        r" (?:on|about|in|with|regarding|concerning)\b(?P<topic>.*)$",
        rf"{_PLEASE}(?:latest|newest|most recent) (?:news|developments?|updates?) (?:of|from)\b(?P<topic>.*)$",
    )
]
_LEADS = re.compile(r"^(?:since|so far|until now|with|in|the)\b\s*", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:over time|so far|until now|step by step|day by day)?\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """A sentence of an article with its day: ISO, ``--03-04`` where no year is known, None where there is no day.

    `own` tells that the sentence names the day itself; else it is the one on which the article was published.
    """

    evidence: Evidence
    day: str | None
    own: bool

    @property
    def label(self) -> str:
        """The day as it is shown, and how it is known."""
        if self.day is None:
            return "No date printed"
        spoken = spoken_date(self.day) or self.day
        return spoken if self.own else f"Reported {spoken}"


def asks_timeline(question: str) -> Order | None:
    """Whether a question asks for what happened when, and in which order that is told; None for another question.

    >>> asks_timeline("Give me a timeline of the strike."), asks_timeline("What's the latest on the strike?")
    ('oldest', 'newest')
    >>> asks_timeline("When did the strike end?"), asks_timeline("What was the latest offer?")
    (None, None)
    """
    found = _match(question)
    return found[0] if found else None


def topic(question: str) -> str:
    """What a question over time is about, without the days that it names; another question as it is.

    >>> topic("What happened when in the museum theft?"), topic("How did the talks develop over time?")
    ('museum theft', 'talks')
    """
    found = _match(question)
    if found is None:
        return question
    about = found[1]
    for named in reversed(read_days(about, _ANY_DAY)):
        about = f"{about[: named.start]} {about[named.end :]}"
    about = _ENDS.sub("", " ".join(about.split())).strip(" ,:")
    while (bare := _LEADS.sub("", about)) != about:
        about = bare
    return about or question


def _match(question: str) -> tuple[Order, str] | None:
    asked = " ".join(question.split())
    orders: Sequence[tuple[Order, Sequence[re.Pattern[str]]]] = (("oldest", _OLDEST), ("newest", _NEWEST))
    for order, patterns in orders:
        for pattern in patterns:
            if match := pattern.search(asked):
                return order, match["topic"]
    return None


def find_events(evidence: Sequence[Evidence], words: Sequence[str], order: Order = "oldest") -> list[Event]:
    """The events that sentences tell of, each once; those without a day come last.

    `evidence` are the sentences of the articles found, `words` the content words of the topic. Each article that is
    about it has its best sentence, where its first one counts more, and those that name an earlier day. Days without a
    year stand where they would in the year of all the others.
    """
    year = only_year(item.article.published for item in evidence)
    chosen: list[Event] = []
    for event in _told(evidence, words, year):
        if len(chosen) < MOST_EVENTS and not any(_is_same(event, known, year) for known in chosen):
            chosen.append(event)
    year = only_year(event.evidence.article.published for event in chosen)  # other stories may be of other years
    placed = [event for event in chosen if _place(event, year)]
    placed.sort(key=lambda event: _place(event, year), reverse=order == "newest")
    return placed + [event for event in chosen if not _place(event, year)]


def _told(evidence: Sequence[Evidence], words: Sequence[str], year: int | None) -> list[Event]:
    """What is told, best first: what each article reports, then what it reminds of."""
    articles: dict[str, list[tuple[float, Event]]] = {}
    for item in evidence:
        event = _event(item, year)
        leads = item.start < LEAD_CHARACTERS and len(item.text.split()) >= LEAD_WORDS
        score = item.score + LEAD_WEIGHT * leads + DAY_WEIGHT * event.own
        articles.setdefault(item.article.id, []).append((score, event))
    for told in articles.values():
        told.sort(key=lambda scored: -scored[0])
    ranked = sorted(articles.values(), key=lambda told: -told[0][0])
    about = [told for told in ranked if _is_about(told[0][1].evidence.article, ranked[0][0][0] - told[0][0], words)]
    reminders = [
        event
        for (best, _), *others in about
        for score, event in others
        if score >= best - REMINDERS_BEHIND
        and event.own
        and event.day != in_year(event.evidence.article.published, year)
    ]
    return [told[0][1] for told in about] + reminders


def _is_about(article: Article, behind: float, words: Sequence[str]) -> bool:
    """Whether an article whose best sentence is that far behind the best one of all is about the topic."""
    wanted = {stem(word) for word in words}
    held = len(wanted & stems(f"{article.title or ''} {article.text}")) / max(len(wanted), 1)
    return behind <= BEHIND and held > 0 or behind <= FAR_BEHIND and held >= WORDS_HELD


def _event(item: Evidence, year: int | None) -> Event:
    item = past_dateline(item)
    printed = item.article.published
    day = event_day(item.text, in_year(printed, year))
    if day is None:
        return Event(item, printed and printed[:10], own=False)
    # The year that an article does not print is good for sorting alone.
    guessed = printed is not None and printed.startswith("--") and day[:4] not in item.text
    return Event(item, f"-{day[4:]}" if guessed else day, own=True)


def _place(event: Event, year: int | None) -> str:
    """What an event is sorted by; nothing for one that has no place among the others."""
    if event.day and event.day.startswith("--"):
        return f"{year}{event.day[1:]}" if year else ""
    return event.day or ""


def _is_same(one: Event, other: Event, year: int | None) -> bool:
    """Whether two sentences tell of one event.

    Those of one article do when their days are a day apart at most, those of two in copies of one story, or when they
    tell of one day in much the same words.
    """
    mine, its = _place(one, year), _place(other, year)
    article, known = one.evidence.article, other.evidence.article
    if article.id == known.id:
        days = whole_day(mine), whole_day(its)
        return days[0] is not None and days[1] is not None and abs(days[0] - days[1]) <= _A_DAY
    same_words = mine == its and _likeness(one.evidence.text, other.evidence.text) >= SAME_EVENT
    return same_words or is_copy(article.text, known.text)


def _likeness(one: str, other: str) -> float:
    mine, its = stems(one), stems(other)
    return len(mine & its) / max(min(len(mine), len(its)), 1)
