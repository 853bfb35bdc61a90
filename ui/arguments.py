"""What the command line takes as a number, a day, a name or a port. Each raises ArgumentTypeError for what is none."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from calendar import monthrange
from datetime import date

from ui.settings import port_number

LEAST_CHUNK_TOKENS = 16
DAY_LENGTH = len("2024-03-01")


def positive(text: str) -> int:
    """A number from 1 on.

    >>> positive("5")
    5
    """
    number = int(text)
    if number < 1:
        raise ArgumentTypeError(f"{text} is less than 1")
    return number


def chunk_tokens(text: str) -> int:
    """A size that a chunk can have.

    >>> chunk_tokens("256")
    256
    """
    number = int(text)
    if number < LEAST_CHUNK_TOKENS:
        raise ArgumentTypeError(f"a chunk of {text} tokens holds no sentence; give {LEAST_CHUNK_TOKENS} or more")
    return number


def port(text: str) -> int:
    """A port.

    >>> port("7860")
    7860
    """
    try:
        return port_number(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no port; give a number from 1 to 65535") from None


def not_blank(text: str) -> str:
    """A name that is not blank.

    >>> not_blank("Harbor Ledger")
    'Harbor Ledger'
    """
    if not text.strip():
        raise ArgumentTypeError("a name must not be empty")
    return text


def iso_prefix(text: str) -> str:
    """An ISO day, month or year as it is written.

    >>> iso_prefix("2018-03-20"), iso_prefix("2018-03"), iso_prefix("2018")
    ('2018-03-20', '2018-03', '2018')
    """
    from index.dateline import iso_date

    month_or_day = f"{text}-01" if re.fullmatch("[0-9]{4}", text) else text
    if iso_date(month_or_day) != month_or_day or month_or_day.startswith("--"):
        raise ArgumentTypeError(f"{text} is no date; write it as 2018-03-20, 2018-03 or 2018")
    return text


def first_day(text: str) -> str:
    """The ISO day with which a day, month or year begins.

    >>> first_day("2024-03"), first_day("2024")
    ('2024-03-01', '2024-01-01')
    """
    return f"{iso_prefix(text)}-01-01"[:DAY_LENGTH]


def last_day(text: str) -> str:
    """The ISO day with which a day, month or year ends.

    >>> last_day("2024-02"), last_day("2024"), last_day("2024-02-03")
    ('2024-02-29', '2024-12-31', '2024-02-03')
    """
    year, month = (int(part) for part in f"{iso_prefix(text)}-12".split("-")[:2])
    return text if len(text) == DAY_LENGTH else date(year, month, monthrange(year, month)[1]).isoformat()


def day(text: str) -> date:
    """One day.

    >>> day("2024-03-01")
    datetime.date(2024, 3, 1)
    """
    try:
        return date.fromisoformat(iso_prefix(text))
    except (ValueError, ArgumentTypeError):
        raise ArgumentTypeError(f"{text} is no day; write it as 2018-03-20") from None
