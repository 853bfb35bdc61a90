"""Answers timed beside a plain pipeline: what counts, what the pipeline is given, and what the command prints."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from conftest import FakeGenerator
from fake_cli import Cli, one_line

from eval.bench.answers import measure_answers, plain_pipeline, stuffed
from eval.bench.figures import Figures
from index import Archive
from index.errors import InputError
from rag import Assistant, Message

STORY = {
    "url": "https://ledger.test/ferry",
    "title": "Ferry sinks; all aboard saved",
    "source": "Harbor Ledger",
    "published_at": "2026-03-04",
    "text": "The ferry Lady Ann sank off Kell Point on Monday. All 41 people aboard the ferry were saved.",
}
SAVED = "All 41 people aboard the ferry were saved."
HOW_MANY = "How many people aboard the ferry were saved?"
SANK = "Did the Harbor Ledger report that the ferry Lady Ann sank off Kell Point?"
BANANAS = "why do bananas ripen quickly"


class SlowGenerator(FakeGenerator):
    """Takes half a second to its first word and as long to its last."""

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        for piece in super().stream(messages, max_tokens):
            time.sleep(0.5)
            yield piece


@pytest.fixture
def news(archive: Archive, tmp_path: Path) -> Archive:
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps(STORY) + "\n")
    archive.update([file])
    return archive


def values(figures: Figures) -> dict[str, float | int | str]:
    return {figure.name: figure.value for figure in figures.figures}


def test_each_question_is_asked_of_both_with_the_same_passages(news: Archive) -> None:
    ours, plain = FakeGenerator(SAVED), FakeGenerator("41 ", "people.")
    figures = measure_answers(Assistant(news, ours), plain, [HOW_MANY, SANK, BANANAS])
    assert figures.title == "2 answers of 3 with fake"
    assert values(figures)["answers made without the model"] == 1
    warm, *prompts = plain.heard
    assert len(prompts) == 3
    assert STORY["text"] in prompts[0][-1]["content"] and prompts[0][-1]["content"].endswith(f"Question: {HOW_MANY}")
    assert len(ours.heard) == 2  # the warming up and the one that no rule answers


def test_a_plain_pipeline_that_is_slow_is_seen(news: Archive) -> None:
    found = values(measure_answers(Assistant(news, FakeGenerator(SAVED)), SlowGenerator("41 ", "people."), [HOW_MANY]))
    assert 0.5 <= found["first words, plain"] < found["whole answer, plain"]
    assert found["first words"] <= found["whole answer"] == found["whole answer or refusal"]
    assert found["whole answer / plain"] < 0.5 and found["first words / plain"] < 0.5
    (empty,) = stuffed(HOW_MANY, [])
    words = f"{empty['content']} {STORY['text']}".split()
    assert found["tokens of a stuffed prompt"] == len(words)


def test_without_an_answer_there_is_nothing_to_compare(news: Archive) -> None:
    with pytest.raises(InputError, match="None of the questions"):
        measure_answers(Assistant(news, FakeGenerator(SAVED)), FakeGenerator("Yes."), [BANANAS])


@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "no-such-model"])
def test_only_an_embedded_chat_model_has_a_plain_pipeline(name: str) -> None:
    with pytest.raises(InputError, match="not one of the embedded chat models"):
        plain_pipeline(name)


def test_the_command_times_the_sample_or_a_folder(
    cli: Cli, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench.answers.plain_pipeline", lambda model: FakeGenerator("A plain ", "answer."))
    _, out, _ = cli("bench", "answers", "--questions", "24", "--json")
    report = json.loads(out)
    assert report["title"].endswith("answers of 24 with fake")
    assert "first words / plain" in [figure["name"] for figure in report["figures"]]
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "zoo.txt").write_text("Bananas ripen at the zoo.")
    code, _, err = cli("bench", "answers", "--data", pages, "--questions", "3")
    assert code == 1 and one_line(err) and "None of the questions was answered" in err
    assert not folder.exists()


def test_a_model_that_is_not_embedded_is_one_line(cli: Cli) -> None:
    code, _, err = cli("bench", "answers", "--model", "http://127.0.0.1:1/v1#small")
    assert code == 1 and one_line(err) and "not one of the embedded chat models" in err
