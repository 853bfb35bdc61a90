"""The name that answers a question in parts: the one that the reports found for them have in common.

"Which company, sued by its drivers as the Ledger reported, was bought by a rival according to the Post?" No language
model is asked: the sentences that bear out each part are looked through for names, and the name wins that stands in or
near the best sentences of the most parts. Names that stand in the question are what it tells, not what it asks for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log1p

from index.article import Article
from index.words import content_words
from rag.evidence import Evidence
from rag.reports.deciding import asks_which
from rag.reports.parts import Parts
from rag.speech.mentions import looks_like_person, mentions
from rag.speech.titles import MEN, WOMEN

# What a name counts for beside its part's best sentence, by how much less its own sentence bears the part out.
DECAY = 0.15
# What it counts for when it stands in the text right before the sentence, or in its article's title, instead.
NEARBY = 0.6
# What an outlet's own report is worth more where the part names the outlet.
OWN = 0.3
# What it counts for that the sentences found name it often.
OFTEN = 0.1
# How far a name must be ahead of the next, as a part of what it counts for.
LEAST_LEAD = 0.1
# A question of one part must tell so much, in words, for its name to be found by what it tells.
LEAST_WORDS = 12
# Words that a name has at most, to be the full form of a shorter one.
LONGEST = 4

_PERSON_WORDS = (
    "(?:individual|person|people|man|woman|player|athlete|figure|executive|founder|politician|star|coach|quarterback|"
    "receiver|striker|midfielder|defender|goalkeeper|actor|actress|singer|artist|ceo|entrepreneur)s?"
)
# What has a name of its own. Nothing else can be answered with one: "which day", "what reason".
_THING = (
    "company|firm|business|corporation|startup|giant|maker|retailer|store|brand|bank|airline|organi[sz]ation|"
    "institution|entity|agency|authority|body|commission|government|university|school|party|league|team|club|side|"
    "country|nation|state|city|town|region|place|platform|service|site|website|app|tool|chatbot|model|product|device|"
    "phone|console|game|film|movie|show|series|book|song|album|band|group|network|newspaper|name"
)
_IS = "(?:is|are|was|were)"
_WHICH_NAMED = re.compile(
    rf"\b(?:which|what)(?: {_IS})?(?: (?!(?:{_IS}|do|does|did|has|have|had|can|could|will|would|should|may|might)\b)"
    rf"[\w’'-]+){{0,5}}? (?:(?P<person>{_PERSON_WORDS})|{_THING})\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)
_ALSO_ASKS = re.compile(
    r"\band (?:what|when|where|why|how)(?: \w+){0,2} (?:did|does|do|is|was|are|were|has|have|had|will|would|can)\b",
    re.IGNORECASE,
)
_TWO = re.compile(r"\b(?:which|what|who are the) two\b", re.IGNORECASE)
_HE, _SHE = (re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in ("he|him|his", "she|her|hers"))
_BEGINS_SENTENCE = re.compile(r"(?:^|[.!?:;\n•–—-][\"'”’)\]]*\s+|[\"“‘(\[\n])\Z")


@dataclass(frozen=True)
class Named:
    """The names that answer, mostly one; how far they are ahead of the next, 0 to 1; and the sentences, one a part,
    that name them."""

    names: tuple[str, ...]
    lead: float
    evidence: tuple[Evidence, ...]

    @property
    def text(self) -> str:
        return " and ".join(self.names)

    @property
    def reason(self) -> str:
        verb, name = ("are", "names") if len(self.names) > 1 else ("is", "name")
        return f"{self.text} {verb} the {name} that the reports found have most in common."


def find_name(question: str, parts: Parts) -> Named | None:
    """The name that the parts' evidence has in common; None where there is none, or none is clearly ahead."""
    told = len(parts.slots) > 1 or len(parts.slots[0].words) >= LEAST_WORDS
    if not (parts.evidence and parts.named and told and asks_name(question)):
        return None
    places = _places(parts)
    fitting = {name: where for name, where in places.items() if _fits(name, question, parts)}
    worth = {name: _worth(where) for name, where in fitting.items()}
    ranked = sorted(worth, key=lambda name: -worth[name])
    count = 2 if _TWO.search(question) else 1
    if len(ranked) < count:
        return None
    following = worth[ranked[count]] if len(ranked) > count else 0.0
    lead = 1 - following / worth[ranked[count - 1]]
    if lead < LEAST_LEAD:
        return None
    names = tuple(ranked[:count])
    best = dict.fromkeys(_best(parts, [fitting[name] for name in names]))
    return Named(names, lead, tuple(parts.evidence[place] for place in best))


def asks_name(question: str) -> bool:
    """Whether nothing but a name is asked for.

    >>> asks_name("Which ride company was sued?"), asks_name("Which day was it?"), asks_name("Who won, and why did he?")
    (True, False, False)
    """
    named = _WHICH_NAMED.search(question) or _WHO.search(question)
    return asks_which(question) and bool(named) and not _ALSO_ASKS.search(question)


def _asks_person(question: str) -> bool:
    which = None if _WHO.match(question.lstrip()) else _WHICH_NAMED.search(question)
    return bool(which["person"] if which else _WHO.search(question))


@dataclass
class _Where:
    """What a name counts for in each part, the sentence that says so, and how often the sentences name it."""

    values: dict[int, float]
    sentences: dict[int, int]
    times: int = 0

    def add(self, part: int, value: float, sentence: int) -> None:
        if value > self.values.get(part, 0.0):
            self.values[part], self.sentences[part] = value, sentence


