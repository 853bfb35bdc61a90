"""Reported speech: which words of a sentence are what somebody is said to have said, without quotation marks."""

from __future__ import annotations

import re

from rag.speech.cues import Cue

# Verbs that report what follows them also without "that".
_REPORTS = frozenset("said says say added adds thinks believes believed insisted insists claimed claims".split())
_TELLS = frozenset({"told", "tells", "telling", "reminded"})
# Verbs that may follow all that they report: "The pump leaked, the report noted."
_TAGS = _REPORTS | {"told", "announced", "reported", "confirmed", "noted", "explained", "warned", "stated", "argued"}
_ALL_BUT_CLAUSE = re.compile(r"(?:Despite|While|Although|When|If|Asked|Speaking|As|After|Before)\b")
_LONGEST = 2000  # characters of a report
_DAY = r"(?:on |late |early |last |this )*(?:\w+day(?: (?:morning|evening|night|afternoon))?|yesterday|today)\b"
_WHERE = r"(?:in|at|during|on|via|by) (?:(?:a|an|the|his|her|their|its) )?(?:[\w-]+ ){0,3}?\w+(?= that\b)"
_ASIDE = re.compile(rf"\s(?:{_DAY}|{_WHERE})(?=\s)")
_HEARER = re.compile(
    r"\s(?:reporters|journalists|me|him|her|them|us|lawmakers|supporters|police|(?:(?:the|a|an|his|her|their|local) )?"
    r"(?:[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*|[\w’'-]+(?: [\w’'-]+)?(?= that\b)))(?=\s)"
)
_THAT = re.compile(r",? that ")
_TAIL = re.compile(r"[^,.;:\n\0\"“”]{0,60}")
_GOES_ON = re.compile(r", (?!and|but|who|which|as|after|when)\w+ \w+ \w+")
_NO_CLAUSE = re.compile(
    r"(?:in|on|at|of|to|for|from|with|by|about|during|after|before|when|as|through|via|if|how|why|what|whether)\b"
)
_DATELINE = re.compile(
    r"[A-Z][A-Z .,'-]{2,40}(?:\([\w ]{2,20}\)|[\w ,.]{0,24}/[\w ]{2,20}/\.?)?\s*[–—-]*\s+(?=[A-Z][\w’']*\s)"
)


def clause_behind(text: str, cue: Cue, end: int) -> tuple[int, int] | None:
    """Where a sentence's end holds what a verb reports: `said that ...`, `told reporters ...`, `According to Lee, ...`.

    >>> from rag.speech.cues import find_cues
    >>> text = "The mayor told reporters on Monday that she had a plan."
    >>> start, end = clause_behind(text, find_cues(text, 0, len(text))[0], len(text))
    >>> text[start:end]
    'she had a plan'
    """
    verb, at = text[cue.start : cue.end].lower(), cue.close
    quoted = text[max(0, cue.at - 3) : cue.at].rstrip(" ,–—")[-1:] in ('"', "”", "»", "\0")
    if cue.kind == "according":
        if not text[cue.start].isupper():
            return None
        at += text[at : at + 1] == ","
    elif cue.inverted:
        return None
    elif verb in _TELLS:
        hearer = _HEARER.match(text, at, end)
        if hearer is None:
            return None
        at = hearer.end()
    while cue.kind != "according" and (aside := _ASIDE.match(text, at, end)):
        at = aside.end()
    that = _THAT.match(text, at, end)
    bare = cue.kind == "according" or verb in _REPORTS | _TELLS and not quoted
    at = that.end() if that else at + 1
    if not that and (not bare or text[at - 1 : at] != " " or _NO_CLAUSE.match(text, at, end)):
        return None
    return _trimmed(text, at, end)


def clause_ahead(text: str, cue: Cue, start: int) -> tuple[int, int] | None:
    """What stands before the one who reports it: `The pump leaked, Lee said.`, `..., according to Lee.`

    >>> from rag.speech.cues import find_cues
    >>> text = "The pump leaked for two days, the report said."
    >>> start, end = clause_ahead(text, find_cues(text, 0, len(text))[0], 0)
    >>> text[start:end]
    'The pump leaked for two days'
    """
    at = cue.start if cue.inverted else cue.at
    if cue.kind == "saying" or at - start > _LONGEST:
        return None
    led = text[start:at].rstrip()
    if not led.endswith(",") and cue.kind != "according":
        return None
    if cue.kind == "said" and not cue.inverted and not _is_tag(text, cue, led):
        return None
    span = _trimmed(text, start, start + len(led.rstrip(",")))
    return span if span and len(text[span[0] : span[1]].split()) > 3 else None


def _is_tag(text: str, cue: Cue, led: str) -> bool:
    """Whether "Lee said" closes what it reports, but for a day, a place or a hearer."""
    if text[cue.start : cue.end] not in _TAGS or _ALL_BUT_CLAUSE.match(led.lstrip()):
        return False
    tail = _TAIL.match(text, cue.end, cue.end + 60)
    at = tail.end() if tail else cue.end
    words = text[cue.end : at]
    opens_quote = text[at : at + 3].strip(" ,:")[:1] in ('"', "“", "«")
    goes_on = _GOES_ON.match(text, at, at + 80)
    return len(words.split()) < 7 and " that " not in words and not goes_on and not opens_quote


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without a dateline before it, and without white space and a full stop around it."""
    if dateline := _DATELINE.match(text, start, end):
        start = dateline.end()
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(" ,"))
    end = start + len(piece.strip(" ,").rstrip(".;"))
    long_enough = len(text[start : min(end, start + 80)].split()) > 2
    return (start, end) if long_enough and text[start] not in '"“«\0.;:' else None
