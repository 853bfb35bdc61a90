from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import FakeEmbedder
from news import write
from test_index_copies import STORY

from index import Archive
from index.errors import InputError
from index.filters import EVERYTHING, Filter
from index.searching import Weights
from index.slots import Found, Request, Slot
from index.words import content_words

LEDGER = Filter(("Harbor Ledger",))
POST = Filter(("City Post",))


def record(name: str, text: str, outlet: str, published: str = "2026-03-04") -> dict[str, str]:
    return {"url": name, "text": text, "source": outlet, "published": published}


def slot(text: str, prefer: Filter = EVERYTHING) -> Slot:
    return Slot(text, tuple(content_words(text)), prefer)


def request(text: str, *slots: Slot, within: Filter = EVERYTHING) -> Request:
    return Request(text, tuple(content_words(text)), slots, within)


def urls(found: Found) -> list[list[str | None]]:
    return [[passage.url for passage in passages] for passages in found.slots]


NEWS = [
    record("ledger-ferry", "The ferry Lady Ann sank off Kell Point on Tuesday.", "Harbor Ledger"),
    record("ledger-budget", "The council passed the budget by one vote.", "Harbor Ledger", "2026-03-10"),
    record("ledger-weather", "Rain is likely in the hills until the weekend.", "Harbor Ledger"),
    record("post-ferry", "Divers found the ferry Lady Ann near Kell Point.", "City Post", "2026-03-12"),
    record("post-budget", "Taxes rise with the budget that the council passed.", "City Post", "2026-03-11"),
    record("post-zoo", "A quokka was born in the zoo and is doing well.", "City Post"),
    record("echo-choir", "The choir sang for the mayor of Elm.", "Elm Echo"),
    record("echo-school", "A school in Elm gets new windows.", "Elm Echo"),
]


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Archive:
    archive.update([write(tmp_path / "news.jsonl", *NEWS)])
    return archive


# Requests without slots


def test_a_request_without_slots_is_one_search(filled: Archive) -> None:
    found = filled.find(request("Where did the ferry Lady Ann sink?"), 3)
    assert set(urls(found)[0][:2]) == {"ledger-ferry", "post-ferry"}
    assert len(found.slots) == 1 and len(found.slots[0]) == 3
    assert list(found.slots[0]) == filled.search("Where did the ferry Lady Ann sink?", 3)
    assert found.articles.keys() == {passage.article_id for passage in found.slots[0]}


def test_an_empty_archive_finds_nothing_for_any_slot(archive: Archive) -> None:
    for within in (Filter(), LEDGER):
        asked = request(
            "ferry and budget", slot("ferry", LEDGER), slot("budget", Filter(since="2026-01-01")), within=within
        )
        assert archive.find(asked).slots == ((), ())
    assert archive.find(request("ferry", within=LEDGER)).slots == ((),)


@pytest.mark.parametrize("depth", [0, -1])
def test_a_depth_of_nothing_finds_nothing(filled: Archive, depth: int) -> None:
    found = filled.find(request("ferry and budget", slot("ferry", LEDGER), slot("budget")), depth)
    assert found.slots == ((), ())
    assert found.articles == {}
    assert filled.search("ferry", depth) == []


def test_what_is_no_question_is_refused(filled: Archive) -> None:
    with pytest.raises(InputError, match="empty"):
        filled.find(request(" ", slot("ferry")))


# Slots


def test_each_slot_finds_what_it_asks_for(filled: Archive) -> None:
    found = filled.find(
        request("the ferry, and the quokka of the zoo", slot("ferry Kell Point"), slot("quokka zoo")), 8
    )
    assert urls(found)[0][0] in ("ledger-ferry", "post-ferry")
    assert urls(found)[1][0] == "post-zoo"
    assert [passage.url for passage in found.best(2)] in (
        [urls(found)[0][0], "post-zoo"],
        ["post-zoo", urls(found)[0][0]],
    )
    assert all(
        [passage.score for passage in passages] == sorted((passage.score for passage in passages), reverse=True)
        for passages in found.slots
    )


def test_a_preferred_outlet_is_lifted_and_hides_nobody(filled: Archive) -> None:
    asked = [slot("ferry Lady Ann Kell Point", prefer) for prefer in (LEDGER, POST, Filter())]
    found = filled.find(request("the ferry Lady Ann", *asked), len(NEWS))
    ledger, post, anyone = urls(found)
    assert ledger[0] == "ledger-ferry" and "post-ferry" in ledger
    assert post[0] == "post-ferry" and "ledger-ferry" in post
    assert set(ledger) == set(post) == set(anyone) == {record["url"] for record in NEWS}
    # Of the others nobody's score is touched.
    scores = [{passage.url: passage.score for passage in passages} for passages in found.slots]
    lift = Weights().name_lift
    assert {url: scores[0][url] - scores[2][url] for url in scores[0]} == pytest.approx(
        {url: lift * url.startswith("ledger") for url in anyone if url}
    )


