"""Sentences as an answer would have them, made from articles by rules: true ones, and the same with one thing changed.

A true sentence is a rewritten one: its outlet named, a date moved, a clause dropped, numbers and months written another
way, words exchanged. A corrupted one has besides one number, date, name, speaker or negation that is not the source's.
Everything follows from the articles and a seed. Each comes with the evidence that a search would find: the sentence
that it was made from, among others of its article and of another one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from eval.rewriting import OUTSIDE_QUOTES, persons, rewritten
from index.article import MONTHS, Article
from index.readers import read_file
from index.sentences import sentence_spans
from rag.evidence import Evidence, stems

TRUE, ELSEWHERE = "true", "elsewhere"
KINDS = ("number", "date", "name", "speaker", "negation")
PER_KIND = 40
PIECES = 6
SAMPLE = Path(__file__).parent / "sample" / "articles"

_DATELINE = re.compile(r"^[A-Z][A-Z ,]+(?:, [A-Z][a-z]+ \d+(?:, \d{4})?)?\. /[A-Z ]+/\. ")
_NUMBER = re.compile(
    r"(?<![\w.,/-])\d[\d,]*(?:\.\d+)?(?![\w.,:/]*\d)|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"
)
_MONTH = "|".join(MONTHS)
_SHORT_MONTH = "|".join(rf"{month[:3]}\." for month in MONTHS)
_DATE = re.compile(
    rf"\b\d{{1,2}} (?:{_MONTH})\b|\b(?:{_MONTH}|{_SHORT_MONTH}) \d{{1,2}}\b|(?<=\bin )(?:{_MONTH})\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:19|20)\d\d\b"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SAID = r"(?:said|told|added|warned|announced|declared|wrote|answered|stated|recalled|thinks|reported)"
_WHO = r"(?:[A-Z][a-z]+ )?[A-Z][a-z]+(?:-[A-Z][a-z]+)?|[Hh]e|[Ss]he|[Tt]he [a-z]+(?: [a-z]+)?"
# What is quoted is masked by null characters.
_SPEAKER = re.compile(
    rf"(?:(?<=^)|(?<=, )|(?<=\0 ))(?:{_WHO})(?= {_SAID}\b)"
    r"|(?<=\0 said )[A-Z][a-z]+(?: [A-Z][a-z-]+)+|(?<=According to )[A-Z][a-z]+(?: [A-Z][a-z]+)*(?=,)"
)
_NOT = re.compile(r"\b(did|was|were|is|are|has|have|had|will|would|could|can|may|does|do) not\b")
_AUXILIARY = re.compile(r"\b(was|were|is|are|has|have|had|will|would|could|can)\b(?! (?:not|to|no|a|an|the)\b)")
_PAST = re.compile(r"(?<=[a-z] )\b([a-z]{3,}?)(ed)\b(?= (?:the|a|an|its|his|her|that|\d|[A-Z]))")
_IRREGULAR = {"said": "say", "took": "take", "gave": "give", "won": "win", "found": "find", "told": "tell"}
_IRREGULAR |= {"ran": "run", "led": "lead", "lost": "lose", "went": "go", "held": "hold", "left": "leave"}


@dataclass(frozen=True)
class Case:
    """A sentence with its evidence, and whether it is true of it or what of it was changed: `kind`."""

    id: str
    split: str
    kind: str
    sentence: str
    evidence: tuple[Evidence, ...]


def sample_articles(folder: Path = SAMPLE) -> list[Article]:
    """The sample collection."""
    found = (item for path in sorted(folder.iterdir()) for item in read_file(path))
    return [item for item in found if isinstance(item, Article)]


def split_of(text: str) -> str:
    """The half that what is made from a sentence belongs to: "dev" to tune on, "test" to report.

    >>> split_of("The ferry sank."), split_of("Pay rose.")
    ('dev', 'test')
    """
    return ("dev", "test")[hashlib.sha256(text.encode()).digest()[0] % 2]


def pieces(article: Article) -> list[Evidence]:
    """Every sentence of an article as evidence, each with the one before it, or two before a quote."""
    spans = [span for span in sentence_spans(article.text) if span[1] - span[0] > 1]
    found = []
    for place, (start, end) in enumerate(spans):
        text = article.text[start:end]
        first = max(0, place - (2 if re.search(r"[\"“”]", text) else 1))
        found.append(Evidence(article, start, end, text, article.text[spans[first][0] : start], 1.0))
    return found


def make_cases(articles: Sequence[Article], per_kind: int = PER_KIND, seed: int = 0) -> list[Case]:
    """`per_kind` corrupted sentences of each kind, as many true ones as of all kinds together, and `per_kind` true
    ones whose source was taken out of the evidence."""
    shelf = [(article, pieces(article)) for article in articles]
    seen: set[str] = set()
    bases = [(item, number) for number, (_, items) in enumerate(shelf) for item in items if _is_base(item, seen)]
    bases.sort(key=lambda base: hashlib.sha256(f"{seed}{base[0].text}".encode()).digest())
    left = dict.fromkeys(KINDS, per_kind) | {TRUE: per_kind * len(KINDS), ELSEWHERE: per_kind}
    cases: list[Case] = []
    # The first sentences serve for what few can be made from, the same one for several kinds if need be.
    for kind in ("speaker", "date", "negation", "name", "number", TRUE, ELSEWHERE):
        for item, number in bases if kind != TRUE else bases[::-1]:
            random = Random(f"{seed} {kind} {item.text}")
            if not left[kind]:
                break
            said = rewritten(_DATELINE.sub("", item.text), item.article, random)
            changed = said if kind in (TRUE, ELSEWHERE) else _CHANGES[kind](said, item, articles, random)
            if changed is None or (kind != TRUE and changed == item.text):
                continue
            left[kind] -= 1
            found = _found(item, shelf[number][1], shelf[random.randrange(len(shelf))][1], kind != ELSEWHERE, random)
            place = len(cases)
            cases.append(Case(f"{kind}-{place}", split_of(item.text), kind, changed, tuple(found)))
    return cases


def _is_base(item: Evidence, seen: set[str]) -> bool:
    """Whether a sentence says enough by itself, and is not a copy of an earlier one."""
    bare = _DATELINE.sub("", item.text)
    whole = (
        bare.count('"') % 2 == 0
        and bare.count("“") == bare.count("”")
        and bare[-1] in '."”'
        and (bare[0].isalnum() or bare[0] in '"“')
    )
    fresh = bare not in seen
    seen.add(bare)
    return fresh and whole and 8 <= len(bare.split()) <= 45


def _found(
    source: Evidence, own: Sequence[Evidence], others: Sequence[Evidence], with_source: bool, random: Random
) -> list[Evidence]:
    """What a search would find: the source, its article's sentences that are most like it, and two of another's."""
    said = stems(source.text)
    alike = sorted((item for item in own if item is not source), key=lambda item: -len(stems(item.text) & said))
    found = alike[: PIECES - 3] + random.sample(list(others), min(2, len(others)))
    found = [item for item in found if item is not source]
    if with_source:
        found.append(source)
    random.shuffle(found)
    return found


def _replace_one(pattern: re.Pattern[str], text: str, other: Callable[[str], str | None], random: Random) -> str | None:
    """The text with one match outside its quotes exchanged; None where nothing can be."""
    matches = [match for match in pattern.finditer(OUTSIDE_QUOTES.sub(lambda q: "\0" * len(q[0]), text))]
    random.shuffle(matches)
    for match in matches:
        new = other(match[0])
        if new and new != match[0]:
            return text[: match.start()] + new + text[match.end() :]
    return None


def _number(said: str, item: Evidence, articles: Sequence[Article], random: Random) -> str | None:
    dates = {number for match in _DATE.finditer(said) for number in re.findall(r"\d+", match[0])}
    own = set(_NUMBER.findall(item.text)) | set(_NUMBER.findall(said)) | dates
    printed = [number for number in _NUMBER.findall(item.article.text) if number not in own]

    def other(number: str) -> str | None:
        if number in dates:
            return None
        if printed and random.random() < 0.5:
            return str(random.choice(printed))
        if number.isalpha():
            return str(
                random.choice([word for word in ("two", "three", "five", "six", "eight", "nine") if word not in own])
            )
        digits = list(number)
        place = random.choice([place for place, digit in enumerate(digits) if digit.isdigit()])
        digits[place] = random.choice([digit for digit in "123456789" if digit != digits[place]])
        return "".join(digits)

    return _replace_one(_NUMBER, said, other, random)


def _date(said: str, item: Evidence, articles: Sequence[Article], random: Random) -> str | None:
    def other(date: str) -> str:
        if date in _WEEKDAYS:
            return str(random.choice([day for day in _WEEKDAYS if day not in item.text]))
        if date.isdigit():
            return str(int(date) + random.choice((-10, -2, -1, 1, 2)))
        month, _, day = date.partition(" ")
        if month.isdigit():
            return f"{(int(month) + random.randint(1, 20)) % 28 + 1} {day}"
        if day and random.random() < 0.5:
            return f"{month} {(int(day) + random.randint(1, 20)) % 28 + 1}"
        return f"{random.choice([name for name in MONTHS if name[:3] != month[:3]])} {day}".strip()

    return _replace_one(_DATE, said, other, random)


def _person_for(person: str, item: Evidence, articles: Sequence[Article], random: Random) -> str | None:
    """Another person, of the same article as often as of another, who is not named right there."""
    near = f"{item.context} {item.text}"
    own = persons(item.article)
    others = [name for name in persons(random.choice(articles)) if name not in own]
    lists = [own, others] if random.random() < 0.5 else [others, own]
    for chosen in lists:
        fitting = [
            name for name in chosen if name.split()[-1] not in near and not set(name.split()) & set(person.split())
        ]
        if fitting:
            name = random.choice(fitting)
            return name if " " in person else name.split()[-1]
    return None


def _name(said: str, item: Evidence, articles: Sequence[Article], random: Random) -> str | None:
    known = [name for person in persons(item.article) for name in (person, person.split()[-1])]
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(known, key=len, reverse=True))) or '(?!)'})\b")
    return _replace_one(pattern, said, lambda person: _person_for(person, item, articles, random), random)


def _speaker(said: str, item: Evidence, articles: Sequence[Article], random: Random) -> str | None:
    def other(speaker: str) -> str | None:
        if (item.article.outlet or "-").lower() in speaker.lower():
            return None
        return _person_for(speaker if speaker[0].isupper() else "A Person", item, articles, random)

    return _replace_one(_SPEAKER, said, other, random)


def _negation(said: str, item: Evidence, articles: Sequence[Article], random: Random) -> str | None:
    bare = OUTSIDE_QUOTES.sub(lambda quote: "\0" * len(quote[0]), said)
    if found := _NOT.search(bare):
        return said[: found.start()] + found[1] + said[found.end() :]
    if found := _AUXILIARY.search(bare):
        return f"{said[: found.end()]} not{said[found.end() :]}"
    for past, base in _IRREGULAR.items():
        if past != "said" and (found := re.search(rf"(?<=[a-z] ){past}\b(?= (?:the|a|an|its|his|her|\d|[A-Z]))", bare)):
            return f"{said[: found.start()]}did not {base}{said[found.end() :]}"
    if found := _PAST.search(bare):
        base = found[1] + ("e" if re.search(r"(?:[cgsvuz]|at|[^e]i[dnr]|[^aeiou]l)$", found[1]) else "")
        return f"{said[: found.start()]}did not {base}{said[found.end() :]}"
    return None


_CHANGES: dict[str, Callable[[str, Evidence, Sequence[Article], Random], str | None]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "speaker": _speaker,
    "negation": _negation,
}


def by_kind(cases: Sequence[Case]) -> Iterator[tuple[str, list[Case]]]:
    """The cases of each kind."""
    for kind in (TRUE, *KINDS, ELSEWHERE):
        yield kind, [case for case in cases if case.kind == kind]
