"""The check of a sentence against its evidence, measured: on sentences that were corrupted by rules, and on WiCE.

A corrupted sentence is detected when the check does not call it supported; a true one that it does not call so is a
false alarm. WiCE (Kamoi et al., arXiv 2303.01432) holds claims of Wikipedia with the web pages cited for them, and
whether those support them, in whole or in part.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.corrupted import ELSEWHERE, KINDS, TRUE, Case, by_kind, make_cases, sample_articles, split_of
from eval.report import Report, Row
from eval.runs import fingerprint, run_rows
from index.article import Article
from index.embedder import Embedder, Vectors
from index.errors import InputError
from index.readers import read_file
from rag.checking import check, features
from rag.evidence import Evidence, stems

SUITE = "checks"
METRICS = ("detected", "false_alarms", "partly")
WICE = Path("wice") / "wice_claim_dev.jsonl.gz"
WICE_LABELS = {"supported": TRUE, "partially_supported": "partial", "not_supported": ELSEWHERE}


def load_cases(split: str | None = None, articles: Sequence[Article] | None = None, per_kind: int = 40) -> list[Case]:
    """The sentences made from the articles, of the sample collection by default; all, or those of one split."""
    cases = make_cases(articles or sample_articles(), per_kind)
    chosen = [case for case in cases if split in (None, case.split)]
    if not chosen:
        raise InputError(f"There is no split {split} of these sentences; choose dev or test, or leave --split out.")
    return chosen


def load_wice(data: Path, split: str | None = None, pieces: int = 6) -> list[Case]:
    """The claims of WiCE, each with the sentences of its page that share most words with it.

    Raises InputError when the file is missing.
    """
    try:
        with gzip.open(data / WICE, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
    except OSError as error:
        raise InputError(
            f"{data / WICE} cannot be read ({error.strerror}); name the folder that holds wice."
        ) from error
    cases = [_wice_case(number, record, pieces) for number, record in enumerate(records)]
    return [case for case in cases if split in (None, case.split)]


def _wice_case(number: int, record: Mapping[str, Any], pieces: int) -> Case:
    claim, texts = str(record["claim"]), [str(text) for text in record["evidence"]]
    title = next((text.partition("TITLE: ")[2] for text in texts[:1] if "TITLE: " in text), None)
    article = Article(f"wice-{number}", " ".join(texts), title=title)
    said = stems(claim)
    ranked = sorted(range(len(texts)), key=lambda place: -len(stems(texts[place]) & said))[:pieces]
    found = tuple(
        Evidence(article, 0, 0, texts[place], " ".join(texts[max(0, place - 1) : place]) + " ", 1.0) for place in ranked
    )
    return Case(f"wice-{number}", split_of(claim), WICE_LABELS[str(record["label"])], claim, found)


def run(
    cases: Sequence[Case],
    embedder: Embedder,
    *,
    log: Path | None = None,
    progress: bool = False,
) -> Report:
    """Check every sentence. One passes when a true one is called supported, and any other is not.

    Seconds are those of the check alone, without the embedding. Raises InputError without a sentence.
    """
    if not cases:
        raise InputError("There is no sentence to check; choose another split.")
    cosines = dict(zip((case.id for case in cases), near(cases, embedder), strict=True))

    def row_of(case: Case) -> Row:
        started = time.perf_counter()
        found = check(case.sentence, case.evidence, cosines[case.id])
        seconds = time.perf_counter() - started
        shown = found.verdict == "supported"
        scores = {"false_alarms": float(not shown)} if case.kind == TRUE else {"detected": float(not shown)}
        details = {"verdict": found.verdict, "score": found.score, "share": found.share, "reasons": list(found.reasons)}
        passed = shown == (case.kind == TRUE)
        scores["partly"] = float(found.verdict == "partly")
        return Row(case.id, case.sentence, case.kind, passed, scores, seconds, details=details)

    key = fingerprint(SUITE, [(case.id, case.sentence) for case in cases], embedder.name)
    rows = run_rows(cases, row_of, key=key, log=log, progress=progress)
    return Report(suite=SUITE, metrics=METRICS, rows=rows, embedder=embedder.name)


def near(cases: Sequence[Case], embedder: Embedder) -> list[list[float]]:
    """The cosine of each case's sentence with each piece of its evidence."""
    texts = list(
        dict.fromkeys(text for case in cases for text in (case.sentence, *(one.text for one in case.evidence)))
    )
    vectors: dict[str, Vectors] = dict(zip(texts, embedder.embed_passages(texts), strict=True))
    return [[float(vectors[case.sentence] @ vectors[one.text]) for one in case.evidence] for case in cases]


