"""The command line: what it understands, and how it ends."""

from __future__ import annotations

import argparse
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from index.article import FACTS
from index.errors import CitewireError
from ui import (
    commands,
    commands_articles,
    commands_bench,
    commands_eval,
    commands_index,
    commands_models,
    commands_programs,
    commands_retrieval,
    doctor,
)
from ui.arguments import chunk_tokens, day, first_day, iso_prefix, last_day, not_blank, port, positive
from ui.commands_index import INTERRUPTED
from ui.plain import line, say
from ui.settings import Settings, load_settings, quiet_libraries

Command = Callable[[Namespace, Settings], int]

PIPE_CLOSED = 141

BATCH_HELP = (
    'FILE holds a JSON line a question, {"id": ..., "question": ..., "history": [...]}, id and history as you like; '
    "- is standard input. A JSON line an answer comes out, in order, as it is made. A line that is no question comes "
    'back as {"id", "question", "error"}, the rest goes on, and the exit code is 1'
)
AS_OF_HELP = (
    'what was known on this day: only articles dated then or earlier, and "yesterday" and the like in the question are '
    "counted from it (default: every article, and today)"
)
DESCRIPTION = (
    "Answers over your own news articles, on your own machine, with the words that carry each sentence. "
    "`citewire COMMAND --help` tells more of each command."
)
SETTINGS_HELP = (
    "A flag goes before its environment variable (CITEWIRE_INDEX, CITEWIRE_MODEL, CITEWIRE_EMBEDDER, "
    "CITEWIRE_RERANKER, CITEWIRE_API_KEY, CITEWIRE_HOST, CITEWIRE_PORT, CITEWIRE_AUTH), and that before its key "
    "(index, model, ...) in config.toml in your configuration folder for citewire."
)

