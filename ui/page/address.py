"""The address of the page as a link to a question: what asks it is told there, and what it is asked within.

``?q=QUESTION`` asks it; ``outlet`` and ``author``, which may stand there several times, ``since``, ``until`` and
``as_of`` set filters, and ``ignored`` names, by their keys, what of the question's words is not taken as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from index.catalogue import Catalogue
from index.errors import CitewireError
from rag import Answer, Scope
from rag.asking.scope import EVERYWHERE
from ui.page.scoping import narrowed

FILTERS = ("outlet", "author", "since", "until", "as_of")
MOST_FILTERS = 50
"""How many filters an address may set: each is looked up, and anybody can write one."""
TOO_MANY = f"This link sets more than {MOST_FILTERS} filters; leave some of them out."


@dataclass(frozen=True)
class Linked:
    """What an address asks, and within what. `fault` says what of that cannot be, in a sentence for each."""

    question: str = ""
    scope: Scope = EVERYWHERE
    fault: str = ""


def address(answer: Answer) -> str:
    """The address that asks the question of an answer again, within the same, in the form that needs no earlier one.

    >>> from index.filters import Filter
    >>> address(Answer("Who won?", "Ann.", answered=True, scope=Scope(Filter(("Bay Post",), since="2026-03-01"))))
    '?q=Who%20won%3F&outlet=Bay%20Post&since=2026-03-01'
    """
    question = (answer.standalone or answer.question).strip()
    if not question:
        return ""
    wanted = answer.scope.filter
    told = [("q", question)]
    told += [("outlet", name) for name in wanted.outlets] + [("author", name) for name in wanted.authors]
    days = {"since": wanted.since, "until": wanted.until, "as_of": answer.scope.as_of}
    told += [(name, str(day)) for name, day in days.items() if day]
    told += [("ignored", hint.key) for hint in answer.read if hint.ignored]
    return f"?{urlencode(told, safe=':', errors='replace', quote_via=quote)}"


def read_address(told: Sequence[tuple[str, str]], catalogue: Callable[[], Catalogue]) -> Linked:
    """What the parameters of an address ask; those with another name are left aside.

    A filter that cannot be met is left out and is the `fault`, while the others are set.

    >>> read_address([("q", "Who?"), ("since", "soon")], lambda: None).fault
    'soon is no day; write it as 2018-03-20.'
    """
    question = dict(told).get("q", "").strip()
    filters = [(name, text) for name, text in told if name in FILTERS and text.strip()]
    if len(filters) > MOST_FILTERS:
        return Linked(question, fault=TOO_MANY)
    scope = Scope(ignored=frozenset(text for name, text in told if name == "ignored"))
    faults = []
    for name, text in filters:
        try:
            scope = narrowed(scope, {name: text}, catalogue())
        except CitewireError as error:
            faults.append(str(error))
    return Linked(question, scope, " ".join(dict.fromkeys(faults)))
