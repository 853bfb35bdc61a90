"""Sentences that are quoted by themselves, without the dateline before them."""

from __future__ import annotations

from dataclasses import replace

from index.dateline import read_dateline
from rag.evidence import Evidence


def past_dateline(item: Evidence) -> Evidence:
    """The sentence from its own first word on.

    >>> from index import Article
    >>> text = "PORT ELLERY, March 4. /NORTH WIRE/. A ferry sank."
    >>> past_dateline(Evidence(Article("a", text), 0, len(text), text, "", 0.0)).text
    'A ferry sank.'
    """
    end = read_dateline(item.article.text).end
    if not item.start < end < item.end:
        return item
    rest = item.article.text[end : item.end]
    start = end + len(rest) - len(rest.lstrip())
    return replace(item, start=start, text=item.article.text[start : item.end])
