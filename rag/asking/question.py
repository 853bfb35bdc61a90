"""Reading a question as a news reader does: whom it names, what it quotes, what kind of thing it wants to know."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.article import MONTHS
from index.words import STOPWORDS, content_words, words

_MONTH = "|".join([*MONTHS, *(rf"{month[:3]}\." for month in MONTHS), r"Sept\."])
_WEEKDAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
NUMBER = (
    r"\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|"
    r"once|twice|no|none|half|third|quarter)s?\b"
)
_SPAN = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|century|centuries|"
    r"(?:kilo|centi|milli)?met(?:er|re)s?|km|miles?|feet|foot|inch(?:es)?|yards?)"
)
_CURRENCY = (
    r"(?:dollars?|cents?|euros?|pounds?|pence|yen|yuan|rupees?|roubles?|rubles?|francs?|crowns?|kron(?:or|er|a|e)|"
    r"pesos?|lira|zlotys?|dirhams?|shekels?)"
)

# What a question of each kind can be answered with. A kind is only asked of evidence when the question's own words
# leave no doubt about it.
ANSWER_FORMS = {
    "date": re.compile(
        rf"\b(?:{_MONTH}|{_WEEKDAY})\b|\b(?:1[5-9]|20)\d\d\b|\b(?:today|yesterday|tomorrow|tonight|noon|midnight|"
        r"morning|afternoon|evening|night|week|month|year|day|decade|century|spring|summer|autumn|fall|winter|"
        r"(?:\d+|[a-z]+) (?:days?|weeks?|months?|years?) (?:ago|earlier|later)|a\.m|p\.m)\b|\b\d{1,2}[:.]\d\d\b",
        re.IGNORECASE,
    ),
    "age": re.compile(
        rf"\b(?:aged?|turn(?:s|ed|ing)?) (?:\d{{1,3}})\b|\b\d{{1,3}}[- ]years?[- ]olds?\b|,\s\d{{1,3}},(?!\d)|"
        rf"(?:{NUMBER})[- ]years?[- ]olds?|\bborn (?:in|on)\b|\bage of\b",
        re.IGNORECASE,
    ),
    "share": re.compile(
        rf"(?:{NUMBER})\s*(?:%|percent\b|per cent\b|percentage)|\b(?:half|third|quarter|fifth|in ten|out of)\b",
        re.IGNORECASE,
    ),
    "length": re.compile(
        rf"(?:{NUMBER}|\b(?:an?|several|few|many))[- ](?:full |more |straight |whole )?{_SPAN}\b|"
        r"\b(?:since|until|till)\b",
        re.IGNORECASE,
    ),
    "money": re.compile(
        rf"[$€£¥]\s?\d|(?:{NUMBER})(?: (?:hundred|thousand|million|billion|trillion))* {_CURRENCY}\b|\bfree\b",
        re.IGNORECASE,
    ),
    "number": re.compile(NUMBER, re.IGNORECASE),
}

_KINDS = (
    ("age", re.compile(r"\bhow old\b|\bwhat age\b|\b(?:at|the) (?-i:age)\b|\bbirthday\b", re.IGNORECASE)),
    (
        "share",
        re.compile(
            r"\b(?:what|which) (?:share|percentage|percent|proportion|fraction)\b|\bhow many percent\b", re.IGNORECASE
        ),
    ),
    ("length", re.compile(r"\bhow long\b(?! ago\b)", re.IGNORECASE)),
    (
        "money",
        re.compile(
            r"\bhow much money\b|\bhow much (?:do|does|did|will|would|must|has|have|had) [^?]*"
            r"\b(?:cost|pay|paid|earn|earned|spend|spent|charge|charged)\b|"
            r"\bwhat (?:is|was|are|were) the (?:\w+ )?(?:price|cost|fare|fee|rent|salary|wage|pay)s? (?:of|for)\b",
            re.IGNORECASE,
        ),
    ),
    ("number", re.compile(r"\bhow many\b|\bwhat number of\b", re.IGNORECASE)),
    (
        "date",
        re.compile(
            r"^\W*(?:and |but |so )?when\b|\b(?:what|which) (?:date|day|month|year)\b|\bsince when\b", re.IGNORECASE
        ),
    ),
)

QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{3,})[\"“”«»]")
_NAME_WORD = r"(?<!\w)[^\W\d_]*[A-ZÀ-ÖØ-Þ][\w’'.-]*"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:of the |of |de |van |von |al-)?{_NAME_WORD})*")
_LEAD = re.compile(r"^(?:and|so|but)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """What can be told of a question without a language model: `asked` as it was typed, `text` standing by itself."""

    text: str
    asked: str
    names: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    kind: str | None = None

    @property
    def answer_kind(self) -> str | None:
        """What the answer itself must hold: an age may be given as a bare number."""
        return "number" if self.kind in ("age", "share") else self.kind

    @property
    def words(self) -> list[str]:
        return content_words(self.text)


def read_question(asked: str, text: str | None = None) -> Question:
    """The names, the quoted words and the kind of a question; `text` is the same one as it stands by itself.

    >>> question = read_question('How old is Huntsman, who said "no resets, no redos"?')
    >>> question.names, question.quoted, question.kind
    (('Huntsman',), ('no resets, no redos',), 'age')
    >>> read_question("And Huntsman?", "How old is Huntsman?").kind
    'age'
    """
    asked = " ".join(asked.split())
    text = text or asked
    # What was asked before and only stands before it is not asked now.
    now = ["and", *words(_LEAD.sub("", asked))]
    kind = _kind(asked) or (_kind(text) if words(text)[-len(now) :] != now else None)
    return Question(text, asked, _names(text), tuple(QUOTED.findall(text)), kind)


def _kind(question: str) -> str | None:
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), None)


def can_answer(kind: str | None, text: str) -> bool:
    """Whether the text holds a thing of the kind that is asked for.

    >>> can_answer("share", "It fell by 69 percent."), can_answer("age", "It came 7 weeks later.")
    (True, False)
    """
    return kind is None or bool(ANSWER_FORMS[kind].search(text))


def _names(text: str) -> tuple[str, ...]:
    """Runs of capitalised words, but for a first word that any sentence begins with.

    Where every word is capitalised, as in a headline, that tells no name.
    """
    bare = QUOTED.sub(" ", text)
    if len(bare.split()) > 3 and not any(word[:1].islower() for word in bare.split()):
        return ()
    names = []
    for sentence in re.split(r"(?<=[.?!])\s+", bare):
        for match in _NAME.finditer(sentence):
            name = match.group().rstrip(".'’-")
            first, _, rest = name.partition(" ")
            if match.start() == len(sentence) - len(sentence.lstrip()) and _begins_questions(first):
                name = rest
            name = re.sub(r"['’]s$", "", name)
            if len(name) > 1 and name.lower() not in STOPWORDS:
                names.append(name)
    return tuple(dict.fromkeys(names))


_COMMANDS = frozenset("tell give name list describe explain summarise summarize say".split())
_LEADS = frozenset(
    "according although based between concerning considering despite following given regarding since".split()
)


def _begins_questions(word: str) -> bool:
    return word.lower() in STOPWORDS | _COMMANDS | _LEADS
