"""The questions about the two real pages: what they hold is in the pages, and the command asks them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_cli import Cli, records, write_news

from eval.metrics import contains_answer
from eval.questions import load_questions
from ui.archives import seed_questions


def test_every_answer_and_its_evidence_stand_in_the_page_that_is_named(seeds: Path) -> None:
    questions = load_questions(seed_questions())
    assert [bool(question.answers) for question in questions].count(True) == 9 and len(questions) == 12
    for question in questions:
        if question.answers:
            (page,) = ((seeds / name).read_text(encoding="utf-8") for name in question.articles)
            assert all(contains_answer(page, [words]) for words in (*question.answers, *question.evidence))
            assert all(contains_answer(page, group) for group in question.also)


def test_the_command_asks_them_of_the_pages_in_a_folder(cli: Cli, tmp_path: Path, folder: Path) -> None:
    code, out, _ = cli("eval", "seeds", "--data", write_news(tmp_path / "pages"), "--json")
    (report,) = records(out)
    assert code == 0 and report["count"] == 12
    assert report["kinds"]["unanswerable"]["unanswerable_refused"] == 1
    assert not folder.exists()
    with pytest.raises(SystemExit):
        cli("eval", "seeds")
