"""Filters as chips: what was read from a question, and what the person set. Told apart by their words and borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.article import spoken_date
from rag import Answer, Scope
from rag.asking.scope import Hint
from ui.arguments import first_day, last_day
from ui.page.render import escape

NAMED = {"outlet": "Outlet: ", "author": "Author: "}
AS_OF = "as of"


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the key by which it is removed."""

    key: str
    text: str


def read_chip(hint: Hint) -> Chip:
    """The chip of what was read from a question.

    >>> read_chip(Hint("days", "since March 4", since="2026-03-04"))
    Chip(key='days:since march 4', text='Published since March 4, 2026')
    """
    if hint.kind == "days":
        return Chip(hint.key, published(hint.since, hint.until))
    return Chip(hint.key, NAMED[hint.kind] + " or ".join(hint.names))


def published(since: str | None, until: str | None) -> str:
    """A range of days of publication in words; whole months and years by their names.

    >>> published("2026-03-01", "2026-03-31"), published("2026-03-04", "2026-03-04")
    ('Published in March 2026', 'Published on March 4, 2026')
    >>> published("2026-03-04", "2026-04-02"), published(None, "2026-03-31")
    ('Published March 4, 2026 to April 2, 2026', 'Published until March 31, 2026')
    """
    if not (since and until):
        return f"Published since {spoken_date(since)}" if since else f"Published until {spoken_date(until)}"
    if since == until:
        return f"Published on {spoken_date(since)}"
    for whole in (since[:4], since[:7]):
        if (since, until) == (first_day(whole), last_day(whole)):
            return f"Published in {spoken_date(whole)}"
    return f"Published {spoken_date(since)} to {spoken_date(until)}"


def set_chips(scope: Scope) -> list[Chip]:
    """The chips of what a person set.

    >>> from index.filters import Filter
    >>> [chip.text for chip in set_chips(Scope(Filter(("AP",), until="2026-03-31")))]
    ['Outlet: AP', 'Published until March 31, 2026']
    """
    wanted = scope.filter
    found = [Chip(f"outlet:{name}", f"Outlet: {name}") for name in wanted.outlets]
    found += [Chip(f"author:{name}", f"Author: {name}") for name in wanted.authors]
    found += [Chip("since", published(wanted.since, None))] if wanted.since else []
    found += [Chip("until", published(None, wanted.until))] if wanted.until else []
    found += [Chip(AS_OF, f"As of {spoken_date(scope.as_of.isoformat())}")] if scope.as_of else []
    return found


def read_html(read: Sequence[Hint]) -> str:
    """The row of what was read from a question; nothing for a question that names no outlet, author or day.

    >>> "Remove filter Outlet: AP" in read_html([Hint("outlet", "AP", ("AP",))])
    True
    """
    chips = [_ignored_html(read_chip(hint)) if hint.ignored else _chip_html(read_chip(hint), "read") for hint in read]
    return _row_html("From the question", chips) if chips else ""


def set_html(scope: Scope, notice: str = "", kind: str = "note", again: bool = False) -> str:
    """The row of what a person set, with a `notice` of a `kind` ("note" or "error") below it.

    With `again` it offers to ask the last question again.
    """
    chips = [_chip_html(chip, "set") for chip in set_chips(scope)]
    row = _row_html("Set by you", chips) if chips else ""
    role = "alert" if kind == "error" else "status"
    button = '<button type="button" class="cw-chip-link" data-event="again">Ask the last question again</button>'
    said = f"{escape(notice)} {button if again else ''}" if notice else ""
    return row + (f'<p class="cw-chips-said cw-chips-{kind}" role="{role}">{said}</p>' if said else "")


def asked_html(answer: Answer) -> str:
    """What an answer was asked within, in words, and which filters were loosened; nothing where nothing was set.

    >>> asked_html(Answer("Who?", "", answered=False, loosened=("No article is by Ann Lee; searched without her.",)))
    '<p class="cw-note cw-loosened"><b>Loosened:</b> No article is by Ann Lee; searched without her.</p>'
    """
    texts = [chip.text for chip in set_chips(answer.scope)]
    texts += [f"“{hint.said}” not taken as a filter" for hint in answer.read if hint.ignored]
    asked = f'<p class="cw-note cw-within"><b>Asked with:</b> {escape("; ".join(texts))}</p>' if texts else ""
    loosened = f'<p class="cw-note cw-loosened"><b>Loosened:</b> {escape(" ".join(answer.loosened))}</p>'
    return asked + (loosened if answer.loosened else "")


def _row_html(label: str, chips: Sequence[str]) -> str:
    return (
        f'<ul class="cw-chips" aria-label="Filters: {label}"><li class="cw-chips-of">{label}</li>{"".join(chips)}</ul>'
    )


def _chip_html(chip: Chip, origin: str) -> str:
    told = escape(f"Remove filter {chip.text}")
    return (
        f'<li class="cw-chip cw-chip-{origin}"><span>{escape(chip.text)}</span>'
        f'<button type="button" data-event="{"toggle" if origin == "read" else "remove"}" data-key="{escape(chip.key)}"'
        f' aria-label="{told}" title="{told}">×</button></li>'
    )


def _ignored_html(chip: Chip) -> str:
    told = escape(f"Use filter {chip.text} again")
    return (
        f'<li class="cw-chip cw-chip-ignored"><span><s>{escape(chip.text)}</s> (not used)</span>'
        f'<button type="button" data-event="toggle" data-key="{escape(chip.key)}"'
        f' aria-label="{told}" title="{told}">Use</button></li>'
    )
