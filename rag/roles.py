"""Who is named, who speaks, and who does what to whom, as far as the order of words tells it."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from index.article import MONTHS
from index.words import STOPWORDS
from rag.asking.question import QUOTED
from rag.claims import WEEKDAYS, figures
from rag.polarity import root, spread
from rag.speech.titles import TITLES

_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'-]*|[a-z]{1,3}['-]?[A-ZÀ-ÖØ-Þ][\w'-]+|\w+(?:['-]\w+)*|[^\w\s]")
_NO_NAMES = (
    frozenset(word.lower() for name in (*MONTHS, *WEEKDAYS) for word in (name, name[:3]))
    | STOPWORDS
    | {"percent", "according", "one"}
)
_DEMONYMS = dict(
    pair.split(":")
    for pair in """french:france spanish:spain dutch:netherlands british:uk britain:uk greek:greece danish:denmark
    polish:poland swiss:switzerland welsh:wales irish:ireland scottish:scotland turkish:turkey american:us
    americans:us america:us english:england finnish:finland norwegian:norway swedish:sweden german:germany
    germans:germany chinese:china japanese:japan mexican:mexico canadian:canada ukrainian:ukraine ukrainians:ukraine
    italian:italy israeli:israel israelis:israel iraqi:iraq iranian:iran iranians:iran egyptian:egypt korean:korea
    cuban:cuba african:africa european:europe europeans:europe brazilian:brazil portuguese:portugal hungarian:hungary
    saudi:saudi palestinian:palestine palestinians:palestine lebanese:lebanon pakistani:pakistan belgian:belgium
    venezuelan:venezuela argentine:argentina chilean:chile peruvian:peru kenyan:kenya libyan:libya""".split()
)
# What may open a sentence in a capital without being a name, where the source does not hold it.
_OPENER = re.compile(
    r"\w+(?:ing|ly|ed|tion|tions|ment|ments|ness|ers|ors|ists|ants|ents|ials|ies)$|"
    r"(?:police|people|meanwhile|despite|following|since|however|although|though|because|since|both|another|many|"
    r"several|some|most|even|still|yet|also|among|around|about|nearly|almost|early|late|last|next|this|first|second|"
    r"third|finally|instead|later|today|yesterday|yes|per|within|without|against|during|between|besides|"
    r"women|men|children|work|nobody|someone|everyone|thus|hence|whether|unlike|like|under|via|upon|according|"
    r"as|asked|based|given|given|due|its|their|his|her|talks|prices|water|money|pay|news|reports|sales|votes|"
    r"families|members|critics|experts|staff|students|voters|shares|companies|two|three|four|five|six|seven|"
    r"eight|nine|ten|eleven|twelve)$"
)

_VERBS = (
    "said|says|told|tells|announced|added|adds|warned|warns|explained|wrote|writes|stated|states|claimed|claims|argued|"
    "argues|insisted|replied|answered|noted|confirmed|admitted|acknowledged|predicted|testified|thinks|remarked|"
    "declared|recalled|commented|reported|ruled|stressed"
)
_SPEAKING = re.compile(rf"\b(?:{_VERBS})\b")
_ACCORDING = re.compile(r"\b[Aa]ccording to ([^,.;:\"]+)")
_ADVERBS = re.compile(r"\b(?:has|had|have|also|later|then|once|[a-z]+ly|only|himself|herself)\s*$")
_CLAUSE = re.compile(r".*(?:[.;:!?\"(]|\b(?:and|but|that|while|because|as|when|after|which|where)\b)", re.DOTALL)
_PRONOUN = re.compile(r"\b(?:he|she|they|it|who|we|i)\b", re.IGNORECASE)
_PASSIVE = frozenset("was were is are been being be got".split())
_PASSED_OVER = _PASSIVE | frozenset("has have had will would could can may might not also then later to do did".split())
# Whoever does these to the other has them done to himself.
_MUTUAL = frozenset(
    map(root, "meet marry agree talk speak play draw border face negotiate between versus against alongside".split())
)
_NEAR = 9


@dataclass(frozen=True)
class Speaker:
    """Who is given as speaking: the roots of the words for him, and those of them that are names."""

    words: frozenset[str]
    named: frozenset[str]
    text: str


@dataclass(frozen=True)
class _Mention:
    words: tuple[str, ...]
    start: int
    end: int
    opens: bool


@lru_cache(maxsize=8192)
def key(word: str) -> str:
    """A name's word as it is compared: without a possessive, a people as its country.

    >>> key("Putin's"), key("British"), key("Russian") == key("Russia")
    ('putin', 'uk', True)
    """
    bare = re.sub(r"'s?$", "", word.lower())
    return _DEMONYMS.get(bare, re.sub(r"ians?$", "ia", bare))


@lru_cache(maxsize=1024)
def keys(text: str) -> frozenset[str]:
    """All words of a text as names are compared."""
    return frozenset(key(token) for token in _WORD.findall(spread(text)) if token[0].isalnum())


@lru_cache(maxsize=1024)
def _mentions(text: str) -> tuple[_Mention, ...]:
    tokens = _WORD.findall(spread(text))
    found: list[_Mention] = []
    run: list[str] = []
    start, opens, fresh = 0, True, True
    for place, token in enumerate([*tokens, "."]):
        lower = token.lower()
        is_name = token == "US" or token[0].isupper() and re.sub(r"'s$", "", lower) not in _NO_NAMES | TITLES
        if is_name:
            if not run:
                start, opens = place, fresh
            run.append(token)
        if run and (not is_name or token.endswith("'s")):
            found.append(_Mention(tuple(map(key, run)), start, start + len(run), opens))
            run = []
        fresh = not token[0].isalnum() and token not in ",'-&$%)/" or (fresh and lower in TITLES)
    return tuple(found)


def names(sentence: str, held: Set[str] = frozenset()) -> list[tuple[str, ...]]:
    """The names of a sentence, word by word, without titles; a first word counts unless it merely opens the sentence.

    >>> names("Speaking on Monday, President Jon Huntsman met the U.S. envoy."), names("Officials left.")
    ([('jon', 'huntsman'), ('us',)], [])
    """
    found = []
    for mention in _mentions(sentence):
        first = mention.words[0]
        alone = len(mention.words) == 1
        raw = _WORD.findall(spread(sentence))[mention.start].lower()
        if mention.opens and first not in held and _OPENER.match(raw):
            if alone:
                continue
            found.append(mention.words[1:])
        elif not (alone and figures(raw)):
            found.append(mention.words)
    return found


def missing_name(name: tuple[str, ...], held: Set[str], sources: str) -> bool:
    """Whether a name does not stand among the words of the sources, or only as parts of two different names.

    >>> text = "Hugo Sandrel told Wim Achterly"
    >>> [missing_name(name, keys(text), text) for name in (("sandrel",), ("hugo", "achterly"), ("ann", "sandrel"))]
    [False, True, True]
    """
    if not all(word in held for word in name):
        return True
    known = [mention.words for mention in _mentions(sources)]
    return any(_is_crossed(first, last, known) for first, last in zip(name, name[1:], strict=False))


def _is_crossed(first: str, last: str, known: list[tuple[str, ...]]) -> bool:
    pairs = {pair for words in known for pair in zip(words, words[1:], strict=False)}
    if any(first in words and last in words for words in known):
        return False
    return any(one == first for one, _ in pairs) and any(two == last for _, two in pairs)


@lru_cache(maxsize=1024)
def speakers(text: str) -> tuple[Speaker, ...]:
    """Who speaks in a text: in "X said", "said X", "X told ..." and "according to X".

    >>> [sorted(found.named) for found in speakers('"We left," said Ruth Amarin, the chair. Orrin Tasker told her so.')]
    [['amarin', 'ruth'], ['orrin', 'tasker']]
    """
    bare = QUOTED.sub('"', spread(text))
    found = [_speaker(match[1]) for match in _ACCORDING.finditer(bare)]
    for verb in _SPEAKING.finditer(bare):
        before = _ADVERBS.sub("", bare[: verb.start()].rstrip())
        after = re.match(r" ((?!that|to|on|in|it|he|she|they)[^,.;:\"]+(?:, [^,.;:\"]+)?)", bare[verb.end() :])
        clause = _CLAUSE.sub("", before)
        parts = [part for part in clause.split(",") if part.strip()]
        if not parts and after and before[-1:] in '",':
            found.append(_speaker(after[1]))
        elif parts:
            found.append(_speaker(",".join(parts[-2:] if clause.rstrip().endswith(",") else parts[-1:])))
        elif re.search(r",\s*$", before) and after:
            found.append(_speaker(after[1]))
    return tuple(found)


def _speaker(phrase: str) -> Speaker:
    words = [word for word in _WORD.findall(phrase) if word[0].isalnum() and word.lower() not in STOPWORDS]
    named = frozenset(key(word) for word in words if word[0].isupper() and word.lower() not in TITLES | _NO_NAMES)
    return Speaker(frozenset(root(re.sub(r"'s?$", "", word.lower())) for word in words), named, phrase.strip())


def is_pronoun(speaker: Speaker) -> bool:
    """Whether the speaker is only pointed at: "he said", and what is quoted without a word of who says it."""
    return not speaker.words or bool(_PRONOUN.fullmatch(speaker.text.split()[-1]))


def same_speaker(one: Speaker, other: Speaker) -> bool:
    """Whether two can be the same: by a name where both have one, else by any word."""
    return bool(one.named & other.named if one.named and other.named else one.words & other.words)


@lru_cache(maxsize=1024)
def deeds(text: str) -> frozenset[tuple[str, str, str]]:
    """Who does what to whom: two names with each word between them; a passive is turned round.

    >>> sorted(deeds("Russia accused Ukraine.")) == sorted(deeds("Ukraine was accused by Russia."))
    True
    """
    tokens = [token.lower() for token in _WORD.findall(spread(QUOTED.sub('"', text)))]
    found = set()
    mentions = _mentions(QUOTED.sub('"', text))
    for place, first in enumerate(mentions):
        for second in mentions[place + 1 : place + 3]:
            gap = tokens[first.end : second.start]
            if len(gap) > _NEAR or any(token in '.;:!?"' for token in gap):
                break
            passive = "by" in gap[-2:] and not _PASSIVE.isdisjoint(gap)
            does, suffers = (second, first) if passive else (first, second)
            verbs = {root(token) for token in gap if token[0].isalpha() and token not in STOPWORDS} - _MUTUAL
            found |= {(does.words[-1], verb, suffers.words[-1]) for verb in verbs}
    return frozenset(found)


@lru_cache(maxsize=1024)
def doers(text: str) -> frozenset[tuple[str, str]]:
    """Names with what is said of them right behind: "X won", "X has been dismissed", "X, who won".

    >>> sorted(doers("Ines Tolland has won, and Ann Corbray, who was dismissed, left."))
    [('corbray', 'be dismiss'), ('tolland', 'win')]
    """
    bare = QUOTED.sub('"', text)
    tokens = [token.lower() for token in _WORD.findall(spread(bare))]
    found = set()
    for mention in _mentions(bare):
        behind = tokens[mention.end : mention.end + 6]
        if behind[:2] == [",", "who"]:
            behind = behind[2:]
        verb = next((token for token in behind if token not in _PASSED_OVER and not token.endswith("ly")), "")
        if verb[:1].isalpha() and verb not in STOPWORDS and not _SPEAKING.fullmatch(verb):
            passive = not _PASSIVE.isdisjoint(behind[: behind.index(verb)])
            found.add((mention.words[-1], f"be {root(verb)}" if passive else root(verb)))
    return frozenset(found)


def other_doer(sentence: str, sources: str) -> str | None:
    """A name of which a sentence says what the sources say of other names only; None where there is none.

    >>> other_doer("Quillan won by 187 votes.", "Ines Tolland has won. Quillan left.")
    'quillan'
    """
    held = doers(sources)
    for name, verb in sorted(doers(sentence)):
        others = {who for who, what in held if what == verb}
        if others and name not in others and _occurrences(verb, sources) <= len(others):
            return name
    return None


def _occurrences(verb: str, text: str) -> int:
    return sum(root(token.lower()) == verb.removeprefix("be ") for token in _WORD.findall(spread(text)))


@lru_cache(maxsize=1024)
def has_names(text: str) -> bool:
    """Whether a text names anything beside the first word of a sentence."""
    return any(not mention.opens or len(mention.words) > 1 for mention in _mentions(text))


def is_swapped(sentence: str, sources: str) -> bool:
    """Whether the sources say of two names the other way round what the sentence says.

    >>> is_swapped("Russia accused Ukraine.", "Kyiv. Ukraine accused Russia of lying.")
    True
    """
    own, other = deeds(sentence), deeds(sources)
    return any((whom, verb, who) in other and (who, verb, whom) not in other for who, verb, whom in own if who != whom)
