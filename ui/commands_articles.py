"""The commands on the stored articles: listing and filtering, showing one, setting it right, removing."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.errors import InputError
from ui import plain, plain_articles, records
from ui.archives import bare_archive
from ui.settings import Settings

if TYPE_CHECKING:
    from index import Archive, Article


class Filters:
    """What a listing is narrowed to. `undated` counts the articles that fit but for a date that says no year."""

    def __init__(self, args: Namespace) -> None:
        self.undated = 0
        self._outlet: str | None = args.outlet
        self._author: str | None = args.author
        self._title: str | None = args.title
        self._since: str | None = args.since
        self._until: str | None = args.until

    def chosen(self, articles: Iterable[Article]) -> Iterator[Article]:
        """The articles that fit, in their order, as they come."""
        for article in articles:
            if not self._names_fit(article):
                continue
            if (self._since or self._until) and not has_year(article.published):
                self.undated += 1
            elif in_range(article.published or "", self._since, self._until):
                yield article

    def _names_fit(self, article: Article) -> bool:
        return (
            _holds(article.outlet, self._outlet)
            and (not self._author or any(_holds(name, self._author) for name in article.authors))
            and all(_holds(article.title, word) for word in (self._title or "").split())
        )

    def tell(self) -> None:
        """Say how many articles the dates left out because they could not be compared."""
        if self.undated:
            plain.say(f"Left out for want of a date with a year: {self.undated}.")


def _holds(text: str | None, part: str | None) -> bool:
    return not part or part.casefold() in (text or "").casefold()


def has_year(published: str | None) -> bool:
    return bool(published) and not str(published).startswith("--")


def in_range(published: str, since: str | None, until: str | None) -> bool:
    """Whether a date, or one day at least of a month or year, lies from `since` to `until`, both included.

    >>> in_range("2018-01", "2018-01-15", None), in_range("2018-01-29", None, "2018"), in_range("2018", "2019", None)
    (True, True, False)
    """
    return (not since or _same_length(published, since)) and (not until or _same_length(until, published))


def _same_length(late: str, early: str) -> bool:
    """Whether `late` is not before `early`, as far as both are told."""
    told = min(len(late), len(early))
    return late[:told] >= early[:told]


def articles(args: Namespace, settings: Settings) -> int:
    """List the articles of the index that fit the filters, or the stories that several of them print."""
    filters = Filters(args)
    with bare_archive(settings.index) as archive:
        if args.stories:
            _list_stories(archive, filters, args.json)
        else:
            _list_articles(archive, filters, args.json)
    filters.tell()
    return 0


def _list_articles(archive: Archive, filters: Filters, as_json: bool) -> None:
    found = filters.chosen(archive.articles())
    if as_json:
        plain.emit({"articles": [plain_articles.article_json(article) for article in found]})
    else:
        for article in found:
            print(plain_articles.article_text(article))


def _list_stories(archive: Archive, filters: Filters, as_json: bool) -> None:
    found = _stories(archive, filters)
    if as_json:
        plain.emit({"stories": [plain_articles.story_json(story) for story in found]})
    else:
        for story in found:
            print(plain_articles.story_text(story))


def _stories(archive: Archive, filters: Filters) -> Iterator[list[Article]]:
    """The stories that several articles print, those of which one fits."""
    seen: set[str] = set()
    for article in filters.chosen(archive.articles()):
        if article.id not in seen:
            story = archive.story(article.id)
            if len(story) > 1:
                seen.update(copy.id for copy in story)
                yield story


def show(args: Namespace, settings: Settings) -> int:
    """Show all that is known of an article: facts, text, copies, earlier versions."""
    with bare_archive(settings.index) as archive:
        page = records.article_page(archive, args.id)
    if args.json:
        plain.emit(plain_articles.page_json(*page))
    else:
        print(plain_articles.page_text(*page))
    return 0


def set_facts(args: Namespace, settings: Settings) -> int:
    """Set facts of an article by hand, for good."""
    from index.corrections import parse_corrections

    return _correct(args, settings, dict(parse_corrections(args.facts)))


def unset_facts(args: Namespace, settings: Settings) -> int:
    """Take back what was set by hand."""
    return _correct(args, settings, dict.fromkeys(name.strip().lower() for name in args.fields))


def _correct(args: Namespace, settings: Settings, facts: dict[str, str | None]) -> int:
    with bare_archive(settings.index) as archive:
        article = archive.correct(args.id, facts)
    if args.json:
        plain.emit({"article": plain_articles.article_json(article)})
    else:
        print(plain_articles.facts_text(article, facts))
    return 0


def remove(args: Namespace, settings: Settings) -> int:
    """Take articles out of the index; ids that it does not know are told after the others are gone."""
    with bare_archive(settings.index) as archive:
        unknown = [id for id in dict.fromkeys(args.ids) if not _is_known(archive, id)]
        removed = archive.remove(id for id in args.ids if id not in unknown)
    if args.json:
        plain.emit({"removed": removed, "unknown": unknown})
    else:
        print(f"{removed} removed.")
    if unknown:
        raise InputError(f"There is no article {', '.join(unknown)}; `citewire articles` lists those there are.")
    return 0


def _is_known(archive: Archive, id: str) -> bool:
    try:
        archive.article(id)
    except InputError:
        return False
    return True
