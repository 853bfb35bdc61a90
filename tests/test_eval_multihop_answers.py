from __future__ import annotations

from collections import Counter

import pytest

from eval import multihop_answers
from eval.answering import without_marks
from eval.multihop import Query
from eval.multihop_answers import any_word, sample, score, strictly
from index.errors import EndpointError, InputError
from rag.answer import Answer, Citation

WHO = Query("0", "Who ran the exchange?", "Sam Bankman-Fried", "inference_query", ("He ran it.",))
DID = Query("1", "Did the price fall?", "Yes", "comparison_query", ("It fell.",))
ORDER = Query("2", "Was it before or after the vote?", "Before", "temporal_query", ("It was in May.",))
NULL = Query("3", "Who won the cup on Mars?", "Insufficient information.", "null_query", ())
REFUSED = Answer("", "The articles do not say.", answered=False, reason="not there", seconds=1.0)


class Script:
    """An assistant that gives prepared answers."""

    def __init__(self, answers):
        self.answers = answers
        self.heard = []

    def ask(self, question, history=()):
        self.heard.append(question)
        answer = self.answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer


def said(text, *citations):
    return Answer("", text, answered=True, citations=citations, seconds=2.0, first_token_seconds=0.5)


def run(query, answer):
    (row,) = multihop_answers.run(Script({query.question: answer}), [query]).rows
    return row


@pytest.mark.parametrize(
    ("text", "gold", "public", "strict"),
    [
        ("Yes the price fell.", "Yes", True, True),
        ("Yes, the price fell.", "Yes", False, True),
        ("There is no doubt that it fell.", "no", True, False),
        ("NO – it rose.", "no", True, True),
        ("Sam Altman ran it.", "Sam Bankman-Fried", True, False),
        ("It was Sam Bankman-Fried.", "Sam Bankman-Fried", True, True),
        ("It was Bankman-Fried (Sam).", "Sam Bankman-Fried", True, False),
        ("In Google.", "Google", False, True),
        ("Before the vote.", "Before", True, True),
        ("After what was before the vote.", "Before", True, False),
        ("Yes, it is.", "True", False, True),
        ("Inconsistent with it.", "Consistent", False, False),
        ("The Roar - Sports Writers Blog had it.", "The Roar | Sports Writers Blog", True, True),
        ("", "Yes", False, False),
    ],
)
def test_both_scorers_side_by_side(text, gold, public, strict):
    assert (any_word(text, gold), strictly(text, gold)) == (public, strict)


def test_a_right_answer_passes_by_the_strict_scorer():
    row = run(WHO, said("It was Sam Bankman-Fried."))
    assert row.passed and row.scores == {"any_word": 1, "strict": 1, "others_refused": 0}
    assert (row.seconds, row.first_token_seconds, row.kind) == (2.0, 0.5, "inference_query")
    assert not run(WHO, said("It was Sam Altman.")).passed
    assert run(WHO, said("It was Sam Altman.")).scores["any_word"] == 1


def test_refusing_is_right_for_null_queries_alone():
    assert run(NULL, REFUSED).scores == {"any_word": 1, "strict": 1, "null_refused": 1}
    assert run(NULL, said("Mars United won it.")).scores == {"any_word": 0, "strict": 0, "null_refused": 0}
    assert run(WHO, REFUSED).scores == {"any_word": 0, "strict": 0, "others_refused": 1}


def test_the_words_of_a_refusal_are_no_answer_to_others():
    no = Answer("", "No article mentions it.", answered=False, reason="not there")
    assert run(Query("5", "?", "No", "temporal_query", ("x",)), no).scores["strict"] == 0


def test_marks_are_no_words_of_the_answer():
    cited = Citation(2, "a", None, None, None, None, 0, 4, "fell")
    assert without_marks(said("It rose in 2020 [1] and fell [2]. In [2023] too.", cited)) == (
        "It rose in 2020 [1] and fell. In [2023] too."
    )
    year = Query("6", "Which place?", "[2]", "inference_query", ("x",))
    assert score(year, said("It fell [2].", cited))["any_word"] == 0


def test_a_failure_is_kept_and_is_neither_right_nor_a_refusal():
    script = Script({NULL.question: EndpointError("it is down."), WHO.question: said("Sam Bankman-Fried.")})
    failed, right = multihop_answers.run(script, [NULL, WHO]).rows
    assert failed.error == "it is down." and failed.scores == {"any_word": 0, "strict": 0, "null_refused": 0}
    assert right.passed


def test_the_report_averages_by_kind():
    script = Script({WHO.question: said("Altman."), DID.question: said("Yes, it did."), NULL.question: REFUSED})
    report = multihop_answers.run(script, [WHO, DID, NULL], model="m", embedder="e")
    figures = {name: estimate.mean for name, estimate in report.summary().items()}
    assert figures == pytest.approx({"any_word": 1 / 3, "strict": 2 / 3, "null_refused": 1, "others_refused": 0})
    assert report.kinds()["comparison_query"]["strict"] == 1 and report.kinds()["null_query"]["others_refused"] is None
    assert (report.suite, report.model, report.embedder) == ("multihop-answers", "m", "e")
    assert report.rows[1].details["text"] == "Yes, it did."


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    log = tmp_path / "run.json.part"
    first = Script({WHO.question: said("Altman.")})
    with pytest.raises(KeyError):  # ORDER was given no answer
        multihop_answers.run(first, [WHO, ORDER], log=log)
    second = Script({ORDER.question: said("Before it.")})
    report = multihop_answers.run(second, [WHO, ORDER], log=log)
    assert second.heard == [ORDER.question] and [row.id for row in report.rows] == ["0", "2"]
    with pytest.raises(InputError, match="different run"):
        multihop_answers.run(second, [WHO, ORDER], model="another", log=log)
    with pytest.raises(InputError, match="different run"):
        multihop_answers.run(second, [WHO, ORDER], settings={"closed_book": True}, log=log)


def test_a_sample_has_every_kind_in_proportion_and_a_smaller_one_begins_it():
    kinds = ["inference_query"] * 40 + ["comparison_query"] * 30 + ["temporal_query"] * 20 + ["null_query"] * 10
    queries = [Query(str(n), f"What of matter {n}?", "", kind, ()) for n, kind in enumerate(kinds)]
    ten, twenty = sample(queries, 10), sample(queries, 20)
    assert twenty[:10] == ten
    assert Counter(query.kind for query in twenty) == {
        "inference_query": 8,
        "comparison_query": 6,
        "temporal_query": 4,
        "null_query": 2,
    }
    assert sample(list(reversed(queries)), 10) == ten
    assert [query.id for query in ten] != sorted((query.id for query in ten), key=int)
    assert len(sample(queries, 500)) == 100


def test_runs_without_a_query_are_refused():
    with pytest.raises(InputError, match="no query"):
        multihop_answers.run(Script({}), [])
    with pytest.raises(InputError, match="1 or more"):
        sample([WHO], 0)
