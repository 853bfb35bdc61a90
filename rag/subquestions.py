"""Questions that ask for two things at once, parted into questions for one thing each."""

from __future__ import annotations

import re

from rag.followup import standalone

_ASKING = r"(?:what|which|who|whom|whose|when|where|why|how)\b"
_PLACING = r"(?:on|in|at|before|after|under|during|by|for|from|with|to)\b"
_AND = re.compile(rf",? and (?:also |then )?(?={_ASKING})|\?\s+(?:And )?(?={_ASKING})", re.IGNORECASE)
_COMPARED = re.compile(
    rf"^(?P<asked>.+?) (?P<one>{_PLACING} [^,?]+?),? (?:compared (?:with|to)|as against|versus) "
    rf"(?P<other>{_PLACING} [^,?]+)\?*$",
    re.IGNORECASE,
)
# "how long under the final deal": a question that leaves out what the first one has said.
_SHORT = re.compile(rf"^{_ASKING}(?: \w+)? (?P<other>(?P<placing>{_PLACING}) [^,?]+?)\?*$", re.IGNORECASE)
MOST_PARTS = 3


def subquestions(question: str) -> list[str]:
    """The questions for one thing each, in their order; the question itself where it asks for one.

    >>> subquestions("Who chairs the inquiry, and when will it end?")
    ['Who chairs the inquiry?', 'When will the inquiry end?']
    >>> subquestions("How long are shifts under the old plan, and how long under the new one?")
    ['How long are shifts under the old plan?', 'How long are shifts under the new one?']
    >>> subquestions("How large was her lead on election night compared with after the recount?")
    ['How large was her lead on election night?', 'How large was her lead after the recount?']
    >>> subquestions("Who said what and when?"), subquestions("Who won?")
    (['Who said what and when?'], ['Who won?'])
    """
    if compared := _COMPARED.match(question):
        return [f"{compared['asked']} {compared[place]}?" for place in ("one", "other")]
    cut = [part.strip(" ,?") for part in _AND.split(question)]
    # "who said what and when": a question word by itself asks nothing.
    if not 1 < len(cut) <= MOST_PARTS or any(len(part.split()) < 3 for part in cut):
        return [question]
    whole = [cut[0]]
    for part in cut[1:]:
        short = _SHORT.match(part)
        whole.append(_put(whole[0], short["placing"], short["other"]) if short else part)
    first, *others = (f"{part[:1].upper()}{part[1:]}?" for part in whole)
    return [first, *(_by_itself(other, first) for other in others)]


def _by_itself(question: str, first: str) -> str:
    """A later question with what it points at put in, where the first one tells that for sure."""
    found = standalone(question, [{"role": "user", "content": first}])
    return question if found.startswith(first.rstrip("?")) else found


def _put(first: str, placing: str, other: str) -> str:
    """The first question with its phrase of the same kind exchanged, or with the phrase behind it."""
    own = re.search(rf"\b{placing}\b [^,]*$", first, re.IGNORECASE)
    return f"{first[: own.start()] if own else first + ' '}{other}"