def test_a_strong_chunk_of_another_outlet_beats_a_small_lift(filled: Archive) -> None:
    filled.weights = Weights(name_lift=0.1)
    found = filled.find(request("the quokka of the zoo", slot("quokka born zoo", LEDGER)))
    assert urls(found)[0][0] == "post-zoo"


def test_an_author_is_lifted_like_an_outlet(archive: Archive, tmp_path: Path) -> None:
    texts = ["The port of Kell closes.", "The port of Kell closes early, says the harbor master."]
    authors = ["Ann Lee", "Bo Day"]
    records = [{"url": name, "text": text, "authors": [name]} for name, text in zip(authors, texts, strict=True)]
    archive.update([write(tmp_path / "news.jsonl", *records)])
    for author in authors:
        assert urls(archive.find(request("port", slot("port Kell", Filter(authors=(author,))))))[0][0] == author


def test_a_day_is_lifted_beside_the_outlet(filled: Archive) -> None:
    late = Filter(since="2026-03-11", until="2026-03-12")
    text = "council passed budget"
    asked = [slot(text), slot(text, late), slot(text, Filter(POST.outlets, since="2026-03-11")), slot(text, LEDGER)]
    found = filled.find(request(text, *asked), len(NEWS))
    plain, dated, both, ledger = ({passage.url: passage.score for passage in passages} for passages in found.slots)
    weights = Weights()
    assert dated["post-ferry"] - plain["post-ferry"] == pytest.approx(weights.day_lift)
    assert dated["ledger-budget"] == pytest.approx(plain["ledger-budget"])
    assert both["post-budget"] - plain["post-budget"] == pytest.approx(weights.day_lift + weights.name_lift)
    assert both["post-zoo"] - plain["post-zoo"] == pytest.approx(weights.name_lift)
    assert next(iter(dated)) == "post-budget"
    assert next(iter(ledger)) == "ledger-budget"


def test_two_slots_that_ask_the_same_find_the_same_and_it_counts_once(filled: Archive) -> None:
    found = filled.find(request("the ferry", slot("ferry Kell Point"), slot("ferry Kell Point")), 4)
    assert found.slots[0] == found.slots[1]
    assert len(found.best(100)) == 4


def test_a_slot_without_words_is_searched_by_meaning_and_with_the_request(filled: Archive) -> None:
    found = filled.find(request("quokka born zoo", Slot("?", ()), Slot("of the", (), LEDGER)), 8)
    assert urls(found)[0][0] == "post-zoo"
    assert all(urls(found))


# Chunks that do not come among the candidates