def detection(report: Report) -> dict[str, float]:
    """The share of the corrupted that was detected, of the true that was not shown, and of those without a source."""
    rows = {kind: [row for row in report.rows if row.kind == kind] for kind in (TRUE, ELSEWHERE)}
    corrupted = [row for row in report.rows if row.kind in KINDS]
    groups = {"detected": corrupted, "false alarms": rows[TRUE], "without a source detected": rows[ELSEWHERE]}
    return {
        name: float(np.mean([row.passed != (name == "false alarms") for row in group]))
        for name, group in groups.items()
        if group
    }


def fit(cases: Sequence[Case], embedder: Embedder) -> tuple[list[float], float]:
    """Weights and bias of the logistic function over what words have in common: true against without a source.

    Claims that are supported in part count as unsupported. Sentences with one thing changed have their source's words
    and are left out.
    """
    import torch

    chosen = [case for case in cases if case.kind not in KINDS]
    rows, wanted = [], []
    for case, cosines in zip(chosen, near(chosen, embedder), strict=True):
        found = check(case.sentence, case.evidence, cosines)
        picked = [case.evidence[place] for place in found.carriers]
        rows.append(features(case.sentence, picked, max(cosines[place] for place in found.carriers)))
        wanted.append(float(case.kind == TRUE))
    design, labels = torch.tensor(rows), torch.tensor(wanted)
    weights = torch.zeros(design.shape[1] + 1, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=500, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        logits = design @ weights[:-1] + weights[-1]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels) + 1e-3 * weights[:-1].square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    *values, bias = (round(float(weight), 2) for weight in weights.detach())
    return values, bias


def wice_figures(cases: Sequence[Case], report: Report) -> dict[str, float]:
    """Supported against the rest: accuracy, F1 of the supported, AUROC of the score, where a fault makes it nothing."""
    from eval.reader import auroc

    true = [case.kind == TRUE for case in cases]
    shown = [row.details["verdict"] == "supported" for row in report.rows]
    scores = [float(str(row.details["score"])) - (row.details["verdict"] == "unsupported") for row in report.rows]
    both = sum(a and b for a, b in zip(true, shown, strict=True))
    return {
        "claims": len(cases),
        "supported": sum(true) / len(true),
        "accuracy": float(np.mean([a == b for a, b in zip(true, shown, strict=True)])),
        "F1": 2 * both / (sum(true) + sum(shown)) if any(shown) else 0.0,
        "AUROC": auroc(
            [s for s, t in zip(scores, true, strict=True) if t], [s for s, t in zip(scores, true, strict=True) if not t]
        ),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.checks", description="Measure the check of sentences.")
    parser.add_argument("--data", type=Path, help="the folder with wice/ and wikinews/, to measure on those too")
    parser.add_argument("--fit", action="store_true", help="fit the weights on the dev half instead")
    parser.add_argument("--misses", action="store_true", help="show what went wrong on the dev half")
    given = parser.parse_args(arguments)
    from index.embedder import load_embedder

    embedder = load_embedder()
    sample = load_cases()
    wice = load_wice(given.data) if given.data else []
    if given.fit:
        print(fit([case for case in [*sample, *wice] if case.split == "dev"], embedder))
        return
    sets = {"sample": sample}
    if given.data:
        articles = [
            item for item in read_file(given.data / "wikinews" / "articles.jsonl.gz") if isinstance(item, Article)
        ]
        sets["wikinews"] = load_cases(articles=articles, per_kind=150)
    for name, cases in sets.items():
        for split in ("dev", "test"):
            report = run([case for case in cases if case.split == split], embedder)
            print(f"\n{name}, {split}", {key: round(value, 3) for key, value in detection(report).items()})
            for kind, group in by_kind([case for case in cases if case.split == split]):
                passed = [row.passed for row in report.rows if row.kind == kind]
                print(f"  {kind:<10} {len(group):>4}  right {np.mean(passed):.3f}")
            print(f"  seconds, p95 {report.timings()['seconds_p95']:.4f}")
            if given.misses and split == "dev":
                for row in report.rows:
                    if not row.passed:
                        print(f"  {row.kind}: {row.question}\n     {row.details}")
    for split in ("dev", "test") if wice else ():
        chosen = [case for case in wice if case.split == split]
        print(
            f"\nwice, {split}",
            {key: round(value, 3) for key, value in wice_figures(chosen, run(chosen, embedder)).items()},
        )


if __name__ == "__main__":
    main()
