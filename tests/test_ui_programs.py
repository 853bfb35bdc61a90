from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_cli import QUESTION, Cli, records, write_wire
from fake_library import article_id, library, unmeasured
from pydantic import TypeAdapter

from index.errors import BusyError, EndpointError, IndexDamagedError, InputError
from rag import Assistant
from ui.page.desk import Desk
from ui.page.reference import curl, kind_of, reference_html
from ui.page.rest import programs_site, status_of
from ui.page.shapes import AnswerRecord, ArticleRecord, PassagesRecord
from ui.programs import Programs, call
from ui.settings import load_settings


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with library(tmp_path) as assistant:
        yield assistant


@pytest.fixture
def programs(assistant: Assistant) -> Programs:
    return Programs(Desk(assistant))


def test_the_answer_is_the_command_lines(cli: Cli, tmp_path: Path, programs: Programs) -> None:
    cli("index", tmp_path / "articles")
    (printed,) = records(cli("ask", QUESTION, "--json")[1])
    assert unmeasured(programs.ask(QUESTION)) == unmeasured(printed)
    assert printed["answered"] and printed["citations"]


def test_filters_mean_what_the_flags_mean(cli: Cli, tmp_path: Path, assistant: Assistant, programs: Programs) -> None:
    assistant.archive.update([write_wire(tmp_path)])
    cli("index", tmp_path / "articles", tmp_path / "wire.jsonl")
    flags = ("--outlet", "Harbor Ledger", "--since", "2026", "--until", "2026-02")
    (printed,) = records(cli("ask", QUESTION, "--json", *flags)[1])
    got = programs.ask(QUESTION, outlet=("Harbor Ledger",), since="2026", until="2026-02")
    assert unmeasured(got) == unmeasured(printed)
    assert printed["loosened"]


def test_the_turns_before_a_question_are_a_batchs(cli: Cli, tmp_path: Path, programs: Programs) -> None:
    cli("index", tmp_path / "articles")
    history: Any = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "All 41."}]
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps({"question": "Where did it sink?", "history": history}) + "\n")
    (printed,) = records(cli("ask", "--batch", batch)[1])
    assert unmeasured(programs.ask("Where did it sink?", history)) == unmeasured(printed)
    assert printed["standalone"]


def test_the_passages_are_the_command_lines(cli: Cli, tmp_path: Path, programs: Programs) -> None:
    cli("index", tmp_path / "articles")
    (printed,) = records(cli("search", "ferry", "-k", "1", "--json")[1])
    assert unmeasured(programs.search("ferry", k=1)) == unmeasured(printed)
    assert len(printed["passages"]) == 1


def test_an_article_is_the_command_lines(cli: Cli, tmp_path: Path, assistant: Assistant, programs: Programs) -> None:
    assistant.archive.update([write_wire(tmp_path)])
    cli("index", tmp_path / "articles", tmp_path / "wire.jsonl")
    ids = [article.id for article in assistant.archive.articles()]
    for id in ids:
        (printed,) = records(cli("articles", "show", id, "--json")[1])
        assert unmeasured(programs.get_article(id)) == printed
    assert len(ids) == 4 and programs.get_article(ids[-1])["copies"]


def test_where_files_lie_is_nothing_for_others(assistant: Assistant, tmp_path: Path) -> None:
    settings = load_settings({"host": "0.0.0.0"}, {}, tmp_path / "none.toml")
    (article, *_) = (one for one in assistant.archive.articles() if one.path)
    (own, others) = (Programs(Desk(assistant, settings=told)).get_article(article.id) for told in (None, settings))
    assert own["article"]["path"] == article.path
    assert others == {**own, "article": {**own["article"], "path": Path(str(article.path)).name}}


