"""Where an article quotes: the words between quotation marks, in whatever style the marks are printed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(r'["“”„«»]')
_PARAGRAPH = re.compile(r"[^\n]+")
_CLOSES = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"', "”": "”"}
_ELLIPSIS = re.compile(r"[\[(]\s*(?:\.\s?\.\s?\.|…)\s*[\])]|\.\s?\.\s?\.+|…")
# An apostrophe stands between letters; every other mark is a quotation mark, and its style does not count.
_QUOTE_MARKS = re.compile(r"[\"“”„«»]|(?<!\w)['‘’‚‹›]|['‘’‹›](?!\w)")


@dataclass(frozen=True)
class Quotation:
    """The words ``text[start:end]`` between quotation marks; `continued` when the next paragraph's quote goes on."""

    start: int
    end: int
    continued: bool = False


def quotations(text: str) -> list[Quotation]:
    """The quotations of a text in order; a quotation within another is part of it. Time is linear.

    >>> text = 'He said: “No "ifs", no buts,” and left. «Yes», she wrote.'
    >>> [text[quote.start : quote.end] for quote in quotations(text)]
    ['No "ifs", no buts,', 'Yes']
    """
    found: list[Quotation] = []
    paragraphs = [match.span() for match in _PARAGRAPH.finditer(text) if not match.group().isspace()]
    begins = [_opens_paragraph(text, start) for start, _ in paragraphs] + [False]
    for number, (start, end) in enumerate(paragraphs):
        for quote_start, quote_end in _in_paragraph(text, start, end):
            if quote_end is not None:
                found.append(Quotation(quote_start, quote_end))
            elif begins[number + 1] or _begins_speech(text, start, quote_start - 1):
                # Newspapers leave a quote open at the end of a paragraph when the next one goes on with it.
                found.append(Quotation(quote_start, end, begins[number + 1]))
    return [quote for quote in found if text[quote.start : quote.end].strip()]


def mask(text: str, quotes: list[Quotation]) -> str:
    """The text, as long as before, with nothing of what is quoted but its last character.

    >>> mask('"I am. I go," he said.', [Quotation(1, 12)]).replace(chr(0), "-")
    '"----------," he said.'
    """
    pieces, at = [], 0
    for quote in quotes:
        pieces += [text[at : quote.start], "\0" * (quote.end - 1 - quote.start), text[quote.end - 1]]
        at = quote.end
    return "".join([*pieces, text[at:]])


def is_verbatim(quote: str, text: str) -> bool:
    """Whether the quoted words stand in the text, one after the other, word for word.

    The style of quotation marks, white space, stops and commas, and the case of the first letter do not count.
    Words may be left out where the quote has an ellipsis.

    >>> is_verbatim("It is ... a work of art.", 'She said: “It is truly\\na work of art, and more.”')
    True
    >>> is_verbatim("It is a work of art", "It is truly a work of art"), is_verbatim("art", "a party")
    (False, False)
    """
    held = _even(text)
    pieces = [_even(piece).strip(" .,;:") for piece in _ELLIPSIS.split(quote)]
    pieces = [piece for piece in pieces if piece]
    at = 0
    for number, piece in enumerate(pieces):
        at = _find_words(piece, held, at)
        if at < 0 and number == 0:
            at = _find_words(piece[0].swapcase() + piece[1:], held, 0)
        if at < 0:
            return False
        at += len(piece)
    return bool(pieces)


def _even(text: str) -> str:
    plain = _QUOTE_MARKS.sub("", text)
    plain = re.sub(r"[–—]", "-", re.sub(r"[‘’]", "'", plain))
    return " ".join(re.sub(r"[.,;:](?=\s|$)", "", plain).split())


def _find_words(piece: str, text: str, at: int) -> int:
    """Where the piece stands in the text as whole words, or -1."""
    at = text.find(piece, at)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(piece) : at + len(piece) + 1]
        if not (before.isalnum() and piece[0].isalnum()) and not (after.isalnum() and piece[-1].isalnum()):
            return at
        at = text.find(piece, at + len(piece))
    return -1


def _opens_paragraph(text: str, start: int) -> bool:
    first = text[start : start + 8].lstrip()
    return len(first) > 1 and first[0] in _CLOSES and not first[1].isspace()


def _begins_speech(text: str, start: int, mark: int) -> bool:
    before = text[max(start, mark - 8) : mark].rstrip()
    return not before or before[-1] in ",:"


def _in_paragraph(text: str, start: int, end: int) -> list[tuple[int, int | None]]:
    """The quotes of a paragraph; the last one has no end where it is not closed."""
    marks = [match.start() for match in _MARK.finditer(text, start, end)]
    found: list[tuple[int, int | None]] = []
    opened: int | None = None
    following = _next_curly(text, marks)
    for number, mark in enumerate(marks):
        sign = text[mark]
        if opened is None:
            if _may_open(text, mark, end):
                opened = mark
        elif _may_close(text, opened, mark, following[number], end):
            found.append((opened + 1, mark))
            opened = None
        elif sign == "“" == text[opened] or sign == '"' == text[opened]:
            opened = mark  # the mark before was never closed: a slip, or inches
    if opened is not None:
        found.append((opened + 1, None))
    return found


def _next_curly(text: str, marks: list[int]) -> list[str]:
    """For each mark the next curly one behind it."""
    following, last = [], ""
    for mark in reversed(marks):
        following.append(last)
        if text[mark] in "“”":
            last = text[mark]
    return following[::-1]


def _may_open(text: str, mark: int, end: int) -> bool:
    if mark + 1 >= end or text[mark + 1].isspace():
        return False
    before = text[mark - 1 : mark] if mark else ""
    return text[mark] in "“„«" or not before.isalnum() and before not in (".", ",", "!", "?")


def _may_close(text: str, opened: int, mark: int, next_curly: str, end: int) -> bool:
    opening, sign = text[opened], text[mark]
    if opening in "“”" and sign == '"':  # a slip of the keyboard, or a quote within the quote
        return (next_curly != "”" or text[mark - 1] in ",.!?") and _ends_words(text, mark, end)
    if opening == '"' and sign == "”":
        return True
    if sign not in _CLOSES[opening]:
        return False
    return sign != '"' or _ends_words(text, mark, end) or mark + 1 < end and not text[mark - 1].isspace()


def _ends_words(text: str, mark: int, end: int) -> bool:
    """Whether a straight mark stands behind a word rather than before one."""
    return mark + 1 >= end or not (text[mark - 1].isspace() and not text[mark + 1].isspace())
