"""What the command line prints: answers, passages and tables as plain text for people, and JSON for scripts.

What comes out of an article may hold anything, escape sequences of terminals too: nothing of it is printed raw.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from index import Passage, spoken_date

if TYPE_CHECKING:
    from rag import Answer, Citation
    from rag.answer import Sentence
    from rag.asking.scope import Hint
    from rag.retriever import Retrieval

EXCERPT = 400  # characters of a passage that are shown
WIDEST = 100  # columns
_MARK_END = re.compile(r".*\[\d+\]", re.DOTALL)


def say(line: str) -> None:
    """A line for the person at the terminal, apart from the output."""
    print(line, file=sys.stderr, flush=True)


def emit(record: object) -> None:
    """A line of JSON, at once. Plain ASCII, so that no terminal's encoding can spoil it."""
    print(json.dumps(record), flush=True)


def line(text: str) -> str:
    r"""Text as one printable line: white space closed up, control and direction characters gone.

    >>> line("Red\n\x1b[31m alert\u202e")
    'Red [31m alert'
    """
    shown = (c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cs") and c not in _DIRECTIONS)
    return "".join(shown)


_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def settled(text: str) -> str:
    """The part of a growing answer that will stay: up to the last mark of a citation.

    >>> settled("It sank. [1] The crew"), settled("It sa")
    ('It sank. [1]', '')
    """
    match = _MARK_END.match(text)
    return match.group() if match else ""


def next_piece(printed: str, answer: Answer) -> str:
    r"""What to print of a growing answer behind what is `printed` of it: text comes once it will stay.

    Should the end of the work take some of it back, the whole answer follows on a line of its own.

    >>> from rag import Answer
    >>> next_piece("", Answer("Who?", "A crew of 9. [1] The cap", answered=True, done=False))
    'A crew of 9. [1]'
    >>> next_piece("A crew of 9. [1]", Answer("Who?", "A crew of 9. [1] They swam. [2]", answered=True))
    ' They swam. [2]'
    """
    text = answer_text(answer) if answer.done else line(settled(answer.text))
    if text.startswith(printed):
        return text[len(printed) :]
    return f"\n{text}" if answer.done else ""


def answer_text(answer: Answer) -> str:
    """The text of an answer in one line; reports that differ, and events, have a line each.

    >>> from rag import Answer
    >>> from rag.answer import Sentence
    >>> told = Sentence("The reports differ.", "supported", (1,)), Sentence("“9.”", "supported", (1,), label="Bay Post")
    >>> print(answer_text(Answer("How many?", "...", answered=True, sentences=told, form="accounts")))
    The reports differ. [1]
    - Bay Post: “9.” [1]
    """
    if answer.form == "answer":
        return line(answer.text)
    from rag.citing import marked

    return "\n".join(f"{'- ' if sentence.label else ''}{line(marked(sentence))}" for sentence in answer.sentences)


def place(outlet: str | None, published: str | None, title: str | None) -> str:
    """Outlet, date and title as a reader cites them.

    >>> place("Harbor Ledger", "2026-03-04", "Ferry sinks"), place(None, None, None)
    ('Harbor Ledger, March 4, 2026: Ferry sinks', 'Untitled')
    """
    origin = ", ".join(part for part in (outlet, spoken_date(published)) if part)
    return line(": ".join(part for part in (origin, title or "Untitled") if part))


def citation_text(citation: Citation, where: str | None, mark: str) -> str:
    """Quoted words: the `mark` that they go by and their place, their address, and themselves."""
    head = f"{mark} {place(citation.outlet, citation.published, citation.title)}"
    return "\n".join((head, *indented(where), *indented(f"“{line(citation.quote)}”")))


def remarks(answer: Answer) -> list[str]:
    """What is to be said of an answer below its text: how its question was understood, and what it says unsupported.

    >>> from rag.answer import Answer, Sentence
    >>> sank = Sentence("It sank in May.", "partly", (1,), ("the source does not say: May",))
    >>> print(*remarks(Answer("And then?", "It sank in May. [1]", answered=True, sentences=(sank,))))
    Partly supported: “It sank in May.” - the source does not say: May
    """
    understood = [f"Understood as: {line(answer.standalone)}"] if answer.standalone else []
    partly = [sentence for sentence in answer.sentences if sentence.support == "partly"]
    return understood + [f"Partly supported: “{line(one.text)}” - {doubt(one)}" for one in partly]


def doubt(sentence: Sentence) -> str:
    """What keeps a sentence from being supported, in a line.

    >>> from rag.answer import Sentence
    >>> doubt(Sentence("It sank.", "partly", (1,), ("the source does not say: sank", "it says little")))
    'the source does not say: sank; it says little'
    """
    return line("; ".join(sentence.reasons)) or "the sources do not say all of it"


def passage_text(number: int, passage: Passage) -> str:
    """A passage as a search shows it: rank and place, address, who else has it, how well it fits, its beginning."""
    excerpt = textwrap.shorten(line(passage.text), EXCERPT, placeholder=" ...")
    head = f"{number}. {place(passage.outlet, passage.published, passage.title)}  ({passage.score:.3f})"
    return "\n".join((head, *indented(passage.url), *indented(also_in(passage)), *indented(excerpt)))


def also_in(passage: Passage) -> str | None:
    """How many others print the story of a passage; None if no one does.

    >>> from index.passage import Copy
    >>> copies = (Copy("b", "Bay Post", None, None), Copy("c", "Bay Post", None, None), Copy("d", "AP", None, None))
    >>> also_in(Passage("a", None, "AP", None, None, 0, 1, "x", 1.0, copies))
    'also in 1 outlet'
    """
    outlets = {copy.outlet for copy in passage.copies} - {passage.outlet, None}
    if outlets:
        return f"also in {_counted(len(outlets), 'outlet')}"
    return f"also in {_counted(len(passage.copies), 'other article')}" if passage.copies else None


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def passages_json(retrieval: Retrieval, seconds: float) -> dict[str, object]:
    """A search's result, with the keys that scripts rely on."""
    return {
        "question": retrieval.reading.text,
        "passages": [asdict(passage) for passage in retrieval.passages],
        "loosened": list(retrieval.loosened),
        "seconds": round(seconds, 4),
    }


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer, what it was asked within, and what filters were loosened for it, with the keys scripts rely on."""
    from rag.asking.scope import filters_record

    keys = ("question", "standalone", "answered", "form", "text", "reason")
    timings: Mapping[str, float | None] = {
        "seconds": answer.seconds,
        "first_token_seconds": answer.first_token_seconds,
    }
    return {
        **{key: getattr(answer, key) for key in keys},
        "sentences": [asdict(sentence) for sentence in answer.sentences],
        "citations": [asdict(citation) for citation in answer.citations],
        "nearest": [asdict(citation) for citation in answer.nearest],
        "filters": filters_record(answer.scope),
        "read": [hint_json(hint) for hint in answer.read],
        "loosened": list(answer.loosened),
        "model": answer.model,
        **{key: None if value is None else round(value, 4) for key, value in timings.items()},
    }


def hint_json(hint: Hint) -> dict[str, object]:
    """What a question says of an outlet, an author or days, in whose words, and whether it was ignored.

    >>> from rag.asking.scope import Hint
    >>> hint_json(Hint("outlet", "the Ledger", ("Harbor Ledger",)))["names"]
    ['Harbor Ledger']
    """
    return {
        "kind": hint.kind,
        "said": hint.said,
        "names": list(hint.names),
        "since": hint.since,
        "until": hint.until,
        "ignored": hint.ignored,
    }


def indented(text: str | None) -> list[str]:
    """The lines of a text below its head, as wide as the terminal; none for no text."""
    if not text:
        return []
    width = min(WIDEST, shutil.get_terminal_size().columns)
    wrapped = textwrap.wrap(line(text), width - 4, break_long_words=False, break_on_hyphens=False)
    return [f"    {part}" for part in wrapped]
