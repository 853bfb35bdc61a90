"""Articles as plain text for people and as JSON for scripts: in a line, in full, with their copies and versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from index import Article
from index.article import FACTS
from ui.plain import line, place

if TYPE_CHECKING:
    from index.facts import Version


def article_text(article: Article) -> str:
    """An article in a line: id, date, outlet, title.

    >>> article_text(Article("a", "x", title="Ferry sinks", outlet="Harbor Ledger", published="--03-04"))
    'ca978112ca1b  --03-04     Harbor Ledger         Ferry sinks'
    """
    return (
        f"{article.id}  {article.published or '-':10}  {line(article.outlet or '-'):20}  {line(article.title or '-')}"
    )


def story_text(story: Sequence[Article]) -> str:
    """The copies of a story, a line each, below their face."""
    face, *others = map(article_text, story)
    return "\n".join((face, *(f"    {other}" for other in others)))


def facts_text(article: Article, names: Iterable[str] = FACTS) -> str:
    """What is known of an article, a line a fact, each with where it was read.

    >>> print(facts_text(Article("a", "x", outlet="AP", origins={"outlet": "dateline"}), ["outlet", "url"]))
    outlet      AP  (dateline)
    url         -
    """
    return "\n".join(_fact_line(article, name) for name in names)


def _fact_line(article: Article, name: str) -> str:
    origin = article.origins.get(name)
    return f"{name:10}  {fact_value(article, name)}{f'  ({line(origin)})' if origin else ''}"


def fact_value(article: Article, name: str) -> str:
    """A fact in a line; "-" where the article does not tell it."""
    value = getattr(article, name)
    return line(", ".join(value) if isinstance(value, tuple) else value or "") or "-"


def page_text(article: Article, copies: Sequence[Article], versions: Sequence[Version]) -> str:
    """All that is known of an article: its facts and where they are from, its text, its copies, what it was before."""
    head = [f"{'id':10}  {article.id}", facts_text(article), _fact_line(article, "path")]
    head += [_caption_line(article, caption) for caption in article.captions]
    parts = ["\n".join(head), *(line(paragraph) for paragraph in article.text.split("\n") if paragraph.strip())]
    if copies:
        parts.append("\n".join(("Also in:", *(text for copy in copies for text in _copy_lines(article, copy)))))
    if versions:
        changed = (text for change in changes(article, versions) for text in _change_lines(*change))
        parts.append("\n".join(("Earlier versions:", *changed)))
    return "\n\n".join(parts)


def _caption_line(article: Article, caption: str) -> str:
    origin = article.origins.get("captions")
    return f"{'caption':10}  {line(caption)}{f'  ({line(origin)})' if origin else ''}"


def _copy_lines(article: Article, copy: Article) -> Iterator[str]:
    yield f"  {copy.id}  {place(copy.outlet, copy.published, copy.title)}"
    yield from _difference_lines(article.text, copy.text)


def changes(article: Article, versions: Sequence[Version]) -> Iterator[tuple[Version, Article]]:
    """Each version with what took its place, oldest first."""
    followers = [*(version.article for version in versions[1:]), article]
    return zip(versions, followers, strict=False)


def _change_lines(version: Version, follower: Article) -> Iterator[str]:
    yield f"  until {line(version.replaced)}"
    for name in changed_facts(version.article, follower):
        yield f"    {name}: {fact_value(version.article, name)} -> {fact_value(follower, name)}"
    yield from _difference_lines(version.article.text, follower.text)


def changed_facts(before: Article, after: Article) -> list[str]:
    """The names of the facts in which two versions of an article differ."""
    return [name for name in FACTS if getattr(before, name) != getattr(after, name)]


def _difference_lines(one: str, other: str) -> Iterator[str]:
    """The sentences that only one of two texts has, marked as in a diff."""
    from index.differences import differences

    for difference in differences(one, other):
        for mark, sentence in (("-", difference.one), ("+", difference.other)):
            if sentence is not None:
                yield f"    {mark} {line(sentence)}"


def article_json(article: Article) -> dict[str, object]:
    """What is known of an article and where it was read, without its text."""
    keys = ("id", "title", "outlet", "authors", "published", "modified", "section", "language", "url", "path")
    return {
        **{key: getattr(article, key) for key in keys},
        "captions": article.captions,
        "origins": dict(article.origins),
    }


def story_json(story: Sequence[Article]) -> dict[str, object]:
    """A story by its face, with its copies."""
    face, *others = map(article_json, story)
    return {"face": face, "copies": others}


def page_json(article: Article, copies: Sequence[Article], versions: Sequence[Version]) -> dict[str, object]:
    """All that is known of an article, with the keys that scripts rely on."""
    return {
        "article": {**article_json(article), "text": article.text},
        "copies": [{**article_json(copy), "differences": _differences_json(article, copy)} for copy in copies],
        "versions": [
            {
                "replaced": version.replaced,
                **article_json(version.article),
                "text": version.article.text,
                "changed": changed_facts(version.article, follower),
                "differences": _differences_json(version.article, follower),
            }
            for version, follower in changes(article, versions)
        ],
    }


def _differences_json(one: Article, other: Article) -> list[dict[str, object]]:
    from index.differences import differences

    return [asdict(difference) for difference in differences(one.text, other.text)]
