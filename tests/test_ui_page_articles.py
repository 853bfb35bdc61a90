"""What the tab of the articles shows and does, without a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_assistant import FERRY, HOSTILE
from news import BUDGET, ZOO, write
from news import FERRY as FERRY_RECORD

from index import Archive
from index.errors import InputError
from index.listing import Entry
from index.records import Skipped
from index.updating import Update
from ui.page.articles_adding import Adding, add_addresses, add_files, adding_html, skipped_html, web_addresses
from ui.page.articles_editing import changes, forget, form_values, remove, undo
from ui.page.articles_html import article_html, list_html
from ui.page.articles_keeping import FOLDER, discard_asides, keep
from ui.page.articles_listing import PAGE, Browsing, Listing, listed
from ui.page.articles_plot import MOST_OUTLETS, OTHERS, chart, plot_html
from ui.turns import Line

# The list


@pytest.fixture
def three(archive: Archive, tmp_path: Path) -> Archive:
    archive.update([write(tmp_path / "three.jsonl", FERRY_RECORD, {**BUDGET, "published": "--03-05"}, ZOO)])
    return archive


@pytest.mark.parametrize(
    ("browsing", "titles"),
    [
        (Browsing(), ["Ferry sinks off Kell Point", "Council passes budget", "Zoo"]),
        (Browsing(order="title"), ["Council passes budget", "Ferry sinks off Kell Point", "Zoo"]),
        (Browsing("zyzzyva", "best"), ["Zoo"]),
        (Browsing("harbor FERRY", "best"), ["Ferry sinks off Kell Point"]),
        (Browsing(page=9), ["Ferry sinks off Kell Point", "Council passes budget", "Zoo"]),
        (Browsing(page=-1), ["Ferry sinks off Kell Point", "Council passes budget", "Zoo"]),
    ],
)
def test_the_list_is_in_the_order_that_was_asked_for(three: Archive, browsing: Browsing, titles: list[str]) -> None:
    found = [str(entry.title) for entry in listed(three, browsing).entries]
    assert found[: len(titles)] == titles


def test_a_list_has_pages(archive: Archive, tmp_path: Path) -> None:
    records = [{**ZOO, "url": f"https://zoo.test/{number}", "text": f"Animal {number}."} for number in range(PAGE + 1)]
    archive.update([write(tmp_path / "zoo.jsonl", *records)])
    last = listed(archive, Browsing(page=2))
    assert (len(last.entries), last.total, last.pages, last.first) == (1, PAGE + 1, 2, PAGE + 1)
    assert 'data-page="1">' in list_html(last)
    assert 'data-page="3" disabled>' in list_html(last)


def test_what_an_article_says_of_itself_is_escaped() -> None:
    entry = Entry("a", "", HOSTILE.title, HOSTILE.outlet, ("<i>Ann</i>",))
    for page in (list_html(Listing([entry], 1, 1)), article_html(HOSTILE, [replace(HOSTILE, identity="other")], 2)):
        assert not [sign for sign in ("<script", "<img", "<i>", "<b ", "${", "{{", "![") if sign in page]
        assert 'href="javascript' not in page


def test_an_opened_article_tells_where_each_fact_is_from() -> None:
    article = replace(FERRY, origins={"published": "json-ld", "outlet": "user"}, path="/home/ann/ferry.html")
    page = article_html(article)
    assert "from the page&#39;s structured data" in page
    assert 'data-undo="outlet"' in page
    assert 'data-undo="published"' not in page
    assert "ferry.html" in page
    assert "/home/ann" not in page


# Adding


def test_a_file_keeps_its_name_and_is_never_written_over(tmp_path: Path) -> None:
    def dropped(text: str) -> Path:
        path = tmp_path / "upload" / "a.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    folder = tmp_path / "index" / FOLDER
    assert keep(tmp_path / "index", dropped("one")) == folder / "a.txt"
    assert keep(tmp_path / "index", dropped("two")) == folder / "2" / "a.txt"
    assert keep(tmp_path / "index", dropped("one")) == folder / "a.txt"
    assert keep(tmp_path / "index", dropped("two")) == folder / "2" / "a.txt"
    assert (folder / "a.txt").read_text() == "one"
    assert not any((tmp_path / "upload").iterdir())


def test_files_are_indexed_and_those_without_an_article_are_not_kept(archive: Archive, tmp_path: Path) -> None:
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_text("A headline\n\nThe harvest is late this year.")
    empty.touch()
    last = list(add_files(archive, [good, empty], Line()))[-1]
    assert last.done and last.update is not None
    assert (last.update.added, len(last.update.skipped)) == (1, 1)
    assert [path.name for path in (archive.folder / FOLDER).iterdir()] == ["good.txt"]
    assert str(archive.folder) not in adding_html(last, archive.folder)


def test_closing_ends_the_adding_and_keeps_what_was_done(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "good.txt"
    file.write_text("A headline\n\nThe harvest is late this year.")
    line = Line()
    states = add_files(archive, [file], line)
    next(states)
    states.close()
    with line.turn() as turn:
        assert turn.wait(30) == 0
        with archive._writing():  # nobody holds the lock
            pass


def test_a_path_is_no_web_address(archive: Archive) -> None:
    for text in ("/etc/passwd", "file:///etc/passwd", "https://a.test /etc/passwd", " "):
        with pytest.raises(InputError):
            web_addresses(text)
    (state,) = add_addresses(archive, "/etc/passwd", Line())
    assert state.error == '"/etc/passwd" is no web address; write it in full, for example https://example.org/article.'


def test_skipped_files_are_told_with_their_reasons() -> None:
    many = [Skipped(f"/index/added/{n}.txt", f"/index/added/{n}.txt holds no text.") for n in range(103)]
    page = skipped_html(many, Path("/index"))
    assert "103 skipped:" in page and "103 × holds no text" in page
    assert "<li>7.txt holds no text.</li>" in page and "and 3 more" in page
    running = Adding(asked=4, share=0.125, update=Update(found=300, vectors=75, skipped=many[:1]))
    page = adding_html(running, Path("/index"))
    assert "4 read, 75 of 300 passages indexed, 1 skipped" in page and 'value="0.125"' in page


# Editing and removing


def test_only_what_was_changed_in_the_form_is_set() -> None:
    values = form_values(FERRY)
    assert changes(FERRY, values) == {}
    assert changes(FERRY, [values[0], "", *values[2:]]) == {"outlet": ""}


def test_a_removed_file_comes_back_with_its_article_or_goes_for_good(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "good.txt"
    file.write_text("A headline\n\nThe harvest is late this year.")
    list(add_files(archive, [file], Line()))
    kept = archive.folder / FOLDER / "good.txt"
    (entry,) = archive.entries()
    removal = remove(archive, [entry.id, "nobody"])
    assert removal.text == "1 article removed."
    assert not kept.exists()
    assert undo(removal) == "1 article put back."
    assert kept.exists() and archive.entries() == (entry,)
    forget(remove(archive, [entry.id]))
    assert not any((archive.folder / FOLDER).iterdir())
    with pytest.raises(InputError, match="No article is selected"):
        remove(archive, [])


def test_what_was_removed_comes_back_where_it_was_though_the_page_shows_other_articles_by_then(
    three: Archive, tmp_path: Path
) -> None:
    before = three.entries()
    removal = remove(three, [before[0].id])
    with Archive(tmp_path / "own", three.embedder) as own:
        assert undo(removal) == "1 article put back."
        assert (three.entries(), own.entries()) == (before, ())


def test_files_that_are_not_the_pages_are_left_alone(three: Archive, tmp_path: Path) -> None:
    remove(three, [entry.id for entry in three.entries()])
    assert (tmp_path / "three.jsonl").is_file()


def test_what_an_earlier_run_set_aside_is_deleted(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "good.txt"
    file.write_text("A headline\n\nThe harvest is late this year.")
    list(add_files(archive, [file], Line()))
    before = archive.entries()
    removal = remove(archive, [entry.id for entry in before])
    assert any((archive.folder / FOLDER).iterdir())
    discard_asides(archive.folder)
    assert not any((archive.folder / FOLDER).iterdir())
    assert undo(removal) == "1 article put back." and archive.entries() == before


# The plot


def dated(*days: str, outlet: str = "AP") -> list[Entry]:
    return [Entry(f"{outlet}{day}", "", outlet=outlet, published=day) for day in days]


def test_articles_are_counted_by_week_without_gaps() -> None:
    drawn = chart(dated("2026-03-01", "2026-03-02", "2026-03-08", "2026-03-16"))
    assert drawn.unit == "week"
    assert [day.isoformat() for day in drawn.periods] == ["2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"]
    assert drawn.rows == {"AP": [1, 2, 0, 1]}


@pytest.mark.parametrize(
    ("days", "unit", "columns"),
    [
        (["2025-12-31", "2026-03-16"], "week", 12),
        (["2024-01-31", "2026-03-01"], "month", 27),
        (["1999-01-31", "2026-01-01"], "year", 28),
        (["2026-03", "2026-04"], "month", 2),
        (["0001-01-01", "9999-12-31"], "year", 9999),
    ],
)
def test_a_long_time_is_shown_by_months_or_years(days: list[str], unit: str, columns: int) -> None:
    drawn = chart(dated(*days))
    assert (drawn.unit, len(drawn.periods), drawn.undated) == (unit, columns, 0)


def test_a_date_without_a_day_belongs_to_no_week() -> None:
    drawn = chart(dated("2026-03-04", "2026-03"))
    assert (drawn.unit, drawn.rows, drawn.undated) == ("week", {"AP": [1]}, 1)


def test_rare_outlets_are_shown_together_and_missing_dates_are_told() -> None:
    entries = [entry for n in range(MOST_OUTLETS + 3) for entry in dated("2026-03-04", outlet=f"Outlet {n}")]
    drawn = chart([*entries, *entries[:MOST_OUTLETS], Entry("a", ""), *dated("--03-04")])
    assert list(drawn.rows)[-1] == OTHERS
    assert (len(drawn.rows), drawn.rows[OTHERS], drawn.undated) == (MOST_OUTLETS + 1, [3], 2)
    assert "2 articles are left out" in plot_html(drawn)


def test_a_plot_without_articles_says_so() -> None:
    assert "There are no articles yet" in plot_html(chart([]))


def test_names_of_outlets_and_what_is_searched_for_are_escaped_in_the_plot() -> None:
    page = plot_html(chart(dated("2026-03-04", outlet="<i>AP</i>")), "<b>ferry</b>")
    assert "<i>" not in page and "<b>ferry" not in page
    assert "<b>ferry" not in plot_html(chart([]), "<b>ferry</b>")


def test_the_plot_is_of_the_articles_that_the_list_finds(three: Archive) -> None:
    found = listed(three, Browsing("harbor FERRY", "best", page=9))
    assert FERRY_RECORD["title"] in {entry.title for entry in found.found}
    assert len(found.found) == found.total
    page = plot_html(chart(found.found), found.words)
    assert "Of the articles that fit “harbor FERRY”:" in page
