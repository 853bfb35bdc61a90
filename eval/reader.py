"""The reader measured on SQuAD 2.0's part: its answers, its sense for what is not there, and what it adds to search.

    python -m eval.reader --data ../shared/data            the figures, on the articles of part B
    python -m eval.reader --data ../shared/data --fit      what rag/reader/reader.py weighs its logits with, from part A

The parts are split by article, so that nothing that is chosen has seen what is reported.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Protocol

import numpy as np
from tqdm import tqdm

from eval.metrics import exact_match, token_f1
from index import fusion
from index.errors import InputError
from index.fulltext import FullText
from index.words import content_words
from rag.reader.examples import Paragraph

if TYPE_CHECKING:
    import torch

    from index.embedder import Embedder
    from rag.reader.reader import Reader
    from rag.reranking import Reading

FILE = Path("squad") / "dev-v2.0-part.json.gz"
DEPTH = 20  # paragraphs that are read again for ranking
ABSENT_DEPTH = 10  # paragraphs whose best decides whether the collection answers
_BATCH = 64
_FOUND = 120  # more than any article has, so that enough are left once one is taken out

Ranking = Mapping[int, float]


@dataclass(frozen=True)
class Question:
    """A question over the paragraph of that number; no accepted answers means that it does not answer it."""

    id: str
    text: str
    paragraph: int
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Squad:
    """All paragraphs as one collection, and the questions over them."""

    paragraphs: tuple[Paragraph, ...]
    questions: tuple[Question, ...]

    def of_part(self, part: str, answerable: bool | None = None) -> list[Question]:
        """The questions over the articles of a part, "A" or "B"; only those with an answer, or without, if asked."""
        return [
            question
            for question in self.questions
            if part_of(self.paragraphs[question.paragraph].title) == part
            and answerable in (None, bool(question.answers))
        ]


class Ranker(Protocol):
    """Orders the paragraphs of the collection for a question: numbers of paragraphs with scores, best first."""

    def __call__(self, question: str, /) -> Ranking: ...


def load(data: Path) -> Squad:
    """The part of SQuAD 2.0 below `data`. Raises InputError when it is not there."""
    path = data / FILE
    if not path.is_file():
        raise InputError(f"{data} holds no {FILE.as_posix()}; name the folder of the measuring data.")
    paragraphs: list[Paragraph] = []
    questions: list[Question] = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for article in json.load(file)["data"]:
            for paragraph in article["paragraphs"]:
                for asked in paragraph["qas"]:
                    answers = () if asked["is_impossible"] else tuple(answer["text"] for answer in asked["answers"])
                    questions.append(Question(asked["id"], asked["question"], len(paragraphs), answers))
                paragraphs.append(Paragraph(article["title"].replace("_", " "), paragraph["context"]))
    return Squad(tuple(paragraphs), tuple(questions))


def part_of(title: str) -> str:
    """ "A", on which thresholds are chosen, or "B", which is reported: about a quarter of the questions and the rest.

    >>> part_of("Warsaw"), part_of("Oxygen")
    ('A', 'B')
    """
    return "A" if int(hashlib.sha256(title.replace(" ", "_").encode()).hexdigest(), 16) % 12 == 0 else "B"


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counting half (Fawcett, 2006).

    >>> auroc([0.9, 0.4], [0.5, 0.1])
    0.75
    """
    if not positive or not negative:
        raise ValueError("an area needs scores of both kinds")
    ordered = np.sort(np.asarray(negative, dtype=np.float64))
    below = np.searchsorted(ordered, positive, side="left") + np.searchsorted(ordered, positive, side="right")
    return float(below.mean() / 2 / len(ordered))


def hit_at(ranking: Ranking, gold: int, k: int) -> float:
    """1 when `gold` is among the `k` best of a ranking, best first, else 0.

    >>> hit_at({7: 2.0, 3: 1.0}, 3, 1), hit_at({7: 2.0, 3: 1.0}, 3, 5)
    (0.0, 1.0)
    """
    return float(gold in list(ranking)[:k])


