"""The commands on one index: filling, searching, asking, listing, removing, and the page."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from ui import plain
from ui.archives import (
    bare_archive,
    cached_archive,
    filled_archive,
    has_index,
    new_archive,
    open_assistant,
    sample_folder,
    update_archive,
)
from ui.batch import BatchQuestion, check_text, run_batch
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


def index(args: Namespace, settings: Settings) -> int:
    """Store what is new or changed in files and folders."""
    from index.readers import SUFFIXES, find_files

    paths = [Path(path).expanduser() for path in args.paths]
    if not any(True for _ in find_files(paths)):
        raise InputError(f"There is no file to index in {_listed(paths)}; citewire reads {' '.join(SUFFIXES)}.")
    with new_archive(settings.index, settings.embedder) as archive:
        update = update_archive(archive, paths)
    if args.json:
        plain.emit(plain.update_json(update))
    else:
        print(plain.update_text(update))
    if not update.read:
        raise InputError(f"No article could be read from {_listed(paths)}; mend what was skipped and index it again.")
    return 0


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


def articles(args: Namespace, settings: Settings) -> int:
    """List the articles of the index."""
    with bare_archive(settings.index) as archive:
        found = archive.articles()
    if args.json:
        plain.emit({"articles": [plain.article_json(article) for article in found]})
    else:
        for article in found:
            print(plain.article_text(article))
    return 0


def remove(args: Namespace, settings: Settings) -> int:
    """Take articles out of the index; ids that it does not know are told after the others are gone."""
    with bare_archive(settings.index) as archive:
        ids = list(dict.fromkeys(args.ids))
        known = {article.id for article in archive.articles()}
        unknown = [id for id in ids if id not in known]
        removed = archive.remove(id for id in ids if id in known)
    if args.json:
        plain.emit({"removed": removed, "unknown": unknown})
    else:
        print(f"{removed} removed.")
    if unknown:
        raise InputError(f"There is no article {', '.join(unknown)}; `citewire articles` lists those there are.")
    return 0


def chat(args: Namespace, settings: Settings) -> int:
    """Index what is new and serve the page."""
    from rag.endpoint import is_loopback
    from ui.app import build_app
    from ui.serve import serve

    if not is_loopback(settings.host):
        plain.say(f"Warning: whoever can reach {settings.host} over the network can read and question these articles.")
    paths = [Path(path).expanduser() for path in args.paths]
    with _chat_archive(paths, settings) as archive:
        if archive.counts() == (0, 0):
            raise InputError(f"No article could be read from {_listed(paths)}; give files or folders with articles.")
        app = build_app(open_assistant(archive, settings), SAMPLE_EXAMPLES if _holds_samples(archive) else ())
        serve(app, settings.host, settings.port, open_browser=args.browser)
    return 0


def _chat_archive(paths: list[Path], settings: Settings) -> Archive:
    """The user's index with what is new in the paths; the sample articles, kept apart from it, where both are empty."""
    if not paths and not _has_articles(settings):
        plain.say("There are no articles yet: these are the samples that come with citewire.")
        return cached_archive(sample_folder() / "articles", settings.embedder)
    archive = new_archive(settings.index, settings.embedder)
    if paths:
        plain.say(plain.update_text(update_archive(archive, paths)))
    return archive


def _has_articles(settings: Settings) -> bool:
    if not has_index(settings.index):
        return False
    with bare_archive(settings.index) as archive:
        return archive.counts() != (0, 0)


def _holds_samples(archive: Archive) -> bool:
    samples = sample_folder().resolve()
    return any(article.path and samples in Path(article.path).parents for article in archive.articles())


def _listed(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))
