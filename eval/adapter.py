"""The adapter measured on SQuAD 2.0's part B: `python -m eval.adapter --data ../shared/data`.

Each question is read with the sentences of its paragraph, and once more with those of the paragraphs that are found for
it when its article is not in the collection. Beside it the reader over the same paragraph, on the same questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from eval.metrics import exact_match, token_f1
from eval.reader import Question, Ranker, Squad, auroc, load, rankers, sample, without_article
from index.sentences import sentence_spans
from index.words import content_words
from rag.adapter.task import MOST_PIECES, Finding, Piece
from rag.finding import Finder
from rag.reader.examples import Paragraph
from rag.reader.reader import Reader

# Of paragraphs of other articles so many sentences that share most words with the question.
ELSEWHERE = 4


def pieces_of(paragraph: Paragraph) -> list[Piece]:
    """The sentences of a paragraph under its article's title, as many together as it takes to be few enough.

    >>> [piece.text for piece in pieces_of(Paragraph("Ferry", "It sank. Reyl died."))]
    ['It sank.', 'Reyl died.']
    """
    spans = sentence_spans(paragraph.text)
    step = -(-len(spans) // MOST_PIECES)
    groups = [spans[first : first + step] for first in range(0, len(spans), step)]
    return [Piece(paragraph.title, paragraph.text[group[0][0] : group[-1][1]]) for group in groups]


def pieces_elsewhere(question: str, paragraphs: Sequence[Paragraph]) -> list[Piece]:
    """The sentences of paragraphs that share most words with the question, best first."""
    asked = set(content_words(question))
    found = [piece for paragraph in paragraphs for piece in pieces_of(paragraph)]
    return sorted(found, key=lambda piece: -len(asked & set(content_words(piece.text))))[:ELSEWHERE]


def measure(
    finder: Finder, reader: Reader, squad: Squad, questions: Sequence[Question], search: Ranker
) -> dict[str, float]:
    """EM and F1 on answerable questions, and the areas for adversarial questions and for an article taken out."""
    found: list[Finding] = []
    absent: list[float] = []
    for question in tqdm(questions, desc="adapter", mininterval=10):
        found.append(finder.find(question.text, pieces_of(squad.paragraphs[question.paragraph])))
        if question.answers:
            title = squad.paragraphs[question.paragraph].title
            left = [squad.paragraphs[number] for number in without_article(search(question.text), squad, title)[:3]]
            elsewhere = pieces_elsewhere(question.text, left)
            absent.append(1 - finder.find(question.text, elsewhere).none if elsewhere else 0.0)
    texts = [squad.paragraphs[question.paragraph].text for question in questions]
    read = reader.read_pairs([question.text for question in questions], [""] * len(questions), texts)
    figures: dict[str, float] = {"questions": len(questions)}
    for name, words, sure in (
        ("adapter", [one.answers[0].words for one in found], [1 - one.none for one in found]),
        (
            "reader",
            [text[one.start : one.end] for one, text in zip(read, texts, strict=True)],
            [one.answered for one in read],
        ),
    ):
        asked = list(zip(questions, words, sure, strict=True))
        figures |= {
            f"EM, {name}": float(np.mean([exact_match(said, one.answers) for one, said, _ in asked if one.answers])),
            f"F1, {name}": float(np.mean([token_f1(said, one.answers) for one, said, _ in asked if one.answers])),
            f"AUROC, adversarial questions, {name}": auroc(
                [one for question, _, one in asked if question.answers],
                [one for question, _, one in asked if not question.answers],
            ),
        }
    present = [1 - one.none for question, one in zip(questions, found, strict=True) if question.answers]
    return figures | {"AUROC, article taken out, adapter": auroc(present, absent)}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.adapter", description="Measure the adapter.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with squad/")
    parser.add_argument("--questions", type=int, default=400, help="how many questions to ask")
    parser.add_argument("--part", choices=("A", "B"), default="B", help="A is for choosing, B for reporting")
    given = parser.parse_args(arguments)
    from index.embedder import load_embedder
    from rag.generator import load_generator
    from rag.reader.reader import load_reader

    squad, finder = load(given.data), load_generator()
    if not isinstance(finder, Finder):
        parser.exit(1, "The default model runs without its adapter here; `citewire doctor` says more.\n")
    asked = sample(squad.of_part(given.part), given.questions)
    search = rankers(squad, load_embedder())["BM25"]
    for name, value in measure(finder, load_reader(), squad, asked, search).items():
        print(f"  {name:<40} {value:.0f}" if name == "questions" else f"  {name:<40} {value:.3f}")


if __name__ == "__main__":
    main()
