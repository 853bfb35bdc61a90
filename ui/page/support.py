"""What a source carries: the sentences of an answer that cite it, and how far it bears each of them."""

from __future__ import annotations

import textwrap

from rag import Answer
from rag.answer import Sentence
from ui.page.escaping import escape
from ui.plain import doubt

SHOWN_CHARS = 120
"""How much of a sentence is shown again beside its source."""


def support_html(answer: Answer, number: int) -> str:
    """The checked sentences of an answer that cite the source of that number; nothing where there are none.

    >>> told = (Sentence("It sank.", "supported", (1,)), Sentence("It sa", "pending"))
    >>> support_html(Answer("Who?", "It sank. [1] It sa", answered=True, sentences=told), 1)
    '<ul class="cw-carries" aria-label="What it carries"><li class="cw-carries-supported">\
<b>✓ Supports</b> “It sank.”</li></ul>'
    """
    lines = [
        _line_html(sentence)
        for sentence in answer.sentences
        if number in sentence.citations and sentence.support != "pending"
    ]
    return f'<ul class="cw-carries" aria-label="What it carries">{"".join(lines)}</ul>' if lines else ""


def _line_html(sentence: Sentence) -> str:
    if sentence.label:  # the source's own words, which its paragraph shows
        return '<li class="cw-carries-supported"><b>✓ Quoted</b> in the answer</li>'
    text = f"“{escape(textwrap.shorten(sentence.text, SHOWN_CHARS, placeholder=' ...'))}”"
    if sentence.support == "supported":
        return f'<li class="cw-carries-supported"><b>✓ Supports</b> {text}</li>'
    return f'<li class="cw-carries-partly"><b>◐ Partly supports</b> {text} - {escape(doubt(sentence))}</li>'
