from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEmbedder
from fake_assistant import CHECKED, SAVED
from fake_cli import QUESTION, ROOT, SENTENCE, Cli, one_line, records, write_news

from index import Archive
from rag.answer import Sentence
from ui import plain


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write_news(tmp_path / "news")


# Search


def test_search_gives_passages_as_they_stand_in_their_articles(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("search", "ferry saved", "-k", "1", "--json")
    (result,) = records(out)
    assert code == 0 and list(result) == ["question", "passages", "loosened", "seconds"]
    (passage,) = result["passages"]
    assert list(passage) == [
        *("article_id", "title", "outlet", "published", "url", "start", "end", "text", "score", "copies"),
    ]
    assert passage["copies"] == []
    with Archive(filled, FakeEmbedder()) as archive:
        text = archive.article(passage["article_id"]).text
    assert passage["text"] == text[passage["start"] : passage["end"]]


def test_search_lists_passages_for_people(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("search", "council budget", "-k", "1")
    assert code == 0
    assert out.startswith("1. Budget passes") and "https://ledger.test/budget" in out and "council passed" in out


# Ask


def test_ask_cites_the_words_that_carry_the_answer(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("ask", QUESTION, "--json")
    (result,) = records(out)
    assert code == 0
    assert list(result) == [
        *(
            "question",
            "standalone",
            "answered",
            "form",
            "text",
            "reason",
            "sentences",
            "citations",
            "nearest",
        ),
        *("filters", "read", "loosened"),
        *("model", "seconds", "first_token_seconds"),
    ]
    assert result["sentences"] == [
        {"text": SENTENCE, "support": "supported", "citations": [1], "reasons": [], "label": "", "day": None}
    ]
    assert result["standalone"] is None and result["nearest"] == []
    assert result["answered"] and "[1]" in result["text"] and result["model"] == "fake"
    (citation,) = result["citations"]
    assert list(citation) == [
        *("number", "article_id", "title", "outlet", "published", "url", "start", "end", "quote"),
    ]
    assert citation["quote"] == SENTENCE


def test_ask_lists_its_sources_for_people(cli: Cli, filled: Path) -> None:
    code, out, err = cli("ask", QUESTION)
    answer, source = out.split("\n\n")
    assert (code, err) == (0, "")
    assert answer == f"{SENTENCE} [1]"
    assert source.startswith("[1] ") and "ferry.txt" in source and f"“{SENTENCE}”" in source


def test_ask_shows_what_comes_nearest_where_the_articles_do_not_answer(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("ask", "How old is the captain of the ferry?")
    reason, hold, *nearest = out.split("\n\n")
    assert (code, hold) == (0, "The articles do hold:")
    assert reason and all(text.startswith("- ") for text in nearest)
    assert "ferry.txt" in nearest[0] and "“" in nearest[0]
    (result,) = records(cli("ask", "How old is the captain of the ferry?", "--json")[1])
    assert len(result["nearest"]) == len(nearest) and result["nearest"][0]["quote"] in nearest[0]
    assert (result["answered"], result["sentences"], result["citations"]) == (False, [], [])


def test_remarks_are_for_follow_ups_and_what_is_partly_supported() -> None:
    assert plain.remarks(SAVED) == []
    assert plain.remarks(CHECKED) == [
        "Understood as: When were the people aboard the Lady Ann saved?",
        "Partly supported: “The boats came after eleven minutes, on a Tuesday.” - the source does not say: Tuesday",
    ]


def test_remarks_reach_no_terminal_raw() -> None:
    hostile = Sentence("Red\x1b[31m", "partly", (1,), ("the source does not say:\x07 red\n\x1b]0;t",))
    (remark, partly) = plain.remarks(replace(CHECKED, sentences=(hostile,), standalone="Who\x1b[2J?"))
    assert (remark, partly) == (
        "Understood as: Who[2J?",
        "Partly supported: “Red[31m” - the source does not say: red ]0;t",
    )


def test_events_have_a_line_each(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("ask", "Give me a timeline of the ferry Lady Ann.")
    assert code == 0
    assert out.startswith("- March 3, 2026: “The ferry Lady Ann sank off Kell Point on Tuesday.” [1]\n\n[1] March 4")


def test_not_knowing_is_an_answer(cli: Cli, filled: Path) -> None:
    code, out, _ = cli("ask", "Who won the World Cup in Qatar?", "--json")
    (result,) = records(out)
    assert code == 0 and result["answered"] is False and result["reason"] and result["citations"] == []


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000, "caf\udce9?"])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_what_cannot_be_a_question_is_one_line(cli: Cli, filled: Path, command: str, question: str) -> None:
    code, out, err = cli(command, question)
    assert (code, out) == (1, "") and one_line(err) and "question" in err


# Batches


def test_a_batch_answers_in_order_and_tells_of_bad_lines(cli: Cli, filled: Path, tmp_path: Path) -> None:
    lines: list[object] = [
        {"id": "a", "question": QUESTION},
        {"id": 2, "question": "  "},
        {"question": "And were they saved?", "history": [{"role": "user", "content": QUESTION}]},
        {"id": "h", "question": "Who?", "history": ["x"]},
        {"id": [1], "question": "Who?"},
        {"id": "n"},
        ["no object"],
    ]
    hostile = b'nonsense\n\xff\n\n{"question": "\\ud800"}\n' + b"[" * 100_000 + b"\n"
    batch = tmp_path / "batch.jsonl"
    batch.write_bytes(b"\xef\xbb\xbf" + "".join(json.dumps(line) + "\n" for line in lines).encode() + hostile)
    code, out, err = cli("ask", "--batch", batch)
    results = records(out)
    assert (code, err) == (1, "")
    assert len(results) == len(lines) + 4
    assert ["error" in result for result in results] == [False, True, False, *[True] * 8]
    assert (results[0]["id"], results[0]["question"], results[0]["answered"]) == ("a", QUESTION, True)
    assert (results[1]["id"], results[1]["question"]) == (2, "  ")
    assert "id" not in results[2] and "id" not in results[4]
    assert results[0]["standalone"] is None and results[2]["standalone"] is not None
    assert results[5] == {"id": "n", "error": results[5]["error"]}


def test_a_batch_from_standard_input_succeeds(cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b'{"id": "q", "question": "ferry"}\n{"question": "budget"}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, out, _ = cli("search", "--batch", "-", "-k", "1")
    results = records(out)
    assert code == 0 and [result.get("id") for result in results] == ["q", None]
    assert list(results[0]) == ["id", "question", "passages", "loosened", "seconds"]
    assert results[1]["passages"][0]["title"] == "Budget passes"


def test_a_batch_file_that_is_missing_is_one_line(cli: Cli, filled: Path) -> None:
    code, out, err = cli("ask", "--batch", filled / "none.jsonl")
    assert (code, out) == (1, "") and one_line(err) and "none.jsonl" in err


# Models


def test_models_are_listed_and_unknown_ones_refused(cli: Cli) -> None:
    (result,) = records(cli("models", "--json")[1])
    assert {model["role"] for model in result["models"]} == {"embedder", "generator"}
    assert all(set(m) == {"name", "role", "licence", "bytes", "cached", "path"} for m in result["models"])
    assert not any(model["cached"] for model in result["models"])
    assert "not cached" in cli("models")[1]
    code, _, err = cli("models", "fetch", "gpt-17")
    assert code == 1 and one_line(err) and "gpt-17" in err


# Chat, and the whole road


def test_chat_serves_the_sample_articles_when_there_are_no_others(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[tuple[object, ...]] = []
    monkeypatch.setattr("ui.page.app.build_app", lambda desk: (desk.assistant.archive.counts()[0], desk.examples))
    monkeypatch.setattr("ui.page.serve.serve", lambda app, host, port, **more: served.append((*app, host, port)))
    code, _, err = cli("chat", "--no-browser", "--host", "0.0.0.0", "--port", "8000", "--open-to-everyone")
    ((count, examples, *where),) = served
    assert code == 0 and count == 41 and examples and where == ["0.0.0.0", 8000]
    assert "Warning" in err and "samples" in err


def test_the_samples_are_kept_apart_from_the_users_own_articles(
    cli: Cli, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[int] = []
    monkeypatch.setattr("ui.page.app.build_app", lambda desk: desk.assistant.archive.counts()[0])
    monkeypatch.setattr("ui.page.serve.serve", lambda app, *where, **more: served.append(app))
    assert cli("chat", "--no-browser")[0] == 0
    assert cli("index", str(news))[0] == 0
    assert cli("chat", "--no-browser")[0] == 0
    assert served == [41, 2]


@pytest.mark.integration
def test_the_road_from_articles_to_a_cited_answer(tmp_path: Path, news: Path) -> None:
    index = ["--index", str(tmp_path / "index"), "--json"]

    def run(*argv: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "ui", *argv, *index]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        (result,) = records(done.stdout)
        return result

    assert run("index", str(news))["added"] == 2
    assert "41 people" in run("search", QUESTION, "-k", "1")["passages"][0]["text"]
    answer = run("ask", QUESTION, "--model", "smollm2-135m-instruct")
    assert answer["answered"] and "41" in answer["text"]
    assert any("41 people" in citation["quote"] for citation in answer["citations"])