def without_article(ranking: Ranking, squad: Squad, title: str) -> list[int]:
    """The paragraphs of a ranking, best first, as if the article of that title were not in the collection."""
    return [number for number in ranking if squad.paragraphs[number].title != title]


def _fused(*rankings: Ranking) -> Ranking:
    chunks, scores = fusion.fuse([fusion.Ranking.of(ranking) for ranking in rankings], [1.0] * len(rankings))
    found = zip(chunks.tolist(), scores.tolist(), strict=True)
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def rankers(squad: Squad, embedder: Embedder) -> dict[str, Ranker]:
    """BM25 over title and text, the embedder's likeness, and both fused."""
    words = FullText.create(None)
    words.add((number, one.title, one.text) for number, one in enumerate(squad.paragraphs))
    vectors = embedder.embed_passages([f"{one.title}\n{one.text}" for one in squad.paragraphs])

    def lexical(question: str) -> Ranking:
        return words.match(content_words(question), _FOUND)

    def dense(question: str) -> Ranking:
        likeness = vectors @ embedder.embed_queries([question])[0]
        best = np.argsort(-likeness, kind="stable")[:_FOUND]
        return {int(number): float(likeness[number]) for number in best}

    return {"BM25": lexical, "dense": dense, "hybrid": lambda question: _fused(lexical(question), dense(question))}


def measure_answers(reader: Reader, squad: Squad, questions: Sequence[Question], heads: bool) -> dict[str, float]:
    """EM and F1 of the best span on answerable questions, and the AUROC of `answered` against the others."""
    found: list[Reading] = []
    for first in tqdm(range(0, len(questions), _BATCH), desc="answers", mininterval=10):
        asked = questions[first : first + _BATCH]
        paragraphs = [squad.paragraphs[question.paragraph] for question in asked]
        titles = [one.title if heads else "" for one in paragraphs]
        found += reader.read_pairs([question.text for question in asked], titles, [one.text for one in paragraphs])
    pairs = list(zip(questions, found, strict=True))
    given = [
        (squad.paragraphs[question.paragraph].text[one.start : one.end], question.answers)
        for question, one in pairs
        if question.answers
    ]
    return {
        "questions": len(questions),
        "EM": float(np.mean([exact_match(answer, wanted) for answer, wanted in given])),
        "F1": float(np.mean([token_f1(answer, wanted) for answer, wanted in given])),
        "AUROC, adversarial questions": auroc(
            [one.answered for question, one in pairs if question.answers],
            [one.answered for question, one in pairs if not question.answers],
        ),
    }


def measure_search(reader: Reader, squad: Squad, questions: Sequence[Question], embedder: Embedder) -> dict[str, float]:
    """hit@1 and hit@5 of the own paragraph with and without the reader; AUROC with the own article in and out."""
    search = rankers(squad, embedder)
    hits: dict[str, list[float]] = {}
    present: list[float] = []
    absent: list[float] = []
    for question in tqdm(questions, desc="search", mininterval=10):
        found = {name: rank(question.text) for name, rank in search.items()}
        hybrid = list(found["hybrid"])
        left = without_article(found["hybrid"], squad, squad.paragraphs[question.paragraph].title)[:ABSENT_DEPTH]
        wanted = list(dict.fromkeys([*hybrid[:DEPTH], *list(found["BM25"])[:DEPTH], *left]))
        chosen = [squad.paragraphs[number] for number in wanted]
        read = reader.read(question.text, [one.title for one in chosen], [one.text for one in chosen])
        readings = dict(zip(wanted, read, strict=True))
        for name in ("BM25", "hybrid"):
            before = dict(list(found[name].items())[:DEPTH])
            scores = {number: readings[number].relevance for number in before}
            found[f"{name}, reread"] = dict(sorted(scores.items(), key=lambda item: -item[1]))
            found[f"{name}, fused with the reader"] = _fused(before, scores)
        present.append(max(readings[number].answered for number in hybrid[:ABSENT_DEPTH]))
        absent.append(max(readings[number].answered for number in left))
        for name, ranking in found.items():
            for k in (1, 5):
                hits.setdefault(f"hit@{k}, {name}", []).append(hit_at(ranking, question.paragraph, k))
    figures = {name: float(np.mean(values)) for name, values in hits.items()}
    return {"questions": len(questions), **figures, "AUROC, article taken out": auroc(present, absent)}


