"""Whom and what "he", "she", "it", "they" and "there" mean, by what was asked and answered before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from rag.asking.clauses import Clause, parse
from rag.asking.gender import SENTENCE_END, Gender, GenderOf, gender
from rag.asking.phrases import Phrase, people, phrases

_TIME = re.compile(r"(?:time|year|month|week|day|night|hour|minute|moment|morning|evening|afternoon)$")
_PLACE = re.compile(r"\b(?:in|at|on|near|inside|outside) $")
_MANY = re.compile(r"^how many ", re.IGNORECASE)
_NOUN_ASKED = re.compile(r"^(?:how many|what|which) (?!time\b|day\b|date\b|year\b)(.+)$", re.IGNORECASE)
_PEOPLE = re.compile(r"^(?:who|whom|whose|which)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Turn:
    """A question that stands by itself, and what was answered; `base` is the question without what was joined to it."""

    question: str
    answer: str
    base: str

    @cached_property
    def clause(self) -> Clause | None:
        return parse(self.base)

    @cached_property
    def subject(self) -> list[Phrase]:
        """What the question says something of."""
        clause = self.clause
        at = self.base.find(clause.subject) if clause and clause.subject else -1
        if clause is None or at < 0:
            return []
        end = at + len(clause.subject)
        found = [phrase for phrase in phrases(self.base) if at <= phrase.start < end]
        # The verb behind a subject may look like a part of it: "the strike end".
        return [replace(one, text=one.text[: end - one.start], end=min(one.end, end)) for one in found]

    @cached_property
    def objects(self) -> list[Phrase]:
        """The other things that the question names."""
        known = {phrase.start for phrase in self.subject}
        return [phrase for phrase in phrases(self.base) if phrase.start not in known]

    @cached_property
    def told(self) -> list[Phrase]:
        """What the answer's first sentence names."""
        return phrases(SENTENCE_END.split(self.answer)[0]) if self.answer else []

    @property
    def topic(self) -> str | None:
        """What the question is about, as it names it."""
        return next((phrase.text for phrase in (*self.subject, *self.objects)), None)

    @property
    def asks_whom(self) -> bool:
        """Whether the answer is a person or a body."""
        return bool(_PEOPLE.match(self.clause.asking if self.clause else self.base))


def person(pronoun: Gender, turns: Sequence[Turn], gender_of: GenderOf) -> str | None:
    """The person whom "he" or "she" means, by the longest name that was given; `turns` are oldest first.

    >>> turn = Turn("Who leads the union?", "Bastian Orre leads it.", "Who leads the union?")
    >>> person("he", [turn], lambda name: None)
    'Bastian Orre'
    """
    everything = " ".join(f"{turn.question} {turn.answer}" for turn in turns)
    # What is made like a person's name and ends in an s may be a body's: it is meant only where nobody else can be.
    for doubtful in (False, True):
        for turn in reversed(turns):
            asked, told = people(turn.base), people(turn.answer)
            named = [*told, *asked] if turn.asks_whom else [*asked, *told]
            known = {name: gender(name, [everything]) or gender_of(name) for name in named}
            unknown = [name for name in named if known[name] is None and (doubtful or not name.endswith("s"))]
            fitting = [name for name in named if known[name] == pronoun] or unknown
            # A surname alone, where nobody is named in full.
            bare = [phrase.text for phrase in (*turn.subject, *turn.objects) if _is_surname(phrase)]
            if fitting or not named and bare:
                return fitting[0] if fitting else _full(bare[0], everything)
    return None


def _is_surname(phrase: Phrase) -> bool:
    return phrase.kind == "name" and " " not in phrase.text


def _full(name: str, text: str) -> str:
    return next((known for known in people(text) if known.split()[-1] == name), name)


