"""A follow-up question as one that stands by itself: what it points at is put in, what it leaves out is filled in.

By rules alone: what "he" means is somebody who was named, and nothing is put in that was not said before. A question
that needs nothing of what was said before is left as it is, so that a change of the topic brings nothing along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from index.archive import MAX_QUESTION
from index.words import content_words
from rag.asking.ellipsis import LEAD, bare, filled, joined
from rag.asking.gender import GenderOf
from rag.asking.grammar import ADVERBIAL, AUXILIARIES, DETERMINERS, PREPOSITIONS
from rag.asking.phrases import Phrase, phrases
from rag.asking.referents import Turn, person, place, thing
from rag.asking.verbs import BASES, NOUN_TOO, is_past
from rag.citing import strip_marks
from rag.models.generator import Message
from rag.speech.people import role_words
from rag.speech.titles import TITLES

# How many earlier turns a question can point back to.
TURNS = 4
# How much of a turn, in characters, is enough to see what a later question points at.
ENOUGH = 2000

_HE, _SHE = ("he", "him", "his"), ("she", "her", "hers")
_IT, _THEY = ("it", "its"), ("they", "them", "their", "theirs")
_POINTING = re.compile(
    r"\b(?:he|him|his|she|her|hers|it|its|they|them|their|theirs|this|that|these|those|there)\b", re.IGNORECASE
)
# "Is it true that", "how long does it take", "are there": these point at nothing.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|will|would|does|did|can|could|has|have) it (?:be |been )?(?:true|possible|likely|clear|known|legal|"
    r"safe|necessary|important|right|correct|common|expected|rain|snow|take|mean|matter|that|to|too|late|a|the)\b|"
    r"\bit (?:is|was|rains|takes|took|seems|turns out|will rain)\b.*\b(?:that|to)\b",
    re.IGNORECASE,
)
_EMPTY_THERE = re.compile(
    rf"\b(?:{'|'.join(AUXILIARIES)}) there\b|\bthere (?:{'|'.join(AUXILIARIES)})\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"\b(?:that|when|while|before|after|because|if|whether|since|until|who|which|and|but|as|what|where|why|how|say|said|"
    r"says|think|thinks|claim|to)\b|,",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"\b(?:lead|led|go|went|gone|come|came|get|travel|brought|bring|take|took|taken|send|sent|move|moved|drive|drove|"
    r"fly|flew|return|returned|walk|walked)\b",
    re.IGNORECASE,
)
# Without one of these beside it, a question about people is about those who were spoken of.
_LIGHT = frozenset(
    """people person anyone anybody someone somebody everyone else many much long exactly next first really happen
    happened""".split()
)
_DEFINES = re.compile(r"^(?:what|who) (?:is|are|was|were) ", re.IGNORECASE)
_TOO = re.compile(r"\b(?:too|as well|also|instead|otherwise)\W*$", re.IGNORECASE)
_ONE_OF_THEM = re.compile(
    r"\bwhich ones?\b|\bthe (?:first|second|third|last|other|new|old) ones?\b|"
    r"\bthe (?:others?|latter|former)\b(?= ?\W*$)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:please )?(?:tell me more|more|go on|more details?|explain|elaborate)(?: please)?$", re.IGNORECASE
)
_OWNED = re.compile(r"(.+?)['’]s? (.+)")
# Of a question in another script these rules know nothing.
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True)
class _Pointer:
    """What of a question points back, ``text[start:end]``: a word, with the `noun` behind it in "that break"."""

    word: str
    start: int
    end: int
    noun: str = ""


def _nobody(name: str) -> None:
    return None


def standalone(question: str, history: Sequence[Message], gender_of: GenderOf = _nobody) -> str:
    """The question as it can be understood by itself; `history` holds the earlier turns, oldest first.

    `gender_of` tells of a person's name whether it is a "he" or a "she", where what was said before does not.

    >>> history = [{"role": "user", "content": "What is Huntsman's post?"}]
    >>> history += [{"role": "assistant", "content": "Jon Huntsman is the ambassador to Russia. [1]"}]
    >>> standalone("When did he take it up?", history)
    'When did Jon Huntsman take his post up?'
    >>> standalone("Who won the ferry contract?", history)
    'Who won the ferry contract?'
    """
    gender_of = cache(gender_of)
    turns = _turns(history, gender_of)
    return _resolved(question, turns, gender_of)[0]


def _turns(history: Sequence[Message], gender_of: GenderOf) -> list[Turn]:
    """The earlier turns, each question as it stands by itself."""
    turns: list[Turn] = []
    asked: str | None = None
    recent = list(history)[-2 * TURNS :]
    for message in recent:
        said = " ".join(message["content"][:ENOUGH].split())
        if message["role"] == "user":
            if asked is not None:
                turns.append(_turn(asked, "", turns, gender_of))
            asked = said if bare(said) else None
        elif asked is not None:
            turns.append(_turn(asked, strip_marks(said), turns, gender_of))
            asked = None
    return [*turns, _turn(asked, "", turns, gender_of)] if asked is not None else turns


def _turn(asked: str, answer: str, before: Sequence[Turn], gender_of: GenderOf) -> Turn:
    question, base = _resolved(asked, before, gender_of)
    return Turn(question, answer, base)


def _resolved(question: str, turns: Sequence[Turn], gender_of: GenderOf) -> tuple[str, str]:
    """The question as it stands by itself, and what of it a later one can be joined to."""
    asked = " ".join(question.split())
    if not turns or not bare(asked) or not _LATIN.search(asked):
        return asked, asked
    last = turns[-1].base
    found = filled(asked, last)
    if found is None:
        pointers = _pointers(LEAD.sub("", asked))
        if pointers:
            found = _put_in(LEAD.sub("", asked), pointers, turns, gender_of)
        elif _MORE.match(bare(asked)) and (topic := turns[-1].topic):
            found = f"Tell me more about {topic}."
        elif _says_little(asked):
            found = joined(last, asked)
        else:
            found = _in_full(asked, turns)
    # An old question comes along only where the two are one question then.
    base = last if found.startswith(last.rstrip("?!. ")) and found != asked else found
    return (found, base) if len(found) <= MAX_QUESTION else (asked, asked)


def _pointers(text: str) -> list[_Pointer]:
    """The words that point at something said before this question."""
    found = []
    empty = [match.span() for pattern in (_EMPTY_IT, _EMPTY_THERE) for match in pattern.finditer(text)]
    for match in _POINTING.finditer(text):
        word = match.group().lower()
        if any(start <= match.start() < end for start, end in empty) or _is_bound(word, text, match.start()):
            continue
        if word in ("this", "that", "these", "those") and not _points(word, text, match):
            continue
        noun = _noun_behind(word, text, match.end())
        found.append(_Pointer(word, match.start(), match.end() + len(noun) + bool(noun), noun))
    return found


def _noun_behind(word: str, text: str, end: int) -> str:
    behind = re.match(r" ([a-z]+)", text[end:])
    if word not in ("this", "that", "these", "those") or not behind:
        return ""
    follows = behind[1]
    verb = follows in AUXILIARIES | PREPOSITIONS or follows in BASES and follows not in NOUN_TOO or is_past(follows)
    return "" if verb or follows.endswith("ly") else follows


def _points(word: str, text: str, match: re.Match[str]) -> bool:
    """Whether "that" and the like point back, rather than lead a clause or a noun of this question."""
    before = text[: match.start()].split()[-1:]
    behind = text[match.end() :].strip(" ?.!,").split()
    if not behind or not text[match.end() :].startswith(" "):
        return True
    asks = bool(before) and before[0].lower() in AUXILIARIES | PREPOSITIONS or len(behind) == 1
    return asks or word in ("this", "these") and behind[0].lower() not in ("year", "week", "month", "time")


def _is_bound(word: str, text: str, at: int) -> bool:
    """Whether a pronoun means somebody or something that this very question names before it."""
    before = text[:at]
    if word in ("this", "that", "these", "those", "there"):
        return False
    named = phrases(before)
    if word in (*_HE, *_SHE):
        named = [phrase for phrase in named if phrase.kind != "thing" or "'s" in phrase.text or _is_post(phrase)]
    else:
        named = [phrase for phrase in named if phrase.kind != "person"]
    if not named:
        return False
    possessive = word in ("his", "its", "their") or word == "her" and _owns(text, at + 3)
    return possessive or any(_CLAUSE.search(before, phrase.end) for phrase in named)


def _is_post(phrase: Phrase) -> bool:
    return role_words(phrase.text) & TITLES != frozenset()


def _put_in(text: str, pointers: Sequence[_Pointer], turns: Sequence[Turn], gender_of: GenderOf) -> str:
    """The question with the first pointer of each kind replaced; behind the last one where one means nothing known."""
    meant: dict[str, str] = {}
    pieces: list[str] = []
    at = 0
    whom: tuple[str, str] | None = None
    for pointer in pointers:
        kind = _kind(pointer.word)
        if kind in meant:
            continue
        new = _meant(kind, pointer, text, turns, gender_of)
        if new is None:
            # "on that first day" does no harm beside what is known.
            if (pointer.noun or kind in ("there", "that")) and len(pointers) > 1:
                continue
            return joined(turns[-1].base, text)
        if kind in ("he", "she"):
            whom = new, "his" if kind == "he" else "her"
        elif whom and (owned := _OWNED.fullmatch(new)) and owned[1].split()[-1] == whom[0].split()[-1]:
            new = f"{whom[1]} {owned[2]}"
        meant[kind] = new
        pieces += [text[at : pointer.start], _inflected(new, pointer, text)]
        at = pointer.end
    if not meant:
        return joined(turns[-1].base, text)
    found = _agreeing("".join([*pieces, text[at:]]), meant)
    return found[:1].upper() + found[1:]


def _kind(word: str) -> str:
    for words, kind in ((_HE, "he"), (_SHE, "she"), (_IT, "it"), ((*_THEY, "these", "those"), "they")):
        if word in words:
            return kind
    return word


def _meant(kind: str, pointer: _Pointer, text: str, turns: Sequence[Turn], gender_of: GenderOf) -> str | None:
    if kind == "he" or kind == "she":
        return person("he" if kind == "he" else "she", turns, gender_of)
    if kind == "there":
        found = place(turns)
        return found and f"{'to' if _MOVING.search(text) else 'in'} {found}"
    if pointer.noun:
        return _with_head(pointer.noun, turns[-1])
    if kind == "that" and re.search(r"\b(?:before|after|since|until) $", text[: pointer.start], re.IGNORECASE):
        return None  # a time
    phrase = thing(kind, turns, gender_of)
    return phrase.text if phrase else None


def _with_head(noun: str, turn: Turn) -> str | None:
    """What the last turn names by more than the noun that this question has for it, "the strike" for one."""
    for phrase in (*turn.subject, *turn.objects, *phrases(turn.answer)):
        longer = phrase.text.lower().removeprefix("the ") != noun
        if phrase.kind != "person" and phrase.definite and phrase.head == noun and longer:
            named = phrase.text[0].isupper() and not phrase.text.startswith("The ")
            return phrase.text if named else re.sub("^The ", "the ", phrase.text)
    return None


def _inflected(new: str, pointer: _Pointer, text: str) -> str:
    owns = (
        pointer.word in ("his", "its", "their", "hers", "theirs") or pointer.word == "her" and _owns(text, pointer.end)
    )
    if not owns:
        return new
    return f"{new}'" if new.endswith("s") else f"{new}'s"


def _owns(text: str, end: int) -> bool:
    """Whether a "her" that ends there has a noun behind it."""
    behind = re.match(r" (\w+)", text[end:])
    if behind is None:
        return False
    word = behind[1].lower()
    return word not in PREPOSITIONS | AUXILIARIES | DETERMINERS | ADVERBIAL | {"and", "or", "to"} and not word.endswith(
        "ly"
    )


def _agreeing(text: str, meant: Mapping[str, str]) -> str:
    """With "is" for "are" and the like where one body stands for "they"."""
    body = meant.get("they", "s")
    if body.endswith("s") or " and " in body or body.startswith("the ") and " that " in body:
        return text
    for plural, single in (("are", "is"), ("were", "was"), ("have", "has"), ("do", "does")):
        text = re.sub(rf"\b{plural} (?={re.escape(body)})", f"{single} ", text)
    return text


def _says_little(text: str) -> bool:
    """Whether a question asks for nothing in particular: "Was anyone hurt?", "What happened next?"."""
    if _MORE.match(bare(text)) or _TOO.search(text) or _ONE_OF_THEM.search(text):
        return True
    telling = [word for word in content_words(text) if word not in _LIGHT]
    return len(telling) < 2 and not phrases(f"x {bare(text)}") and not _DEFINES.match(bare(text))


def _in_full(text: str, turns: Sequence[Turn]) -> str:
    """The question with "the vaccine" as "the marsh fever vaccine", where the last turn was about that."""
    named = phrases(text)
    if any(phrase.kind != "thing" for phrase in named):
        return text
    for phrase in named:
        if re.fullmatch(r"[Tt]he \w+", phrase.text) and (longer := _with_head(phrase.head, turns[-1])):
            return f"{text[: phrase.start]}{longer}{text[phrase.end :]}"
    return text