@pytest.fixture
def crowded(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Forty reports of one outlet about ferries, two of another that has other words for them; candidates are few."""
    monkeypatch.setattr("index.searching.CANDIDATES", 10)
    reports = [
        record(
            f"ledger-{number}",
            f"Ferry {number} sank off Kell Point{' on its way home' * (number % 7)}.",
            "Harbor Ledger",
        )
        for number in range(40)
    ]
    rare = [
        record("post-vessel", "A vessel went down near Kell.", "City Post", "2026-04-01"),
        record("post-zoo", "A quokka was born.", "City Post"),
    ]
    archive.update([write(tmp_path / "news.jsonl", *reports, *rare)])
    return archive


def test_a_rare_outlet_is_found_first_in_its_slot_though_it_is_not_among_the_candidates(crowded: Archive) -> None:
    plain = crowded.find(request("Which ferry sank off Kell Point?", slot("ferry sank Kell Point")), 50)
    assert "post-vessel" not in urls(plain)[0]
    asked = [slot("ferry sank Kell Point", prefer) for prefer in (LEDGER, POST)]
    found = crowded.find(request("Which ferry sank off Kell Point?", *asked), 50)
    assert "post-vessel" not in urls(found)[0]
    assert urls(found)[1][0] == "post-vessel"
    assert any(str(url).startswith("ledger") for url in urls(found)[1])


def test_where_there_are_many_preferred_chunks_none_is_searched_for_by_itself(
    crowded: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.searching.MANY", 1)
    found = crowded.find(request("Which ferry sank?", slot("ferry sank Kell Point", POST)), 50)
    assert not any(str(url).startswith("post") for url in urls(found)[0])


def test_an_outlet_that_is_nowhere_changes_nothing(crowded: Archive) -> None:
    asked = [slot("ferry sank Kell Point", prefer) for prefer in (Filter(), Filter(("Nobody's",)))]
    found = crowded.find(request("Which ferry sank off Kell Point?", *asked), 50)
    assert found.slots[0] == found.slots[1]


# Within


@pytest.mark.parametrize("slots", [(), ("ferry Lady Ann", "quokka zoo")])
def test_within_lets_nothing_else_through(filled: Archive, slots: Sequence[str]) -> None:
    asked = request("the ferry Lady Ann and the quokka", *map(slot, slots), within=LEDGER)
    for passages in urls(filled.find(asked, 100)):
        assert set(passages) == {"ledger-ferry", "ledger-budget", "ledger-weather"}


def test_within_is_hard_whatever_a_slot_prefers(filled: Archive) -> None:
    found = filled.find(request("the ferry Lady Ann", slot("ferry Lady Ann", POST), within=LEDGER), 100)
    assert set(urls(found)[0]) == {"ledger-ferry", "ledger-budget", "ledger-weather"}


def test_what_a_slot_prefers_is_searched_for_within(crowded: Archive) -> None:
    within = Filter(since="2026-03-20")
    found = crowded.find(request("Which ferry sank?", slot("ferry sank Kell Point", POST), within=within), 50)
    assert urls(found) == [["post-vessel"]]


def test_within_finds_what_is_not_among_the_candidates_of_all(crowded: Archive) -> None:
    assert set(urls(crowded.find(request("Which ferry sank off Kell Point?", within=POST), 50))[0]) == {
        *("post-vessel", "post-zoo")
    }


def test_within_that_nothing_meets_finds_nothing(filled: Archive) -> None:
    assert filled.find(request("ferry", slot("ferry", POST), within=Filter(until="1999-01-01"))).slots == ((),)


# Copies


def test_copies_of_a_story_are_folded_in_every_slot_into_the_one_that_is_preferred(
    archive: Archive, tmp_path: Path
) -> None:
    copies = [record(outlet.lower(), STORY, outlet) for outlet in ("Post", "Ledger", "Echo")]
    archive.update([write(tmp_path / "wire.jsonl", *copies, *NEWS)])
    asked = [slot("ferry Northern Light", Filter(outlets)) for outlets in (("Post",), ("Ledger",), ("Echo",))]
    found = archive.find(request("ferry Northern Light aground", *asked), 100)
    names = ["post", "ledger", "echo"]
    assert [[url for url in dict.fromkeys(slot) if url in names] for slot in urls(found)] == [[name] for name in names]
    first = found.slots[0][0]
    assert first.url == "post"
    assert {copy.url for copy in first.copies} == {"ledger", "echo"}


# Weights


def test_words_or_meaning_can_be_left_out(filled: Archive) -> None:
    asked = Request("ferry Lady Ann Kell Point", ("choir",))
    filled.weights = Weights(dense=0)
    assert urls(filled.find(asked, 1)) == [["echo-choir"]]
    filled.weights = Weights(lexical=0, sentence=0)
    assert set(urls(filled.find(asked, 2))[0]) == {"ledger-ferry", "post-ferry"}


def test_without_lifts_what_is_preferred_counts_for_nothing(filled: Archive) -> None:
    filled.weights = Weights(name_lift=0, day_lift=0)
    asked = [slot("budget council", prefer) for prefer in (Filter(), Filter(LEDGER.outlets, since="2026-03-11"))]
    found = filled.find(request("budget", *asked), 100)
    assert found.slots[0] == found.slots[1]


def test_without_any_weight_nothing_is_found(filled: Archive) -> None:
    filled.weights = Weights(dense=0, lexical=0)
    assert filled.find(request("ferry", slot("ferry", LEDGER))).slots == ((),)


# Rough vectors


def test_rough_vectors_are_scored_anew(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.searching.CANDIDATES", 20)
    boats = [record(f"boat-{number}", f"Boat {number} left port {number} for Kell.", "Log") for number in range(50)]
    news = write(tmp_path / "news.jsonl", *NEWS, *boats)
    asked = request("ferry Lady Ann", slot("ferry Lady Ann sank", POST))

    def scores(archive: Archive) -> dict[str | None, float]:
        archive.weights = Weights(lexical=0)
        return {passage.url: passage.score for passage in archive.find(asked, 5).slots[0]}

    archive.update([news])
    exact = scores(archive)
    monkeypatch.setattr("index.vectors.EXACT_LIMIT", 10)
    with Archive(tmp_path / "rough", FakeEmbedder()) as rough:
        rough.update([news])
        assert scores(rough) == pytest.approx(exact, abs=1e-5)
        monkeypatch.setattr("index.searching.RESCORED", 0)
        assert scores(rough) != pytest.approx(exact, abs=1e-5)
