"""Whom an article names: each person under the longest name that it gives them, with what it calls them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from index.words import content_words
from rag.speech.mentions import SUFFIX, Mention, looks_like_person, mentions, surname
from rag.speech.titles import HE, MEN, SHE, SHORT_TITLES, TITLES, WOMEN

_SENTENCE_END = re.compile(r"[.!?][\"”»]?\s|\n")
_SAME_CLAUSE = re.compile(r"[^\n\0\"“”«».;:()—–]*$")
_APPOSITION = re.compile(
    r", (?:\d+, )?(?:who is )?((?!(?:and|but|or|when|wh\w+|on|in|at|as|g|with|after|saying)\b)"
    r"[a-zA-Z][^,.;:\n\0\"“”()—]{2,80})"
)
_AS = re.compile(r"[^.;\n\0\"“”]{0,60}? as (?:(?:the|a|an|its|his|her) )?([^,.;\n\0\"“”]{3,50})")
_AGE_OR_WHO = re.compile(r",? (?:\d\d\b|\(\d\d\)|who(?:se)?\b)")
_PLACE = re.compile(r"\b(?:in|at|near|across|outside|the) $")
_POSTED = re.compile(r"(?:\w[\w.]* )?\w+ (?:to|of|for) $")
_UNTIL = re.compile(
    r"\b(?:last|in|on|since|from|after|before|at|by|to|of|for|and|but|with|as|is|was|that|said|says|told|the|a|an)\b"
)
_ROLES, _NAMESAKES = 8, 20  # how many of each are kept
_OF = re.compile(r"\b(?:of|for|to|at|from|in|with|and)\b")
_PLAIN_ROLE = re.compile(r"(?:an?|the) [a-z-]+(?: [a-z-]+)?(?: (?:of|for|at|from|in) .*)?$")
_FAR = 1500  # characters in which a pronoun's person is looked for


@dataclass
class Person:
    """A person of an article: the longest name it gives them and the roles it calls them by."""

    name: str
    roles: list[str] = field(default_factory=list)
    gender: str | None = None
    place: bool = False
    likely: bool = False  # whether anything but the form of the name tells that it is a person's


class People:
    """The persons of one article, read from its text with the quoted words masked."""

    def __init__(self, text: str, heading: str = "") -> None:
        self.text = text
        self.mentions = [found for found in mentions(text) if not _in_headline(text, found)]
        # A word that is capitalised inside a sentence as well is a name, and not only how a sentence begins.
        inside = (
            it
            for it in self.mentions
            if " " in it.name or not _SENTENCE_END.search(text, max(0, it.start - 3), it.start)
        )
        self.sure = {word for found in inside for word in found.name.split()}
        self._starts = [found.start for found in self.mentions]
        self._persons: dict[str, list[Person]] = {}
        self._given: dict[str, Person] = {}
        self._roles: list[tuple[str, Person]] = []
        self._spoken: list[tuple[int, str]] = []
        for found in self.mentions:
            if looks_like_person(found.name) and text[max(0, found.start - 4) : found.start].lower() != "the ":
                self._add(_trimmed(text, found))
        for found in self.mentions:
            if person := self.person(found.name):
                _describe(person, text, found)
        for found in mentions(heading):
            if person := self.person(found.name):
                _add_role(person, found.title)
        for person in (person for same in self._persons.values() for person in same):
            self._roles += [(role, person) for role in person.roles]
            if person.likely:
                self._given.setdefault(person.name.split()[0].lower(), person)

    def _add(self, name: str) -> None:
        same = self._persons.setdefault(surname(name), [])
        for person in same:
            if _compatible(person.name, name):
                person.name = max(person.name, name, key=len)
                return
        if len(same) < _NAMESAKES:
            same.append(Person(name))

    def person(self, name: str) -> Person | None:
        """The person that a name, or a part of it, belongs to."""
        fitting = [person for person in self._persons.get(surname(name), []) if _compatible(person.name, name)]
        return fitting[0] if fitting else self._given.get(name.lower())

    def with_role(self, phrase: str) -> Person | None:
        """The person whom the article calls "the mayor", or what else the phrase says."""
        phrase = re.sub(r"\w+['’]s?\s", "", phrase)
        return next((person for role, person in self._roles if is_called(phrase, role)), None)

    def note_speaker(self, at: int, name: str) -> None:
        """Remember that `name` speaks at an offset: a later "he" is likely to be the one who speaks."""
        self._spoken.append((at, name))
        if person := self.person(name):
            person.likely = True

    def pronoun(self, pronoun: str, at: int, sentence: int) -> str | None:
        """Whom "he" or "she" means at offset `at` of the sentence that begins at `sentence`.

        The last one who spoke or was named first in a sentence, in this sentence or else before it.
        """
        return self._last(pronoun, sentence, at) or self._last(pronoun, max(0, sentence - _FAR), sentence)

    def _last(self, gender: str, low: int, high: int) -> str | None:
        spoken_at, spoken = next(((at, name) for at, name in reversed(self._spoken[-8:]) if low <= at < high), (-1, ""))
        if not _fits(self.person(spoken), gender):
            spoken_at, spoken = -1, ""
        nearest: tuple[int, str] | None = None
        for found in reversed(self.mentions[bisect_left(self._starts, low) : bisect_left(self._starts, high)]):
            if nearest and _SENTENCE_END.search(self.text, found.end, nearest[0]):
                break
            person = self.person(found.name)
            if person and not (found.possessive and self._is_inside(found)) and _fits(person, gender):
                nearest = (found.start, person.name)
        if nearest and (not spoken or _SENTENCE_END.search(self.text, spoken_at, nearest[0])):
            return nearest[1]
        return spoken or None

    def _is_inside(self, found: Mention) -> bool:
        """Whether a mention is not what its sentence begins with."""
        return not _SENTENCE_END.search(self.text, max(0, found.start - len(found.title) - 12), found.start)

    def named_between(self, start: int, end: int) -> list[str]:
        """The persons that ``text[start:end]`` names, each once."""
        found = self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        persons = (self.person(mention.name) for mention in found)
        return list(dict.fromkeys(person.name for person in persons if person and person.likely))


def _fits(person: Person | None, gender: str) -> bool:
    return person is not None and (person.gender == gender or person.gender is None and person.likely)


def _describe(person: Person, text: str, found: Mention) -> None:
    """Add what the article calls the person right before and behind a name."""
    _add_role(person, found.title)
    before = _SAME_CLAUSE.search(text, max(0, found.start - len(found.title) - 80), found.start)
    _add_role(person, _phrase_before(before.group() if before else "", found))
    behind = text[found.end : found.end + 120]
    if match := _APPOSITION.match(behind):
        _add_role(person, match.group(1), bool(_PLAIN_ROLE.match(match.group(1))))
    if match := _AS.match(behind):
        _add_role(person, _UNTIL.split(match.group(1))[0])
    given = person.name.split()[0].lower()
    words = {word for role in person.roles for word in role_words(role)}
    if words & HE or given in MEN or found.title.lower() in ("mr", "mr."):
        person.gender = "he"
    elif words & SHE or given in WOMEN:
        person.gender = "she"
    led = text[max(0, found.start - 8) : found.start]
    person.place = person.place or bool(_PLACE.search(led))
    begins = behind[:1] == " " and (not led.strip() or led[-2:] == ". " or led[-1:] == "\n")
    known = person.roles or person.gender or _AGE_OR_WHO.match(behind) or found.name.lower() == surname(person.name)
    person.likely = not person.place and (person.likely or begins or bool(known))


def is_called(phrase: str, role: str) -> bool:
    """Whether somebody with a role is meant by a phrase: all its words are of the role, and it ends in the same noun.

    >>> is_called("the mayor", "mayor of Elm"), is_called("the company", "a lawyer for the company")
    (True, False)
    """
    asked, held = (_OF.split(words, maxsplit=1)[0].split()[-1:] for words in (phrase, role))
    same = bool(asked and held) and role_words(asked[0]) == role_words(held[0])
    return same and role_words(phrase) <= role_words(role)


def role_words(phrase: str) -> frozenset[str]:
    """The words that tell a role: "the U.S. ambassador to Russia".

    >>> sorted(role_words("the former Gov. of Utah"))
    ['former', 'governor', 'utah']
    """
    words = content_words(re.sub(r"\b([A-Z])\.(?:([A-Z])\.)?", r"\1\2", phrase))
    return frozenset(SHORT_TITLES.get(word, word) for word in words)


def _add_role(person: Person, phrase: str, known: bool = False) -> None:
    """Add a phrase that calls somebody something, if it is `known` to, or has a title in it."""
    phrase = " ".join(phrase.split()).strip(" ,")
    if phrase and phrase not in person.roles and len(person.roles) < _ROLES and (known or role_words(phrase) & TITLES):
        person.roles.append(phrase)


def _phrase_before(led: str, found: Mention) -> str:
    """What stands right before a name as its role: "the board's chief investigator," or "goalkeeper"."""
    if led.rstrip().endswith(","):
        return led.rstrip(" ,").split(", ")[-1]
    if len(found.name.split()) > 2 and (match := _POSTED.search(led)):
        return f"{match.group()}{found.name.split()[0]}"
    words = _UNTIL.split(led.removesuffix(f"{found.title} "))[-1].split()[-3:]
    return " ".join(words) if words and words[-1].lower() in TITLES else ""


def _trimmed(text: str, found: Mention) -> str:
    """The name without the place before it, as in "ambassador to Russia Jon Huntsman"."""
    words = found.name.split()
    before = text[max(0, found.start - 5) : found.start]
    if len(words) > 2 and not found.title and re.search(r"\b(?:to|of|for)\s$", before):
        return " ".join(words[-2:])
    return found.name


def _compatible(known: str, name: str) -> bool:
    """Whether one name is a shorter form of the other."""
    short, long = sorted((name.lower().split(), known.lower().split()), key=len)
    if surname(known) != surname(name):
        return False
    bare = [word for word in short if not SUFFIX.match(word.capitalize())]
    return len(bare) < 2 or bare[0] in (long[0], long[-len(bare)])


def _in_headline(text: str, found: Mention) -> bool:
    """Whether the name stands in a line whose every word is capitalised, where no name can be told."""
    line_start = text.rfind("\n", max(0, found.start - 160), found.start) + 1
    line_end = text.find("\n", found.end, found.end + 160)
    if line_end < 0 or line_start == 0 and found.start > 160:
        return False
    words = text[line_start:line_end].split()
    return len(words) > 4 and sum(word[0].isupper() for word in words) > 0.8 * len(words)
