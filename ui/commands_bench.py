"""The command that measures the archive itself: its speed, size and safety, and how well pages are read."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from ui import plain
from ui.archives import cached_archive, open_assistant, open_retriever, require_index, sample_folder, seed_questions
from ui.commands_answers import own_archive
from ui.settings import Settings

if TYPE_CHECKING:
    from eval.bench.figures import Figures

WARMING = 400  # questions that are asked before time is taken, until all of the mapped files were touched
MISSED = 1  # the exit code when a figure does not keep to its line


def kills(args: Namespace, settings: Settings) -> int:
    from eval.bench.kills import measure_kills

    with _work(args.work) as work:
        return _tell(measure_kills(work, args.rounds, args.articles, args.seed), args)


def damage(args: Namespace, settings: Settings) -> int:
    from eval.bench.damage import measure_damage

    with _work(args.work) as work:
        return _tell(measure_damage(work, args.rounds, args.seed), args)


def readers(args: Namespace, settings: Settings) -> int:
    from eval.bench.readers import measure_readers

    with _work(args.work) as work:
        return _tell(measure_readers(work, args.minutes, args.readers, args.articles), args)


def speed(args: Namespace, settings: Settings) -> int:
    from eval.bench.speed import measure_speed

    with _work(args.work) as work:
        return _tell(measure_speed(args.path, work, args.articles, settings.embedder), args)


def scale(args: Namespace, settings: Settings) -> int:
    """Ask the questions of MultiHop-RAG of an archive grown from the index of the settings."""
    from eval.bench.grown import recorded_making
    from eval.bench.scale import measure_scale
    from eval.multihop import load_queries
    from index import load_embedder

    require_index(settings.index)
    questions = [query.question for query in load_queries(args.data, args.split) if query.facts]
    questions = questions[: args.queries + WARMING]
    vectors = load_embedder(recorded_making(settings.index).embedder, plain.say).embed_queries(questions)
    args.work.mkdir(parents=True, exist_ok=True)
    warming = max(0, len(questions) - args.queries)
    return _tell(measure_scale(settings.index, args.work, questions, vectors, args.chunks, warming), args)


def latency(args: Namespace, settings: Settings) -> int:
    """Ask the questions of MultiHop-RAG of an archive of its articles, by turns with another program."""
    from eval.bench.latency import measure_latency
    from eval.multihop import corpus_file, load_queries

    questions = [query.question for query in load_queries(args.data, args.split) if query.facts][: args.queries]
    with cached_archive(corpus_file(args.data), settings.embedder, settings.index if args.index else None) as archive:
        return _tell(measure_latency(open_retriever(archive, settings), questions, args.beside, args.rounds), args)


def extraction(args: Namespace, settings: Settings) -> int:
    from eval.extraction import measure_extraction

    report = measure_extraction(args.data)
    if args.json:
        plain.emit(asdict(report))
    else:
        print(report)
    return 0


def copies(args: Namespace, settings: Settings) -> int:
    from eval.copies import measure_copies

    report = measure_copies(args.data, args.split)
    if args.json:
        figures = ("precision", "recall", "candidate_recall", "kinds")
        plain.emit({"split": report.split, **{name: getattr(report, name) for name in figures}})
    else:
        print("\n".join(report.lines()))
    return 0


def answers(args: Namespace, settings: Settings) -> int:
    """Time answers beside a plain pipeline's: over the sample articles, or with --data over the two seed pages."""
    from eval.bench.answers import measure_answers, plain_pipeline
    from eval.questions import load_questions
    from eval.sampling import proportionate

    articles, file = sample_folder() / "articles", sample_folder() / "questions.jsonl"
    if args.data:
        articles, file = args.data, seed_questions()
    alone = [question for question in load_questions(file) if not question.history]
    asked = proportionate(alone, args.questions, text=lambda question: question.id, kind=lambda question: question.kind)
    beside = plain_pipeline(settings.model)
    with own_archive(articles, args, settings) as archive:
        assistant = open_assistant(archive, settings)
        return _tell(measure_answers(assistant, beside, [question.question for question in asked]), args)


def _tell(figures: Figures, args: Namespace) -> int:
    if args.json:
        plain.emit(figures.to_json())
    else:
        print(figures.render())
    return 0 if figures.holds else MISSED


@contextmanager
def _work(folder: Path | None) -> Iterator[Path]:
    """The folder that was given, which must be empty, to be kept; else one that is deleted afterwards."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="citewire-bench-") as temporary:
            yield Path(temporary)
        return
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError(f"{folder} is not empty; give --work a new folder.")
    yield folder