def fit(reader: Reader, squad: Squad, questions: Sequence[Question], embedder: Embedder) -> dict[str, list[float]]:
    """Weights of the logits: for `answered` by logistic regression over own, adversarial and found paragraphs, for
    `relevance` by a softmax over the paragraphs found for a question."""
    import torch

    hybrid = rankers(squad, embedder)["hybrid"]
    rows: list[list[float]] = []
    labels: list[float] = []
    lists: list[torch.Tensor] = []
    for question in tqdm(questions, desc="fit", mininterval=10):
        numbers = [question.paragraph]
        if question.answers:
            others = [number for number in list(hybrid(question.text))[:DEPTH] if number != question.paragraph]
            numbers += [
                number for number in others if not contains_any(squad.paragraphs[number].text, question.answers)
            ]
        chosen = [squad.paragraphs[number] for number in numbers]
        asked = [question.text] * len(chosen)
        found = reader.verdicts(asked, [one.title for one in chosen], [one.text for one in chosen])
        features = [[one.answered, one.gap, one.relevance] for one in found]
        rows += features[:2]
        labels += [float(bool(question.answers)), 0.0][: len(features)]
        if question.answers:
            lists.append(torch.tensor(features))
    design, wanted = torch.tensor(rows), torch.tensor(labels)

    def answered(weights: torch.Tensor) -> torch.Tensor:
        logits = design @ weights[:3] + weights[3]
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)

    def relevance(weights: torch.Tensor) -> torch.Tensor:
        return torch.stack([-torch.log_softmax(one @ weights[:3], 0)[0] for one in lists]).mean()

    return {"ANSWERED": _least(answered), "RELEVANCE": _least(relevance)}


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text, whatever its case.

    >>> contains_any("It was in May.", ["june", "may"])
    True
    """
    return any(answer.lower() in text.lower() for answer in answers)


def _least(loss: Callable[[torch.Tensor], torch.Tensor]) -> list[float]:
    """The weights at which a convex loss is least."""
    import torch

    weights = torch.zeros(4, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss(weights)
        value.backward()
        return value

    optimiser.step(closure)
    return [round(float(weight), 4) for weight in weights.detach()]


def sample(questions: Sequence[Question], count: int) -> list[Question]:
    """At most `count` of the questions, always the same."""
    return Random(0).sample(list(questions), min(count, len(questions)))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.reader", description="Measure the reader.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with squad/")
    parser.add_argument("--fit", action="store_true", help="fit the weights of the logits on part A instead")
    parser.add_argument("--questions", type=int, default=100_000, help="how many questions to ask at most")
    parser.add_argument("--searches", type=int, default=500, help="how many questions to search the collection for")
    given = parser.parse_args(arguments)
    from index.embedder import load_embedder
    from rag.reader.reader import load_reader

    squad, reader, embedder = load(given.data), load_reader(), load_embedder()
    if given.fit:
        for name, weights in fit(reader, squad, sample(squad.of_part("A"), given.questions), embedder).items():
            print(f"{name} = {tuple(weights)}")
        return
    begun = time.perf_counter()
    asked = sample(squad.of_part("B"), given.questions)
    figures = {
        "plain paragraphs": measure_answers(reader, squad, asked, heads=False),
        "under their titles": measure_answers(reader, squad, asked[:2000], heads=True),
        "search": measure_search(reader, squad, sample(squad.of_part("B", True), given.searches), embedder),
    }
    for title, found in figures.items():
        print(f"\n{title}")
        for name, value in found.items():
            print(f"  {name:<40} {value:.0f}" if name == "questions" else f"  {name:<40} {value:.3f}")
    print(f"\n{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
