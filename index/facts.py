"""Articles as the database keeps them: their facts as JSON beside their text, sealed, and what the user set right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from index.article import FACTS, Article
from index.errors import IndexDamagedError
from index.schema import seal

# The columns of an article, in the order in which `article_of` takes them.
COLUMNS = "id, facts, corrections, text, seal"
NO_CORRECTIONS = "{}"
USER = "user"


@dataclass(frozen=True)
class Version:
    """An article as it was until `replaced`, the time (ISO, UTC) when a newer form took its place."""

    article: Article
    replaced: str


def facts_of(article: Article) -> str:
    """All of an article but its text, as JSON.

    >>> facts_of(Article("a", "x", title="Ferry sinks"))
    '{"identity": "a", "title": "Ferry sinks"}'
    """
    return json.dumps({name: value for name, value in asdict(article).items() if value and name != "text"})


def article_of(id: str, facts: str, corrections: str, text: str, sealed: int) -> Article:
    """The article of a row, as the user corrected it. Raises IndexDamagedError when it is not what was stored."""
    article = article_as_read(id, facts, corrections, text, sealed)
    return corrected(article, json.loads(corrections)) if corrections != NO_CORRECTIONS else article


def article_as_read(id: str, facts: str, corrections: str, text: str, sealed: int) -> Article:
    """The article of a row, as it was read. Raises IndexDamagedError when it is not what was stored."""
    if seal(id, facts, corrections, text) != sealed:
        raise IndexDamagedError(
            f"The article {id} in the index is damaged; restore the index from a copy, "
            "or delete its folder and index the articles again."
        )
    values = json.loads(facts)
    for name in ("authors", "captions"):
        values[name] = tuple(values.get(name, ()))
    return Article(text=text, **values)


def corrected(article: Article, corrections: Mapping[str, object]) -> Article:
    """`article` with what the user set in place of what was read; an empty value says that there is none.

    >>> found = corrected(Article("a", "x", outlet="AP"), {"outlet": "Harbor Ledger"})
    >>> found.outlet, found.origins
    ('Harbor Ledger', {'outlet': 'user'})
    """
    values: dict[str, Any] = {name: value or None for name, value in corrections.items() if name in FACTS}
    if isinstance(names := corrections.get("authors"), list):
        values["authors"] = tuple(names)
    return replace(article, **values, origins={**article.origins, **dict.fromkeys(values, USER)})
