from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import FakeEmbedder, fake
from news import BUDGET, FERRY, found, write

from index import Archive
from index.article import FACTS
from index.corrections import checked, parse_corrections
from index.errors import InputError


def test_words_become_facts() -> None:
    assert parse_corrections(["Published = 2018-03-20", "url=https://a.test/?x=1", "authors="]) == {
        **{"published": "2018-03-20", "url": "https://a.test/?x=1"},
        "authors": "",
    }
    with pytest.raises(InputError, match=r'^"published" sets nothing; write FIELD=VALUE'):
        parse_corrections(["outlet=AP", "published"])


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        *(("published", "2018-03-20", "2018-03-20"), ("published", "20 March 2018", "2018-03-20")),
        *(("published", "2018-03", "2018-03"), ("published", "--03-20", "--03-20"), ("modified", "--02-29", "--02-29")),
        *(("published", "", ""), ("authors", "", []), ("title", " A \n b ", "A b"), ("title", None, None)),
        *(("authors", "Jane Doe, Ann Roe and Li Wei", ["Jane Doe", "Ann Roe", "Li Wei"]), ("language", "en", "en")),
    ],
)
def test_a_value_is_brought_into_the_form_in_which_it_is_stored(name: str, value: str | None, stored: object) -> None:
    assert checked(name, value) == stored


@pytest.mark.parametrize("value", ["yesterday", "2018-02-30", "--02-30", "--13-01", "2018-3-", "20"])
def test_what_is_no_date_is_refused_with_the_forms_there_are(value: str) -> None:
    with pytest.raises(InputError, match=rf'^"{value}" is no date; write it as 2018-03-20, 2018-03 or'):
        checked("published", value)


@pytest.mark.parametrize("name", ["text", "identity", "path", "origins", "captions", "colour", ""])
def test_only_facts_may_be_set(name: str) -> None:
    with pytest.raises(InputError, match=rf'no field "{name}"; set one of title, outlet, authors'):
        checked(name, "x")


# In an archive


@pytest.fixture
def ferry(archive: Archive, news: Path) -> str:
    """The id of an article in the archive."""
    archive.update([news])
    return next(archive.articles()).id


def test_a_correction_is_shown_searched_and_embeds_nothing(archive: Archive, ferry: str) -> None:
    embedded = fake(archive).embedded.copy()
    article = archive.correct(ferry, {"outlet": "Kestrel Post", "published": "5 March 2026", "authors": "Ann Roe"})
    assert (article.outlet, article.published, article.authors) == ("Kestrel Post", "2026-03-05", ("Ann Roe",))
    assert {name: article.origins[name] for name in ("title", "outlet", "published", "authors")} == {
        **{"title": "record", "outlet": "user"},
        **{"published": "user", "authors": "user"},
    }
    assert archive.article(ferry) == article
    assert archive.mentions(["Kestrel", "March", "5"])
    assert not archive.mentions(["Ledger"])
    (passage, *_) = archive.search("Captain Oyelaran led the ferry rescue")
    assert (passage.outlet, passage.published) == ("Kestrel Post", "2026-03-05")
    assert fake(archive).embedded == embedded
    assert archive.versions(ferry) == []


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_may_be_taken_away_and_given_back(archive: Archive, ferry: str, name: str) -> None:
    before = archive.article(ferry)
    assert getattr(archive.correct(ferry, {name: ""}), name) in (None, ())
    assert archive.correct(ferry, {name: None}) == before


@pytest.mark.parametrize(
    "record",
    [FERRY, {**FERRY, "published": "2026-03-07"}, {**FERRY, "text": "The ferry was raised.", "source": "AP"}],
    ids=["unchanged", "facts changed", "text changed"],
)
def test_a_correction_survives_indexing_again(
    archive: Archive, ferry: str, news: Path, record: Mapping[str, str]
) -> None:
    archive.correct(ferry, {"outlet": "Kestrel Post", "section": "Harbor"})
    archive.correct(ferry, {"section": "Sea"})
    update = archive.update([write(news, record, BUDGET)])
    article = archive.article(ferry)
    assert (article.outlet, article.section) == ("Kestrel Post", "Sea")
    assert (article.text, article.published) == (record["text"], record["published"])
    assert update.unchanged == (2 if record == FERRY else 1)
    assert archive.update([news]).unchanged == 2
    assert archive.correct(ferry, {"outlet": None}).outlet == record["source"]


def test_a_correction_goes_with_its_article(archive: Archive, ferry: str, news: Path) -> None:
    archive.correct(ferry, {"outlet": "Kestrel Post"})
    archive.remove([ferry])
    archive.update([news])
    assert archive.article(ferry).outlet == "Harbor Ledger"


def test_an_unknown_article_or_a_wrong_value_changes_nothing(archive: Archive, ferry: str) -> None:
    before = list(archive.articles())
    with pytest.raises(InputError, match="no article nobody"):
        archive.correct("nobody", {"outlet": "AP"})
    with pytest.raises(InputError, match="no date"):
        archive.correct(ferry, {"outlet": "AP", "published": "soon"})
    assert list(archive.articles()) == before


def test_another_process_sees_the_correction(archive: Archive, ferry: str) -> None:
    with Archive(archive.folder, FakeEmbedder()) as reader:
        assert found(reader, "Kestrel")
        archive.correct(ferry, {"outlet": "Kestrel Post"})
        assert reader.mentions(["Kestrel"])
        assert reader.article(ferry).outlet == "Kestrel Post"
