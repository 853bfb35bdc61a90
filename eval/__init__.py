"""Question suites, metrics, runs and reports. `multihop.run` measures an archive, `questions.run` an assistant."""

from eval import metrics, multihop, questions
from eval.comparison import Comparison, Flip, compare
from eval.report import Estimate, Report, Row, load, partial, save

__all__ = [
    "Comparison",
    "Estimate",
    "Flip",
    "Report",
    "Row",
    "compare",
    "load",
    "metrics",
    "multihop",
    "partial",
    "questions",
    "save",
]