FLAGS = {
    "index": ("DIR", "the folder of the index (default: one in your data folder)"),
    "embedder": ("SPEC", "the embedding model: a folder, or a name of the hub (default: all-MiniLM-L6-v2)"),
    "reranker": (
        "NAME",
        "what reads the best passages again and puts them in order: none, citewire-reader, or a cross-encoder as a "
        "folder or a name of the hub (default: citewire-reader)",
    ),
    "model": ("SPEC", "the chat model: a name, a folder, a GGUF file, or an endpoint as http://HOST:PORT/v1#NAME"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 for what went wrong, 130 for Ctrl-C. Usage errors exit with 2."""
    args = build_parser().parse_args(argv)
    quiet_libraries()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack the characters of an article
    try:
        code: int = args.run(args, load_settings(vars(args)))
        sys.stdout.flush()
        return code
    except CitewireError as error:
        say(f"citewire: {line(str(error))}")
        return 1
    except BrokenPipeError:
        # Whoever read the output has gone; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        say(f"citewire: {where}{error.strerror or error}; check the path, its permissions and the room on its disk.")
        return 1
    except KeyboardInterrupt:
        say("Interrupted; what was stored so far stands.")
        return INTERRUPTED


def build_parser() -> ArgumentParser:
    """All commands with their flags; the result of parsing has `run`, the command to call."""
    parser = ArgumentParser(prog="citewire", description=DESCRIPTION, epilog=SETTINGS_HELP)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    add = parser.add_subparsers(title="commands", metavar="COMMAND", required=True).add_parser

    index = _command(add, "index", commands_index.index, "store what is new or changed in articles", "~/news")
    what = "a file, a folder or a URL with articles, or the URL of a feed"
    index.add_argument("paths", nargs="*", metavar="PATH", help=what)
    what = "what records call a fact, where it is none of the usual names, such as text=story_body,published=when"
    index.add_argument("--map", metavar="FACT=FIELD,...", help=what)
    what = "let URLs lead to private addresses, such as a server of your own network"
    index.add_argument("--allow-private", action="store_true", help=what)
    what = "the most tokens of a chunk (default: what the index has, 256 in a new one); another size needs --rebuild"
    index.add_argument("--chunk-tokens", type=chunk_tokens, default=0, metavar="N", help=what)
    what = "make chunks and vectors anew from the stored articles, for another embedder, chunk size or version"
    index.add_argument("--rebuild", action="store_true", help=what)
    _add_flags(index, "index", "embedder", "json")
    index.set_defaults(usage_error=index.error)

    search = _command(
        add, "search", commands.search, "show the passages that best fit a question", '"ferry inquiry" -k 5'
    )
    _add_question(search)
    search.add_argument("-k", type=positive, default=10, metavar="N", help="how many passages (default: 10)")
    _add_filter(search)
    search.add_argument("--explain", action="store_true", help="show how the question was read, too")
    _add_flags(search, "index", "embedder", "reranker", "json")

    ask = _command(add, "ask", commands.ask, "answer a question with citations", '"When did the ferry sink?"')
    _add_question(ask)
    _add_filter(ask)
    _add_flags(ask, "index", "model", "embedder", "reranker", "json")

    _add_articles(add)

    remove = _command(add, "remove", commands_articles.remove, "take articles out of the index", "1bcc4ea8b594")
    remove.add_argument("ids", nargs="+", metavar="ID", help="an article's id, as `citewire articles` lists it")
    _add_flags(remove, "index", "json")

    chat = _command(add, "chat", commands.chat, "open the page to ask in a browser", "~/news --port 8080")
    what = "a file or a folder to index first (default: sample articles, if the index is empty)"
    chat.add_argument("paths", nargs="*", metavar="PATH", help=what)
    chat.add_argument("--host", metavar="ADDRESS", help="where to serve the page (default: this machine only)")
    chat.add_argument("--port", type=port, metavar="N", help="the port (default: the first free one from 7860 on)")
    what = "a further name that leads to the page, as that of an HTTPS server which passes requests on to it"
    chat.add_argument("--served-as", metavar="NAME", type=not_blank, help=what)
    what = "a file with a NAME:PASSWORD a line: only who logs in with one is let in (CITEWIRE_AUTH holds them itself)"
    chat.add_argument("--auth", metavar="FILE", help=what)
    what = "let whoever can reach this machine read the articles, where --host is not this machine only"
    chat.add_argument("--open-to-everyone", action="store_true", help=what)
    chat.add_argument("--no-browser", dest="browser", action="store_false", help="do not open the browser")
    _add_flags(chat, "index", "model", "embedder", "reranker")

    what = "offer asking, searching and reading as tools to the program that starts this (MCP)"
    tools = _command(add, "mcp", commands_programs.tools, what, "--index ~/news-index")
    _add_flags(tools, "index", "model", "embedder", "reranker")

    _add_eval(add)
    _add_bench(add)

    models = _command(add, "models", commands_models.models, "list the models that come with citewire", "fetch all")
    _add_flags(models, "json")
    add_to_models = models.add_subparsers(metavar="fetch").add_parser
    fetch = _command(add_to_models, "fetch", commands_models.fetch_models, "fetch and verify models", "all")
    fetch.add_argument("names", nargs="+", metavar="NAME", help="a model's name, or all")

    look = _command(add, "doctor", doctor.doctor, "look for what is broken, and say what to do about it", "--json")
    _add_flags(look, "index", "embedder", "json")
    return parser


def _add_articles(add: Callable[..., ArgumentParser]) -> None:
    """Listing is the command itself; what is done with one article is a command below it."""
    run = commands_articles
    parser = _command(
        add, "articles", run.articles, "list the articles of the index", "--outlet Ledger --since 2018-03"
    )
    parser.add_argument("--outlet", metavar="NAME", help="only those whose outlet's name holds this")
    parser.add_argument("--author", metavar="NAME", help="only those with an author whose name holds this")
    parser.add_argument("--title", metavar="WORDS", help="only those whose title holds each of these words")
    parser.add_argument("--since", type=iso_prefix, metavar="DATE", help="only those published on this day or later")
    parser.add_argument("--until", type=iso_prefix, metavar="DATE", help="only those published on this day or earlier")
    parser.add_argument("--stories", action="store_true", help="only stories that several articles print, with these")
    _add_flags(parser, "index", "json")
    below = parser.add_subparsers(metavar="show | set | unset").add_parser

    show = _command(below, "show", run.show, "show all of an article, its copies and its past", "1bcc4ea8b594")
    change = _command(below, "set", run.set_facts, "set facts of an article", "1bcc4ea8b594 published=2018-03-20")
    back = _command(below, "unset", run.unset_facts, "take back what was set", "1bcc4ea8b594 published")
    for command in (show, change, back):
        command.add_argument("id", metavar="ID", help="its id, as `citewire articles` lists it")
        # What was given before the name of the command stands unless it is given again behind it.
        _add_flags(command, "index", "json", default=argparse.SUPPRESS)
    change.add_argument("facts", nargs="+", metavar="FIELD=VALUE", help=f"{', '.join(FACTS)}; nothing for none")
    back.add_argument("fields", nargs="+", metavar="FIELD", help=", ".join(FACTS))


def _add_eval(add: Callable[..., ArgumentParser]) -> None:
    run = commands_eval.evaluate
    parser = _command(add, "eval", run, "measure answers and retrieval", "sample --split dev --out run.json")
    suites = (
        "sample (the questions that come with citewire), seeds (twelve about two scraped pages), multihop-rag, "
        "newsroom or squad (retrieval only, over public data), ablation (its parts taken out in turn), "
        "multihop-answers or squad-answers (answers over public data), verdicts (yes or no by rules alone, on "
        "MultiHop-RAG's questions), checks (the check of sentences), followups (questions that lean on earlier ones), "
        "compare (two earlier runs), or a FILE of JSON lines with id, question, answers and articles, asked of it"
    )
    parser.add_argument("suite", nargs="?", metavar="SUITE", help=suites)
    parser.add_argument("files", nargs="*", metavar="RUN", help="for compare: the two files that --out wrote")
    what = (
        "for multihop-rag, multihop-answers and verdicts the folder of MultiHop-RAG's files, for seeds that of the "
        "pages, for the others the one with wikinews/ and squad/ in it"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help=what)
    what = "only the questions of this split (for squad and squad-answers A, or else B; for verdicts dev, or else test)"
    parser.add_argument("--split", metavar="NAME", help=what)
    names, default = commands_retrieval.RETRIEVERS, commands_retrieval.HYBRID
    what = f"for multihop-rag, newsroom and squad: what searches, {' or '.join(names)} (default: {default})"
    parser.add_argument("--retriever", metavar="NAME", choices=names, default=default, help=what)
    what = "only the first N questions; for multihop-answers (100) and squad-answers (500) N that stand for all"
    parser.add_argument("--queries", type=positive, metavar="N", help=what)
    what = "for multihop-answers: ask the model without any article, to tell what the articles add"
    parser.add_argument("--closed-book", action="store_true", help=what)
    what = (
        "in place of a suite: ask again, of your index, what people judged on the page (FILE, or what the page kept). "
        "Compared with the judged answers alone: an answer that was right holds when words are cited again that it "
        "cited; one that was wrong can only be seen to have changed, not to be right now"
    )
    kept = commands_eval.FEEDBACK_KEPT
    parser.add_argument("--from-feedback", nargs="?", type=Path, const=kept, metavar="FILE", help=what)
    out = "keep the report as JSON; a run that was interrupted goes on where it stopped"
    parser.add_argument("--out", type=Path, metavar="FILE", help=out)
    _add_flags(parser, "index", "model", "embedder", "reranker", "json")
    parser.set_defaults(usage_error=parser.error)


def _add_bench(add: Callable[..., ArgumentParser]) -> None:
    """A command below it for each benchmark."""
    run = commands_bench
    parser = add("bench", help="measure the index itself", description="Measure the index itself.")
    below = parser.add_subparsers(metavar="BENCHMARK", required=True).add_parser
    scale = _command(below, "scale", run.scale, "grow an index and search it", "--data multihop-rag --work ~/million")
    kills = _command(below, "kills", run.kills, "kill updates at random moments", "--rounds 200")
    damage = _command(below, "damage", run.damage, "damage the files of an index", "--rounds 300")
    readers = _command(below, "readers", run.readers, "search while another process writes", "--minutes 5")
    speed = _command(below, "speed", run.speed, "index a file, and once more", "news.jsonl --articles 60")
    latency = _command(below, "latency", run.latency, "time searches", "--data multihop-rag --reranker none")
    extraction = _command(below, "extraction", run.extraction, "read the pages of a benchmark", "--data html")
    copies = _command(below, "copies", run.copies, "tell copies of a story from other stories", "--data data")

    speed.add_argument("path", type=Path, metavar="PATH", help="a file or a folder with articles")
    for command in (scale, latency, extraction, copies):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of the benchmark")
    kept = "a folder to keep the grown index in; a run goes on from what is there"
    scale.add_argument("--work", type=Path, required=True, metavar="DIR", help=kept)
    for command in (kills, damage, readers, speed):
        command.add_argument("--work", type=Path, metavar="DIR", help="a new folder to work in (default: a temporary)")
    numbers = (
        *((kills, "rounds", 200), (kills, "articles", 500), (damage, "rounds", 300), (readers, "readers", 8)),
        *((readers, "articles", 60), (speed, "articles", None), (scale, "chunks", 1_000_000), (scale, "queries", 200)),
        *((latency, "queries", None), (latency, "rounds", 1)),
    )
    for command, name, default in numbers:
        what = f"how many (default: {default or 'all'})"
        command.add_argument(f"--{name}", type=positive, default=default, metavar="N", help=what)
    readers.add_argument("--minutes", type=float, default=5.0, metavar="N", help="how long (default: 5)")
    for command in (kills, damage):
        command.add_argument("--seed", type=int, default=0, metavar="N", help="another one, other moments and places")
    rival = "the command line of another program to ask in turn (see eval/bench/rivals)"
    latency.add_argument("--beside", metavar="COMMAND", help=rival)
    for command in (scale, latency, copies):
        command.add_argument("--split", default="dev", metavar="NAME", help="its questions or pairs (default: dev)")
    _add_flags(scale, "index")
    _add_flags(speed, "embedder")
    _add_flags(latency, "index", "embedder", "reranker")
    for command in (scale, kills, damage, readers, speed, latency, extraction, copies):
        _add_flags(command, "json")
    _add_bench_answers(below)


def _add_bench_answers(add: Callable[..., ArgumentParser]) -> None:
    run, what = commands_bench.answers, "time answers beside those of a plain transformers pipeline"
    parser = _command(add, "answers", run, what, "--data seeds --questions 12")
    what = "the folder of the two scraped pages, to ask about them instead of about the sample articles"
    parser.add_argument("--data", type=Path, metavar="DIR", help=what)
    what = "how many (default: 12)"
    parser.add_argument("--questions", type=positive, default=12, metavar="N", help=what)
    _add_flags(parser, "index", "model", "embedder", "reranker", "json")


def _command(add: Callable[..., ArgumentParser], name: str, run: Command, what: str, example: str) -> ArgumentParser:
    """A command's own parser, with an example below its help."""
    parser = add(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    parser.epilog = f"Example: {parser.prog} {example}"
    parser.set_defaults(run=run)
    return parser


def _add_question(parser: ArgumentParser) -> None:
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("question", nargs="?", metavar="QUESTION", help="what you want to know")
    group.add_argument("--batch", metavar="FILE", help=BATCH_HELP)


def _add_filter(parser: ArgumentParser) -> None:
    """What articles are looked at."""
    for flag, what in (("--outlet", "of this outlet"), ("--author", "by this author")):
        help = f"only articles {what}; give it again for another one beside it"
        parser.add_argument(flag, type=not_blank, action="append", default=[], metavar="NAME", help=help)
    for flag, type, what in (("--since", first_day, "or later"), ("--until", last_day, "or earlier")):
        help = f"only articles published on this day, month or year {what}"
        parser.add_argument(flag, type=type, metavar="DAY", help=help)
    parser.add_argument("--as-of", type=day, metavar="DAY", help=AS_OF_HELP)
    parser.set_defaults(usage_error=parser.error)


def _add_flags(parser: ArgumentParser, *names: str, **options: Any) -> None:
    for name in names:
        if name == "json":
            parser.add_argument("--json", action="store_true", help="print JSON for scripts", **options)
        else:
            metavar, what = FLAGS[name]
            parser.add_argument(f"--{name}", metavar=metavar, help=what, **options)


class _Version(argparse.Action):
    """Prints the version; reading it takes a while, and so is not done before it is asked for."""

    def __call__(self, parser: ArgumentParser, *_: Any) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("citewire")
        except PackageNotFoundError:
            number = "(a checkout that is not installed)"
        print(f"citewire {number}")
        parser.exit()
