"""What a source carries: the sentences of an answer that cite it, and how far it bears each of them."""

from __future__ import annotations

import textwrap

from rag import Answer
from rag.answer import Sentence
from ui.page.escaping import escape
from ui.plain import doubt

SHOWN_CHARS = 120
"""How much of a sentence is shown again beside its source."""
QUOTED = '<li class="cw-carries-supported"><b>✓ Quoted</b> in the answer</li>'


def support_html(answer: Answer, number: int) -> str:
    """The checked sentences of an answer that cite the source of that number; nothing where there are none.

    >>> told = (Sentence("It sank.", "supported", (1,)), Sentence("It sa", "pending"))
    >>> support_html(Answer("Who?", "It sank. [1] It sa", answered=True, sentences=told), 1)
    '<ul class="cw-carries" aria-label="What it carries"><li class="cw-carries-supported">\
<b>✓ Supports</b> “It sank.”</li></ul>'
    """
    told = [one for one in answer.sentences if number in one.citations and one.support != "pending"]
    # A source whose own words are the answer supports them: its paragraph shows them.
    quoted = any(sentence.label for sentence in told)
    lines = [QUOTED] if quoted else [_line_html(sentence) for sentence in told]
    return f'<ul class="cw-carries" aria-label="What it carries">{"".join(lines)}</ul>' if lines else ""


def _line_html(sentence: Sentence) -> str:
    text = f"“{escape(textwrap.shorten(sentence.text, SHOWN_CHARS, placeholder=' ...'))}”"
    if sentence.support == "supported":
        return f'<li class="cw-carries-supported"><b>✓ Supports</b> {text}</li>'
    return f'<li class="cw-carries-partly"><b>◐ Partly supports</b> {text} - {escape(doubt(sentence))}</li>'
