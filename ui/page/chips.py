"""Filters as chips: what was read from a question, and what the person set. Told apart by their words and borders."""

from __future__ import annotations

from collections.abc import Sequence

from rag import Answer, Scope
from rag.asking.scope import Hint
from ui.page.escaping import escape
from ui.within import ASKED, LOOSENED, Chip, asked_within, read_chip, set_chips

CLASSES = {ASKED: "cw-within", LOOSENED: "cw-loosened"}


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
    return "".join(
        f'<p class="cw-note {CLASSES[name]}"><b>{name}:</b> {escape(words)}</p>'
        for name, words in asked_within(answer).items()
    )


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
