"""Sentences that are quoted by themselves, without the dateline before them."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.evidence import Evidence

# "PORT ELLERY, March 4, 2026. /NORTH WIRE/. ", "PARIS (AP) — ": a place in capitals and an agency, or a dash.
_DATELINE = re.compile(
    r"[A-Z][A-Z .'’-]{2,40}(?:, [A-Z][a-z]+\.?)?(?:,? [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?[.,]? ?"
    r"(?:/[^/]{2,30}/\.? (?:[—–-]{1,2} )?|\([^()]{2,30}\) (?:[—–-]{1,2} )?|[—–]|-{1,2} )\s*(?=\S)"
)


def past_dateline(item: Evidence) -> Evidence:
    """The sentence from its own first word on.

    >>> from index import Article
    >>> text = "PORT ELLERY, March 4. /NORTH WIRE/. A ferry sank."
    >>> past_dateline(Evidence(Article("a", text), 0, len(text), text, "", 0.0)).text
    'A ferry sank.'
    """
    match = _DATELINE.match(item.text)
    if match is None:
        return item
    return replace(item, start=item.start + match.end(), text=item.text[match.end() :])
