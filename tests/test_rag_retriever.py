from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from news import write

from index import Archive
from index.errors import InputError
from index.filters import EVERYTHING, Filter
from rag.reranking import RERANKED, Reading
from rag.retriever import Retriever, loosen, resolve

TODAY = date(2026, 3, 20)


def record(name: str, text: str, outlet: str, author: str, published: str) -> dict[str, object]:
    url = f"https://www.{outlet.lower().replace(' ', '')}.example/{name}"
    return {"url": url, "title": name, "text": text, "source": outlet, "authors": [author], "published": published}


LEDGER, POST, TIMES = "Harbor Ledger", "City Post", "USA TODAY"
NEWS = [
    record("wreck", "The ferry Lady Ann sank off Kell Point.", LEDGER, "Ann Lee", "2026-03-04"),
    record("divers", "Divers found the ferry Lady Ann near Kell Point.", POST, "Bo Day", "2026-03-19"),
    record("inquiry", "Why the ferry Lady Ann sank is not known.", TIMES, "Cy Roe", "2026-03-10"),
    record("budget", "The council passed the budget by one vote.", LEDGER, "Bo Day", "2026-03-10"),
    record("taxes", "Taxes rise with the budget of the council.", POST, "Cy Roe", "2026-03-11"),
    record("quokka", "A quokka was born in the zoo.", POST, "Bo Day", "2026-03-05"),
    record("choir", "The choir sang for the mayor.", TIMES, "Cy Roe", "2026-03-06"),
]


