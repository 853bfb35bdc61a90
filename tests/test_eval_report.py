from __future__ import annotations

import json

import pytest

from eval import compare, load, partial, save
from eval.report import Report, Row
from eval.runs import resume, run_rows
from index.errors import InputError


def row(id, passed, kind="fact", **more):
    return Row(id, f"question {id}", kind, passed, {"right": float(passed)}, seconds=2.0, **more)


def report(*rows, suite="questions", metrics=("right", "citation_recall"), **more):
    return Report(suite, metrics, rows, version="1", date="2026-01-01", **more)


def test_a_metric_is_averaged_over_the_questions_that_have_it():
    extra = Row("c", "question c", "quote", False, {"citation_recall": 0.25})
    run = report(row("a", True), row("b", False), extra)
    assert run.summary()["right"].mean == 0.5 and run.summary()["right"].count == 2
    assert run.summary()["citation_recall"].mean == 0.25
    assert run.kinds() == {
        "fact": {"right": 0.5, "citation_recall": None},
        "quote": {"right": None, "citation_recall": 0.25},
    }


def test_timings_leave_out_rows_without_a_time():
    run = report(row("a", True, first_token_seconds=0.5), Row("b", "b", "fact", False, {}, error="gone"))
    assert run.timings() == {
        "seconds_p50": 2.0,
        "seconds_p95": 2.0,
        "first_token_seconds_p50": 0.5,
        "first_token_seconds_p95": 0.5,
    }


def test_the_keys_of_the_json_are_stable():
    data = report(row("a", True), model="m", embedder="e").to_json()
    assert list(data) == [
        "suite", "version", "model", "embedder", "date", "settings", "count", "skipped", "errors", "passed",
        "metrics", "kinds", "timings", "rows",
    ]  # fmt: skip
    assert data["metrics"]["right"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "count": 1}
    assert data["metrics"]["citation_recall"] == {"mean": None, "low": None, "high": None, "count": 0}
    assert (data["count"], data["errors"], data["passed"]) == (1, 0, 1)


def test_a_saved_report_is_loaded_as_it_was(tmp_path):
    out = tmp_path / "new folder" / "run.json"
    run = report(row("ä", True, details={"ranks": [1, None]}), skipped=3, model="m", settings={"k": 10})
    save(run, out)
    assert load(out) == run
    assert [path.name for path in out.parent.iterdir()] == ["run.json"]


def test_saving_drops_the_rows_kept_for_resuming(tmp_path):
    out = tmp_path / "run.json"
    rows = run_rows([row("a", True)], lambda item: item, key="k", log=partial(out))
    assert partial(out).exists()
    save(report(*rows), out)
    assert not partial(out).exists() and out.exists()


def test_a_report_that_cannot_be_written_or_read_is_an_input_error(tmp_path):
    (tmp_path / "file").write_text("[]")
    with pytest.raises(InputError, match="cannot be written"):
        save(report(row("a", True)), tmp_path / "file" / "run.json")
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "missing.json")


@pytest.mark.parametrize("content", ["[]", "{", "{}", '{"suite": "x", "metrics": {}, "rows": [{"id": 1}]}'])
def test_another_file_is_no_report(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(InputError, match="not a report"):
        load(tmp_path / "x.json")


def test_the_text_shows_figures_kinds_and_errors():
    text = report(row("a", True), Row("b", "b", "quote", False, {"right": 0.0}, error="No server."), model="m").render()
    lines = text.splitlines()
    assert lines[0] == "questions: 2 questions, 0 skipped, 1 errors"
    assert lines[1] == "citewire 1 | m | 2026-01-01"
    assert any(line.split() == ["right", "0.500", "0.000", "to", "1.000", "2"] for line in lines)
    assert any(line.split() == ["citation_recall", "-", "-", "0"] for line in lines)
    assert any(line.split() == ["quote", "1", "0.000", "-"] for line in lines)
    assert lines[-1] == "error in b: No server."


def test_a_comparison_lists_what_broke_and_what_was_mended():
    before = report(row("a", True), row("b", False), row("c", True), row("only before", True))
    after = report(row("a", False), row("b", True), row("c", True))
    comparison = compare(before, after)
    assert (comparison.count, comparison.left_out) == (3, 1)
    assert [(flip.id, flip.broken) for flip in comparison.flips] == [("a", True), ("b", False)]
    assert comparison.before["right"] == pytest.approx(2 / 3) and comparison.differences["right"].mean == 0
    text = comparison.render()
    assert "right -> wrong: 1, wrong -> right: 1" in text
    assert text.index("right -> wrong  a: question a") < text.index("wrong -> right  b: question b")
    assert json.loads(json.dumps(comparison.to_json()))["flips"][0]["id"] == "a"


def test_differences_are_paired_by_question():
    before = report(*(row(str(n), n % 2 == 0) for n in range(40)))
    after = report(*(row(str(n), True) for n in reversed(range(40))))
    difference = compare(before, after).differences["right"]
    assert difference.mean == 0.5 and 0.3 < difference.low < 0.5 < difference.high < 0.7
    same = compare(before, before).differences["right"]
    assert (same.mean, same.low, same.high) == (0, 0, 0)


def test_a_question_that_was_reworded_is_not_compared():
    reworded = Row("a", "another question", "fact", False, {"right": 0.0})
    comparison = compare(report(row("a", True), row("b", True)), report(reworded, row("b", True)))
    assert (comparison.count, comparison.left_out, comparison.flips) == (1, 2, ())


def test_runs_that_share_nothing_are_not_compared():
    with pytest.raises(InputError, match="one suite"):
        compare(report(row("a", True)), report(row("a", True), suite="multihop-rag"))
    with pytest.raises(InputError, match="no question in common"):
        compare(report(row("a", True)), report(row("b", True)))


def test_a_row_cut_short_by_an_interrupt_is_run_again(tmp_path):
    log = tmp_path / "run.part"
    items = [row(id, True) for id in "abc"]
    run_rows(items[:2], lambda item: item, key="k", log=log)
    log.write_bytes(log.read_bytes()[:-9])
    ran = []
    again = run_rows(items, lambda item: ran.append(item.id) or item, key="k", log=log)
    assert ran == ["b", "c"] and again == tuple(items)
    assert list(resume(log, "k")) == ["a", "b", "c"]


def test_rows_of_another_file_are_never_taken(tmp_path):
    log = tmp_path / "run.part"
    assert resume(log, "k") == {}
    log.write_text("a shopping list\n")
    with pytest.raises(InputError, match="different run"):
        run_rows([row("a", True)], lambda item: item, key="k", log=log)
    assert log.read_text() == "a shopping list\n"
