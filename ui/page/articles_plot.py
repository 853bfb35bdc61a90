"""Articles by outlet and week: a row of bars for each outlet, and the same figures as a table.

Drawn here as SVG and not by Gradio's BarPlot: a row for each outlet needs no colours to be told apart, its labels stay
text of the page at every width, and no plotting library of 690 kB is loaded for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index import spoken_date
from index.listing import Entry
from ui.page.render import escape
from ui.plain import line

MOST_OUTLETS = 7
MOST_COLUMNS = 60
"""Above so many weeks the bars stand for months, and above so many months for years."""
OTHERS = "Other outlets"
NO_OUTLET = "Outlet not named"

_HEIGHT = 28
_WIDTH = 10
_BAR = 8


@dataclass(frozen=True)
class Chart:
    """How many articles each outlet has in each of the periods, which follow each other without a gap.

    `unit` is "week", "month" or "year"; a period is named by its first day. `undated` counts the articles whose date is
    not known so exactly.
    """

    unit: str
    periods: Sequence[date]
    rows: Mapping[str, Sequence[int]]
    undated: int


def chart(entries: Iterable[Entry]) -> Chart:
    """The most frequent outlets first, the rest of them together, by weeks or by what the whole time asks for.

    >>> found = chart([Entry("a", "", outlet="AP", published="2026-03-04"), Entry("b", "", outlet="AP")])
    >>> found.unit, found.periods, found.rows, found.undated
    ('week', [datetime.date(2026, 3, 2)], {'AP': [1]}, 1)
    """
    told = [(line(entry.outlet or "") or NO_OUTLET, entry.published or "") for entry in entries]
    drawn = (_by(unit, told) for unit in _UNITS)
    unit, dated, periods = next((one for one in drawn if 0 < len(one[2]) <= MOST_COLUMNS), None) or _by("year", told)
    names = Counter(outlet for outlet, _ in dated)
    frequent = [name for name, _ in names.most_common(MOST_OUTLETS if len(names) > MOST_OUTLETS + 1 else None)]
    counts = Counter((outlet if outlet in frequent else OTHERS, day) for outlet, day in dated)
    shown = frequent if len(frequent) == len(names) else [*frequent, OTHERS]
    rows = {name: [counts[name, period] for period in periods] for name in shown}
    return Chart(unit, periods, rows, len(told) - len(dated))


def plot_html(drawn: Chart, words: str = "") -> str:
    """The chart for the eye, and as a table on demand; it is of the articles that fit the `words`, where there are any.

    >>> plot_html(Chart("week", [], {}, 0), "ferry")
    '<div class="cw-weeks"><p class="cw-note">No article fits “ferry”.</p></div>'
    """
    note = f'<p class="cw-note">{escape(undated_text(drawn))}</p>' if drawn.undated else ""
    head = f'<p class="cw-note">Of the articles that fit “{escape(line(words))}”:</p>' if words else ""
    if not drawn.periods:
        none = f"No article fits “{escape(line(words))}”." if words else "There are no articles yet."
        told = head + note if note else f'<p class="cw-note">{none}</p>'
        return f'<div class="cw-weeks">{told}</div>'
    highest = max(max(counts) for counts in drawn.rows.values())
    rows = "".join(_row_html(drawn, name, counts, highest) for name, counts in drawn.rows.items())
    first, last = (_period_text(period, drawn.unit) for period in (drawn.periods[0], drawn.periods[-1]))
    ends = f"<span>{first}</span><span>{last}</span>" if len(drawn.periods) > 1 else f"<span>{first}</span>"
    scale = f"A bar is a {drawn.unit}; the highest stands for {highest:,}."
    return (
        f'<div class="cw-weeks">{head}{rows}<div class="cw-weeks-row"><span></span>'
        f'<span class="cw-weeks-ends">{ends}</span></div><p class="cw-note">{scale}</p>{note}{_table_html(drawn)}</div>'
    )


def undated_text(drawn: Chart) -> str:
    """What the chart leaves out.

    >>> undated_text(Chart("week", [], {}, 2))
    '2 articles are left out, for want of a date that tells the week.'
    """
    noun = "article is" if drawn.undated == 1 else "articles are"
    return f"{drawn.undated:,} {noun} left out, for want of a date that tells the {drawn.unit}."


def _row_html(drawn: Chart, name: str, counts: Sequence[int], highest: int) -> str:
    bars = "".join(
        f'<rect x="{at * _WIDTH + (_WIDTH - _BAR) / 2:g}" y="{_HEIGHT - height:.1f}" width="{_BAR}" '
        f'height="{height:.1f}"><title>{_period_text(period, drawn.unit)}: {number:,}</title></rect>'
        for at, (period, number) in enumerate(zip(drawn.periods, counts, strict=True))
        if number
        for height in (_HEIGHT * number / highest,)
    )
    peak = max(range(len(counts)), key=counts.__getitem__)
    told = f"{name}: {sum(counts):,} in all, most in {_period_text(drawn.periods[peak], drawn.unit)} ({counts[peak]:,})"
    return (
        f'<div class="cw-weeks-row"><span class="cw-weeks-name">{escape(name)} <b>{sum(counts):,}</b></span>'
        f'<svg role="img" aria-label="{escape(told)}" viewBox="0 0 {len(counts) * _WIDTH} {_HEIGHT}" '
        f'preserveAspectRatio="none">{bars}</svg></div>'
    )


def _table_html(drawn: Chart) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in drawn.rows)
    lines = "".join(
        f'<tr><th scope="row">{_period_text(period, drawn.unit)}</th>'
        f"{''.join(f'<td>{counts[at]:,}</td>' for counts in drawn.rows.values())}</tr>"
        for at, period in enumerate(drawn.periods)
        if any(counts[at] for counts in drawn.rows.values())
    )
    return (
        '<details class="cw-figures"><summary>The figures as a table</summary><div class="cw-wide" tabindex="0" '
        f'role="region" aria-label="Articles by outlet and {drawn.unit}"><table><thead><tr><th scope="col">'
        f"{drawn.unit.capitalize()}</th>{head}</tr></thead><tbody>{lines}</tbody></table></div></details>"
    )


def _period_text(first: date, unit: str) -> str:
    parts = {"week": 10, "month": 7, "year": 4}[unit]
    spoken = spoken_date(first.isoformat()[:parts]) or ""
    return f"week of {spoken}" if unit == "week" else spoken


def _by(unit: str, told: Iterable[tuple[str, str]]) -> tuple[str, list[tuple[str, date]], list[date]]:
    """The outlets with the periods of what they published, where it is known so exactly, and all of the periods."""
    parts, start, following = _UNITS[unit]
    dated = [(outlet, start(_day(published, parts))) for outlet, published in told if _is_told(published, parts)]
    return unit, dated, _periods([day for _, day in dated], following)


def _is_told(published: str, parts: int) -> bool:
    return bool(published) and not published.startswith("--") and len(published[:10].split("-")) >= parts


def _day(published: str, parts: int) -> date:
    year, month, day = (*(int(number) for number in published[:10].split("-")[:parts]), 1, 1)[:3]
    return date(year, month, day)


def _periods(days: Sequence[date], following: Callable[[date], date]) -> list[date]:
    """All periods from the first to the last."""
    if not days:
        return []
    periods, last = [min(days)], max(days)
    while periods[-1] < last:
        periods.append(following(periods[-1]))
    return periods


_Start = Callable[[date], date]
# For each unit: how many parts of a date tell it, the first day of a day's period, and that of the next period.
_UNITS: Mapping[str, tuple[int, _Start, _Start]] = {
    "week": (3, lambda day: day - timedelta(day.weekday()), lambda day: day + timedelta(7)),
    "month": (2, lambda day: day.replace(day=1), lambda day: (day + timedelta(31)).replace(day=1)),
    "year": (1, lambda day: day.replace(month=1, day=1), lambda day: day.replace(year=day.year + 1)),
}
