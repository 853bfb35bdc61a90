"""From answers to HTML. Whatever comes from an article, a question or a model leaves here escaped."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Mapping, Sequence

from index import spoken_date
from rag import Answer, Citation
from rag.answer import Form, Sentence, Support
from ui.page.address import address
from ui.page.differing import account_head, kind_html
from ui.page.escaping import escape as escape
from ui.page.timeline import timeline_svg
from ui.page.untold import NO_DATE, NO_OUTLET
from ui.plain import answer_text, citation_text, doubt, line, remarks
from ui.within import asked_within

MARK = re.compile(r"\[(\d{1,4})\]")
QUOTE_CHARS = 90
"""How much of a sentence is shown again where it is spoken of below the answer."""

# How far its sources carry a sentence: the sign behind it, and the label of its marks. Never by colour alone.
SIGNS: Mapping[Support, str] = {"pending": "checking", "supported": "✓", "partly": "partly"}
LABELS: Mapping[Support, str] = {
    "pending": "Being checked against source",
    "supported": "Supported by source",
    "partly": "Partly supported by source",
}
NEAR_LABEL = "Near sentence"
NO_ANSWER = " - it does not answer the question"


def exchange_html(answer: Answer, turn: int, writing: bool = False, below: str = "") -> str:
    """The question and the answer number `turn` of a conversation, with what is to stand `below` the question.

    >>> exchange_html(Answer(question="Who?", text="Nobody.", answered=True), turn=1, writing=True)
    '<article class="cw-exchange" aria-busy="true"><h2 class="cw-question">Who?</h2><p>Nobody.</p></article>'
    """
    question = f'<h2 class="cw-question">{escape(answer.question)}</h2>{understood_html(answer.standalone)}{below}'
    busy = ' aria-busy="true"' if writing else ""
    body = f"{question}{answer_html(answer, turn, writing)}{'' if writing else tools_html(answer)}"
    return f'<article class="cw-exchange"{busy}>{body}</article>'


def tools_html(answer: Answer) -> str:
    """What may be done with an answer that is no longer written: copying it with its sources, and linking to it."""
    text = escape_value(copied_text(answer))
    asked = escape(address(answer))
    link = f'<a class="cw-link" href="{asked}" target="_blank">Link to this question</a>' if asked else ""
    return f'<div class="cw-tools"><button type="button" data-cw-copy="{text}">Copy</button>{link}</div>'


def copied_text(answer: Answer) -> str:
    """An answer as it is pasted into a text: the question and what it was asked within, the sentences with their marks
    and what speaks against them, then the quoted words and their places.

    >>> print(copied_text(Answer("Who?", "", answered=False, reason="The articles do not say who.")))
    Who?
    <BLANKLINE>
    The articles do not say who.
    """
    within = [f"{name}: {line(words)}" for name, words in asked_within(answer).items()]
    told = answer_text(answer) if answer.answered else (answer.reason or "")
    sources = [citation_text(citation, citation.url, f"[{citation.number}]") for citation in answer.citations]
    parts = (answer.question.strip(), "\n".join(within), told, "\n".join(remarks(answer)), "\n".join(sources))
    return "\n\n".join(part for part in parts if part)


def escape_value(text: str) -> str:
    """Text as the value of an HTML attribute that holds exactly this text, line breaks too.

    >>> escape_value("a\\nb")
    'a&#10;b'
    """
    return escape(text.replace("\n", "\0")).replace("\ufffd", "&#10;")


def understood_html(standalone: str | None) -> str:
    """What a question that leans on an earlier one was taken to ask, shown on demand; nothing for any other.

    >>> understood_html("When did she resign?")
    '<details class="cw-understood"><summary>Understood as ...</summary>When did she resign?</details>'
    """
    if standalone is None:
        return ""
    return f'<details class="cw-understood"><summary>Understood as ...</summary>{escape(standalone)}</details>'


def answer_html(answer: Answer, turn: int, writing: bool = False) -> str:
    """An answer with its marks linked to their source cards; a mark without a citation stays plain text.

    With `writing` more is to come; without it, an answer that is not done has been stopped.
    """
    if answer.done and not answer.answered:
        reason = escape(answer.reason or answer.text)
        verdict = f'<p class="cw-verdict">Not in these articles</p><p>{reason}</p>'
        return f'<div class="cw-abstained">{verdict}{nearest_html(answer.nearest, turn)}</div>'
    if answer.sentences:
        body = sentences_html(answer.sentences, answer.citations, turn, answer.form) + doubts_html(answer.sentences)
    else:
        body = _paragraphs_html(answer, turn)
    if writing:
        return body or "<p></p>"
    if not answer.done:
        body += '<p class="cw-note">Stopped before the answer was complete.</p>'
    return body


def sentences_html(
    sentences: Sequence[Sentence], citations: Sequence[Citation], turn: int, form: Form = "answer"
) -> str:
    """A paragraph of sentences, each with its marks and a sign for how far these carry it; by `form`, a list of them.

    >>> sentences_html([Sentence("It sa", "pending")], (), turn=1)
    '<p><span class="cw-pending">It sa</span> <span class="cw-marks"><span class="cw-sign">checking</span></span></p>'
    """
    cited = {citation.number: citation for citation in citations}
    shown: set[int] = set()
    pieces = []
    for sentence in sentences:
        pieces.append(_sentence_html(sentence, cited, turn, shown))
        shown.update(sentence.citations)
    if form == "answer":
        return f"<p>{' '.join(pieces)}</p>"
    above = kind_html(sentences) if form == "accounts" else timeline_svg(sentences, turn)
    return above + _list_html(list(zip(sentences, pieces, strict=True)), form, cited)


def doubts_html(sentences: Sequence[Sentence]) -> str:
    """What the sources do not say of sentences that they carry in part, a line each; nothing when there are none.

    >>> doubts_html([Sentence("It sank in May.", "partly", (1,), ("the source does not say: May",))])
    '<ul class="cw-doubts"><li><b>Partly supported:</b> “It sank in May.” - the source does not say: May</li></ul>'
    """
    lines = [
        f"<li><b>Partly supported:</b> “{escape(textwrap.shorten(sentence.text, QUOTE_CHARS, placeholder=' ...'))}” - "
        f"{escape(doubt(sentence))}</li>"
        for sentence in sentences
        if sentence.support == "partly"
    ]
    return f'<ul class="cw-doubts">{"".join(lines)}</ul>' if lines else ""


def nearest_html(nearest: Sequence[Citation], turn: int) -> str:
    """The sentences that come nearest to a question without answering it, each with where it stands and its card."""
    if not nearest:
        return ""
    lines = "".join(
        f'<li>“{escape(citation.quote)}” <span class="cw-place">{escape(place(citation))} '
        f"{_mark_html(citation, turn, NEAR_LABEL, NO_ANSWER)}</span></li>"
        for citation in nearest
    )
    return f'<p class="cw-hold">What the articles do hold:</p><ul class="cw-nearest">{lines}</ul>'


def status_html(text: str, kind: str = "idle") -> str:
    """The line under the conversation; `kind` is "idle", "busy" or "error".

    >>> status_html("Writing ...", "busy")
    '<p class="cw-status cw-busy" role="status">Writing ...</p>'
    """
    role = "alert" if kind == "error" else "status"
    return f'<p class="cw-status cw-{kind}" role="{role}">{escape(text)}</p>'


def progress(answer: Answer) -> str:
    """What is being done, for an answer that is still growing.

    >>> progress(Answer(question="Who?", text="", answered=False, done=False))
    'Searching the articles ...'
    """
    if answer.text.strip():
        return "Writing ..."
    if answer.passages:
        return f"Reading {_count(len(answer.passages), 'passage')} ..."
    return "Searching the articles ..."


def summary(answer: Answer) -> str:
    """What came of a question, in a line.

    >>> summary(Answer(question="Who?", text="Nobody.", answered=True, model="m", seconds=1.25))
    'Answered from 0 sources in 1.2 s by m'
    """
    if not answer.done:
        return "Stopped"
    sources = _count(len({citation.number for citation in answer.citations}), "source")
    what = f"Answered from {sources}" if answer.answered else "Nothing found that answers this"
    return f"{what} in {answer.seconds:.1f} s" + (f" by {answer.model}" if answer.model else "")


def outlet(citation: Citation) -> str:
    return citation.outlet or NO_OUTLET


def date(citation: Citation) -> str:
    return spoken_date(citation.published) or NO_DATE


def place(citation: Citation) -> str:
    """Outlet and date of a citation, or that they are not known."""
    return f"{outlet(citation)}, {date(citation)}"


def _sentence_html(sentence: Sentence, cited: Mapping[int, Citation], turn: int, shown: Collection[int]) -> str:
    """A sentence with its marks; those that have been `shown` before are no place that a card leads back to."""
    label, sign = LABELS[sentence.support], SIGNS[sentence.support]
    remark = f" - {doubt(sentence)}" if sentence.support == "partly" else ""
    marks = "".join(
        _mark_html(cited[n], turn, label, remark, first=n not in shown) if n in cited else escape(f"[{n}]")
        for n in sentence.citations
    )
    # Where the labels of links say what the sign says, it is for the eye alone.
    hidden = ' aria-hidden="true"' if any(n in cited for n in sentence.citations) else ""
    return (
        f'<span class="cw-{sentence.support}">{escape(sentence.text)}</span> '
        f'<span class="cw-marks">{marks}<span class="cw-sign"{hidden}>{sign}</span></span>'
    )


def _list_html(pieces: Sequence[tuple[Sentence, str]], form: Form, cited: Mapping[int, Citation]) -> str:
    """Sentences with labels as a list: events below each other, accounts side by side; the others around it."""
    labelled = [place for place, (sentence, _) in enumerate(pieces) if sentence.label]
    first, last = (labelled[0], labelled[-1] + 1) if labelled else (len(pieces), len(pieces))
    items = "".join(f"<li>{_label_html(sentence, form, cited)}{html}</li>" for sentence, html in pieces[first:last])
    tag = "ol" if form == "timeline" else "ul"
    listed = f'<{tag} class="cw-{form}">{items}</{tag}>' if items else ""
    before, after = (" ".join(html for _, html in part) for part in (pieces[:first], pieces[last:]))
    return "".join((f"<p>{before}</p>" if before else "", listed, f"<p>{after}</p>" if after else ""))


def _label_html(sentence: Sentence, form: Form, cited: Mapping[int, Citation]) -> str:
    label = escape(sentence.label)
    source = next((cited[number] for number in sentence.citations if number in cited), None)
    if form == "accounts" and source is not None:
        return account_head(sentence.label, outlet(source), date(source))
    if form == "timeline" and sentence.day:
        return f'<time class="cw-label" datetime="{escape(sentence.day)}">{label}</time> '
    return f'<span class="cw-label">{label}</span> '


def _paragraphs_html(answer: Answer, turn: int) -> str:
    """An answer that comes as text alone."""
    cited = {citation.number: citation for citation in answer.citations}
    parts = [part for part in re.split(r"\n{2,}", answer.text.strip()) if part]
    return "".join(f"<p>{_linked(part, cited, turn)}</p>" for part in parts)


def _linked(text: str, cited: Mapping[int, Citation], turn: int) -> str:
    """Escaped text in which each mark that has a citation is a link to its card."""
    pieces = []
    at = 0
    for match in MARK.finditer(text):
        citation = cited.get(int(match[1]))
        if citation is not None:
            pieces += [escape(text[at : match.start()]), _mark_html(citation, turn, "Source")]
            at = match.end()
    return "".join([*pieces, escape(text[at:])])


def _mark_html(citation: Citation, turn: int, label: str, remark: str = "", first: bool = True) -> str:
    """The link [n] to a card, and, where it is the `first` to this card, the place that the card leads back to."""
    key = f"{turn}-{citation.number}"
    anchor = f' id="mark-{key}"' if first else ""
    told = escape(f"{label} {citation.number}: {place(citation)}{remark}")
    return f'<a class="cw-mark"{anchor} href="#source-{key}" title="{told}" aria-label="{told}">[{citation.number}]</a>'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
