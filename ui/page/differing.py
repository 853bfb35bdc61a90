"""Reports that differ: what kind of difference it is, and the head of each account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ui.page.escaping import escape

if TYPE_CHECKING:
    from rag.answer import Sentence
    from rag.reports.accounts import Kind

# A sign for the eye and the words for it.
KINDS: Mapping[Kind, tuple[str, str]] = {
    "contradiction": ("≠", "Contradiction"),
    "change": ("→", "Change over time"),
    "correction": ("✎", "Correction"),
}


def kind_of(sentences: Sequence[Sentence]) -> Kind | None:
    """How accounts differ, by the sentence that stands above them; None where it does not say so.

    >>> from rag.answer import Sentence
    >>> kind_of([Sentence("No: the reports differ.", "supported", (1, 2))]), kind_of([])
    ('contradiction', None)
    """
    from rag.reports.listing import INTROS

    above = next((sentence.text.casefold() for sentence in sentences if not sentence.label), "")
    return next((kind for kind in KINDS if above.endswith(INTROS[kind].casefold())), None)


def kind_html(sentences: Sequence[Sentence]) -> str:
    """The name of the difference between accounts; nothing where it is not known."""
    kind = kind_of(sentences)
    if kind is None:
        return ""
    sign, name = KINDS[kind]
    return f'<p class="cw-kind cw-kind-{kind}"><span aria-hidden="true">{sign}</span> {name}</p>'


def account_head(label: str, outlet: str, date: str) -> str:
    """Who tells an account and when, and whether it is a later one, from the label of its sentence.

    >>> account_head("Later report, Bay Post, March 5, 2026", "Bay Post", "March 5, 2026")
    '<span class="cw-label"><span class="cw-role">Later report</span> <b class="cw-outlet">Bay Post</b> March 5, 2026\
</span> '
    """
    role = _role(label)
    told = f'<span class="cw-role">{escape(role)}</span> ' if role else ""
    return f'<span class="cw-label">{told}<b class="cw-outlet">{escape(outlet)}</b> {escape(date)}</span> '


def _role(label: str) -> str:
    from rag.reports.listing import LATER

    return next((role.rstrip(", ") for role in LATER.values() if role and label.startswith(role)), "")
