"""The commands that find and answer: searching, asking, and the page."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from ui import plain, plain_update
from ui.archives import (
    bare_archive,
    cached_archive,
    filled_archive,
    has_index,
    named_paths,
    new_archive,
    open_assistant,
    sample_folder,
    update_archive,
)
from ui.batch import BatchQuestion, check_text, run_batch
from ui.commands_index import listed
from ui.settings import Settings

if TYPE_CHECKING:
    from index import Archive
    from rag import Answer, Assistant

SAMPLE_EXAMPLES = (
    "How many people were aboard the Grey Heron?",
    "Why was the marsh fever trial paused?",
    "By how many votes did Tolland win?",
    "Who won the World Cup?",
)


def search(args: Namespace, settings: Settings) -> int:
    """Show the passages that best fit a question."""
    _check_asked(args)
    with filled_archive(settings) as archive:
        if args.batch is not None:
            return run_batch(args.batch, lambda asked: _search(archive, asked.question, args.k))
        if args.json:
            plain.emit(_search(archive, args.question, args.k))
        else:
            passages = archive.search(args.question, args.k)
            print("\n\n".join(plain.passage_text(number, passage) for number, passage in enumerate(passages, 1)))
    return 0


def _search(archive: Archive, question: str, k: int) -> dict[str, object]:
    started = time.perf_counter()
    passages = archive.search(question, k)
    return plain.passages_json(question, passages, time.perf_counter() - started)


def ask(args: Namespace, settings: Settings) -> int:
    """Answer a question, or many, with citations."""
    _check_asked(args)
    with filled_archive(settings) as archive:
        assistant = open_assistant(archive, settings)
        if args.batch is not None:
            return run_batch(args.batch, lambda asked: _ask(assistant, asked))
        if args.json:
            plain.emit(_ask(assistant, BatchQuestion(args.question)))
        else:
            _show_sources(archive, _show_answer(assistant, args.question))
    return 0


def _ask(assistant: Assistant, asked: BatchQuestion) -> dict[str, object]:
    return plain.answer_json(assistant.ask(asked.question, asked.history))


def _show_answer(assistant: Assistant, question: str) -> Answer:
    """Print the answer's text, on a terminal as it is made."""
    if not sys.stdout.isatty():
        answer = assistant.ask(question)
        print(plain.line(answer.text))
        return answer
    printed = ""
    for answer in assistant.stream(question):
        piece = plain.next_piece(printed, answer)
        print(piece, end="", flush=True)
        printed += piece
    print()
    return answer


def _show_sources(archive: Archive, answer: Answer) -> None:
    for citation in answer.citations:
        where = citation.url or archive.article(citation.article_id).path
        print(f"\n{plain.citation_text(citation, where)}")


def _check_asked(args: Namespace) -> None:
    """Refuse a question that cannot be one before any model is loaded for it. Raises InputError."""
    from index.archive import check_question

    if args.batch is None:
        check_question(check_text(args.question))


def chat(args: Namespace, settings: Settings) -> int:
    """Index what is new and serve the page."""
    from rag.endpoint import is_loopback
    from ui.app import build_app
    from ui.serve import serve

    if not is_loopback(settings.host):
        plain.say(f"Warning: whoever can reach {settings.host} over the network can read and question these articles.")
    paths = named_paths(args.paths)
    with _chat_archive(paths, settings) as archive:
        if archive.counts() == (0, 0):
            raise InputError(f"No article could be read from {listed(paths)}; give files or folders with articles.")
        app = build_app(open_assistant(archive, settings), SAMPLE_EXAMPLES if _holds_samples(archive) else ())
        serve(app, settings.host, settings.port, open_browser=args.browser)
    return 0


def _chat_archive(paths: list[str | Path], settings: Settings) -> Archive:
    """The user's index with what is new in the paths; the sample articles, kept apart from it, where both are empty."""
    if not paths and not _has_articles(settings):
        plain.say("There are no articles yet: these are the samples that come with citewire.")
        return cached_archive(sample_folder() / "articles", settings.embedder)
    archive = new_archive(settings.index, settings.embedder)
    if paths:
        plain.say(plain_update.update_text(update_archive(archive, paths)))
    return archive


def _has_articles(settings: Settings) -> bool:
    if not has_index(settings.index):
        return False
    with bare_archive(settings.index) as archive:
        return archive.counts() != (0, 0)


def _holds_samples(archive: Archive) -> bool:
    samples = sample_folder().resolve()
    return any(article.path and samples in Path(article.path).parents for article in archive.articles())
