from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fake_cli import BUDGET, ROOT, Cli, one_line, records, write_news, write_wire

from index import Article
from ui.commands_articles import in_range
from ui.plain_articles import page_text

DATED = [
    {"url": f"https://dates.test/{number}", "title": title, "author": author, "text": text, "date": date}
    for number, (title, author, date, text) in enumerate(
        [
            ("Mayor opens bridge", "Jane Doe", "2018-01-29", "The mayor opened a bridge across the river."),
            ("Bridge closes again", "Li Wei", "2018-03", "Ice has shut the crossing for the rest of the winter."),
            ("Quokka is born", "Jane Doe", "March 4", "The zoo has a new animal, which sleeps all day long."),
            ("Harvest is late", "", "", "Rain kept the farmers from their fields for most of August."),
        ]
    )
]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_news(tmp_path / "news")


@pytest.fixture
def dated(cli: Cli, tmp_path: Path) -> Cli:
    """The command line over articles with a day, a month, a day without a year, and no date."""
    path = tmp_path / "dated.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in DATED))
    assert cli("index", path)[0] == 0
    return cli


@pytest.fixture
def wire(cli: Cli, tmp_path: Path) -> Cli:
    """The command line over two copies of one story and an article of its own."""
    assert cli("index", write_wire(tmp_path, BUDGET))[0] == 0
    return cli


def id_of(cli: Cli, title: str) -> str:
    (id,) = [line.split()[0] for line in cli("articles")[1].splitlines() if line.endswith(title)]
    return id


def titles(listing: str) -> list[str]:
    return [re.split(r"\s{2,}", line)[-1] for line in listing.splitlines()]


# Listing


def test_articles_are_listed(cli: Cli, filled: Path) -> None:
    (result,) = records(cli("articles", "--json")[1])
    budget, ferry = sorted(result["articles"], key=lambda article: str(article["title"]))
    assert list(budget) == [
        *("id", "title", "outlet", "authors", "published", "modified", "section", "language", "url", "path"),
        *("captions", "origins"),
    ]
    assert budget["url"] == BUDGET["url"] and budget["origins"]["title"] == "record"
    code, out, _ = cli("articles")
    assert code == 0 and len(out.splitlines()) == 2
    assert f"{ferry['id']}  2026-03-04" in out and "Budget passes" in out


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--author", "jane"], ["Mayor opens bridge", "Quokka is born"]),
        (["--title", "bridge OPENS"], ["Mayor opens bridge"]),
        (["--author", "doe", "--title", "quokka"], ["Quokka is born"]),
        (["--outlet", "Ledger"], []),
    ],
)
def test_filters_by_name_look_for_parts_whatever_their_case(
    dated: Cli, filters: list[str], expected: list[str]
) -> None:
    code, out, err = dated("articles", *filters)
    assert (code, titles(out), err) == (0, expected, "")


def test_an_outlet_is_found_by_a_part_of_its_name(wire: Cli) -> None:
    assert titles(wire("articles", "--outlet", "ledger")[1]) == ["Ferry sinks"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--since", "2018-02-01"], ["Bridge closes again"]),
        (["--until", "2018-01"], ["Mayor opens bridge"]),
        (["--since", "2018", "--until", "2018"], ["Mayor opens bridge", "Bridge closes again"]),
        (["--since", "2019"], []),
    ],
)
def test_date_filters_leave_out_what_has_no_year_and_say_so(
    dated: Cli, filters: list[str], expected: list[str]
) -> None:
    code, out, err = dated("articles", *filters)
    assert (code, titles(out)) == (0, expected)
    assert err == "Left out for want of a date with a year: 2.\n"


def test_what_other_filters_leave_out_is_not_counted_as_undated(dated: Cli) -> None:
    assert dated("articles", "--since", "2018", "--author", "Jane")[2].endswith("year: 1.\n")


