"""What articles a search is to look at: of these outlets, by these authors, of these days."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Filter:
    """Articles of any of the outlets, by any of the authors, published from `since` to `until` (ISO days, inclusive).

    What is left empty does not restrict anything. `as_of` is a day that none of them may be dated after, whatever is
    loosened; see `dated_by`.
    """

    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    as_of: str | None = None

    def __bool__(self) -> bool:
        return bool(self.outlets or self.authors or self.since or self.until or self.as_of)

    def looser(self) -> list[Filter]:
        """The filter with ever less in it, for when nothing meets it: first without dates, then without authors.

        >>> [f.outlets + f.authors for f in Filter(("AP",), ("Ann Lee",), since="2024-01-01").looser()]
        [('AP', 'Ann Lee'), ('AP',), ()]
        """
        steps = [replace(self, since=None, until=None)]
        steps.append(replace(steps[-1], authors=()))
        steps.append(Filter(as_of=self.as_of))
        kept = [step for before, step in zip([self, *steps], steps, strict=False) if step != before]
        return kept


EVERYTHING = Filter()


def published_within(published: str | None, since: str | None, until: str | None) -> bool:
    """Whether a day of publication, as exact as it is known, may lie in the range; an unknown one does not.

    A date without a year fits a range that holds its day in any year.

    >>> published_within("2024-03", "2024-03-15", None), published_within("2024-03-09", "2024-03-15", None)
    (True, False)
    >>> published_within("--01-29", "2018-01-01", "2018-01-31"), published_within(None, "2018-01-01", None)
    (True, False)
    """
    if not published:
        return False
    first, last = since or "0000-01-01", until or "9999-12-31"
    if published.startswith("--"):
        years = (int(first[:4]), int(first[:4]) + 1, int(last[:4]))  # the second is whole where there are more
        return any(first <= f"{year:04}-{published[2:7]}" <= last for year in years)
    day = published[:10]
    # As strings "2024" < "2024-03" < "2024-03-15": a prefix stands for its first day, and with "~" for its last.
    return day + "~" >= first and day <= last[: len(day)]


def dated_by(published: str | None, last: str, newest: str | None) -> bool:
    """Whether a day of publication is the ISO day `last` or earlier; an unknown one is not.

    A date without a year is taken for the latest that is not after `newest`, the day of the newest article: what may
    have come later is rather left out.

    >>> dated_by("2026-03-05", "2026-03-04", None), dated_by("2026", "2026-03-04", None)
    (False, True)
    >>> dated_by("--03-05", "2026-03-04", "2026-06-12"), dated_by("--07-05", "2026-03-04", "2026-06-12")
    (False, True)
    """
    if not published:
        return False
    day = published[:10]
    if day.startswith("--"):
        bound = newest or last
        year = int(bound[:4])
        known = f"{year:04}-{day[2:7]}"
        day = known if known <= bound + "~" else f"{year - 1:04}-{day[2:7]}"
    return day <= last[: len(day)]
