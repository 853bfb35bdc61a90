"""A question taken to pieces: what it asks for, its auxiliary, its subject, and the rest.

Only what the order of words leaves no doubt about is taken apart; any other question is None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.article import MONTHS
from rag.asking.grammar import (
    ADJECTIVES,
    ADVERBIAL,
    ADVERBS,
    ASKING,
    ATTRIBUTES,
    AUXILIARIES,
    BE,
    DETERMINERS,
    DO,
    HAVE,
    HELPERS,
    MEASURED,
    MODAL,
    NOUNS_IN_ING,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
)
from rag.asking.verbs import BASES, NOUN_TOO, is_participle, is_past, is_third, past, third

_SELF = re.compile(r"\b(?:i|me|my|mine|we|us|our|you|your)\b", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|so|but|then)\b,?\s+", re.IGNORECASE)
# What makes a question more than one, or more than words can be put in order for.
_TANGLED = re.compile(
    r"[\"“”«»();:!…\[\]]|[,.?] |[–—]|"
    rf"\b(?:and|or) (?:{'|'.join(ASKING | AUXILIARIES)})\b",
    re.IGNORECASE,
)
# Full stops that end no sentence.
_SHORT = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Gov|Sen|Gen|Capt|Lt|Prof|No|[A-Z])\. ")
_TIME_NOUN = re.compile(
    rf"(?:the )?(?:beginning|start|end|middle|first|last|early|late|(?:19|20)\d\d|{'|'.join(MONTHS)}|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|night|noon|midnight|morning|evening|spring|summer|autumn|winter|"
    r"year|month|week|day|time)\b",
    re.IGNORECASE,
)
_IS = re.compile(r"^([Ww](?:hat|ho|here|hen)|[Hh]ow)['’]s(?= (?:the|a|an|his|her|its|their|[A-Z]))")
_TIME_LEADS = ("in", "on", "at", "during", "by", "since")
_SUPERLATIVE = re.compile(r"^(?!forest|west|guest|priest|chest)[a-z]{3,}est$")
_LONGEST, _FEW = 20, 4  # words


@dataclass(frozen=True)
class Clause:
    """``asking auxiliary subject rest?``: "How many votes" "did" "the mayor get in May" (`rest`, with its subject).

    `asking` is empty for a question to be answered with yes or no. Where what is asked for is the subject itself,
    `subject` and `auxiliary` are empty and `rest` is all that is said of it. Behind "do", "does" and "did" the subject
    ends where the verb begins.
    """

    asking: str
    auxiliary: str
    subject: str
    rest: str
    negative: bool = False

    @property
    def told(self) -> str:
        """The question as a clause behind "do not say".

        >>> clause = parse("When did the museum open?")
        >>> clause.told if clause else None
        'when the museum opened'
        """
        asking = self.asking[:1].lower() + self.asking[1:] if self.asking else "whether"
        if not self.subject:
            return f"{asking} {self.rest}"
        if self.negative and self.auxiliary == "can":
            return _joined(asking, self.subject, "cannot", self.rest)
        no = "not" if self.negative else ""
        verb, _, behind = self.rest.partition(" ")
        if self.auxiliary in DO and not self.negative:
            inflect = {"did": past, "does": third}.get(self.auxiliary, str)
            return _joined(asking, self.subject, inflect(verb), behind)
        return _joined(asking, self.subject, self.auxiliary, no, self.rest)


def parse(question: str) -> Clause | None:
    """The pieces of a question, None where they cannot be told for sure.

    >>> parse("How many votes did Ines Tolland get?")
    Clause(asking='How many votes', auxiliary='did', subject='Ines Tolland', rest='get', negative=False)
    >>> parse("Who designed the bridge?")
    Clause(asking='Who', auxiliary='', subject='', rest='designed the bridge', negative=False)
    >>> parse("Tell me about the bridge.") is None
    True
    """
    text = _LEAD.sub("", " ".join(question.split())).rstrip("?. ")
    if _TANGLED.search(_SHORT.sub("X ", text)) or _SELF.search(text) or "?" in text:
        return None
    text = re.sub(r"\b(ca|wo|\w+)n['’]t\b", lambda found: f"{_LONG.get(found[1].lower(), found[1])} not", text)
    text = _IS.sub(r"\1 is", text)
    words = text.split()
    if not 2 <= len(words) <= _LONGEST:
        return None
    if words[0].lower() in AUXILIARIES:
        return _inverted("", words[0].lower(), words[1:])
    start = 1 if words[0].lower() in PREPOSITIONS - {"about"} else 0
    if words[start].lower() not in ASKING:
        return None
    return _asked(words, start)


_LONG = {"ca": "can", "wo": "will"}


def _asked(words: Sequence[str], start: int) -> Clause | None:
    """The pieces of a question with a word that asks at `start`."""
    asking = words[start].lower()
    at = start + 1
    if asking == "how" and words[at : at + 1] and words[at].lower() in MEASURED:
        at += 1
        if words[at : at + 1] and words[at].lower() in ("a", "an"):
            return None  # "how big a fine"
    whole = asking in ("what", "which", "whose") or asking == "how" and words[at : at + 1] in (["many"], ["much"])
    if whole:
        found = _end_of_asked(words, at)
        if found is None:
            return None
        at = found
    phrase, behind = " ".join(words[:at]), list(words[at:])
    if not behind:
        return None
    first = behind[0].lower()
    if first not in AUXILIARIES:
        subject = start == 0 and asking in ("who", "what", "which", "whose", "how") and (whole or asking == "who")
        finite = _is_finite(behind) or whole and first in BASES
        return Clause(phrase, "", "", " ".join(behind)) if subject and finite else None
    return _inverted(phrase, first, behind[1:], start == 0 and (whole or asking == "who"))


def _end_of_asked(words: Sequence[str], at: int) -> int | None:
    """Where a noun phrase that begins with "which", "how many" and the like ends: at an auxiliary or a verb."""
    for place in range(at, len(words)):
        word = words[place].lower()
        if word in AUXILIARIES:
            return place
        if word in RELATIVE | ADVERBIAL or word in PRONOUNS:
            return None
        # "How many volunteers take part?"
        follows = words[place + 1] if place + 1 < len(words) else ""
        sure = word not in NOUN_TOO or follows.lower() in DETERMINERS
        if place > at and word in BASES and sure and re.search(r"[^s]s$|people$|children$|men$", words[place - 1]):
            return None if DO & {later.lower() for later in words[place:]} else place
        bare = words[place].islower() and (place > at or word not in NOUN_TOO) and _is_finite(words[place:])
        if bare and (place > at or words[at - 1].lower() == "what"):
            # A later "did" tells that this was no verb, or that a clause follows.
            return None if DO & {later.lower() for later in words[place:]} else place
    return None


def _is_finite(words: Sequence[str]) -> bool:
    word = words[0].lower()
    doubtful = word.endswith("s") and word[:-1] in NOUN_TOO and not is_past(word)
    return (is_past(word) or is_third(word)) and (not doubtful or _may_follow_verb(words[1:]))


def _inverted(asking: str, auxiliary: str, words: list[str], may_be_subject: bool = False) -> Clause | None:
    """The pieces behind an auxiliary; `may_be_subject` where what is asked for may be its subject."""
    negative = False
    if asking == "Which" and auxiliary in BE:
        return Clause(asking, "", "", " ".join([auxiliary, *words])) if words else None
    if words and words[0].lower() == "not":
        if may_be_subject and not (auxiliary in DO and words[1:2] and words[1] not in BASES):
            return Clause(asking, "", "", " ".join([auxiliary, *words]))
        negative, words = True, words[1:]
    if not words:
        return None
    if may_be_subject and auxiliary not in DO:
        named = _opens_noun(words[0])
        same = words[:2] == ["one", "of"] or asking.lower() == "who" and not named
        if same or _is_predicate(words, auxiliary):
            return Clause(asking, "", "", " ".join([auxiliary, *words]))
        if not named:
            return None
    end = _subject_end(words, auxiliary, asking)
    if end is None or not 0 < end <= len(words) or not _is_noun_phrase(words[:end]):
        return None
    behind = words[end:]
    if behind and behind[0].lower() == "not":
        if negative:
            return None
        negative, behind = True, behind[1:]
    if auxiliary in DO | MODAL and not behind:
        return None
    return Clause(asking, auxiliary, " ".join(words[:end]), " ".join(behind), negative)


def _is_predicate(words: Sequence[str], auxiliary: str) -> bool:
    """Whether what follows an auxiliary says something of a subject before it, and holds none of its own."""
    place = next((n for n, word in enumerate(words) if not _is_adverb(word)), 0)
    word = words[place].lower()
    if not words[place].islower() or place and word == "of" or word in DETERMINERS | PRONOUNS:
        return False
    if auxiliary in MODAL:
        return word in BASES
    if auxiliary in HAVE:
        return is_participle(word)
    if _is_doing(word):
        return _may_follow_verb(words[place + 1 :]) and words[place + 1 : place + 2] != ["of"]
    alone = word in ADJECTIVES | PARTICLES or word in PREPOSITIONS
    return alone or is_participle(word) and _may_follow_verb(words[place + 1 :])


def _subject_end(words: Sequence[str], auxiliary: str, asking: str) -> int | None:
    """How many of the words behind an auxiliary are the subject; None where that is not sure."""
    if words[0].lower() in PRONOUNS:
        return 1
    region = next((n for n, word in enumerate(words) if word.lower() in RELATIVE | ADVERBIAL and n), len(words))
    fits = {**dict.fromkeys(DO | MODAL, _is_base), **dict.fromkeys(HAVE, is_participle)}.get(auxiliary, _is_said)
    found = [n for n in range(1, region) if words[n].islower() and fits(words[n]) and _is_open(words, n)]
    if any(words[n].endswith("ing") and words[n + 1 : n + 2] == ["of"] for n in found):
        return None
    sure = [n for n in found if words[n] not in NOUN_TOO or auxiliary in BE | HAVE or _may_follow_verb(words[n + 1 :])]
    if auxiliary in BE and re.fullmatch(r"(?:what|who|which|how \S+)", asking.lower()):
        # "What was the payment made out of the fund?" asks what the payment was, not what it was made.
        found = [n for n in found if words[n] not in ADJECTIVES]
        stranded = words[-1].lower() in PREPOSITIONS
        if found and not asking.lower().startswith("how"):
            if found[0] + 1 < len(words) and not stranded:
                return None
            if _is_doing(words[found[0]]) and any(word in PREPOSITIONS for word in words[: found[0]]):
                return None
    if not found:
        return _end_of_all(words, region, asking) if auxiliary in BE else None
    first = found[0]
    if auxiliary in DO | MODAL and words[first] in NOUN_TOO and len(found) > 1:
        # "the plant go on": of two that stand together the second is the verb, where it can be nothing else.
        if found[1] != first + 1 or words[first] in HELPERS or words[found[1]] in NOUN_TOO:
            return None
        first = found[1]
    elif not sure or sure[0] != first:
        return None
    chained = words[first] in ("being", "going")
    if auxiliary in BE and any(is_participle(words[n]) or _is_doing(words[first]) for n in found[1:] if not chained):
        return None
    if auxiliary in DO:  # its adverbs may stay where they are
        return words.index("not") if "not" in words[:first] else first
    return _before_adverbs(words, first)


def _before_adverbs(words: Sequence[str], end: int) -> int:
    while end > 1 and (_is_adverb(words[end - 1]) or words[end - 1] == "not"):
        end -= 1
    return end


def _end_of_all(words: Sequence[str], region: int, asking: str) -> int | None:
    """Where the subject of "is" ends when nothing but when, where or how far follows it."""
    kind = asking.lower().split()
    identity = kind in (["what"], ["who"]) or kind[:1] == ["how"]
    if not kind or kind[0] in ("why", "whose") or kind == ["how"]:
        return None
    # "How much of it was Jewish?", "In what towns are the houses all of brick?"
    if kind[:2] in (["how", "much"], ["how", "many"]) and words[0][0].isupper() and region == len(words) == 1:
        return None
    if kind[0] in PREPOSITIONS and region > _FEW:
        return None
    # Not "Where is the firm building a wall?"
    if any(_is_doing(word) or _looks_said([word]) and _is_open(words, n) for n, word in enumerate(words[:region]) if n):
        return None
    if len(kind) > 1 and kind[0] in ("what", "which") and kind[1] not in ATTRIBUTES and kind[0] != kind[-1]:
        return len(words) - 1 if words[-1].lower() in PREPOSITIONS - {"of"} else None
    # "When was Ann Lee mayor?"
    # "Where is it strongest?"
    if any(_SUPERLATIVE.search(word) and word not in BASES and _is_open(words, n) for n, word in enumerate(words) if n):
        return None
    before, last = words[region - 2], words[region - 1]
    if DO & set(words) or words[0][0].isupper() and last.islower() and re.fullmatch(r"[A-Z]\w*", before):
        return None
    if len(words) > 2 and words[-1].lower() in PREPOSITIONS:
        return _before_adverbs(words, len(words) - 1) if words[-1].lower() != "of" else None
    for n in range(1, region):
        if words[n].lower() == "from" and kind[:2] in (["how", "far"], ["how", "many"]):
            return n
        if words[n].lower() in _TIME_LEADS and _TIME_NOUN.match(" ".join(words[n + 1 :])):
            return n
    if region < len(words) and words[region].lower() in RELATIVE and not identity:
        return None
    # A clause behind the subject is left there, one inside it is part of it.
    return region if region < len(words) and words[region].lower() in ADVERBIAL else len(words)


def _is_base(word: str) -> bool:
    return word in BASES


def _is_said(word: str) -> bool:
    """Whether a word can follow "is" and its subject: a participle, what somebody is doing, or an adjective."""
    return is_participle(word) or word in ADJECTIVES - PREPOSITIONS or _is_doing(word)


def _is_doing(word: str) -> bool:
    return word.endswith("ing") and len(word) > 4 and word not in NOUNS_IN_ING


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and len(word) > 4 or word in ADVERBS


def _looks_said(words: Sequence[str]) -> bool:
    """Whether a word is made like a participle, be the verb known or not."""
    return any(word.islower() and word.endswith("ed") and len(word) > 5 or is_participle(word) for word in words)


def _opens_noun(word: str) -> bool:
    """Whether a word can open a noun phrase, as far as one can tell."""
    opens = word.lower() in DETERMINERS | PRONOUNS or not word.islower()
    return opens or bool(re.search(r"(?:[^s]s|['’]s?)$", word)) and not is_third(word)


def _is_open(words: Sequence[str], place: int) -> bool:
    """Whether a verb may stand at a place: not right behind what asks for a noun."""
    before = words[place - 1].lower()
    if re.search(r"['’]s?$", before) or before in ("and", "or"):
        return False
    return before not in DETERMINERS | PREPOSITIONS and before not in ADJECTIVES and not _is_count(words, place - 1)


def _is_count(words: Sequence[str], place: int) -> bool:
    """Whether a number counts what follows, unlike the one of "Ward 9"."""
    return words[place].replace(",", "").isdigit() and not (place and words[place - 1][:1].isupper())


def _may_follow_verb(words: Sequence[str]) -> bool:
    """Whether words can stand behind a verb: nothing, or what begins a phrase of its own."""
    if not words:
        return True
    word = words[0].lower()
    known = DETERMINERS | PREPOSITIONS | PRONOUNS | RELATIVE | ADVERBIAL
    return word in known or _is_adverb(word) or not words[0].islower() or words[0][:1].isdigit()


def _is_noun_phrase(words: Sequence[str]) -> bool:
    """Whether a subject begins as one does, and ends in a noun."""
    last = words[-1].lower()
    opens = words[0].lower() not in PREPOSITIONS | ADVERBIAL and not _is_adverb(words[0])
    # Not two of them: "the cathedral an example".
    leads = PREPOSITIONS | RELATIVE | ADVERBIAL | {"and", "or", "all", "both", "half", "twice"}
    for n, (before, word) in enumerate(pairwise(words)):
        # "the first woman to lead the city"
        if word in ("a", "an", "the") and before.lower() not in leads and not (n and words[n - 1] == "to"):
            return False
    return opens and last not in DETERMINERS | PREPOSITIONS and last not in AUXILIARIES


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))
