"""When the articles do not hold the answer: reasons, each a sentence for the reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.asking.grammar import CALENDAR
from rag.asking.question import ANSWER_FORMS, Question
from rag.evidence import Evidence
from rag.limits import DEFAULT_LIMITS
from rag.missing import not_said

# How many characters from a name an age still belongs to it, as in "Bastian Orre, president of the union, 58,".
AGE_REACH = 40

NOTHING_FITS = "Nothing in the articles fits this question."

_GIVES = {
    "age": "give no age",
    "share": "give no share or percentage",
    "length": "do not say how long",
    "money": "give no sum of money",
    "number": "give no number",
    "date": "give no date or time",
}
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "sir", "prof", "professor"}
_REFUSAL = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were)(?: not|n[’']t)|cannot|can[’']t)\b[^.]{0,40}?"
    r"\b(?:mention|say|state\b|stated|specif|provide|given?|contain|answer|determin|indicat|information|evidence|enough|"
    r"clear|know)|\bno\b[^.,]{0,40}?\b(?:mention|information|evidence|answer|indication)",
    re.IGNORECASE,
)


def why_not(
    question: Question,
    evidence: Sequence[Evidence],
    mentions: Callable[[Sequence[str]], bool],
    least_score: float = DEFAULT_LIMITS.least_score,
) -> str | None:
    """Why the question cannot be answered from this evidence, or None if it may be.

    `mentions` tells whether any one passage of the whole archive holds all of the given words.
    """
    for name in (name for name in question.names if name in question.asked):  # an earlier one was dealt with then
        words = [word for word in re.findall(r"\w+", name) if word.lower() not in _TITLES | CALENDAR]
        if words and not mentions(words):
            the = "the " if re.search(rf"\bthe {re.escape(name)}", question.text) else ""
            return f"The articles do not mention {the}{name}."
    if not evidence or evidence[0].score < least_score:
        return not_said(question, NOTHING_FITS)
    if question.kind and not any(_fits(question, item) for item in evidence):
        about = f" for {' and '.join(question.names)}" if question.kind == "age" and question.names else ""
        return not_said(question, f"The articles found {_GIVES[question.kind]}{about}.")
    return None


def is_refusal(sentence: str) -> bool:
    """Whether a model's sentence says that it has no answer.

    >>> is_refusal("The evidence does not mention his age."), is_refusal("He did not resign.")
    (True, False)
    """
    return bool(_REFUSAL.search(sentence))


def _fits(question: Question, item: Evidence) -> bool:
    """Whether the sentence holds a thing of the kind asked for, near one of the names asked about."""
    forms = [match.span() for match in ANSWER_FORMS[question.kind].finditer(item.text)] if question.kind else []
    # Whose age is asked for may have been named before; other things need not be about what was asked before.
    named = [name for name in question.names if question.kind == "age" or name in question.asked]
    surnames = [re.findall(r"\w+", name)[-1] for name in named]
    if not forms or not surnames:
        return bool(forms)
    if question.kind != "age":
        around = f"{item.article.heading} {item.context} {item.text}".lower()
        return any(surname.lower() in around for surname in surnames)
    places = [match.span() for name in surnames for match in re.finditer(rf"\b{re.escape(name)}\b", item.text)]
    return any(max(start - name[1], name[0] - end) < AGE_REACH for start, end in forms for name in places)