def _worth(where: _Where) -> float:
    return sum(where.values.values()) + OFTEN * log1p(where.times)


def _places(parts: Parts) -> dict[str, _Where]:
    """Every name in or near a sentence of the evidence."""
    rated = parts.support + OWN * parts.own
    weights = [[exp((float(one) - float(row.max())) / DECAY) for one in row] for row in rated]
    registers = {item.article.id: Register(item.article) for item in parts.evidence}
    fullest = _fullest(list(registers.values()))
    found: dict[str, _Where] = defaultdict(lambda: _Where({}, {}))
    for number, item in enumerate(parts.evidence):
        register = registers[item.article.id]
        inside = register.between(item.start, item.end)
        near = [*register.between(item.start - len(item.context), item.start), *register.in_title]
        weighed = dict.fromkeys(near, NEARBY) | dict.fromkeys(inside, 1.0)
        for name in inside:
            found[_in_full(name, register, fullest)].times += 1
        for short, weight in weighed.items():
            name = _in_full(short, register, fullest)
            for part, row in enumerate(weights):
                found[name].add(part, row[number] * weight, number)
    return found


class Register:
    """The names of one article, with the fuller form of each that it was first mentioned by.

    Of a sentence's first word nothing tells whether it is a name but that it stands capitalised inside another one.
    """

    def __init__(self, article: Article) -> None:
        text = article.text
        found = [(at.start, at.name, _begins(text, at.start)) for at in mentions(text)]
        self._sure = {name for _, name, begins in found if not begins}
        named = [(start, self._trimmed(name) if begins else name) for start, name, begins in found]
        self._names = [(start, name) for start, name in named if name]
        title = (self._trimmed(at.name) for at in mentions(article.title or ""))
        self.in_title = tuple(dict.fromkeys(name for name in title if name))
        self.full = self._full_forms(text)

    def between(self, start: int, end: int) -> list[str]:
        """The names that begin in that stretch of the article."""
        return [name for at, name in self._names if start <= at < end]

    def _trimmed(self, name: str) -> str:
        """The name without the words that are capitalised for another reason; empty where none is left."""
        words = name.split()
        if looks_like_person(name) and words[0].lower() in MEN | WOMEN:
            return name
        lengths = range(len(words), 0, -1)
        runs = (" ".join(words[first : first + n]) for n in lengths for first in range(len(words) - n + 1))
        return next((run for run in runs if run in self._sure), "")

    def _full_forms(self, text: str) -> dict[str, str]:
        """For each name of one word the fuller one that came first, or the name itself: "the Fed" is short for one."""
        first: dict[str, str] = {}
        for start, name in self._names:
            words = name.split()
            if len(words) == 1 and name not in first:
                led = text[max(0, start - 4) : start].lower() == "the "
                longer = (one for word, one in first.items() if word.startswith(name) and " " in one)
                first[name] = next(longer, name) if led else name
            elif 1 < len(words) <= LONGEST:
                for short in (words[0], words[-1]):
                    first.setdefault(short, name)
        return first


def _begins(text: str, start: int) -> bool:
    """Whether a sentence, a line or a quotation begins there."""
    return bool(_BEGINS_SENTENCE.search(text[max(0, start - 4) : start]) or not start)


def _fullest(registers: Collection[Register]) -> dict[str, str]:
    """For a short form the name that most of the articles mean by it; for a person's initials the person."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for register in registers:
        for short, name in register.full.items():
            votes[short][name] += 1
    full = {short: names.most_common(1)[0][0] for short, names in votes.items()}
    persons = [name for name in dict.fromkeys(full.values()) if looks_like_person(name)]
    initials = {"".join(word[0] for word in re.split(r"[ -]", name) if word): name for name in persons}
    return full | {short: name for short, name in initials.items() if short in full}


def _in_full(name: str, register: Register, fullest: Mapping[str, str]) -> str:
    """The person whom the article calls so, or what most articles mean by the name."""
    own = register.full.get(name, name)
    return own if own.split()[0].lower() in MEN | WOMEN and looks_like_person(own) else fullest.get(name, name)


def _fits(name: str, question: str, parts: Parts) -> bool:
    """Whether a name can be what is asked for: no part of the question, no outlet, and a person only for a person."""
    words = set(content_words(name))
    outlets = {word for item in parts.evidence for word in content_words(item.article.outlet or "")}
    if not words or words <= set(content_words(question)) or words <= outlets or name.endswith("-based"):
        return False
    given = name.split()[0].lower()
    if not _asks_person(question):
        return not (looks_like_person(name) and given in MEN | WOMEN)
    if not looks_like_person(name) or any(word.isupper() and len(word) > 1 for word in name.split()):
        return False
    other = _only(_HE, _SHE, question) and given in WOMEN or _only(_SHE, _HE, question) and given in MEN
    return not other


def _only(one: re.Pattern[str], other: re.Pattern[str], text: str) -> bool:
    return bool(one.search(text)) and not other.search(text)


def _best(parts: Parts, wheres: Sequence[_Where]) -> Iterable[int]:
    """For each part the sentence that names one of them best."""
    for part in range(len(parts.slots)):
        where = max(wheres, key=lambda one: one.values.get(part, 0.0))
        if part in where.sentences:
            yield where.sentences[part]
