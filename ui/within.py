"""What a question was asked within, in words: for the page, and for what is copied and downloaded of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.article import spoken_date
from ui.arguments import first_day, last_day

if TYPE_CHECKING:
    from rag import Answer, Scope
    from rag.asking.scope import Hint

NAMED = {"outlet": "Outlet: ", "author": "Author: "}
AS_OF = "as of"
ASKED, LOOSENED = "Asked with", "Loosened"


@dataclass(frozen=True)
class Chip:
    """A filter in words, and the key by which it is removed."""

    key: str
    text: str


def read_chip(hint: Hint) -> Chip:
    """The chip of what was read from a question.

    >>> from rag.asking.scope import Hint
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
    >>> from rag import Scope
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


def asked_within(answer: Answer) -> dict[str, str]:
    """What an answer was asked within, and what of that was loosened, each under its name; empty where nothing was set.

    >>> from index.filters import Filter
    >>> from rag import Answer, Scope
    >>> asked_within(Answer("Who?", "", answered=False, scope=Scope(Filter(("AP", "Bay Post")))))
    {'Asked with': 'Outlet: AP; Outlet: Bay Post'}
    """
    asked = [chip.text for chip in set_chips(answer.scope)]
    asked += [f"“{hint.said}” not taken as a filter" for hint in answer.read if hint.ignored]
    told = {ASKED: "; ".join(asked), LOOSENED: " ".join(answer.loosened)}
    return {name: words for name, words in told.items() if words}
