"""What a search returns."""

from __future__ import annotations

from dataclasses import dataclass

from index.article import Article


@dataclass(frozen=True)
class Copy:
    """Another article that prints the same story."""

    article_id: str
    outlet: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True)
class Passage:
    """One retrieved chunk with what is known of its article; ``article.text[start:end]`` is exactly `text`.

    `copies` are the other articles of its story, which a search leaves out.
    """

    article_id: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    start: int
    end: int
    text: str
    score: float
    copies: tuple[Copy, ...] = ()


def passage_of(article: Article, start: int, end: int, score: float, copies: tuple[Copy, ...] = ()) -> Passage:
    """The passage ``article.text[start:end]``.

    >>> passage_of(Article("a", "A ferry sank. Nobody was hurt.", outlet="Harbor Ledger"), 0, 13, 0.9).text
    'A ferry sank.'
    """
    text = article.text[start:end]
    return Passage(
        article.id, article.title, article.outlet, article.published, article.url, start, end, text, score, copies
    )