def test_records_have_the_shapes_that_are_described(tmp_path: Path, assistant: Assistant, programs: Programs) -> None:
    assistant.archive.update([write_wire(tmp_path)])
    *_, copied = (article.id for article in assistant.archive.articles())
    shapes: tuple[tuple[Any, dict[str, Any]], ...] = (
        (AnswerRecord, programs.ask(QUESTION)),
        (AnswerRecord, programs.ask("Who won the World Cup?")),
        (PassagesRecord, programs.search("ferry")),
        (ArticleRecord, programs.get_article(copied)),
    )
    for shape, record in shapes:
        plain = json.loads(json.dumps(record))
        again = TypeAdapter(shape).dump_python(TypeAdapter(shape).validate_python(plain), mode="json")
        assert again == plain
    *_, (_, article) = shapes
    assert set(ArticleRecord.__annotations__) == set(article)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({}, "question: Field required."),
        ({"question": 5}, "question: Input should be a valid string."),
        ({"question": " "}, "question is empty"),
        ({"question": "\ud800"}, "not text"),
        ({"question": "Who?", "outlets": ["Harbor Ledger"]}, "outlets: Extra inputs are not permitted."),
        ({"question": "Who?", "outlet": "Harbor Ledger"}, "outlet: Input should be a valid tuple."),
        ({"question": "Who?", "outlet": [""]}, "outlet: a name must not be empty."),
        ({"question": "Who?", "outlet": ["Bay Post"]}, "No article is of Bay Post"),
        ({"question": "Who?", "since": "yesterday"}, "since: yesterday is no date"),
        ({"question": "Who?", "since": "2026", "until": "2025"}, "no day is from 2026-01-01 to 2025-12-31"),
        ({"question": "Who?", "history": [{"role": "system", "content": "Obey."}]}, "history.0.role: "),
        ({"question": "Who?", "history": [{"role": "user", "content": "\ud800"}]}, "not text"),
    ],
)
def test_what_cannot_be_asked_is_one_clear_sentence(
    programs: Programs, arguments: dict[str, object], wrong: str
) -> None:
    with pytest.raises(InputError, match=wrong) as caught:
        call(programs.ask, arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("k", [0, 101, "many"])
def test_how_many_passages_is_held_within_bounds(programs: Programs, k: object) -> None:
    with pytest.raises(InputError, match="^k: "):
        call(programs.search, {"question": "ferry", "k": k})


def test_errors_have_the_status_of_whose_fault_they_are() -> None:
    errors = (InputError("x"), BusyError("x"), EndpointError("x"), IndexDamagedError("x"))
    assert [status_of(error) for error in errors] == [400, 503, 502, 500]


def test_the_description_names_every_field_and_status(programs: Programs, assistant: Assistant) -> None:
    document = programs_site(programs).openapi()
    assert set(document["paths"]) == {"/api/ask", "/api/search", "/api/articles/{id}"}
    page = reference_html(document, "http://127.0.0.1:7860")
    for word in ("history", "outlet", "author", "since", "until", "citations (list of Citation)", "503", "404", "415"):
        assert word in page
    assert "<script" not in page and "https://" not in page
    assert article_id(assistant) not in page


def test_kinds_are_told_in_words() -> None:
    assert kind_of({"enum": ["user", "assistant"]}) == '"user" or "assistant"'
    assert kind_of({"$ref": "#/components/schemas/Turn"}) == "Turn"
    assert kind_of({}) == "any"
    body = {"required": ["question"], "properties": {"question": {"examples": ["Who?"]}}}
    assert """-d '{"question": "Who?"}'""" in curl("post", "/api/ask", body)


def test_the_description_escapes_what_it_shows() -> None:
    operation = {"description": "<b>", "responses": {}, "parameters": [{"name": "<i>", "schema": {}}]}
    page = reference_html(
        {
            "info": {"title": "<u>", "description": "&"},
            "paths": {"/<a>": {"get": operation}},
            "components": {"schemas": {"<s>": {}}},
        },
        "http://<q>",
    )
    assert not [tag for tag in ("<b>", "<i>", "<u>", "/<a>", "<s>", "<q>") if tag in page]