class FakeReranker:
    """Prefers what holds a word, and keeps what it was given to read."""

    name = "fake"

    def __init__(self, favourite: str) -> None:
        self.favourite = favourite
        self.given: list[tuple[str, list[str], list[str]]] = []

    def read(self, question: str, heads: Sequence[str], texts: Sequence[str]) -> list[Reading]:
        self.given.append((question, list(heads), list(texts)))
        return [Reading(100.0 if self.favourite in text else 0.0) for text in texts]


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Archive:
    archive.update([write(tmp_path / "news.jsonl", *NEWS)])
    return archive


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Forty reports about ferries and forty about choirs."""
    folder = tmp_path_factory.mktemp("crowded")
    texts = [f"Ferry {number} sank near harbor {number}." for number in range(40)]
    texts += [f"Choir {number} sang in hall {number}." for number in range(40)]
    with Archive(folder / "index", FakeEmbedder()) as archive:
        archive.update([write(folder / "news.jsonl", *({"url": text, "text": text} for text in texts))])
        yield archive


def retriever(archive: Archive, reranker: FakeReranker | None = None) -> Retriever:
    return Retriever(archive, reranker, lambda: TODAY)


def titles(retriever: Retriever, question: str, k: int = 10, within: Filter = EVERYTHING) -> list[str | None]:
    return [passage.title for passage in retriever.find(question, k, within).passages]


# Finding


def test_a_plain_question_finds_what_the_archive_finds(filled: Archive) -> None:
    question = "Where did the ferry Lady Ann sink?"
    found = retriever(filled).find(question, 4)
    assert list(found.passages) == filled.search(question, 4) == retriever(filled).search(question, 4)
    assert (found.reading.text, found.reading.slots, found.loosened) == (question, (), ())


def test_the_articles_are_those_of_the_passages(filled: Archive) -> None:
    found = retriever(filled).find("What did the Harbor Ledger and the City Post report about the ferry Lady Ann?", 2)
    assert set(found.articles) == {passage.article_id for passage in found.passages}
    for passage in found.passages:
        assert found.articles[passage.article_id].text[passage.start : passage.end] == passage.text


def test_each_outlet_that_is_named_has_its_turn(filled: Archive) -> None:
    question = (
        "Does the Harbor Ledger's report say where the ferry Lady Ann sank, "
        "while the City Post says that divers found the ferry?"
    )
    found = retriever(filled).find(question, 2)
    assert {passage.title for passage in found.passages} == {"wreck", "divers"}
    assert found.reading.outlets == (LEDGER, POST)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What did USA Today report about the ferry Lady Ann?", "inquiry"),
        ("What did the article by Bo Day say about the council's budget?", "budget"),
        ("What was known yesterday about the ferry Lady Ann of Kell Point?", "divers"),
        ("What was known on March 10 about the ferry Lady Ann of Kell Point?", "inquiry"),
    ],
)
def test_what_the_question_says_of_outlet_author_and_day_is_preferred(
    filled: Archive, question: str, title: str
) -> None:
    assert titles(retriever(filled), question)[0] == title


def test_what_is_preferred_hides_nothing(filled: Archive) -> None:
    assert set(titles(retriever(filled), "What did USA Today report about the ferry Lady Ann?")) == {
        record["title"] for record in NEWS
    }


@pytest.mark.parametrize("k", [-1, 0, 1, 3, 100])
def test_k_bounds_the_passages(filled: Archive, k: int) -> None:
    question = "What did the Harbor Ledger and the City Post report about the ferry Lady Ann?"
    for reranker in (None, FakeReranker("ferry")):
        found = retriever(filled, reranker).find(question, k)
        assert len(found.passages) == len(found.articles) == min(max(k, 0), len(NEWS))


def test_an_empty_archive_finds_nothing(archive: Archive) -> None:
    for reranker in (None, FakeReranker("ferry")):
        found = retriever(archive, reranker).find(
            "What did the City Post say on Monday?", 5, Filter(since="2026-01-01")
        )
        assert (found.passages, found.articles) == ((), {})


@pytest.mark.parametrize(("question", "wrong"), [(" ", "empty"), ("x" * 5000, "5,000 characters")])
def test_what_is_no_question_is_refused(filled: Archive, question: str, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        retriever(filled).find(question)


def test_today_is_asked_for_each_time(filled: Archive) -> None:
    days = iter([date(2026, 3, 20), date(2026, 3, 5)])
    asking = Retriever(filled, today=lambda: next(days))
    question = "What did people in Kell hear yesterday about the ferry Lady Ann?"
    assert [asking.find(question, 1).passages[0].title for _ in range(2)] == ["divers", "wreck"]


# Within


@pytest.mark.parametrize("outlet", ["City Post", "city post", "CITY POST", "citypost.example"])
def test_only_articles_of_the_outlet_are_looked_at_whatever_its_case(filled: Archive, outlet: str) -> None:
    within = Filter((outlet,))
    assert set(titles(retriever(filled), "Where did the ferry sink?", 100, within)) == {"divers", "taxes", "quokka"}


def test_a_question_may_not_lead_out_of_the_filter(filled: Archive) -> None:
    question = "What did the Harbor Ledger report about the ferry Lady Ann in March?"
    assert set(titles(retriever(filled), question, 100, Filter((POST,)))) == {"divers", "taxes", "quokka"}


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (Filter(authors=("bo day",)), {"divers", "budget", "quokka"}),
        (Filter(("harbor ledger", "usa today"), ("BO DAY", "Cy Roe")), {"budget", "inquiry", "choir"}),
        (Filter(since="2026-03-10", until="2026-03-11"), {"inquiry", "budget", "taxes"}),
    ],
)
def test_all_of_the_filter_is_met(filled: Archive, within: Filter, expected: set[str]) -> None:
    found = retriever(filled).find("Where did the ferry sink?", 100, within)
    assert {passage.title for passage in found.passages} == expected
    assert found.loosened == ()


def test_names_are_resolved_to_those_of_the_archive(filled: Archive) -> None:
    catalogue = filled.catalogue()
    days = Filter(since="2026-03-01", until="2026-03-31")
    assert resolve(days, catalogue) == days
    assert resolve(Filter(("city post",), ("ann LEE",)), catalogue).authors == ("Ann Lee",)
    assert POST in resolve(Filter(("city post",)), catalogue).outlets


def test_an_author_whose_name_is_written_in_two_ways_is_both(filled: Archive, tmp_path: Path) -> None:
    shouting = record("strike", "The ferry crews are on strike.", LEDGER, "ANN LEE", "2026-03-12")
    filled.update([write(tmp_path / "more.jsonl", shouting)])
    assert set(titles(retriever(filled), "Where is the ferry?", 100, Filter(authors=("ann lee",)))) == {
        "wreck",
        "strike",
    }


@pytest.mark.parametrize(
    ("within", "wrong"),
    [
        (Filter(("Moon Gazette",)), "No article is of Moon Gazette; "),
        (Filter((POST, "Moon Gazette")), "No article is of Moon Gazette; "),
        (Filter(authors=("Nemo",)), "No article is by Nemo; "),
        (Filter(("",)), "No article is of "),
    ],
)
def test_names_that_no_article_has_are_refused_in_a_sentence(filled: Archive, within: Filter, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong) as refusal:
        retriever(filled).find("Where did the ferry sink?", within=within)
    assert str(refusal.value).endswith(".")


# Loosening


@pytest.mark.parametrize(
    ("within", "said", "expected"),
    [
        (
            Filter((LEDGER,), since="2030-01-01"),
            ["No article is of Harbor Ledger and published since January 1, 2030; searched without the days."],
            {"wreck", "budget"},
        ),
        (
            Filter((LEDGER,), ("Cy Roe",), until="2026-03-04"),
            [
                "No article is of Harbor Ledger and by Cy Roe and published until March 4, 2026; "
                "searched without the days.",
                "No article is of Harbor Ledger and by Cy Roe; searched without the author.",
            ],
            {"wreck", "budget"},
        ),
        (
            Filter(since="2001-02-03", until="2001-02-03"),
            ["No article is published on February 3, 2001; searched without the days."],
            {record["title"] for record in NEWS},
        ),
        (
            Filter(since="2001-02-03", until="2001-02-28"),
            ["No article is published from February 3, 2001 to February 28, 2001; searched without the days."],
            {record["title"] for record in NEWS},
        ),
    ],
    ids=["days", "days and authors", "one day", "some days"],
)
def test_a_filter_that_nothing_meets_is_loosened_and_says_so(
    filled: Archive, within: Filter, said: list[str], expected: set[str]
) -> None:
    found = retriever(filled).find("Where did the ferry sink?", 100, within)
    assert list(found.loosened) == said
    assert {passage.title for passage in found.passages} == expected


def test_a_filter_that_is_met_stays_as_it_is(filled: Archive) -> None:
    catalogue = filled.catalogue()
    for wanted in (EVERYTHING, Filter((POST,), ("Bo Day",), "2026-03-01", "2026-03-31")):
        assert loosen(wanted, catalogue) == (wanted, [])


def test_in_an_empty_archive_everything_is_loosened(archive: Archive) -> None:
    wanted, said = loosen(Filter(since="2026-01-01"), archive.catalogue())
    assert wanted == EVERYTHING
    assert said == ["No article is published since January 1, 2026; searched without the days."]


# Reranking


def test_the_rerankers_favourite_moves_up_and_all_the_others_stay(crowded: Archive) -> None:
    question = "Which ferry sank near the harbor?"
    plain = retriever(crowded).find(question, 20).passages
    favourite = plain[9].text
    reranker = FakeReranker(favourite)
    found = retriever(crowded, reranker).find(question, 20).passages
    assert [passage.text for passage in found].index(favourite) < 9
    assert {passage.text for passage in found} == {passage.text for passage in plain}
    scores = [passage.score for passage in found]
    assert scores == sorted(scores, reverse=True)


def test_of_a_plain_question_only_so_many_are_read(crowded: Archive) -> None:
    reranker = FakeReranker("Ferry 3 ")
    question = "Which ferry sank near the harbor?"
    found = retriever(crowded, reranker).find(question, 50).passages
    ((asked, heads, texts),) = reranker.given
    assert asked == question
    assert len(texts) == len(heads) == RERANKED
    assert texts == [passage.text for passage in retriever(crowded).find(question, RERANKED).passages]
    # What was not read stays behind as it was.
    later = retriever(crowded).find(question, 50).passages[RERANKED:]
    assert [passage.text for passage in found[RERANKED:]] == [passage.text for passage in later]


def test_few_passages_wanted_are_chosen_from_as_many_as_can_be_read(crowded: Archive) -> None:
    question = "Which ferry sank near the harbor?"
    favourite = retriever(crowded).find(question, RERANKED).passages[1].text
    found = retriever(crowded, FakeReranker(favourite)).find(question, 1).passages
    assert [passage.text for passage in found] == [favourite]


def test_the_slots_share_what_is_read(crowded: Archive) -> None:
    reranker = FakeReranker("nothing")
    question = "Which ferry sank near the harbor, which choir sang in the hall, and which harbor has a hall of stone?"
    found = retriever(crowded, reranker).find(question, 6)
    slots = found.reading.slots
    assert [asked for asked, _, _ in reranker.given] == [slot.text for slot in slots]
    assert len(slots) == 3
    assert [len(texts) for _, _, texts in reranker.given] == [RERANKED // 3] * 3
    assert [texts[0].split()[0] for _, _, texts in reranker.given[:2]] == ["Ferry", "Choir"]
    assert {passage.text.split()[0] for passage in found.passages} == {"Ferry", "Choir"}


def test_headings_are_read_with_the_passages(filled: Archive) -> None:
    reranker = FakeReranker("divers")
    retriever(filled, reranker).find("Where is the ferry Lady Ann?")
    ((_, heads, texts),) = reranker.given
    assert heads[texts.index(str(NEWS[1]["text"]))] == "divers | City Post | March 19, 2026"