@pytest.mark.parametrize(
    ("published", "since", "until", "expected"),
    [
        ("2018-01-29", "2018-01-29", "2018-01-29", True),
        ("2018-01-28", "2018-01-29", None, False),
        ("2018-01-30", None, "2018-01-29", False),
        ("2018-01", "2018-01-31", "2018-01-31", True),
        ("2018-01", "2018-02-01", None, False),
        ("2018-12-31", None, "2018", True),
    ],
)
def test_ranges_include_both_ends_and_months_that_overlap(
    published: str, since: str | None, until: str | None, expected: bool
) -> None:
    assert in_range(published, since, until) is expected


def test_stories_are_listed_with_copies_under_their_face(wire: Cli) -> None:
    code, out, _ = wire("articles", "--stories")
    face, copy = out.splitlines()
    assert code == 0 and not face.startswith(" ") and copy.startswith("    ")
    assert set(titles(out)) == {"Ferry sinks", "Ferry goes down"}
    (result,) = records(wire("articles", "--stories", "--json")[1])
    ((story),) = result["stories"]
    assert {story["face"]["outlet"], *(copy["outlet"] for copy in story["copies"])} == {"Harbor Ledger", "Bay Post"}


def test_a_story_is_listed_when_one_of_its_copies_fits(wire: Cli) -> None:
    assert wire("articles", "--stories", "--outlet", "Bay")[1] == wire("articles", "--stories")[1]
    assert wire("articles", "--stories", "--title", "budget")[1] == ""


def test_a_search_says_in_how_many_outlets_a_story_is(wire: Cli) -> None:
    out = wire("search", "ferry sank off Kell Point", "-k", "1")[1]
    assert "also in 1 outlet\n" in out
    (result,) = records(wire("search", "ferry sank off Kell Point", "-k", "1", "--json")[1])
    ((copy,),) = [passage["copies"] for passage in result["passages"]]
    assert list(copy) == ["article_id", "outlet", "published", "url"]
    assert "also in" not in wire("search", "council budget", "-k", "1")[1]


# Showing


