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
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index import Article, Passage, spoken_date

if TYPE_CHECKING:
    from tqdm import tqdm

    from index import Update
    from rag import Answer, Citation

EXCERPT = 400  # characters of a passage that are shown
WIDEST = 100  # columns
SKIPPED_SHOWN = 20
_MARK_END = re.compile(r".*\[\d+\]", re.DOTALL)


def say(line: str) -> None:
    """A line for the person at the terminal, apart from the output."""
    print(line, file=sys.stderr, flush=True)


def emit(record: object) -> None:
    """A line of JSON, at once. Plain ASCII, so that no terminal's encoding can spoil it."""
    print(json.dumps(record), flush=True)


def progress_bar(what: str, unit: str) -> tqdm[Any]:
    """A bar on stderr that shows on terminals only."""
    from tqdm import tqdm

    return tqdm(desc=what, unit=f" {unit}", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)


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
    text = line(answer.text if answer.done else settled(answer.text))
    if text.startswith(printed):
        return text[len(printed) :]
    return f"\n{text}" if answer.done else ""


def place(outlet: str | None, published: str | None, title: str | None) -> str:
    """Outlet, date and title as a reader cites them.

    >>> place("Harbor Ledger", "2026-03-04", "Ferry sinks"), place(None, None, None)
    ('Harbor Ledger, March 4, 2026: Ferry sinks', 'Untitled')
    """
    origin = ", ".join(part for part in (outlet, spoken_date(published)) if part)
    return line(": ".join(part for part in (origin, title or "Untitled") if part))


def citation_text(citation: Citation, where: str | None) -> str:
    """A source of an answer: its number and place, its address, and the quoted words."""
    head = f"[{citation.number}] {place(citation.outlet, citation.published, citation.title)}"
    return "\n".join((head, *_indented(where), *_indented(f"“{line(citation.quote)}”")))


def passage_text(number: int, passage: Passage) -> str:
    """A passage as a search shows it: rank and place, address, how well it fits, and its beginning."""
    excerpt = textwrap.shorten(line(passage.text), EXCERPT, placeholder=" ...")
    head = f"{number}. {place(passage.outlet, passage.published, passage.title)}  ({passage.score:.3f})"
    return "\n".join((head, *_indented(passage.url), *_indented(excerpt)))


def article_text(article: Article) -> str:
    """An article in a line: id, date, outlet, title."""
    return (
        f"{article.id}  {article.published or '-':10}  {line(article.outlet or '-'):20}  {line(article.title or '-')}"
    )


def update_text(update: Update) -> str:
    """What indexing did, with what it skipped and why."""
    counts = f"{update.added} added, {update.changed} changed, {update.unchanged} unchanged"
    whole = f"the index holds {update.articles} articles in {update.chunks} chunks"
    skipped = [
        f"  {line(item.reason if item.path in item.reason else f'{item.path}: {item.reason}')}"
        for item in update.skipped[:SKIPPED_SHOWN]
    ]
    if len(update.skipped) > SKIPPED_SHOWN:
        skipped.append(f"  and {len(update.skipped) - SKIPPED_SHOWN} more; --json lists them all")
    head = f"{counts} in {update.seconds:.1f} s; {whole}."
    return "\n".join((head, *([f"{len(update.skipped)} skipped:"] if skipped else []), *skipped))


def update_json(update: Update) -> dict[str, object]:
    """The counts of an update, with the keys that scripts rely on."""
    return asdict(update)


def passages_json(question: str, passages: Sequence[Passage], seconds: float) -> dict[str, object]:
    """A search's result, with the keys that scripts rely on."""
    return {"question": question, "passages": [asdict(passage) for passage in passages], "seconds": round(seconds, 4)}


def answer_json(answer: Answer) -> dict[str, object]:
    """An answer, with the keys that scripts rely on."""
    keys = ("question", "answered", "text", "reason")
    timings: Mapping[str, float | None] = {
        "seconds": answer.seconds,
        "first_token_seconds": answer.first_token_seconds,
    }
    return {
        **{key: getattr(answer, key) for key in keys},
        "citations": [asdict(citation) for citation in answer.citations],
        "model": answer.model,
        **{key: None if value is None else round(value, 4) for key, value in timings.items()},
    }


def article_json(article: Article) -> dict[str, object]:
    """What is known of an article, without its text."""
    keys = ("id", "title", "outlet", "authors", "published", "modified", "url", "path")
    return {key: getattr(article, key) for key in keys}


def _indented(text: str | None) -> list[str]:
    if not text:
        return []
    width = min(WIDEST, shutil.get_terminal_size().columns)
    wrapped = textwrap.wrap(line(text), width - 4, break_long_words=False, break_on_hyphens=False)
    return [f"    {part}" for part in wrapped]
