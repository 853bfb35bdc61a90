from __future__ import annotations

import json

import pytest

from eval import questions
from eval.questions import Question, is_article, load_questions, parse_question, quote_carries, score
from index.article import Article
from index.errors import EndpointError, InputError
from rag.answer import Answer, Citation

FERRY = Article(
    identity="/news/ferry.txt", text="The ferry sank on Monday. It carried 41 people.", path="/news/ferry.txt"
)
POLL = Article(identity="https://ledger.test/poll", text="Most voters agree.", url="https://ledger.test/poll")
ARTICLES = {article.id: article for article in (FERRY, POLL)}

WHEN = Question("when", "When did it sink?", ("Monday",), ("ferry.txt",), ("The ferry sank on  Monday.",), "time")
COUNT = Question("count", "How many?", ("41", "forty-one"), ("ferry.txt",), kind="number")
CUP = Question("cup", "Who won the cup?", (), (), kind="unanswerable")


def cite(number, article, quote):
    start = article.text.index(quote)
    return Citation(number, article.id, None, None, None, article.url, start, start + len(quote), quote)


def answered(text, *citations):
    return Answer("", text, answered=True, citations=citations, seconds=2.0, first_token_seconds=0.5)


REFUSED = Answer("", "The articles do not say.", answered=False, reason="not there", seconds=1.0)


class Script:
    """An assistant that gives prepared answers."""

    def __init__(self, answers):
        self.answers = answers
        self.heard = []

    def ask(self, question, history=()):
        self.heard.append((question, history))
        answer = self.answers[question]
        if isinstance(answer, Exception):
            raise answer
        return answer


def run(question, answer):
    (row,) = questions.run(Script({question.question: answer}), [question], ARTICLES.get).rows
    return row


def test_a_right_answer_with_a_right_citation():
    row = run(WHEN, answered("It sank on Monday [1].", cite(1, FERRY, "The ferry sank on Monday.")))
    assert row.passed and row.kind == "time" and (row.seconds, row.first_token_seconds) == (2.0, 0.5)
    assert row.scores == pytest.approx(
        {"right": 1, "answerable_refused": 0, "citation_precision": 1, "citation_recall": 1, "f1": 2 / 5}
    )


def test_a_wrong_answer_with_a_citation_of_another_sentence():
    row = run(WHEN, answered("It sank on Friday [1].", cite(1, FERRY, "It carried 41 people.")))
    assert not row.passed
    assert (row.scores["right"], row.scores["citation_precision"], row.scores["citation_recall"]) == (0, 0, 0)


def test_the_right_words_in_another_article_are_no_right_citation():
    twin = Article(identity="twin", text=FERRY.text)
    row_of = questions.run(
        Script({WHEN.question: answered("Monday [1].", cite(1, twin, "The ferry sank on Monday."))}),
        [WHEN],
        {twin.id: twin}.get,
    )
    assert row_of.rows[0].scores["citation_precision"] == 0


def test_one_right_citation_of_two_is_full_recall_and_half_precision():
    citations = (cite(1, FERRY, "It carried 41 people."), cite(2, POLL, "Most voters agree."))
    scores = run(COUNT, answered("It carried 41 [1][2].", *citations)).scores
    assert (scores["citation_precision"], scores["citation_recall"]) == (0.5, 1)


def test_a_citation_of_an_unknown_article_is_wrong():
    unknown = Article(identity="gone", text="It carried 41 people.")
    assert run(COUNT, answered("41 [1]", cite(1, unknown, "41"))).scores["citation_precision"] == 0


def test_an_answer_without_citations_has_no_precision_and_no_recall():
    scores = run(COUNT, answered("It carried 41.")).scores
    assert "citation_precision" not in scores and scores["citation_recall"] == 0


def test_the_mark_of_a_citation_is_no_answer():
    one = Question("one", "How many sank?", ("1",), ("ferry.txt",))
    assert run(one, answered("Several [1].", cite(1, FERRY, "The ferry sank"))).scores["right"] == 0
    assert run(one, answered("Only 1 [1].", cite(1, FERRY, "The ferry sank"))).scores["right"] == 1


def test_refusing_is_right_only_where_there_is_no_answer():
    right, wrong = run(CUP, REFUSED), run(COUNT, REFUSED)
    assert right.passed and right.scores == {"unanswerable_refused": 1, "abstention_precision": 1}
    assert not wrong.passed
    assert wrong.scores == {"answerable_refused": 1, "abstention_precision": 0, "right": 0, "f1": 0}


def test_a_refusal_that_names_the_answer_is_not_right():
    refused = Answer("", "Not 41, as far as they say.", answered=False, reason="unsure")
    assert run(COUNT, refused).scores["right"] == 0


def test_made_up_answers_to_unanswerable_questions_cost_citation_precision():
    row = run(CUP, answered("The ferry [1].", cite(1, FERRY, "The ferry sank")))
    assert not row.passed and row.scores == {"unanswerable_refused": 0, "citation_precision": 0}


def test_an_error_is_counted_and_is_no_abstention():
    script = Script({CUP.question: EndpointError("The server is gone."), COUNT.question: answered("41")})
    report = questions.run(script, [CUP, COUNT], ARTICLES.get, model="m")
    assert report.errors == 1 and report.rows[0].error == "The server is gone."
    assert not report.rows[0].passed and report.rows[0].scores == {"unanswerable_refused": 0}
    assert report.summary()["right"].mean == 1 and report.summary()["abstention_precision"].mean is None
    assert report.timings()["seconds_p50"] == 2.0 and report.model == "m"


