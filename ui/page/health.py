"""The health line: which model answers, over how many articles, and how new they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ui.page.desk import Desk
from ui.page.render import escape

GENERATION_SHOWN = 8
"""How many characters of a generation's name are enough to tell two apart."""


@dataclass(frozen=True)
class Health:
    """How things stand. `updated` is ISO with its zone, or None where it is not known."""

    model: str
    articles: int
    generation: str
    updated: str | None


def health_of(desk: Desk) -> str:
    """The line for how things stand at the desk now."""
    archive = desk.assistant.archive
    return health_html(Health(desk.assistant.model, archive.counts()[0], archive.generation, archive.updated))


def health_html(health: Health, now: datetime | None = None) -> str:
    """How things stand in a line, with the moment of the last update in full for whoever points at it.

    >>> health_html(Health("qwen", 41, "3fa94bc1d2", None))
    'Model <b>qwen</b> · <b>41</b> articles · index 3fa94bc1 · last update not known'
    """
    count = f"<b>{health.articles:,}</b> {'article' if health.articles == 1 else 'articles'}"
    parts = [f"Model <b>{escape(health.model)}</b>", count, f"index {escape(health.generation[:GENERATION_SHOWN])}"]
    if health.updated is None:
        return " · ".join([*parts, "last update not known"])
    told = escape(ago(datetime.fromisoformat(health.updated), now or datetime.now(UTC)))
    return " · ".join([*parts, f'<time datetime="{escape(health.updated)}">updated {told}</time>'])


def ago(then: datetime, now: datetime) -> str:
    """How long ago it was, in the largest unit that fits; the day itself from a month on.

    >>> ago(datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 3, 4, 11, 30, tzinfo=UTC))
    '2 hours ago'
    >>> ago(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    'on 2026-03-04'
    """
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    for size, unit, below in ((60, "minute", 3600), (3600, "hour", 86_400), (86_400, "day", 30 * 86_400)):
        if seconds < below:
            count = int(seconds // size)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return f"on {then.date().isoformat()}"
