"""The commands that find and answer: searching, asking, and the page."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from index.filters import Filter
from ui import plain, plain_reading, plain_update, records
from ui.archives import (
    bare_archive,
    cached_archive,
    filled_archive,
    has_index,
    named_paths,
    new_archive,
    open_assistant,
    open_retriever,
    sample_folder,
    update_archive,
)
from ui.batch import BatchQuestion, check_text, run_batch
from ui.commands_index import listed
from ui.commands_programs import check_open
from ui.settings import Settings, keep_uploads_private

if TYPE_CHECKING:
    from index import Archive
    from rag import Answer, Assistant
    from rag.asking.scope import Scope
    from rag.retriever import Retrieval, Retriever
    from ui.page.desk import Desk

SAMPLE_EXAMPLES = (
    "How many people were aboard the Grey Heron?",
    "Why was the marsh fever trial paused?",
    "By how many votes did Tolland win?",
    "Who won the World Cup?",
)


def search(args: Namespace, settings: Settings) -> int:
    """Show the passages that best fit a question."""
    _check_asked(args)
    within = _scope(args)
    with filled_archive(settings) as archive:
        _tell_loosened(archive, within)
        retriever = open_retriever(archive, settings)
        if args.batch is not None:
            return run_batch(args.batch, lambda asked: _search(retriever, asked.question, within, args))
        if args.json:
            plain.emit(_search(retriever, args.question, within, args))
        else:
            _show_passages(retriever.find(args.question, args.k, within), args.explain)
    return 0


def _search(retriever: Retriever, question: str, within: Scope, args: Namespace) -> dict[str, object]:
    return records.search_record(retriever, question, args.k, within, args.explain)


def _show_passages(retrieval: Retrieval, explain: bool) -> None:
    parts = [plain_reading.reading_text(retrieval.reading)] if explain else []
    parts += [plain.passage_text(number, passage) for number, passage in enumerate(retrieval.passages, 1)]
    print("\n\n".join(parts))


def ask(args: Namespace, settings: Settings) -> int:
    """Answer a question, or many, with citations."""
    _check_asked(args)
    within = _scope(args)
    with filled_archive(settings) as archive:
        _tell_loosened(archive, within)
        assistant = open_assistant(archive, settings)

        def answered(asked: BatchQuestion) -> dict[str, object]:
            return records.ask_record(assistant, asked.question, asked.history, within)

        if args.batch is not None:
            return run_batch(args.batch, answered)
        if args.json:
            plain.emit(answered(BatchQuestion(args.question)))
        else:
            _show_sources(archive, _show_answer(assistant, args.question, within))
    return 0


def _show_answer(assistant: Assistant, question: str, within: Scope) -> Answer:
    """Print the answer's text, on a terminal as it is made."""
    if not sys.stdout.isatty():
        answer = assistant.ask(question, within=within)
        print(plain.answer_text(answer))
        return answer
    printed = ""
    for answer in assistant.stream(question, within=within):
        piece = plain.next_piece(printed, answer)
        print(piece, end="", flush=True)
        printed += piece
    print()
    return answer


def _show_sources(archive: Archive, answer: Answer) -> None:
    """Print what is to be said of an answer, and its sources, or what comes nearest where there is no answer."""
    for remark in plain.remarks(answer):
        print(f"\n{remark}")
    if answer.nearest:
        print("\nThe articles do hold:")
    for citation in answer.citations or answer.nearest:
        where = citation.url or archive.article(citation.article_id).path
        mark = f"[{citation.number}]" if answer.answered else "-"
        print(f"\n{plain.citation_text(citation, where, mark)}")


def _check_asked(args: Namespace) -> None:
    """Refuse a question that cannot be one before any model is loaded for it. Raises InputError."""
    from index.archive import check_question

    if args.batch is None:
        check_question(check_text(args.question))


def _scope(args: Namespace) -> Scope:
    """What articles the flags ask for; days that are the wrong way round are a usage error."""
    from rag.asking.scope import Scope

    if args.since and args.until and args.since > args.until:
        args.usage_error(records.wrong_way_round(args.since, args.until, "--since", "--until"))
    if args.since and args.as_of and args.since > args.as_of.isoformat():
        args.usage_error(f"nothing from {args.since} on was known as of {args.as_of}; give --since an earlier day")
    return Scope(Filter(tuple(args.outlet), tuple(args.author), args.since, args.until), args.as_of)


def _tell_loosened(archive: Archive, scope: Scope) -> None:
    """Say, once for all questions, what of the filter no article meets. Raises InputError for a name no article has."""
    from rag.retriever import loosen, resolve

    catalogue = archive.catalogue()
    for sentence in loosen(resolve(scope.within, catalogue), catalogue)[1]:
        plain.say(plain.line(sentence))


def chat(args: Namespace, settings: Settings) -> int:
    """Index what is new and serve the page."""
    from ui.page.app import build_app
    from ui.page.desk import Desk
    from ui.page.offering import suggested
    from ui.page.serve import serve
    from ui.programs import Programs

    check_open(settings, args.open_to_everyone)
    keep_uploads_private()
    paths = named_paths(args.paths)
    with ExitStack() as opened:
        archive = opened.enter_context(_chat_archive(paths, settings))
        if archive.counts() == (0, 0):
            raise InputError(f"No article could be read from {listed(paths)}; give files or folders with articles.")
        examples = SAMPLE_EXAMPLES if _holds_samples(archive) else suggested(archive)
        desk = Desk(
            open_assistant(archive, settings),
            examples,
            settings=settings,
            conversations=settings.conversations,
            archive=archive,
            is_sample=archive.folder != settings.index,
            own=lambda: opened.enter_context(new_archive(settings.index, settings.embedder)),
        )
        try:
            serve(
                build_app(desk),
                settings.host,
                settings.port,
                open_browser=args.browser,
                programs=Programs(desk),
                accounts=settings.auth,
                served_as=settings.served_as,
            )
        finally:
            _end_adding(desk)  # before the archives are closed
    return 0


def _end_adding(desk: Desk) -> None:
    if len(desk.adding):
        plain.say("Finishing the articles in hand; what was read of the others can be added again.")
    desk.adding.end()


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
    return any(entry.path and samples in Path(entry.path).parents for entry in archive.entries())
