"""The outlets and authors that a question names, by the names that they have in the archive at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from index.article import MONTHS

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"\s+[|–—-]\s+|:\s+|\s*\|\s*")
_DOMAIN = re.compile(r"\.(?:com|org|net|info|news|co\.[a-z]{2}|com\.[a-z]{2}|[a-z]{2})$", re.IGNORECASE)
_MOST_WORDS = 8
_LEAST_LETTERS = 2
_MONTHS = {month[:length].lower() for month in MONTHS for length in (3, len(month))} | {"sept"}
_WROTE = re.compile(
    r"(?:['’]s)?\s+(?:(?:has|had|have|did)\s+)?"
    r"(?:articles?|columns?|reports?|reported|story|stories|pieces?|reviews?|interviews?|writes?|wrote|written|argues?)\b"
)


@dataclass(frozen=True)
class Mention:
    """A place of a question, ``question[start:end]``, that names outlets or an author; one name may be several's."""

    start: int
    end: int
    names: tuple[str, ...]


Known = Mapping[str, tuple[str, ...]]  # names as the archive has them, by the letters of what they are called


def known_outlets(outlets: Iterable[str]) -> Known:
    """What outlets are called, in full or short: to be made once for many questions."""
    return _by_key((short, outlet) for outlet in outlets for short in short_names(outlet))


def known_authors(authors: Iterable[str]) -> Known:
    """What authors are called: their whole names alone."""
    return _by_key((author, author) for author in authors if " " in author)


def read_outlets(question: str, known: Known) -> list[Mention]:
    """Where the question names an outlet, in full or by a short form of its name: the longest name first.

    A name counts where it is capitalised, a site (``wired.com``) as it stands.

    >>> known = known_outlets(["The Verge", "Live Science: Top Articles"])
    >>> read_outlets("Did The Verge and Live Science differ?", known)
    [Mention(start=4, end=13, names=('The Verge',)), Mention(start=18, end=30, names=('Live Science: Top Articles',))]
    """
    return _mentions(question, known)


def read_authors(question: str, known: Known) -> list[Mention]:
    """Where the question names an author as one: somebody "by" whom, or whose article, something is.

    >>> read_authors("What did the piece by Ann Lee say of Bo Day?", known_authors(["Ann Lee", "Bo Day"]))
    [Mention(start=22, end=29, names=('Ann Lee',))]
    """
    return [
        mention
        for mention in _mentions(question, known)
        if re.search(r"\bby\s+$", question[: mention.start]) or _WROTE.match(question, mention.end)
    ]


def named_outlets(name: str, outlets: Iterable[str]) -> tuple[str, ...]:
    """The outlets of that name, in full or short, whatever its case: what a user types for one.

    >>> named_outlets("usa today", ["USA TODAY Sports", "usatoday.com"])
    ('usatoday.com',)
    """
    return known_outlets(outlets).get(_key(_WORD.findall(name)), ())


def short_names(outlet: str) -> set[str]:
    """What an outlet is called: its name, what stands before a tag line, its site without the domain, less its "The".

    >>> sorted(short_names("The Roar | Sports Writers Blog"))
    ['Roar', 'Roar | Sports Writers Blog', 'The Roar', 'The Roar | Sports Writers Blog']
    >>> sorted(short_names("cbssports.com"))
    ['cbssports', 'cbssports.com']
    """
    names = {outlet, _PARTS.split(outlet)[0]}
    names |= {_DOMAIN.sub("", name) for name in names}
    names |= {name[4:] for name in names if name.lower().startswith("the ")}
    return {name for name in names if _is_name(name)}


def _is_name(name: str) -> bool:
    words = _WORD.findall(name.lower())
    is_day = any(word in _MONTHS for word in words) and any(word.isdecimal() for word in words)
    return sum(map(str.isalpha, name)) >= _LEAST_LETTERS and not is_day


def _by_key(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Names by their letters alone, in which "USA TODAY" and the site usatoday.com agree."""
    found: dict[str, dict[str, None]] = {}
    for short, name in named:
        found.setdefault(_key(_WORD.findall(short)), {})[name] = None
    return {key: tuple(names) for key, names in found.items()}


def _key(words: Iterable[str]) -> str:
    return "".join(words).lower()


def _mentions(question: str, known: Known) -> list[Mention]:
    words = list(_WORD.finditer(question))
    found: list[Mention] = []
    at = 0
    while at < len(words):
        if not _may_begin(question, words[at]):
            at += 1
            continue
        mention = next(_from(question, words[at : at + _MOST_WORDS], known), None)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at += sum(mention.start <= word.start() < mention.end for word in words[at : at + _MOST_WORDS])
    return found


def _may_begin(question: str, word: re.Match[str]) -> bool:
    """Whether a name may begin with the word: most of a question's words are seen at a glance to begin none."""
    text = word.group()
    return text[0].isupper() or text[0].isdecimal() or text == "the" or question[word.end() : word.end() + 1] in ".-_"


def _from(question: str, words: list[re.Match[str]], known: Known) -> Iterator[Mention]:
    """The names that begin with the first of the words, longest first."""
    texts = [word.group() for word in words]
    keys = list(accumulate(text.lower() for text in texts))
    start = words[0].start()
    for count in range(len(words), 0, -1):
        names = known.get(keys[count - 1])
        end = words[count - 1].end()
        proper = texts[1] if count > 1 and texts[0].lower() == "the" else texts[0]
        if names and (proper[0].isupper() or proper[0].isdecimal() or _DOMAIN.search(question[start:end])):
            yield Mention(start, end, names)
