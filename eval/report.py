"""What a run comes back as: a row a question, and a report over the rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import zip_longest
from pathlib import Path

from eval.metrics import bootstrap_interval, percentile
from index.errors import InputError


@dataclass(frozen=True)
class Row:
    """What became of one question.

    `scores` holds only the metrics that apply to the question; `passed` is its verdict in a word; `error` is the
    message of a failure, which is neither a right answer nor an abstention. Seconds are wall time.
    """

    id: str
    question: str
    kind: str
    passed: bool
    scores: Mapping[str, float]
    seconds: float | None = None
    first_token_seconds: float | None = None
    error: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95% bootstrap interval over `count` questions; None where no question has the metric."""

    mean: float | None
    low: float | None
    high: float | None
    count: int


def installed_version() -> str:
    """The version of citewire that runs; "unknown" in a checkout that is not installed."""
    try:
        return version("citewire")
    except PackageNotFoundError:
        return "unknown"


def now() -> str:
    """The moment in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Report:
    """The rows of one run and what they were made with; `metrics` names the scores in the order they are shown."""

    suite: str
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    skipped: int = 0
    model: str = ""
    embedder: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    version: str = field(default_factory=installed_version)
    date: str = field(default_factory=now)

    @property
    def errors(self) -> int:
        """Questions that ended in an error."""
        return sum(row.error is not None for row in self.rows)

    def summary(self) -> dict[str, Estimate]:
        """Each metric over all questions to which it applies."""
        return {name: estimate(scores_of(self.rows, name)) for name in self.metrics}

    def kinds(self) -> dict[str, dict[str, float | None]]:
        """Each metric's mean over the questions of each kind, kinds in alphabetical order."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.kind, []).append(row)
        return {kind: {name: mean(scores_of(groups[kind], name)) for name in self.metrics} for kind in sorted(groups)}

    def timings(self) -> dict[str, float | None]:
        """Median and 95th percentile, in seconds, of the whole time and of the time to the first token."""
        whole = [row.seconds for row in self.rows if row.seconds is not None]
        first = [row.first_token_seconds for row in self.rows if row.first_token_seconds is not None]
        return {
            "seconds_p50": percentile(whole, 50),
            "seconds_p95": percentile(whole, 95),
            "first_token_seconds_p50": percentile(first, 50),
            "first_token_seconds_p95": percentile(first, 95),
        }

    def to_json(self) -> dict[str, object]:
        """The report as JSON objects. The keys are stable; figures that do not apply are null."""
        return {
            "suite": self.suite,
            "version": self.version,
            "model": self.model,
            "embedder": self.embedder,
            "date": self.date,
            "settings": dict(self.settings),
            "count": len(self.rows),
            "skipped": self.skipped,
            "errors": self.errors,
            "passed": sum(row.passed for row in self.rows),
            "metrics": {name: asdict(figures) for name, figures in self.summary().items()},
            "kinds": self.kinds(),
            "timings": self.timings(),
            "rows": [asdict(row) for row in self.rows],
        }

    def render(self) -> str:
        """The report as plain text for a terminal."""
        made_with = (f"citewire {self.version}", self.model, self.embedder, self.date)
        head = f"{self.suite}: {len(self.rows)} questions, {self.skipped} skipped, {self.errors} errors"
        summary = [
            (name, figure(e.mean), f"{figure(e.low)} to {figure(e.high)}" if e.count else "-", str(e.count))
            for name, e in self.summary().items()
        ]
        counts = {kind: sum(row.kind == kind for row in self.rows) for kind in self.kinds()}
        kinds = [(kind, str(counts[kind]), *map(figure, figures.values())) for kind, figures in self.kinds().items()]
        timings = [(name, figure(seconds)) for name, seconds in self.timings().items() if seconds is not None]
        return "\n".join(
            (
                head,
                " | ".join(part for part in made_with if part),
                "",
                table(("metric", "mean", "95%_interval", "questions"), summary),
                "",
                table(("kind", "questions", *self.metrics), kinds),
                "",
                table(("time", "seconds"), timings),
                *(f"error in {row.id}: {row.error}" for row in self.rows if row.error),
            )
        )


def partial(out: Path) -> Path:
    """Where the rows of an unfinished run are kept whose report goes to `out`.

    >>> partial(Path("run.json")).name
    'run.json.part'
    """
    return out.with_name(out.name + ".part")


def save(report: Report, path: Path) -> None:
    """Write the report as JSON, whole or not at all, after which the rows kept for resuming it are dropped.

    Raises InputError when it cannot be written.
    """
    draft = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
        partial(path).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"The report cannot be written to {path} ({error.strerror}); name another file.") from error


def load(path: Path) -> Report:
    """Read a report that `save` wrote. Raises InputError when the file is missing or is something else."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Report(
            suite=data["suite"],
            metrics=tuple(data["metrics"]),
            rows=tuple(Row(**row) for row in data["rows"]),
            **{key: data[key] for key in ("skipped", "model", "embedder", "settings", "version", "date")},
        )
    except OSError as error:
        raise InputError(f"The report {path} cannot be read ({error.strerror}); check the path.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not a report of citewire eval; name a file that --out wrote.") from error


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under their names, the first to the left, figures to the right; "_" in a name starts a new line.

    >>> print(table(("kind", "citation_recall"), [("fact", ".910"), ("quote", "1.000")]))
           citation
    kind     recall
    fact       .910
    quote     1.000
    """
    lines = list(zip_longest(*(reversed(name.split("_")) for name in head), fillvalue=""))[::-1] + list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not i else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def scores_of(rows: Iterable[Row], metric: str) -> list[float]:
    """The scores of the rows to which the metric applies."""
    return [row.scores[metric] for row in rows if metric in row.scores]


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean; None for no values.

    >>> mean([1.0, 0.0]), mean([])
    (0.5, None)
    """
    return sum(values) / len(values) if values else None


def estimate(values: Sequence[float]) -> Estimate:
    """The mean with its interval.

    >>> estimate([1.0, 1.0])
    Estimate(mean=1.0, low=1.0, high=1.0, count=2)
    """
    low, high = bootstrap_interval(values) if values else (None, None)
    return Estimate(mean(values), low, high, len(values))


def figure(value: float | None, form: str = ".3f") -> str:
    """A number as it is shown in a table.

    >>> figure(0.12345), figure(None)
    ('0.123', '-')
    """
    return "-" if value is None else format(value, form)
