"""The suites that measure answers over public collections: each gives a report, made over an archive of its own."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ui import plain
from ui.archives import cached_archive, open_assistant
from ui.commands_retrieval import data_folder, squad_file
from ui.settings import Settings

if TYPE_CHECKING:
    from eval import Report
    from index import Archive

# How many questions are asked if --queries does not say: all of them take hours.
MULTIHOP_ANSWERED = 100
SQUAD_ANSWERED = 500


def multihop_answers(args: Namespace, settings: Settings) -> Report:
    """The answers to a sample of MultiHop-RAG's questions, which stands for all kinds of them.

    With --closed-book no article is looked at: the model answers by itself.
    """
    from eval import multihop, multihop_answers
    from eval.closed_book import ClosedBook
    from rag import load_generator

    data = data_folder(args)
    queries = multihop_answers.sample(multihop.load_queries(data, args.split), args.queries or MULTIHOP_ANSWERED)
    if args.closed_book:
        alone = ClosedBook(load_generator(settings.model, settings.api_key, plain.say))
        with_what = {"closed_book": True}
        return multihop_answers.run(
            alone, queries, model=alone.model, settings=with_what, log=log_of(args), progress=True
        )
    with own_archive(multihop.corpus_file(data), args, settings) as archive:
        assistant = open_assistant(archive, settings)
        embedder = archive.embedder.name
        return multihop_answers.run(
            assistant, queries, model=assistant.model, embedder=embedder, log=log_of(args), progress=True
        )


def squad_answers(args: Namespace, settings: Settings) -> Report:
    """The answers to a sample of SQuAD's questions, answerable or not, over all its paragraphs."""
    from eval import reader, squad_answers

    squad = reader.load(data_folder(args))
    questions = squad_answers.sample(squad, args.queries or SQUAD_ANSWERED, args.split)
    with own_archive(squad_file(squad), args, settings) as archive:
        assistant = open_assistant(archive, settings)
        embedder = archive.embedder.name
        return squad_answers.run(
            assistant, squad, questions, model=assistant.model, embedder=embedder, log=log_of(args), progress=True
        )


def verdicts(args: Namespace, settings: Settings) -> Report:
    """What rules alone say to MultiHop-RAG's questions for yes or no."""
    from eval import multihop, verdicts
    from rag import Assistant
    from rag.reranking import load_reranker

    data = data_folder(args)
    queries = verdicts.questions_of(multihop.load_queries(data), args.split)[: args.queries]
    with own_archive(multihop.corpus_file(data), args, settings) as archive:
        assistant = Assistant(archive, verdicts.Silent(), load_reranker(settings.reranker, plain.say))
        return verdicts.run(assistant, queries, embedder=archive.embedder.name, log=log_of(args), progress=True)


def own_archive(articles: Path, args: Namespace, settings: Settings) -> Archive:
    """The archive of a suite's articles: in --index if that was given as a flag, else in the cache."""
    return cached_archive(articles, settings.embedder, settings.index if args.index else None)


def log_of(args: Namespace) -> Path | None:
    """Where the rows of an unfinished run are kept, if the report is."""
    from eval import partial

    return partial(args.out) if args.out else None