def test_an_error_leaves_an_answerable_question_wrong():
    row = run(COUNT, EndpointError("gone"))
    assert row.scores == {"right": 0, "f1": 0}


def test_other_failures_are_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run(COUNT, ZeroDivisionError())


def test_a_resumed_run_asks_again_only_what_failed_or_is_missing(tmp_path):
    log = tmp_path / "out.json.part"
    broken = Script({WHEN.question: answered("Monday"), COUNT.question: EndpointError("gone")})
    questions.run(broken, [WHEN, COUNT], ARTICLES.get, log=log)
    mended = Script({COUNT.question: answered("41")})
    report = questions.run(mended, [WHEN, COUNT], ARTICLES.get, log=log)
    assert [heard for heard, _ in mended.heard] == [COUNT.question]
    assert [row.passed for row in report.rows] == [True, True] and report.errors == 0
    with pytest.raises(InputError, match="different run"):
        questions.run(mended, [WHEN, COUNT], ARTICLES.get, model="another", log=log)


def test_the_history_is_handed_on():
    history = ({"role": "user", "content": "A ferry sank?"}, {"role": "assistant", "content": "Yes."})
    script = Script({"When?": REFUSED})
    questions.run(script, [Question("q", "When?", ("Monday",), (), history=history)], ARTICLES.get)
    assert script.heard == [("When?", history)]


def test_no_questions_are_refused():
    with pytest.raises(InputError):
        questions.run(Script({}), [], ARTICLES.get)


@pytest.mark.parametrize("name", ["ferry.txt", "/news/ferry.txt", FERRY.id])
def test_articles_are_known_by_file_name_path_and_id(name):
    assert is_article(FERRY, ["other.txt", name]) and not is_article(POLL, [name])


def test_articles_are_known_by_url_but_not_by_a_part_of_one():
    assert is_article(POLL, ["https://ledger.test/poll"])
    assert not is_article(POLL, ["poll"]) and not is_article(FERRY, ["erry.txt"]) and not is_article(FERRY, [])


@pytest.mark.parametrize(
    ("quote", "carries"),
    [
        ("The ferry sank on Monday.", True),
        ("At dawn, the ferry\nsank on Monday. Nobody was hurt.", True),
        ("sank on", True),
        ("It came back on Monday.", True),
        ("It carried 41 people.", False),
        ("...", False),
    ],
)
def test_a_quote_carries_the_answer_or_overlaps_the_evidence(quote, carries):
    assert quote_carries(quote, WHEN) is carries


def write(tmp_path, *records):
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records))
    return path


GOOD = {"id": "a", "question": "What\u2028now?", "answers": ["x"], "articles": ["a.txt"]}


def test_a_question_file_is_read_with_and_without_its_optional_fields(tmp_path):
    rich = GOOD | {"id": "b", "answers": [], "evidence": ["It is."], "kind": "fact", "split": "test"}
    rich |= {"history": [{"role": "user", "content": "Hello"}], "note": "more fields are fine"}
    path = write(tmp_path, GOOD, "", rich)
    plain, full = load_questions(path)
    assert plain == Question("a", "What\u2028now?", ("x",), ("a.txt",))
    assert full == Question(
        "b", "What\u2028now?", (), ("a.txt",), ("It is.",), "fact", "test", ({"role": "user", "content": "Hello"},)
    )
    assert load_questions(path, "test") == [full]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        (GOOD | {"id": 7}, '"id"'),
        (GOOD | {"id": "b", "question": " "}, '"question"'),
        (GOOD | {"id": "b", "answers": "x"}, '"answers"'),
        (GOOD | {"id": "b", "answers": [3]}, '"answers"'),
        (GOOD | {"id": "b", "answers": ["the"]}, "no word"),
        ({"id": "b", "question": "q", "articles": []}, '"answers" is missing'),
        (GOOD | {"id": "b", "articles": "a.txt"}, '"articles"'),
        (GOOD | {"id": "b", "evidence": [""]}, '"evidence"'),
        (GOOD | {"id": "b", "kind": 3}, '"kind"'),
        (GOOD | {"id": "b", "history": [{"role": "system", "content": "x"}]}, '"history"'),
        (GOOD | {"id": "b", "history": ["x"]}, '"history"'),
        (GOOD, "used before"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, complaint):
    path = write(tmp_path, GOOD, line)
    with pytest.raises(InputError) as caught:
        load_questions(path)
    assert f"{path}, line 2: " in str(caught.value) and complaint in str(caught.value)


def test_unusable_question_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_questions(tmp_path / "missing.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        load_questions(tmp_path)
    with pytest.raises(InputError, match="no question;"):
        load_questions(write(tmp_path, "", "  "))
    with pytest.raises(InputError, match='split "test"'):
        load_questions(write(tmp_path, GOOD), "test")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(InputError, match="UTF-8"):
        load_questions(tmp_path / "binary.jsonl")


def test_a_question_for_two_things_is_right_only_with_both() -> None:
    line = '{"id": "q", "question": "How many?", "answers": ["14"], "also": [["Reyl", "Tomas Reyl"]], "articles": []}'
    question = parse_question(line)
    half, whole = "There were 14.", "There were 14, Reyl among them."
    assert score(question, Answer(question.question, half, answered=True), [])["right"] == 0
    assert score(question, Answer(question.question, whole, answered=True), [])["right"] == 1
    with pytest.raises(ValueError, match='"also" must be a list'):
        parse_question(line.replace('[["Reyl", "Tomas Reyl"]]', '"Reyl"'))