def test_an_article_is_shown_with_the_origin_of_each_fact(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("articles", "show", id_of(cli, "Ferry sinks off Kell Point"))
    assert code == 0
    lines = out.splitlines()
    assert "published   2026-03-04  (dateline)" in lines and "authors     -" in lines
    assert any(line.startswith("path") and line.endswith("ferry.txt") for line in lines)
    assert "The ferry Lady Ann sank off Kell Point on Tuesday." in out


def test_copies_are_shown_with_the_sentences_in_which_they_differ(wire: Cli) -> None:
    id = id_of(wire, "Ferry sinks")
    shown = wire("articles", "show", id)[1].partition("Also in:\n")[2].splitlines()
    assert shown[0].endswith("Bay Post: Ferry goes down")
    minus, plus = shown[1:]
    assert minus.startswith("    - ") and "an hour before" in minus
    assert plus.startswith("    + ") and "two hours before" in plus
    (result,) = records(wire("articles", "show", id, "--json")[1])
    ((difference,),) = [copy["differences"] for copy in result["copies"]]
    assert "an hour" in difference["one"] and "two hours" in difference["other"]


def test_earlier_versions_are_shown_with_what_changed(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "budget.jsonl"
    for title, votes in (("Budget passes", "one vote"), ("Budget passes narrowly", "two votes")):
        record = {**BUDGET, "title": title, "text": f"The council met on Friday. It passed the budget by {votes}."}
        path.write_text(json.dumps(record))
        assert cli("index", path)[0] == 0
    id = id_of(cli, "Budget passes narrowly")
    shown = cli("articles", "show", id)[1].partition("Earlier versions:\n")[2].splitlines()
    assert shown[0].startswith("  until 20")
    assert shown[1:] == [
        "    title: Budget passes -> Budget passes narrowly",
        "    - It passed the budget by one vote.",
        "    + It passed the budget by two votes.",
    ]
    (result,) = records(cli("articles", "show", id, "--json")[1])
    (version,) = result["versions"]
    assert version["title"] == "Budget passes" and "one vote" in version["text"] and version["changed"] == ["title"]


def test_nothing_of_an_article_is_shown_raw() -> None:
    article = Article(
        "a", "Red\x1b[31m alert.\n\nMore\x07.", title="\x1b]0;t\x07", captions=("c\x1b",), origins={"title": "m\x1b"}
    )
    copy = Article("b", "Other\x1b text.", outlet="O\x1b")
    assert not {"\x1b", "\x07"} & set(page_text(article, [copy], []))


def test_an_unknown_article_is_one_line(cli: Cli, filled: Path) -> None:
    for argv in (["show", "nowhere"], ["set", "nowhere", "title=x"], ["unset", "nowhere", "title"]):
        code, out, err = cli("articles", *argv)
        assert (code, out) == (1, "") and one_line(err) and "nowhere" in err


# Setting


def test_what_was_set_survives_indexing_and_is_taken_back(cli: Cli, filled: Path, news: Path) -> None:
    id = id_of(cli, "Budget passes")
    assert cli("articles", "set", id, "published=2018-03-20", "outlet=Harbor Ledger") == (
        0,
        "published   2018-03-20  (user)\noutlet      Harbor Ledger  (user)\n",
        "",
    )
    (news / "budget.jsonl").write_text(json.dumps({**BUDGET, "text": "The council passed the budget on Friday."}))
    assert cli("index", news)[1].startswith("0 added, 1 changed, 1 unchanged")
    (shown,) = records(cli("articles", "show", id, "--json")[1])
    assert (shown["article"]["published"], shown["article"]["outlet"]) == ("2018-03-20", "Harbor Ledger")
    assert "on Friday" in shown["article"]["text"]
    assert cli("articles", "unset", id, "published") == (0, "published   -\n", "")
    (changed,) = records(cli("articles", "unset", id, "outlet", "--json")[1])
    assert changed["article"]["outlet"] is None


@pytest.mark.parametrize("fact", ["published=yesterday", "colour=red", "published"])
def test_what_cannot_be_set_is_one_line(cli: Cli, filled: Path, fact: str) -> None:
    code, out, err = cli("articles", "set", id_of(cli, "Budget passes"), fact)
    assert (code, out) == (1, "") and one_line(err)


def test_flags_may_stand_before_or_behind_the_name_of_the_command(cli: Cli, filled: Path, tmp_path: Path) -> None:
    id = id_of(cli, "Budget passes")
    moved = filled.rename(tmp_path / "elsewhere")
    for argv in (["--json", "--index", moved, "show", id], ["show", id, "--index", moved, "--json"]):
        code, out, _ = cli("articles", *argv)
        assert code == 0 and records(out)[0]["article"]["id"] == id


def test_listing_and_setting_load_no_model(cli: Cli, filled: Path) -> None:
    id = id_of(cli, "Budget passes")
    code = (
        "import sys; from ui.cli import main\n"
        f"codes = [main([*argv, '--index', {str(filled)!r}]) for argv in (['articles', 'set', {id!r}, 'title=x'],"
        " ['articles'])]\nprint(codes, *sys.modules, file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stderr.startswith("[0, 0]")
    assert not {"torch", "transformers", "openvino", "sentence_transformers"} & set(run.stderr.split())


# Removing


def test_remove_takes_the_known_ones_and_names_the_others(cli: Cli, filled: Path) -> None:
    (listed,) = records(cli("articles", "--json")[1])
    first, second = (article["id"] for article in listed["articles"])
    code, out, err = cli("remove", first, "nowhere", first)
    assert (code, out) == (1, "1 removed.\n") and one_line(err) and "nowhere" in err
    code, out, err = cli("remove", second, "--json")
    assert (code, records(out), err) == (0, [{"removed": 1, "unknown": []}], "")
