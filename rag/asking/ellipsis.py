"""Questions that leave out what the one before has said: "And in April?", "What about the Post?", "Why not?"."""

from __future__ import annotations

import re

from index.article import MONTHS
from rag.asking.clauses import Clause, parse
from rag.asking.grammar import AUXILIARIES, DETERMINERS, PREPOSITIONS
from rag.asking.phrases import Phrase, phrases
from rag.asking.verbs import is_past, is_third
from rag.speech.titles import BODIES

LEAD = re.compile(r"^(?:(?:and|so|but|then|or|ok|okay|well)\b(?:,?\s+|\W*$))+", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about\s+", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:(?:for|since|until|by|from|with|to|in|at|on) )?(?:who|whom|whose|what|which|when|where|why|how)"
    r"(?: (?:not|long|many|much|often|old|far|else|ones?|day|year|time|price|part|exactly|so|come))*$",
    re.IGNORECASE,
)
_ADJUNCT = re.compile(r"^(?:(?:for|since|until|in|at|on) )?(?:when|where|why|how(?: long| often)?)$", re.IGNORECASE)
_WH = re.compile(r"^(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_MEASURE = re.compile(r"\b(?:over|under|above|below|aged|older than|younger than|more than|less than) [\d,.]*\d", re.I)
_DATE = re.compile(
    rf"\b(?:{'|'.join(MONTHS)})(?: \d{{1,2}})?(?:,? \d{{4}})?\b|\b(?:19|20)\d\d\b|"
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|"
    r"\b(?:last|this|next) (?:year|month|week|spring|summer|autumn|winter)\b"
)
_COUNTED = re.compile(r"\b(?:many|which|what|whose) $", re.IGNORECASE)
_LONGEST = 7  # words of a fragment


def bare(question: str) -> str:
    """A question without what leads to it and without its mark.

    >>> bare("And in April?")
    'in April'
    """
    return LEAD.sub("", question.strip()).rstrip("?!. ")


def joined(last: str, question: str) -> str:
    """Two questions as one.

    >>> joined("Who won the cup?", "And when?")
    'Who won the cup, and when?'
    """
    second = bare(question)
    # A name keeps its capital.
    lower = _WH.match(second) or second.split()[0].lower() in AUXILIARIES | DETERMINERS
    return f"{last.rstrip('?!. ')}, and {second[:1].lower() + second[1:] if lower else second}?"


def filled(question: str, last: str) -> str | None:
    """An elliptic question with what it leaves out, taken from the `last` one; None for a question that is whole.

    >>> filled("And in April?", "How full was the lake in February?")
    'How full was the lake in April?'
    >>> filled("Why not?", "Did the company appeal?")
    'Why did the company not appeal?'
    >>> filled("Who won the cup?", "How full was the lake?") is None
    True
    """
    text = bare(question)
    if not text:
        return None
    if _ASKS.match(text):
        return _asked_anew(text, last)
    fragment = _ABOUT.sub("", text)
    if fragment == text and not _is_fragment(text):
        return None
    if len(fragment.split()) > _LONGEST:
        return joined(last, question)
    # The capital is the question's, not the word's.
    if fragment.split()[0].lower() in DETERMINERS | PREPOSITIONS:
        fragment = fragment[0].lower() + fragment[1:]
    plain = re.sub(r"^(?:those|the ones|people) (?=over|under|above|below|aged)", "", fragment)
    return _put_in(plain, last) or joined(last, f"what about {fragment}")


def _is_fragment(text: str) -> bool:
    words = text.split()
    if len(words) > _LONGEST or _WH.match(text):
        return False
    finite = any(word.islower() and (is_past(word) or is_third(word)) for word in words)
    whole = _COMMAND.match(text) or _OVERVIEW.match(text)
    return not finite and not any(word.lower() in AUXILIARIES for word in words) and not whole


_COMMAND = re.compile(
    r"(?:tell|give|list|name|show|explain|describe|summari[sz]e|compare|go|more|thanks?|ok|yes|no)\b", re.I
)
# A heading that asks: "Timeline of the strike", "The latest on the talks".
_OVERVIEW = re.compile(
    r"(?:(?:a|an|the|short|brief|full|complete) )*"
    r"(?:timeline|chronology|overview|summary|sequence of events|order of events|"
    r"(?:latest|newest|most recent)(?: (?:news|developments?|updates?))?|news) (?:of|on|about|in|from|regarding)\b",
    re.IGNORECASE,
)


def _asked_anew(asking: str, last: str) -> str:
    """The last question with another word that asks, where what it asked for can give way."""
    clause = parse(last)
    negative = asking.lower().endswith(" not")
    if clause and clause.subject and (not clause.asking or _ADJUNCT.match(clause.asking)):
        word = asking[: -len(" not")] if negative else asking
        return _question(clause, word, clause.negative or negative)
    return joined(last, asking)


def _question(clause: Clause, asking: str, negative: bool) -> str:
    parts = (asking[:1].upper() + asking[1:], clause.auxiliary, clause.subject, "not" if negative else "", clause.rest)
    return f"{' '.join(filter(None, parts))}?"


def _put_in(fragment: str, last: str) -> str | None:
    """The last question with a fragment in the place of what is like it; behind it, where that is a time or a place."""
    lead = _led(fragment)
    new = fragment[len(lead) :].lstrip()
    fragment = f"{lead.lower()} {new}".lstrip()
    for pattern in (_MEASURE, _DATE):
        if (found := pattern.search(fragment)) and (old := pattern.search(last)):
            return _replaced(last, old.span(), found.group())
    if found := _DATE.search(fragment):
        stands = lead or found.group().split()[0].lower() in ("last", "this", "next")
        led = "" if stands else "on " if found.group().endswith("day") else "in "
        return f"{last.rstrip('?!. ')} {led}{fragment}?"
    put = next(iter(phrases(f"x {new}")), None)
    if put is None or put.kind == "thing" and not lead:
        return None
    old_phrase = _like(put, lead.lower(), last)
    if old_phrase:
        return _replaced(last, (old_phrase.start, old_phrase.end), new)
    return f"{last.rstrip('?!. ')} {fragment}?" if lead else None


def _like(new: Phrase, lead: str, last: str) -> Phrase | None:
    """What of the last question a phrase can take the place of: a name of its sort, behind the same word if any led."""
    named = [phrase for phrase in phrases(last) if new.kind != "thing" and phrase.kind != "thing"]
    # "How many Russians": who is counted stays.
    named = [phrase for phrase in named if not _COUNTED.search(last[: phrase.start])]
    if lead:
        # A place is in many things, but what one is for or by is one.
        every = phrases(last) if lead not in ("in", "at", "on") else named
        named = [phrase for phrase in every if last[: phrase.start].lower().split()[-1:] == [lead]]
    alike = [phrase for phrase in named if _sort(phrase) == _sort(new)] or (named if lead or len(named) == 1 else [])
    return alike[0] if alike else None


def _led(fragment: str) -> str:
    first = fragment.split()[0]
    return first if first.lower() in PREPOSITIONS else ""


def _sort(phrase: Phrase) -> str:
    """Whether a name is a body's or may be a person's."""
    return "body" if phrase.text.split()[-1].lower() in BODIES or phrase.text.lower().startswith("the ") else "person"


def _replaced(text: str, span: tuple[int, int], new: str) -> str:
    return f"{text[: span[0]]}{new}{text[span[1] :]}"
