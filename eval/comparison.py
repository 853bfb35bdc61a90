"""What changed between two runs of one suite, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from textwrap import shorten

from eval.report import Estimate, Report, estimate, figure, mean, scores_of, table
from index.errors import InputError


@dataclass(frozen=True)
class Flip:
    """A question that only one of two runs passed: `broken` when the earlier one did."""

    id: str
    question: str
    broken: bool

    @property
    def direction(self) -> str:
        """The flip in words."""
        return "right -> wrong" if self.broken else "wrong -> right"


@dataclass(frozen=True)
class Comparison:
    """Two runs over the questions that both hold; `differences` are later minus earlier, paired by question."""

    suite: str
    count: int
    left_out: int
    before: Mapping[str, float | None]
    after: Mapping[str, float | None]
    differences: Mapping[str, Estimate]
    flips: tuple[Flip, ...]

    def to_json(self) -> dict[str, object]:
        """The comparison as JSON objects with stable keys."""
        return asdict(self)

    def render(self) -> str:
        """The comparison as plain text for a terminal, questions that broke first."""
        rows = [
            (
                name,
                figure(self.before[name]),
                figure(self.after[name]),
                figure(d.mean, "+.3f"),
                f"{figure(d.low, '+.3f')} to {figure(d.high, '+.3f')}" if d.count else "-",
                str(d.count),
            )
            for name, d in self.differences.items()
        ]
        flips = sorted(self.flips, key=lambda flip: not flip.broken)
        return "\n".join(
            (
                f"{self.suite}: {self.count} questions in both runs, {self.left_out} in one only",
                "",
                table(("metric", "before", "after", "change", "95%_interval", "in_both"), rows),
                "",
                f"right -> wrong: {sum(f.broken for f in flips)}, wrong -> right: {sum(not f.broken for f in flips)}",
                *(
                    f"  {'right -> wrong' if f.broken else 'wrong -> right'}  {f.id}: {shorten(f.question, 100)}"
                    for f in flips
                ),
            )
        )


def compare(before: Report, after: Report) -> Comparison:
    """What changed between two runs of one suite, on the questions whose id and wording stand in both.

    `before` and `after` average all shared questions that have the metric; a difference only those that have it in
    both runs, with an interval that is narrower for being paired. Raises InputError for runs of different suites or
    without a question in common.
    """
    if before.suite != after.suite:
        raise InputError(f"A run of {before.suite} and one of {after.suite} cannot be compared; name two of one suite.")
    olds = {(row.id, row.question): row for row in before.rows}
    news = {(row.id, row.question): row for row in after.rows}
    pairs = [(old, news[key]) for key, old in olds.items() if key in news]
    if not pairs:
        raise InputError("The two runs have no question in common; compare runs over the same questions.")
    names = [name for name in before.metrics if name in after.metrics]
    return Comparison(
        suite=before.suite,
        count=len(pairs),
        left_out=len(olds) + len(news) - 2 * len(pairs),
        before={name: mean(scores_of([old for old, _ in pairs], name)) for name in names},
        after={name: mean(scores_of([new for _, new in pairs], name)) for name in names},
        differences={
            name: estimate(
                [new.scores[name] - old.scores[name] for old, new in pairs if name in old.scores and name in new.scores]
            )
            for name in names
        },
        flips=tuple(Flip(old.id, old.question, old.passed) for old, new in pairs if old.passed != new.passed),
    )
