"""The suites that measure search alone, over public collections, and the ablation of the retriever on all of them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ui import plain
from ui.archives import cached_archive, update_archive
from ui.settings import Settings

if TYPE_CHECKING:
    from eval import Report
    from eval.ablation import Collection
    from eval.multihop import Searcher
    from eval.reader import Squad
    from index import Archive

COLLECTIONS = ("multihop-rag", "newsroom", "squad")
HYBRID = "hybrid"
RETRIEVERS = (HYBRID, "dense", "words")


def measured(args: Namespace, settings: Settings) -> Report:
    """The report of one collection's questions, searched for as --retriever says."""
    from eval import partial

    with _collection(args.suite, data_folder(args), args.split, args, settings) as collection:
        log = partial(args.out) if args.out else None
        return collection.run(_searcher(collection.archive, args, settings), args.retriever, log)


def ablation(args: Namespace, settings: Settings) -> int:
    """Take out each part of the retriever in turn, on every collection, and print the tables."""
    from eval.ablation import ablate, markdown
    from rag.reranking import READER, load_reranker

    data = data_folder(args)
    lines = []
    with ExitStack() as stack:
        collections = [
            stack.enter_context(
                _collection(name, data / name if name == "multihop-rag" else data, None, args, settings)
            )
            for name in COLLECTIONS
        ]
        for line in ablate(collections, load_reranker(READER)):
            figures = " ".join(f"{name} {value:.3f}" for name, value in line.figures.items() if value is not None)
            plain.say(f"{line.collection}, {line.variant}: {figures}")
            lines.append(line)
    print(markdown(lines))
    return 0


@contextmanager
def _collection(suite: str, data: Path, split: str | None, args: Namespace, settings: Settings) -> Iterator[Collection]:
    """The archive of a suite, and what asks its questions."""
    from eval import multihop, newsroom, reader, squad
    from eval.ablation import Collection

    def run(searcher: Searcher, variant: str, log: Path | None = None) -> Report:
        embedder = archive.embedder.name
        if suite == "multihop-rag":
            return multihop.run(searcher, queries, retriever=variant, embedder=embedder, log=log, progress=True)
        if suite == "newsroom":
            return newsroom.run(searcher, questions, retriever=variant, embedder=embedder, log=log, progress=True)
        return squad.run(searcher, paragraphs, asked, retriever=variant, embedder=embedder, log=log, progress=True)

    if suite == "multihop-rag":
        files: Sequence[Path] = [multihop.corpus_file(data)]
        queries = multihop.load_queries(data, split)[: args.queries]
        metrics: tuple[str, ...] = ("hits@4", "hits@10", "map@10", "mrr@10", "all@10")
    elif suite == "newsroom":
        files = newsroom.article_files(data)
        questions = newsroom.load_questions(split)[: args.queries]
        metrics = ("hits@1", "recall@5", "mrr@10", "all@10")
    else:
        paragraphs = reader.load(data)
        asked = squad.questions_of(paragraphs, split)[: args.queries]
        files = [squad_file(paragraphs)]
        metrics = ("hit@1", "hit@5", "mrr@10")
    with _filled(files, args, settings) as archive:
        yield Collection(suite, archive, run, metrics)


def squad_file(squad: Squad) -> Path:
    """SQuAD's paragraphs as a file of articles, in the cache."""
    from eval.squad import write_articles
    from index.fetch import cache_root

    path = cache_root() / "archives" / "squad.jsonl"
    write_articles(squad, path)
    return path


@contextmanager
def _filled(files: Sequence[Path], args: Namespace, settings: Settings) -> Iterator[Archive]:
    """The archive of the files: in the folder that --index names, else in one of its own."""
    with cached_archive(files[0], settings.embedder, settings.index if args.index else None) as archive:
        for skipped in update_archive(archive, files[1:]).skipped if files[1:] else ():
            plain.say(f"Skipped {plain.line(skipped.path)}: {plain.line(skipped.reason)}")
        yield archive


def data_folder(args: Namespace) -> Path:
    """The folder of the suite's data; a usage error when it was not given."""
    if args.data is None:
        args.usage_error(f"{args.suite} needs --data DIR, the folder of its files")
    return Path(args.data).expanduser()


def _searcher(archive: Archive, args: Namespace, settings: Settings) -> Searcher:
    """What is measured: search as it is, or by meaning or words alone."""
    from index.searching import Weights
    from rag.reranking import load_reranker
    from rag.retriever import Retriever

    if args.retriever == HYBRID:
        return Retriever(archive, load_reranker(settings.reranker, plain.say))
    archive.weights = Weights(lexical=0, sentence=0) if args.retriever == "dense" else Weights(dense=0, sentence=0)
    return archive
