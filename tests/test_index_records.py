from __future__ import annotations

import pytest

from index.article import Article
from index.errors import InputError, UnreadableError
from index.records import Row, Skipped, article_from_record, articles, filled, parse_mapping


def article(**record: object) -> Article:
    found = article_from_record({"text": "A ferry sank.", **record}, "/a.jsonl")
    assert found is not None
    return found


def test_fields_are_found_under_the_names_data_sets_use() -> None:
    found = article_from_record(
        {
            "Body": "A ferry sank.",
            "headline": "Ferry sinks",
            "source": "The Ledger",
            "datePublished": "2026-03-04T10:00:00Z",
            "updated_at": "2026-03-05",
            "byline": "By Jane Doe and John Roe",
            "link": "https://example.org/a",
        },
        "/a.jsonl",
    )
    assert found == Article(
        identity="https://example.org/a",
        text="A ferry sank.",
        title="Ferry sinks",
        outlet="The Ledger",
        authors=("Jane Doe", "John Roe"),
        published="2026-03-04",
        modified="2026-03-05",
        url="https://example.org/a",
        path="/a.jsonl",
        origins=dict.fromkeys(("title", "outlet", "authors", "published", "modified", "url"), "record"),
    )


@pytest.mark.parametrize("missing", [None, "", "nan", "None", float("nan"), [], {}])
def test_missing_values_stay_missing(missing: object) -> None:
    found = article(title=missing, source=missing, authors=missing, date=missing, url=missing)
    assert (found.title, found.outlet, found.authors, found.published, found.url) == (None, None, (), None, None)
    assert found.origins == {}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (["Jane Doe", "John Roe"], ("Jane Doe", "John Roe")),
        ("['Jane Doe', 'John Roe']", ("Jane Doe", "John Roe")),
        ("Jane Doe, John Roe and Li Wei", ("Jane Doe", "John Roe", "Li Wei")),
        ([{"name": "Jane Doe"}], ("Jane Doe",)),
        ("Jane Doe, The Ledger", ("Jane Doe",)),
        ("[" * 3000, ()),
    ],
)
def test_authors_in_every_shape(value: object, names: tuple[str, ...]) -> None:
    assert article(author=value, source="The Ledger").authors == names


def test_an_unreadable_date_is_not_invented() -> None:
    assert article(date="last week").published is None


def test_the_identity_survives_new_text_and_a_new_place_in_the_file() -> None:
    assert article(id=7).identity == "/a.jsonl#7"
    assert article(title="Ferry sinks", text="One.").identity == article(title="Ferry sinks", text="Two.").identity
    assert article(text="One.").identity != article(text="Two.").identity


def test_known_facts_are_not_overwritten() -> None:
    found = filled(article(title="Kept"), {"title": "New", "date": "2026-03-04"}, "meta")
    assert (found.title, found.published, found.origins) == (
        "Kept",
        "2026-03-04",
        {"title": "record", "published": "meta"},
    )


def identities(*records: object) -> list[str]:
    rows = [Row(f"f line {number}", record) for number, record in enumerate(records, 1)]
    found = list(articles(lambda: iter(rows), "f"))
    assert all(isinstance(item, Article) for item in found)
    return [item.identity for item in found if isinstance(item, Article)]


def test_records_of_one_title_and_different_dates_are_different_articles_whatever_their_order() -> None:
    monday = {"title": "Morning briefing", "text": "One.", "date": "2026-03-02"}
    tuesday = {"title": "Morning briefing", "text": "Two.", "date": "2026-03-03"}
    assert identities(monday, tuesday) == ["f#Morning briefing (2026-03-02)", "f#Morning briefing (2026-03-03)"]
    assert identities(tuesday, monday) == identities(monday, tuesday)[::-1]
    assert identities({**monday, "text": "One, corrected."}, tuesday) == identities(monday, tuesday)


def test_records_of_one_title_and_date_are_told_apart_by_their_text_whatever_their_order() -> None:
    dawn, dusk = {"title": "Briefing", "text": "Dawn."}, {"title": "Briefing", "text": "Dusk."}
    first, second, other, again = identities(dawn, dusk, {"title": "Ferry", "text": "It sank."}, dawn)
    assert first != second and first == again and other == "f#Ferry"
    assert identities(dusk, dawn) == [second, first]
    opening = "word " * 400
    assert len(set(identities(*({"title": "Live", "text": opening + end} for end in "ab")))) == 2
    assert len(set(identities(*({"text": opening + end} for end in "ab")))) == 2


def test_a_url_or_an_id_is_never_told_apart_further() -> None:
    assert identities({"id": 7, "text": "One."}, {"id": 7, "text": "Two."}) == ["f#7", "f#7"]
    same = {"url": "https://example.org/a", "title": "Ferry"}
    assert set(identities({**same, "text": "One."}, {**same, "text": "Two."})) == {"https://example.org/a"}


def test_section_language_and_captions_are_read() -> None:
    found = article(category="World", lang="en", captions=["The pier.", "The captain."])
    assert (found.section, found.language, found.captions) == ("World", "en", ("The pier.", "The captain."))
    assert set(found.origins) == {"section", "language", "captions"}
    assert article(section=["World", "Seas"]).section == "World, Seas"


@pytest.mark.parametrize("name", ["publication", "publication_name", "newspaper", "Source-Name"])
def test_an_outlet_has_many_names(name: str) -> None:
    assert article(**{name: "The Ledger"}).outlet == "The Ledger"


def test_mapped_fields_win_and_no_other_stands_in_for_them() -> None:
    record = {"Story Body": "A ferry sank.", "text": "-", "when": "2026-03-04", "date": "2001-01-01"}
    found = article_from_record(record, "f", mapping={"text": "story_body", "published": "when"})
    assert found is not None and (found.text, found.published) == ("A ferry sank.", "2026-03-04")
    assert article_from_record({"text": "A ferry sank."}, "f", mapping={"text": "story_body"}) is None


def test_a_mapped_field_that_no_record_has_is_named_with_those_there_are() -> None:
    rows = [Row("f line 1", {"text": "One.", "day": "x"}), Row("f line 2", {"text": "Two.", "When": "2026-03-04"})]
    found = list(articles(lambda: iter(rows), "f", {"published": "when"}))
    assert [item.published for item in found if isinstance(item, Article)] == [None, "2026-03-04"]
    with pytest.raises(UnreadableError, match="named whence; .* text, day, When"):
        list(articles(lambda: iter(rows), "f", {"published": "whence"}))


def test_records_without_any_field_of_text_say_what_they_have() -> None:
    with pytest.raises(UnreadableError, match="named text or body .* of a, b"):
        list(articles(lambda: iter([Row("f line 1", {"a": 1, "b": 2})]), "f"))
    (skipped,) = articles(lambda: iter([Row("f line 1", [1])]), "f")
    assert isinstance(skipped, Skipped) and "not an object" in skipped.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "maps nothing"),
        ("text", "maps nothing"),
        ("text=", "maps nothing"),
        ("text=a,,title=b", "maps nothing"),
        ("colour=a", "'colour'.*published"),
        ("text=a,text=b", "twice"),
    ],
)
def test_a_mapping_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        parse_mapping(text)
