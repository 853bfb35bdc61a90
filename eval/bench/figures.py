"""What a benchmark found: figures by name, some of them held against a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One figure. `least` and `most`, where given, are the lines that it must keep to."""

    name: str
    value: float | int | str
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it keeps to its lines.

        >>> Figure("recall", 0.98, least=0.97).holds, Figure("errors", 1, most=0).holds, Figure("chunks", 12).holds
        (True, False, True)
        """
        if isinstance(self.value, str):
            return True
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def render(self) -> str:
        """The figure as a line without its name.

        >>> Figure("recall", 0.98123, least=0.97).render()
        '0.98123 (at least 0.97: yes)'
        """
        lines = [
            f"at {which} {bound:g}"
            for which, bound in (("least", self.least), ("most", self.most))
            if bound is not None
        ]
        verdict = f" ({', '.join(lines)}: {'yes' if self.holds else 'NO'})" if lines else ""
        return f"{spoken_number(self.value)}{' ' if self.unit else ''}{self.unit}{verdict}"


@dataclass(frozen=True)
class Figures:
    """All that one benchmark found; `remarks` are whole sentences, such as the first faults of many."""

    title: str
    figures: Sequence[Figure]
    remarks: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Whether every figure keeps to its lines."""
        return all(figure.holds for figure in self.figures)

    def render(self) -> str:
        """A table of the figures, then the remarks.

        >>> print(Figures("Kills", [Figure("kills", 200), Figure("articles lost", 0, most=0)]).render())
        Kills
          kills          200
          articles lost  0 (at most 0: yes)
        """
        width = max((len(figure.name) for figure in self.figures), default=0)
        rows = [f"  {figure.name:{width}}  {figure.render()}" for figure in self.figures]
        return "\n".join([self.title, *rows, *(f"  - {remark}" for remark in self.remarks)])

    def to_json(self) -> dict[str, object]:
        """The same with the keys that scripts rely on."""
        figures = [{**asdict(figure), "holds": figure.holds} for figure in self.figures]
        return {"title": self.title, "holds": self.holds, "figures": figures, "remarks": list(self.remarks)}


def spoken_number(value: float | int | str) -> str:
    """Whole numbers with commas, others with three significant digits, or five below 1, for cosines and shares.

    >>> [spoken_number(value) for value in (1_000_000, 1234.56, 12.345, 0.999981, "ivf")]
    ['1,000,000', '1,235', '12.3', '0.99998', 'ivf']
    """
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) >= 1 else f"{value:.5g}"
    return f"{value:,}" if isinstance(value, int) else value


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that `share` of them do not exceed.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([4.0, 1.0, 3.0, 2.0], 0.95)
    (2.0, 4.0)
    """
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, max(0, -int(-share * len(ranked) // 1) - 1))]
