"""The commands that measure: question files, the suites of questions, and the comparison of two runs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from ui import commands_answers, plain
from ui.archives import filled_archive, open_assistant, open_retriever, sample_folder, seed_questions
from ui.commands_answers import log_of, own_archive
from ui.commands_retrieval import COLLECTIONS, HYBRID, ablation, data_folder, measured
from ui.settings import Settings

if TYPE_CHECKING:
    from eval import Report
    from index import Archive, Article

ANSWERS = "multihop-answers"
CHECKS = "checks"
SEEDS = "seeds"
_ANSWERING: Mapping[str, Callable[[Namespace, Settings], Report]] = {
    ANSWERS: commands_answers.multihop_answers,
    "squad-answers": commands_answers.squad_answers,
    "verdicts": commands_answers.verdicts,
}
FOLLOW_UPS = "followups"
FEEDBACK_KEPT = Path()
"""Stands for the feedback that the page keeps, where --from-feedback names no file."""
SUITES = ("sample", SEEDS, *COLLECTIONS, "ablation", *_ANSWERING, CHECKS, FOLLOW_UPS, "compare")


def evaluate(args: Namespace, settings: Settings) -> int:
    """Run the suite that is named, or a question file, or compare two runs, or ask again what people judged."""
    if args.from_feedback is not None:
        return _feedback(args, settings)
    if args.suite is None:
        args.usage_error("name a SUITE, or give --from-feedback")
    if args.suite == "compare":
        return _compare(args)
    if args.files:
        args.usage_error(f"one suite at a time: {args.suite} takes no {' '.join(args.files)}")
    if args.closed_book and args.suite != ANSWERS:
        args.usage_error(f"--closed-book is for {ANSWERS}")
    if args.suite == "ablation":
        return ablation(args, settings)
    if args.suite in COLLECTIONS:
        return _tell(measured(args, settings), args)
    if args.retriever != HYBRID:
        args.usage_error(f"--retriever is for {', '.join(COLLECTIONS)}")
    if args.suite == "sample":
        with own_archive(sample_folder() / "articles", args, settings) as archive:
            return _questions(sample_folder() / "questions.jsonl", archive, args, settings)
    if args.suite == SEEDS:
        with own_archive(data_folder(args), args, settings) as archive:
            return _questions(seed_questions(), archive, args, settings)
    if args.suite == CHECKS:
        return _tell(_checks(args, settings), args)
    if args.suite == FOLLOW_UPS:
        return _tell(_follow_ups(args, settings), args)
    if args.suite in _ANSWERING:
        return _tell(_ANSWERING[args.suite](args, settings), args)
    path = Path(args.suite).expanduser()
    if not path.is_file():
        raise InputError(f"There is no question file {path}; give one, or a suite: {', '.join(SUITES)}.")
    with filled_archive(settings) as archive:
        return _questions(path, archive, args, settings)


def _questions(path: Path, archive: Archive, args: Namespace, settings: Settings) -> int:
    from eval import questions

    asked = questions.load_questions(path, args.split)[: args.queries]
    assistant = open_assistant(archive, settings)
    report = questions.run(
        assistant,
        asked,
        archive.article,
        source=path.name,
        model=assistant.model,
        embedder=archive.embedder.name,
        log=log_of(args),
        progress=True,
    )
    return _tell(report, args)


def _feedback(args: Namespace, settings: Settings) -> int:
    """Ask the questions whose answers were judged again, over the user's index."""
    from eval import feedback

    others = (args.suite, args.data, args.split, args.closed_book or None)
    if any(given is not None for given in others) or args.retriever != HYBRID:
        args.usage_error("--from-feedback takes no suite, --data, --split, --retriever or --closed-book")
    kept = args.from_feedback == FEEDBACK_KEPT
    path = settings.conversations / feedback.FILE_NAME if kept else args.from_feedback.expanduser()
    judgements = list(feedback.latest(feedback.load_judgements(path)).values())[: args.queries]
    with filled_archive(settings) as archive:
        assistant = open_assistant(archive, settings)
        report = feedback.run(
            assistant,
            judgements,
            source=path.name,
            model=assistant.model,
            embedder=archive.embedder.name,
            log=log_of(args),
            progress=True,
        )
    return _tell(report, args)


def _checks(args: Namespace, settings: Settings) -> Report:
    """The check of sentences: on true and corrupted ones of our own, or with --data on WiCE's claims."""
    from eval import checks
    from index.embedder import load_embedder

    cases = checks.load_wice(data_folder(args), args.split) if args.data else checks.load_cases(args.split)
    embedder = load_embedder(settings.embedder, plain.say)
    return checks.run(cases[: args.queries], embedder, log=log_of(args), progress=True)


def _follow_ups(args: Namespace, settings: Settings) -> Report:
    """The follow-up questions of the sample: how they are understood, and what is found for them."""
    from eval import followups
    from rag.asking.gender import gender_by

    cases = followups.load(sample_folder() / "followups.jsonl", args.split)[: args.queries]
    with own_archive(sample_folder() / "articles", args, settings) as archive:
        retriever = open_retriever(archive, settings)

        def find(question: str, k: int) -> list[Article]:
            found = retriever.find(question, k)
            return [found.articles[passage.article_id] for passage in found.passages]

        return followups.run(
            cases, find, gender_by(archive.search), embedder=archive.embedder.name, log=log_of(args), progress=True
        )


def _compare(args: Namespace) -> int:
    from eval import compare, load

    if len(args.files) != 2:
        args.usage_error("compare needs two files that --out wrote, the earlier run first")
    comparison = compare(*(load(Path(file).expanduser()) for file in args.files))
    if args.json:
        plain.emit(comparison.to_json())
    else:
        print(comparison.render())
    return 0


def _tell(report: Report, args: Namespace) -> int:
    from eval import save

    if args.out:
        save(report, args.out)
    if args.json:
        plain.emit(report.to_json())
    else:
        print(report.render())
    return 0
