"""From a question to the passages that it needs: read, searched slot by slot, reranked, and shared out fairly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from index import Archive, Article, Passage
from index.article import spoken_date
from index.catalogue import Catalogue
from index.errors import InputError
from index.filters import EVERYTHING, Filter, dated_by
from index.slots import Found
from rag.asking.outlets import named_outlets
from rag.asking.reading import Reading, read
from rag.asking.scope import Scope, scope_of
from rag.reranking import RERANKED, Reranker, rerank
from rag.reranking import Reading as PassageReading


@dataclass(frozen=True)
class Retrieval:
    """The passages found, best first, their articles by id, and how the question was read.

    `loosened` holds a sentence for each filter that was dropped because no article meets it, `readings` what the
    reranker made of those passages that it read.
    """

    passages: tuple[Passage, ...]
    articles: Mapping[str, Article]
    reading: Reading
    loosened: tuple[str, ...] = ()
    readings: Mapping[Passage, PassageReading] = field(default_factory=dict)


class Retriever:
    """Finds the passages for questions to one archive, with a reranker where one is given."""

    def __init__(
        self, archive: Archive, reranker: Reranker | None = None, today: Callable[[], date] = date.today
    ) -> None:
        """`today` is what "yesterday" in a question is counted from, unless it is asked as of another day."""
        self.archive = archive
        self.reranker = reranker
        self._today = today

    def search(self, question: str, k: int = 10) -> list[Passage]:
        """The `k` passages that `find` finds."""
        return list(self.find(question, k).passages)

    def find(self, question: str, k: int = 10, within: Filter | Scope = EVERYTHING) -> Retrieval:
        """The `k` passages that the question needs, best first.

        What the question itself says of outlets, authors and days is preferred, but for what a scope ignores; only
        articles that meet `within` are looked at, with its outlets and authors named as `named_outlets` allows. Raises
        InputError for a question that cannot be one, and for an outlet or author that no article has.
        """
        scope = scope_of(within)
        embedding = self.archive.embedding(question)  # which takes longer than to read it
        catalogue = self.archive.catalogue()
        reading = read(question, catalogue, scope.as_of or self._today(), scope.ignored)
        met, loosened = loosen(resolve(scope.within, catalogue), catalogue)
        pool = max(k, RERANKED) if self.reranker else k
        found = self.archive.find(replace(reading.request, within=met), pool, embedding)
        if met.as_of:
            found = _with_known_copies(found, met.as_of, catalogue.newest)
        readings: Mapping[Passage, PassageReading] = {}
        if self.reranker:
            found, readings = reread(reading, found, self.reranker)
        passages = found.best(k)
        articles = {passage.article_id: found.articles[passage.article_id] for passage in passages}
        read_of_them = {passage: readings[passage] for passage in passages if passage in readings}
        return Retrieval(tuple(passages), articles, reading, tuple(loosened), read_of_them)


def resolve(wanted: Filter, catalogue: Catalogue) -> Filter:
    """The filter with outlets and authors by the names that the archive has for them. Raises InputError."""
    authors: dict[str, list[str]] = {}
    for author in catalogue.by_author:
        authors.setdefault(author.lower(), []).append(author)
    unknown = [author for author in wanted.authors if author.lower() not in authors]
    if unknown:
        raise InputError(f"No article is by {unknown[0]}; give a name as `citewire articles --json` shows it.")
    outlets = [name for outlet in wanted.outlets for name in _known_outlets(outlet, catalogue)]
    writers = [name for author in wanted.authors for name in authors[author.lower()]]
    return replace(wanted, outlets=tuple(outlets), authors=tuple(writers))


def _known_outlets(outlet: str, catalogue: Catalogue) -> Sequence[str]:
    names = named_outlets(outlet, catalogue.by_outlet)
    if not names:
        raise InputError(f"No article is of {outlet}; `citewire articles` shows what outlets there are.")
    return names


def loosen(wanted: Filter, catalogue: Catalogue) -> tuple[Filter, list[str]]:
    """The filter, or the strictest looser one that some article meets, with a sentence for each step."""
    said: list[str] = []
    steps = [wanted, *wanted.looser()]
    for filter, looser in zip(steps, steps[1:], strict=False):
        if len(catalogue.select(filter)):
            return filter, said
        dropped = "the days" if (filter.since, filter.until) != (looser.since, looser.until) else "the author"
        dropped = "the outlet" if filter.outlets != looser.outlets else dropped
        said.append(f"No article is {_spoken(filter)}; searched without {dropped}.")
    if wanted.as_of and not len(catalogue.select(steps[-1])):
        said.append(f"No article is {_spoken(steps[-1])}, and nothing later is looked at.")
    return steps[-1], said


def _spoken(wanted: Filter) -> str:
    """What a filter asks for, in words."""
    parts = [f"of {' or '.join(wanted.outlets)}"] if wanted.outlets else []
    parts += [f"by {' or '.join(wanted.authors)}"] if wanted.authors else []
    since, until = spoken_date(wanted.since), spoken_date(wanted.until)
    if since and until:
        parts.append(f"published on {since}" if since == until else f"published from {since} to {until}")
    elif since or until:
        parts.append(f"published since {since}" if since else f"published until {until}")
    parts += [f"dated {spoken_date(wanted.as_of)} or earlier"] if wanted.as_of else []
    return " and ".join(parts)


def _with_known_copies(found: Found, last: str, newest: str | None) -> Found:
    """What was found, with those copies of each passage that are dated the last day or earlier."""

    def known(passage: Passage) -> Passage:
        return replace(passage, copies=tuple(c for c in passage.copies if dated_by(c.published, last, newest)))

    return Found(tuple(tuple(map(known, slot)) for slot in found.slots), found.articles)


def reread(reading: Reading, found: Found, reranker: Reranker) -> tuple[Found, Mapping[Passage, PassageReading]]:
    """What was found, with the first of each slot in the order that the search and the reranker together give them.

    Every slot has an equal share of the RERANKED passages that there is time to read.
    """
    texts = [slot.text for slot in reading.slots] or [reading.text]
    share = RERANKED // len(texts)
    slots = []
    read_as: dict[Passage, PassageReading] = {}
    for text, slot in zip(texts, found.slots, strict=True):
        first = slot[:share]
        heads = [found.articles[passage.article_id].heading for passage in first]
        readings = reranker.read(text, heads, [passage.text for passage in first])
        joined = rerank([passage.score for passage in slot], [one.relevance for one in readings])
        rescored = [replace(passage, score=score) for passage, score in zip(slot, joined, strict=True)]
        read_as |= dict(zip(rescored, readings, strict=False))  # only the first were read
        slots.append(tuple(sorted(rescored, key=lambda passage: -passage.score)))
    return Found(tuple(slots), found.articles), read_as
