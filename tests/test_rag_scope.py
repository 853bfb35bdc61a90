"""What a question is asked within: filters, the day it is asked as of, and what of its own words is ignored."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from conftest import FakeGenerator
from news import write

from index import Archive
from index.errors import InputError
from index.filters import Filter
from rag import Assistant, Scope
from rag.asking.reading import read
from rag.asking.scope import Hint
from rag.retriever import Retriever, loosen

TODAY = date(2026, 3, 20)
LEDGER, POST = "Harbor Ledger", "City Post"
WIRE = (
    "PORT ELLERY (AP) - The ferry Lady Ann sank off Kell Point on Tuesday night. All 41 people aboard the ferry were "
    "saved by fishing boats that had left the harbor an hour before. The captain said that water had come in through "
    "the bow door, which was found open by divers on Wednesday."
)


def record(name: str, text: str, outlet: str, author: str, published: str | None) -> dict[str, object]:
    url = f"https://www.{outlet.lower().replace(' ', '')}.example/{name}"
    return {"url": url, "title": name, "text": text, "source": outlet, "authors": [author], "published": published}


NEWS = [
    record("wreck", "The ferry Lady Ann sank off Kell Point.", LEDGER, "Ann Lee", "2026-03-04"),
    record("inquiry", "Why the ferry Lady Ann sank is looked into.", POST, "Bo Day", "2026-03-10"),
    record("divers", "Divers found the ferry Lady Ann near Kell Point.", POST, "Ann Lee", "2026-03-19"),
    record("undated", "The ferry Lady Ann was built in Port Ellery.", LEDGER, "Bo Day", None),
]
QUESTION = "What did the Harbor Ledger article by Ann Lee say of the ferry Lady Ann last week?"
READ = [
    Hint("outlet", "Harbor Ledger", (LEDGER,)),
    Hint("author", "Ann Lee", ("Ann Lee",)),
    Hint("days", "last week", since="2026-03-09", until="2026-03-15"),
]


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Archive:
    archive.update([write(tmp_path / "news.jsonl", *NEWS)])
    return archive


def found(archive: Archive, within: Filter | Scope, question: str = "Where is the ferry Lady Ann?") -> set[str | None]:
    passages = Retriever(archive, today=lambda: TODAY).find(question, 10, within).passages
    return {passage.title for passage in passages}


def as_of(day: int, month: int = 3, **wanted: str) -> Scope:
    return Scope(Filter(**wanted), date(2026, month, day))  # type: ignore[arg-type]


# What is read, and ignored


def test_what_was_read_is_told_in_the_words_of_the_question(filled: Archive) -> None:
    assert list(read(QUESTION, filled.catalogue(), TODAY).hints) == READ


@pytest.mark.parametrize("left_out", READ, ids=lambda hint: hint.kind)
def test_what_is_ignored_is_neither_preferred_nor_forgotten(filled: Archive, left_out: Hint) -> None:
    reading = read(QUESTION, filled.catalogue(), TODAY, {left_out.key})
    assert [hint.key for hint in reading.hints if hint.ignored] == [left_out.key]
    assert [hint.key for hint in reading.hints] == [hint.key for hint in READ]
    prefer = [slot.prefer for slot in reading.slots]
    kept = [hint for hint in READ if hint != left_out]
    assert reading.outlets + reading.authors == tuple(name for hint in kept for name in hint.names)
    assert [days.since for days in reading.days] == [hint.since for hint in kept if hint.since]
    assert prefer and all((one.outlets, one.authors, one.since) == _preferred(kept) for one in prefer)


def _preferred(kept: list[Hint]) -> tuple[tuple[str, ...], tuple[str, ...], str | None]:
    names = {kind: tuple(n for hint in kept if hint.kind == kind for n in hint.names) for kind in ("outlet", "author")}
    return names["outlet"], names["author"], next((hint.since for hint in kept if hint.since), None)


def test_a_question_of_which_all_is_ignored_is_searched_as_a_whole(filled: Archive) -> None:
    reading = read(QUESTION, filled.catalogue(), TODAY, {hint.key for hint in READ})
    assert (reading.outlets, reading.authors, reading.days, reading.slots, reading.unheld) == ((), (), (), (), ())


def test_one_name_said_twice_is_one_hint(filled: Archive) -> None:
    question = "Did the Harbor Ledger, before the harbor ledger site, or the Harbor Ledger of old say so?"
    assert [hint.said for hint in read(question, filled.catalogue(), TODAY).hints] == ["Harbor Ledger"]


def test_what_is_ignored_no_longer_lifts_an_article(filled: Archive) -> None:
    question = "What did the City Post report of the ferry Lady Ann off Kell Point, which sank?"
    retriever = Retriever(filled, today=lambda: TODAY)
    lifted = retriever.find(question, 1).passages[0]
    plain = retriever.find(question, 1, Scope(ignored=frozenset({"outlet:city post"}))).passages[0]
    assert (lifted.outlet, plain.title) == (POST, "wreck")


# As of a day


@pytest.mark.parametrize(
    ("day", "titles"),
    [(3, set()), (4, {"wreck"}), (18, {"wreck", "inquiry"}), (19, {"wreck", "inquiry", "divers"})],
)
def test_as_of_a_day_only_what_is_known_to_be_published_by_then_is_found(
    filled: Archive, day: int, titles: set[str]
) -> None:
    assert found(filled, as_of(day)) == titles
    assert found(filled, Scope()) == {"wreck", "inquiry", "divers", "undated"}


def test_days_in_the_question_are_counted_from_the_day_it_is_asked_as_of(filled: Archive) -> None:
    retriever = Retriever(filled, today=lambda: TODAY)
    question = "What was known yesterday of the ferry?"
    assert [days.since for days in retriever.find(question).reading.days] == ["2026-03-19"]
    assert [days.since for days in retriever.find(question, within=as_of(5)).reading.days] == ["2026-03-04"]


def test_a_filter_is_loosened_but_never_beyond_the_day(filled: Archive) -> None:
    catalogue = filled.catalogue()
    met, said = loosen(Scope(Filter((POST,), since="2026-03-01"), date(2026, 3, 5)).within, catalogue)
    assert met == Filter(as_of="2026-03-05")
    assert said == [
        "No article is of City Post and published since March 1, 2026 and dated March 5, 2026 or earlier; searched "
        "without the days.",
        "No article is of City Post and dated March 5, 2026 or earlier; searched without the outlet.",
    ]
    met, said = loosen(Filter(as_of="2026-03-01"), catalogue)
    assert met == Filter(as_of="2026-03-01")
    assert said == ["No article is dated March 1, 2026 or earlier, and nothing later is looked at."]


def test_a_day_without_a_year_is_taken_for_the_latest_there_can_be(archive: Archive, tmp_path: Path) -> None:
    days = {"this": "03-04", "before": "07-04"}
    news = [record(name, f"The ferry {name} sank.", LEDGER, "Ann Lee", None) for name in days]
    news.append(record("newest", "The ferry sank.", POST, "Bo Day", "2026-06-12"))
    archive.update([write(tmp_path / "news.jsonl", *news)])
    for article in list(archive.articles()):
        if article.title in days:
            archive.correct(article.id, {"published": f"--{days[article.title]}"})
    assert found(archive, as_of(3)) == {"before"}
    assert found(archive, as_of(4)) == {"this", "before"}


def test_copies_that_came_later_are_not_told_of(archive: Archive, tmp_path: Path) -> None:
    copies = [record("first", WIRE, LEDGER, "Ann Lee", "2026-03-04"), record("later", WIRE, POST, "Bo", "2026-03-09")]
    archive.update([write(tmp_path / "wire.jsonl", *copies)])
    retriever = Retriever(archive, today=lambda: TODAY)
    (known,) = retriever.find("Where did the ferry sink?", 1, as_of(4)).passages
    (now,) = retriever.find("Where did the ferry sink?", 1).passages
    assert (known.title, known.copies, len(now.copies)) == ("first", (), 1)


@pytest.mark.parametrize(
    ("wanted", "day", "told"),
    [
        (Filter(since="2026-03-05"), date(2026, 3, 4), "Nothing published since March 5, 2026 was known on March 4"),
        (Filter(since="2026-03-05", until="2026-03-04"), None, "No day is from March 5, 2026 to March 4, 2026"),
    ],
)
def test_a_scope_without_a_day_is_refused(wanted: Filter, day: date | None, told: str) -> None:
    with pytest.raises(InputError, match=told):
        Scope(wanted, day)


# What an answer tells of it


def test_an_answer_tells_what_was_read_and_set_and_loosened_from_its_beginning(filled: Archive) -> None:
    assistant = Assistant(filled, FakeGenerator("The ferry Lady Ann sank off Kell Point."))
    scope = Scope(Filter((POST,)), date(2026, 3, 5), frozenset({"author:ann lee"}))
    first, *_, last = assistant.stream("What did the article by Ann Lee say of the ferry Lady Ann?", (), scope)
    for answer in (first, last):
        assert answer.scope == scope
        assert answer.read == (Hint("author", "Ann Lee", ("Ann Lee",), ignored=True),)
        assert answer.loosened == (
            "No article is of City Post and dated March 5, 2026 or earlier; searched without the outlet.",
        )
    assert {passage.title for passage in last.passages} == {"wreck"}


def test_nothing_known_by_the_day_is_not_knowing_and_no_failure(filled: Archive) -> None:
    assistant = Assistant(filled, FakeGenerator("The ferry Lady Ann sank off Kell Point."))
    answer = assistant.ask("Where did the ferry Lady Ann sink?", within=as_of(1))
    assert (answer.answered, answer.passages, answer.nearest) == (False, (), ())
    assert answer.loosened == ("No article is dated March 1, 2026 or earlier, and nothing later is looked at.",)