def thing(pronoun: str, turns: Sequence[Turn], gender_of: GenderOf) -> Phrase | None:
    """The thing or body that "it", "this", "that" or "they" means.

    >>> turn = Turn("When was the Grey Heron built?", "In 2004.", "When was the Grey Heron built?")
    >>> found = thing("it", [turn], lambda name: None)
    >>> found.text if found else None
    'the Grey Heron'
    """
    for turn in reversed(turns):
        candidates = _several(turn) if pronoun == "they" else _single(pronoun, turn)
        for phrase in candidates:
            alone = phrase.kind == "person" or _is_surname(phrase)
            human = alone and gender_of(phrase.text) is not None
            if not human and not _TIME.search(phrase.head):
                return _made_definite(phrase)
    return None


def _single(pronoun: str, turn: Turn) -> Iterator[Phrase]:
    clause = turn.clause
    if asked := _asked(turn):
        yield asked
    things = [phrase for phrase in turn.subject + turn.objects if phrase.kind != "person" or _is_many(phrase)]
    # "What did the Assembly decide? - ... for an emergency pipeline. - How much does that cost?"
    if (
        pronoun in ("this", "that")
        and clause
        and clause.asking.lower() == "what"
        and clause.auxiliary in ("did", "does")
    ):
        yield from (phrase for phrase in turn.told if not phrase.definite)
        return
    if clause and re.match(r"which\b", clause.asking, re.IGNORECASE) and not turn.objects:
        yield from turn.told
    yield from (phrase for phrase in things if not _PLACE.search(turn.base[: phrase.start]))
    yield from turn.told
    yield from things


def _is_many(phrase: Phrase) -> bool:
    """Whether a name made like a person's is rather a body's: "Lorrimer Motors", "Skellin Rovers"."""
    return phrase.text.endswith("s")


def _asked(turn: Turn) -> Phrase | None:
    """What was asked for, once it is known: "the law that Congress passed" of "What law did Congress pass?"."""
    clause = turn.clause
    asked = _NOUN_ASKED.match(clause.asking) if clause else None
    if clause is None or asked is None or not clause.subject and not _MANY.match(clause.asking):
        return None
    what = clause.told.removeprefix(clause.asking[:1].lower() + clause.asking[1:])
    text = f"the {asked[1]} that{what}"
    return Phrase(text, 0, len(text), "thing")


def _several(turn: Turn) -> Iterator[Phrase]:
    if counted := _asked(turn):
        yield counted
    bodies = [phrase for phrase in turn.told if phrase.kind != "thing" or phrase.plural]
    if turn.asks_whom:
        yield from bodies
    asked = [phrase for phrase in turn.subject + turn.objects if phrase.kind != "thing" or phrase.plural]
    yield from sorted(asked, key=lambda phrase: phrase.kind == "person")
    if len(two := people(turn.answer)) == 2:
        text = " and ".join(two)
        yield Phrase(text, 0, len(text), "thing")
    yield from bodies


def _made_definite(phrase: Phrase) -> Phrase:
    """What was spoken of once is known: "a boathouse" is "the boathouse" then."""
    text = re.sub(r"^(?:an?|the) ", "the ", phrase.text, flags=re.IGNORECASE)
    return replace(phrase, text=text)


def place(turns: Sequence[Turn]) -> str | None:
    """The place that "there" means, None where none was named.

    >>> place([Turn("Where was it found?", "It was found on Sunday in a boathouse.", "Where was it found?")])
    'the boathouse'
    """
    for turn in reversed(turns):
        asked, told = _places(turn.base), _places(turn.answer)
        both = chain(told, asked) if re.match(r"\W*(?:and )?where\b", turn.base, re.IGNORECASE) else chain(asked, told)
        if (found := next(both, None)) is not None:
            return _made_definite(found).text
    return None


def _places(text: str) -> Iterator[Phrase]:
    for phrase in phrases(text):
        if _PLACE.search(text[: phrase.start]) and not _TIME.search(phrase.head):
            behind = re.match(r" on (?:the )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*", text[phrase.end :])
            tail = behind.group() if behind and phrase.kind == "thing" and "day" not in behind.group() else ""
            yield replace(phrase, text=phrase.text + tail, end=phrase.end + len(tail))
