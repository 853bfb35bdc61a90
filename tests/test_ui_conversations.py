"""Conversations on disk: what is written comes back whole, and nobody's is lost."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from fake_assistant import ABSTAINED, CHECKED, NEAR, SAVED
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import InputError
from index.filters import Filter
from index.passage import Passage
from rag import Answer, Citation, Scope
from rag.answer import Sentence
from rag.asking.scope import Hint
from ui.conversations.record import Conversation, from_json, to_json
from ui.conversations.store import Place, Store

texts = st.text(max_size=20)
maybe = st.none() | texts
citations = st.builds(
    Citation,
    number=st.integers(1, 99),
    article_id=texts,
    title=maybe,
    outlet=maybe,
    published=maybe,
    url=maybe,
    start=st.integers(0, 10**9),
    end=st.integers(0, 10**9),
    quote=texts,
)
sentences = st.builds(
    Sentence,
    text=texts,
    support=st.sampled_from(["pending", "supported", "partly"]),
    citations=st.lists(st.integers(1, 99), max_size=3).map(tuple),
    reasons=st.lists(texts, max_size=2).map(tuple),
    label=texts,
    day=maybe,
)
days = st.dates().map(lambda day: day.isoformat())
scopes = st.builds(
    Scope,
    filter=st.builds(
        Filter,
        outlets=st.lists(texts, max_size=2).map(tuple),
        authors=st.lists(texts, max_size=2).map(tuple),
        until=days,
    ),
    as_of=st.none() | st.dates(),
    ignored=st.frozensets(texts, max_size=2),
)
hints = st.builds(
    Hint,
    kind=st.sampled_from(["outlet", "author", "days"]),
    said=texts,
    names=st.lists(texts, max_size=2).map(tuple),
    since=st.none() | days,
    until=st.none() | days,
    ignored=st.booleans(),
)
answers = st.builds(
    Answer,
    question=texts,
    text=texts,
    answered=st.booleans(),
    reason=maybe,
    citations=st.lists(citations, max_size=2).map(tuple),
    sentences=st.lists(sentences, max_size=2).map(tuple),
    nearest=st.lists(citations, max_size=2).map(tuple),
    form=st.sampled_from(["answer", "accounts", "timeline"]),
    standalone=maybe,
    scope=scopes,
    loosened=st.lists(texts, max_size=2).map(tuple),
    read=st.lists(hints, max_size=2).map(tuple),
    passages=st.just(()),
    model=texts,
    seconds=st.floats(0, 1e6),
    first_token_seconds=st.none() | st.floats(0, 1e6),
    done=st.booleans(),
)
conversations = st.builds(
    Conversation, answers=st.lists(answers, max_size=3).map(tuple), name=texts, begun=texts, changed=texts
)


@settings(max_examples=40, deadline=None)
@given(conversations)
def test_a_conversation_comes_back_from_json_as_it_was(conversation: Conversation) -> None:
    assert from_json(json.loads(json.dumps(to_json(conversation)))) == conversation


def test_a_scope_that_cannot_be_is_no_conversation() -> None:
    record = json.loads(json.dumps(to_json(Conversation((SAVED,)))))
    record["answers"][0]["scope"]["filter"] |= {"since": "2026-03-05", "until": "2026-03-01"}
    with pytest.raises(ValueError, match="No day is from"):
        from_json(record)


@settings(max_examples=40, deadline=None)
@given(conversations)
def test_every_field_but_the_passages_is_kept(conversation: Conversation) -> None:
    passage = Passage("a", None, None, None, None, 0, 1, "x", 0.5)
    heavy = replace(conversation, answers=tuple(replace(one, passages=(passage,)) for one in conversation.answers))
    assert from_json(to_json(heavy)) == conversation


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"version": 99, "answers": []},
        {"version": 1, "answers": "none"},
        {"version": 1, "answers": [{"question": "Who?"}]},
        {"version": 1, "answers": [{"question": "Who?", "text": 3, "answered": True}]},
        {"version": 1, "answers": [{"question": "Who?", "text": "", "answered": True, "form": "poem"}]},
        {"version": 1, "answers": [], "revision": True},
    ],
)
def test_what_is_no_conversation_is_refused(record: object) -> None:
    with pytest.raises(ValueError, match=".+"):
        from_json(record)


def test_what_a_later_version_adds_is_left_aside() -> None:
    record = {"version": 1, "answers": [{"question": "Who?", "text": "A.", "answered": True, "mood": 3}], "tags": []}
    assert from_json(record).answers == (Answer("Who?", "A.", answered=True),)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data" / "conversations")


def asked(*questions: str) -> tuple[Answer, ...]:
    return tuple(replace(SAVED, question=question) for question in questions)


def test_a_conversation_grows_under_one_id_and_is_listed_by_its_first_question(store: Store) -> None:
    place = store.save(Place(), asked("Who?"))
    place = store.save(place, (*asked("Who?"), CHECKED, NEAR, ABSTAINED))
    listing = store.listing()
    assert list(listing.conversations) == [place.id]
    kept = listing.conversations[place.id]
    assert (kept.title, kept.answers) == ("Who?", (*asked("Who?"), CHECKED, NEAR, ABSTAINED))
    assert kept.day and kept.begun < kept.changed


def test_saving_what_is_already_kept_changes_nothing(store: Store) -> None:
    place = store.save(Place(), asked("Who?"))
    before = store.load(place.id)
    assert store.save(Place(place.id, 0), asked("Who?")) == place
    assert store.load(place.id) == before


def test_the_last_changed_comes_first(store: Store) -> None:
    first, second = store.save(Place(), asked("One?")), store.save(Place(), asked("Two?"))
    assert list(store.listing().conversations) == [second.id, first.id]
    store.save(first, asked("One?", "Three?"))
    assert list(store.listing().conversations) == [first.id, second.id]


def test_two_windows_with_the_same_conversation_lose_nothing(store: Store) -> None:
    opened = store.save(Place(), asked("Who?"))
    store.rename(opened.id, "The ferry")
    mine = store.save(opened, asked("Who?", "Mine?"))
    theirs = store.save(opened, asked("Who?", "Theirs?"))
    assert mine.id == opened.id != theirs.id
    kept = store.listing().conversations
    assert [answer.question for answer in kept[mine.id].answers] == ["Who?", "Mine?"]
    assert [answer.question for answer in kept[theirs.id].answers] == ["Who?", "Theirs?"]
    assert {one.title for one in kept.values()} == {"The ferry"}


def test_a_renamed_conversation_goes_on_under_its_name(store: Store) -> None:
    place = store.save(Place(), asked("Who?"))
    store.rename(place.id, "  The\nferry ")
    assert store.save(place, asked("Who?", "When?")).id == place.id
    assert store.load(place.id).title == "The ferry"
    assert store.rename(place.id, "  ").title == "Who?"


def test_what_was_deleted_can_be_put_back_and_is_kept_anew_when_asked_on(store: Store) -> None:
    place = store.save(Place(), asked("Who?"))
    deleted = store.delete(place.id)
    assert not store.listing().conversations
    with pytest.raises(InputError, match="no longer kept"):
        store.load(place.id)
    store.put_back(place.id, deleted)
    assert store.load(place.id) == deleted
    store.delete(place.id)
    assert store.save(place, asked("Who?", "When?")).id == place.id
    store.put_back(place.id, deleted)
    assert len(store.load(place.id).answers) == 2


def test_files_are_private(store: Store) -> None:
    place = store.save(Place(), asked("Who?"))
    assert stat.S_IMODE((store.folder / f"{place.id}.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_a_damaged_file_is_named_left_alone_and_never_overwritten(store: Store) -> None:
    place, other = store.save(Place(), asked("Who?")), store.save(Place(), asked("When?"))
    path = store.folder / f"{place.id}.json"
    path.write_text(path.read_text()[:-20])
    broken = path.read_text()
    (store.folder / "notes.json").write_text("{}")
    listing = store.listing()
    assert list(listing.conversations) == [other.id]
    assert sorted(listing.damaged) == sorted([path.name, "notes.json"])
    assert store.save(place, asked("Who?", "And?")).id not in (place.id, other.id)
    assert path.read_text() == broken
    with pytest.raises(InputError, match="is damaged"):
        store.load(place.id)


@pytest.mark.parametrize("id", ["", "../secret", "/etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n"])
def test_an_id_cannot_leave_the_folder(store: Store, id: str) -> None:
    for act in (store.load, store.delete, lambda id: store.rename(id, "x")):
        with pytest.raises(InputError, match="no conversation"):
            act(id)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="No conversation can be kept"):
        Store(tmp_path / "file" / "conversations").save(Place(), asked("Who?"))
    assert Store(tmp_path / "none").listing().conversations == {}


def test_a_write_that_fails_leaves_the_conversation_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    place = store.save(Place(), asked("Who?"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        store.save(place, asked("Who?", "When?"))
    assert [answer.question for answer in store.load(place.id).answers] == ["Who?"]
    assert not list(store.folder.glob("*.tmp"))
