"""How well the article is told from its page, measured by the rule of article-extraction-benchmark (Zyte, 2020).

A text is its shingles of four words, a word a run of `\\w`, case kept. Those that a page's text and its ground truth
share, with multiplicity, are true positives; those of the text alone false positives, of the truth alone false
negatives. Precision and recall are averaged over the pages that have any to count, F1 is of the two means.

Dates have no ground truth there. `page_dates.json` holds the day of publication that each of its 181 pages shows its
readers, labelled for this project from the pages' HTML, apart from what citewire reads: the printed line where there is
one, else what the page's head states; null for the one page that has neither. A page is known by the first 12
characters of its id.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from index.article import Article
from index.errors import InputError, UnreadableError
from index.readers import read_file

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_DATES = Path(__file__).parent / "page_dates.json"
_KEY = 12


@dataclass(frozen=True)
class Page:
    """One page: its shingles shared, of the text alone and of the truth alone, and its dates."""

    id: str
    shared: int
    extra: int
    missed: int
    published: str | None
    shown: str | None

    @property
    def is_dev(self) -> bool:
        """Whether the page is of the half that rules may be made by."""
        return int(self.id[0], 16) % 2 == 0


@dataclass(frozen=True)
class ExtractionScore:
    """What some pages come to; the dates are counted over those that bear one, `invented` over the others."""

    pages: int
    precision: float
    recall: float
    f1: float
    dates: int
    dates_right: int
    dates_wrong: int
    dates_absent: int
    dates_invented: int

    def __str__(self) -> str:
        shares = (
            f"{name} {count} ({count / max(self.dates, 1):.3f})"
            for name, count in (("right", self.dates_right), ("wrong", self.dates_wrong), ("absent", self.dates_absent))
        )
        return (
            f"{self.pages} pages: precision {self.precision:.4f}, recall {self.recall:.4f}, F1 {self.f1:.4f}; "
            f"{self.dates} dates: {', '.join(shares)}, invented {self.dates_invented}"
        )


@dataclass(frozen=True)
class ExtractionReport:
    """All pages, and the halves by the page's id: the rules were made by the errors on `dev`."""

    whole: ExtractionScore
    dev: ExtractionScore
    test: ExtractionScore

    def __str__(self) -> str:
        return f"all: {self.whole}\ndev: {self.dev}\ntest: {self.test}"


def measure_extraction(folder: Path) -> ExtractionReport:
    """Read every page of the benchmark in `folder` as an index would, and compare text and date.

    `folder` holds ground-truth.json and html/ID.html or html/ID.html.gz. A page that cannot be read counts as one
    without text. Raises InputError when the folder is not the benchmark's.
    """
    try:
        truth = json.loads((folder / "ground-truth.json").read_bytes())
        bodies = {str(id): str(page["articleBody"]) for id, page in truth.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{folder} holds no ground-truth.json that can be read; name the folder of article-extraction-benchmark."
        ) from error
    dates: Mapping[str, str | None] = json.loads(_DATES.read_bytes())
    pages = [_measure(_page_file(folder, id), id, body, dates.get(id[:_KEY])) for id, body in bodies.items()]
    return ExtractionReport(
        score(pages), score([page for page in pages if page.is_dev]), score([page for page in pages if not page.is_dev])
    )


def score(pages: Sequence[Page]) -> ExtractionScore:
    """The means over `pages`.

    >>> score([Page("0", 3, 1, 0, None, "2019-11-18"), Page("1", 1, 0, 1, "2019-11-18", "2019-11-18")]).f1
    0.8076923076923077
    """
    precision = _mean(page.shared / (page.shared + page.extra) for page in pages if page.shared + page.extra)
    recall = _mean(page.shared / (page.shared + page.missed) for page in pages if page.shared + page.missed)
    dated = [page for page in pages if page.shown]
    outcomes = Counter("absent" if not page.published else page.published == page.shown for page in dated)
    return ExtractionScore(
        pages=len(pages),
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        dates=len(dated),
        dates_right=outcomes[True],
        dates_wrong=outcomes[False],
        dates_absent=outcomes["absent"],
        dates_invented=sum(1 for page in pages if page.published and not page.shown),
    )


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words in `text`, a shorter text being one run, and how often each occurs.

    >>> sorted(shingles("The ferry sank at dawn."))
    [('The', 'ferry', 'sank', 'at'), ('ferry', 'sank', 'at', 'dawn')]
    """
    words = _WORD.findall(text)
    runs = (tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1)))
    return Counter(run for run in runs if run)


def _measure(path: Path, id: str, body: str, shown: str | None) -> Page:
    try:
        found = next((article for article in read_file(path) if isinstance(article, Article)), None)
    except UnreadableError:
        found = None
    true, told = shingles(body), shingles(found.text if found else "")
    return Page(
        id,
        shared=(true & told).total(),
        extra=(told - true).total(),
        missed=(true - told).total(),
        published=found.published if found else None,
        shown=shown,
    )


def _page_file(folder: Path, id: str) -> Path:
    path = next((found for end in (".html.gz", ".html") if (found := folder / "html" / f"{id}{end}").is_file()), None)
    if path is None:
        raise InputError(f"{folder} holds no page html/{id}.html or .html.gz; fetch the benchmark's html folder too.")
    return path


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return fmean(found) if found else 0.0


if __name__ == "__main__":
    print(measure_extraction(Path(sys.argv[1])))
