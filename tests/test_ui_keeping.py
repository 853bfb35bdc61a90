"""When the page keeps a conversation, and what is said of an answer below it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fake_assistant import ABSTAINED, CHECKED, SAVED, Reciter
from tags import Tags

from index.errors import InputError
from index.filters import Filter
from rag import Scope
from rag.answer import Sentence
from ui.conversations.feedback import judgement_record
from ui.conversations.record import Conversation
from ui.conversations.store import Listing, Store
from ui.page.conversing import EMPTY, Run, View, cleared, converse, settle
from ui.page.desk import Desk
from ui.page.keeping import (
    AS_LAST_ASKED,
    begun,
    broken_off,
    choice,
    filters_of,
    keep,
    listing_note,
    opened,
    preview_html,
)
from ui.page.verdict import can_be_judged, judge, said


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Reciter(), conversations=tmp_path / "conversations")


def store(desk: Desk) -> Store:
    assert desk.conversations is not None
    return Store(desk.conversations)


def asked(desk: Desk, question: str, view: View = EMPTY) -> View:
    """The view once a question has been answered and kept."""
    place = begun(view)
    *_, last = converse(desk.assistant, question, view.answers)
    return keep(desk, settle(replace(last, place=place)))


def test_a_conversation_grows_in_its_place_and_another_begins_when_it_is_cleared(desk: Desk) -> None:
    first = asked(desk, "Who?")
    second = asked(desk, "When, then?", first)
    assert first.place.id == second.place.id
    other = asked(desk, "Who?", cleared(second))
    assert other.place.id != second.place.id
    kept = store(desk).listing().conversations
    assert {id: len(one.answers) for id, one in kept.items()} == {second.place.id: 2, other.place.id: 1}
    assert kept[second.place.id].answers == second.answers


def test_an_answer_that_is_stopped_is_kept_once_whoever_comes_first_and_however_far_each_saw_it(desk: Desk) -> None:
    for order in (1, -1):
        run = Run(over=True, stopped=True)
        views = [
            View((replace(SAVED, text=text, done=False),), "Writing ...", "busy", run=run, place=begun(EMPTY))
            for text in ("All 41", "All 41 people")
        ]
        place = views[0].place
        seen = [broken_off(views[1]), settle(views[0])][::order]
        for view in seen:
            assert keep(desk, replace(view, place=place)).place.id == place.id
        assert len(store(desk).load(place.id).answers) == 1
    assert len(store(desk).listing().conversations) == 2


def test_what_is_broken_off_is_kept_without_the_unchecked_sentence_even_when_it_was_cleared() -> None:
    sentences = (CHECKED.sentences[0], Sentence("The boats ca", "pending"))
    text = "All 41 people aboard were saved. [1] The boats ca"
    growing = replace(CHECKED, text=text, sentences=sentences, done=False)
    view = broken_off(View((growing,), "Writing ...", "busy", run=Run(over=True, cleared=True)))
    assert not view.busy
    assert view.answers[0].text == "All 41 people aboard were saved. [1]"


def test_clearing_the_page_before_a_word_came_leaves_the_kept_answer(desk: Desk) -> None:
    view = asked(desk, "Who?")
    views = converse(desk.assistant, "Who?", view.answers, instead=True)
    growing = replace(next(views), place=view.place)
    views.close()
    keep(desk, broken_off(growing))
    assert store(desk).load(view.place.id).answers == view.answers


def test_nothing_is_kept_of_an_empty_page_a_growing_answer_or_without_a_folder(desk: Desk, tmp_path: Path) -> None:
    growing = View((SAVED,), "Writing ...", "busy")
    assert keep(desk, EMPTY) is EMPTY and keep(desk, growing) is growing
    rest = View((SAVED,), "Answered")
    assert keep(Desk(Reciter()), rest) is rest
    assert not list(tmp_path.iterdir())


def test_that_a_conversation_cannot_be_kept_is_told_and_it_goes_on(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "conversations").write_text("")
    view = asked(desk, "Who?")
    assert view.kind == "error" and "This conversation is not kept: " in view.status
    assert view.answers


def test_a_kept_conversation_opens_as_it_was(desk: Desk) -> None:
    view = asked(desk, "How old is she?", asked(desk, "Who?"))
    again = opened(view.place.id, store(desk).load(view.place.id))
    assert (again.answers, again.place, again.kind) == (view.answers, view.place, "idle")


def test_opening_a_conversation_sets_what_its_last_answer_was_asked_within() -> None:
    scope = Scope(Filter(("Harbor Ledger",)), date(2026, 3, 20), frozenset({"outlet:ap"}))
    other = Scope(Filter(("Bay Post",)))
    talk = Conversation((replace(SAVED, scope=other), replace(SAVED, scope=scope)))
    new, row = filters_of(talk, other)
    assert new == replace(scope, ignored=frozenset())
    assert "Outlet: Harbor Ledger" in row and "As of March 20, 2026" in row and "Bay Post" not in row
    assert AS_LAST_ASKED in Tags(row).text
    assert "Outlet: Harbor Ledger" in (same := filters_of(talk, new)[1]) and AS_LAST_ASKED not in Tags(same).text


def test_a_file_of_before_there_were_filters_opens_without_any(desk: Desk) -> None:
    path = store(desk).folder / f"{asked(desk, 'Who?').place.id}.json"
    record = json.loads(path.read_text())
    for added in ("scope", "loosened", "read"):
        del record["answers"][0][added]
    path.write_text(json.dumps(record))
    talk = store(desk).load(path.stem)
    scope, row = filters_of(talk, Scope(Filter(("Bay Post",))))
    assert talk.answers[0].text == SAVED.text
    assert not scope and Tags(row).text.strip() == AS_LAST_ASKED


def test_the_list_says_how_many_questions_and_what_cannot_be_read() -> None:
    one = Conversation((replace(SAVED, question="Who?"),), changed="2026-03-04T12:00:00+00:00")
    assert choice(one) == "Who? (March 4, 2026, 1 question)"
    assert "No conversation is kept yet" in listing_note(Listing({}))
    assert "x&#60;b&#62;.json" in listing_note(Listing({"a": one}, ("x<b>.json",)))
    stopped = replace(SAVED, question="And <b>?", done=False)
    html = preview_html(Conversation((replace(ABSTAINED, question="Who won?"), stopped)))
    assert "(not in these articles)" in html and "(stopped)" in html and "<b>" not in html


def test_a_verdict_is_kept_with_its_answer_replaced_and_taken_back(desk: Desk) -> None:
    view = asked(desk, "When, then?", asked(desk, "Who?"))
    assert said(desk, view) is None
    judge(desk, view, "wrong", "")
    judge(desk, view, "right", " It is. ")
    judgement = said(desk, view)
    assert judgement is not None
    assert (judgement.verdict, judgement.comment, judgement.question) == ("right", "It is.", "When, then?")
    assert [turn["role"] for turn in judgement.history] == ["user", "assistant"]
    judge(desk, view, "", "")
    assert said(desk, view) is None


def test_only_a_whole_answer_at_rest_with_a_place_can_be_judged(desk: Desk) -> None:
    view = asked(desk, "Who?")
    assert can_be_judged(desk, view)
    for other in (
        EMPTY,
        replace(view, kind="busy"),
        replace(view, answers=(replace(SAVED, done=False),)),
        replace(view, place=EMPTY.place),
    ):
        assert not can_be_judged(desk, other)
    assert not can_be_judged(Desk(Reciter()), view)
    with pytest.raises(InputError, match="no verdict"):
        judgement_record("a", SAVED, (), "great")
