from __future__ import annotations

import pytest

from index.dateline import Byline, iso_date, read_byline, read_date_line, read_dateline, split_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-11-27 08:45:59.000000000Z", "2023-11-27"),
        ("2023-09-26T21:11:15+00:00", "2023-09-26"),
        ("2020/05/20", "2020-05-20"),
        ("20180129", "2018-01-29"),
        ("Mon, 04 Jan 2019 10:00:00 GMT", "2019-01-04"),
        ("Sept. 5th, 2018", "2018-09-05"),
        ("31 January 2018", "2018-01-31"),
        ("January 29", "--01-29"),
        ("Feb. 29", "--02-29"),
        ("May 2018", "2018-05"),
        ("2018-05", "2018-05"),
    ],
)
def test_a_printed_date_is_read(text: str, expected: str) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "yesterday",
        "3 days ago",
        "2018",
        "01/02/2019",
        "Feb 30, 2020",
        "2018-13-01",
        "0001-01-01",
        "1700000000",
        "Feb. 30",
    ],
)
def test_what_is_no_date_is_not_made_one(text: str) -> None:
    assert iso_date(text) is None


@pytest.mark.parametrize(
    ("text", "place", "date", "outlet"),
    [
        ("MOSCOW, January 29. /TASS/. US envoy", "MOSCOW", "--01-29", "TASS"),
        ("PORT ELLERY, March 4, 2026. /NORTH WIRE/. A ferry", "PORT ELLERY", "2026-03-04", "NORTH WIRE"),
        ("SALT LAKE CITY — President", "SALT LAKE CITY", None, None),
        ("PARIS (AP) — The", "PARIS", None, "AP"),
        ("KYIV, Ukraine (AP) — The", "KYIV, Ukraine", None, "AP"),
        ("LONDON, March 3 (Reuters) - The", "LONDON", "--03-03", "Reuters"),
        ("WASHINGTON (Reuters) - The", "WASHINGTON", None, "Reuters"),
        ("Hong Kong (CNN) — The", "Hong Kong", None, "CNN"),
        ("Seoul, South Korea CNN —", "Seoul, South Korea", None, "CNN"),
        ("GENEVA, 12 May 2021 /PRWire/ -- A", "GENEVA", "2021-05-12", "PRWire"),
        ("NEW YORK, Feb. 30 (Reuters) - A", "NEW YORK", None, "Reuters"),
        ("Friday, January 4, 2019", None, "2019-01-04", None),
    ],
)
def test_datelines_are_read(text: str, place: str | None, date: str | None, outlet: str | None) -> None:
    found = read_dateline(text)
    assert (found.place, found.date, found.outlet) == (place, date, outlet)
    assert found.end > found.start == 0


@pytest.mark.parametrize(
    "text",
    [
        "On January 29, the administration is expected to present the report.",
        "President Trump — who arrived on January 29 — said so.",
        "May 20, 2020 was a cold day.",
        "BREAKING — a ferry sank.",
        "US President Donald Trump - the 45th - left.",
        "“MOSCOW, January 29. /TASS/. ",
    ],
)
def test_running_text_is_no_dateline(text: str) -> None:
    assert read_dateline(text).end == 0


def test_a_dateline_counts_below_title_and_caption_but_not_below_prose() -> None:
    assert read_dateline("Ferry sinks\n\nA caption\n\nPARIS (AP) — The ferry").outlet == "AP"
    assert read_dateline("The ferry sank at dawn. " * 8 + "\n\nMarch 4, 2026\n\nPARIS (AP) — More").end == 0


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("May 20, 2020 Updated Aug. 18, 2020, 9:29 a.m. ET", "2020-05-20", "2020-08-18"),
        ("Updated Oct. 8, 2025, 5:39 p.m. ET", None, "2025-10-08"),
        ("Published: 3 March 2021 at 14:05 GMT", "2021-03-03", None),
        ("Last updated on 2026-03-04", None, "2026-03-04"),
        ("Since May 20, 2020", None, None),
    ],
)
def test_a_line_of_dates_tells_publication_from_update(line: str, published: str | None, modified: str | None) -> None:
    assert read_date_line(line) == (published, modified)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Jane Doe", Byline(("Jane Doe",))),
        ("By Jane Doe, John Roe and Ann de la Poe", Byline(("Jane Doe", "John Roe", "Ann de la Poe"))),
        ("By Jane Doe and John Roe, The Harbor Ledger", Byline(("Jane Doe", "John Roe"), "The Harbor Ledger")),
        ("By Jane Doe, Staff Writer", Byline(("Jane Doe",))),
        ("By Ann Lee, Reuters", Byline(("Ann Lee",), "Reuters")),
        ("By Jane Doe | January 4, 2020", Byline(("Jane Doe",), None, "2020-01-04")),
        ("By Land and Sea", None),
        ("By the time he came it was over.", None),
        (
            "The Kell Courier | By Jane Doe | Published 2026-03-04",
            Byline(("Jane Doe",), "The Kell Courier", "2026-03-04"),
        ),
        ("Politics • March 4, 2026 • By Jane Doe", Byline(("Jane Doe",), None, "2026-03-04")),
        ("The vote | By the time he arrived, it was over", None),
    ],
)
def test_bylines(line: str, expected: Byline | None) -> None:
    assert read_byline(line) == expected


def test_names_keep_their_suffix_and_addresses_are_no_names() -> None:
    assert split_names("Martin King, Jr.; jane@example.org and Li Wei") == ("Martin King, Jr.", "Li Wei")
