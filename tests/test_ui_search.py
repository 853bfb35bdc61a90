from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import FakeEmbedder
from fake_cli import BUDGET, QUESTION, SENTENCE, Cli, one_line, records
from news import write

from index import Archive
from rag.asking.days import Days
from rag.asking.reading import Reading
from rag.reranking import Reading as PassageReading
from ui.archives import sample_folder
from ui.cli import build_parser
from ui.plain_reading import reading_text

TWO_OUTLETS = "Did the Harbor Ledger report that the ferry hit a breakwater, while The Dunmarrow Post found no fault?"
FERRY_TITLE = "Ferry sinks off Kell Point"
LOOSENED = "No article is of Harbor Ledger and published since January 1, 2030; searched without the days."


class WeddingReader:
    """Finds that nothing but a wedding answers a question, and keeps what it was given to read."""

    name = "wedding"

    def __init__(self) -> None:
        self.heads: list[str] = []

    def read(self, question: str, heads: Sequence[str], texts: Sequence[str]) -> list[PassageReading]:
        self.heads += heads
        return [PassageReading(1000.0 * ("wedding" in text)) for text in texts]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Articles of two outlets; only the first can say anything of the ferry."""
    text = f"The ferry Lady Ann sank off Kell Point on Tuesday. {SENTENCE}"
    ferry = {"title": FERRY_TITLE, "outlet": "Harbor Ledger", "published": "2026-03-04", "text": text}
    return write(tmp_path / "news.jsonl", ferry, {**BUDGET, "outlet": "Bay Post", "published": "2026-03-05"})


@pytest.fixture(scope="module")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    with Archive(folder, FakeEmbedder()) as archive:
        archive.update([sample_folder() / "articles"])
    return folder


@pytest.fixture
def samples(cli: Cli, sample_index: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line on an index of the sample articles."""
    monkeypatch.setenv("CITEWIRE_INDEX", str(sample_index))
    return cli


def searched(cli: Cli, *argv: str) -> dict[str, Any]:
    code, out, _ = cli("search", "--json", *argv)
    assert code == 0
    (result,) = records(out)
    return result


def outlets(result: dict[str, Any]) -> set[str]:
    return {passage["outlet"] for passage in result["passages"]}


# How a question was read


def test_explain_tells_what_was_looked_for_and_where(samples: Cli) -> None:
    code, out, err = samples("search", TWO_OUTLETS, "--explain", "-k", "2")
    assert (code, err) == (0, "")
    reading, first, _ = out.split("\n\n")
    head, one, other = reading.split("\n")
    assert head == "outlets: Harbor Ledger, The Dunmarrow Post"
    assert one.startswith("looked for: ") and one.endswith(" | preferred: Harbor Ledger") and "ferry" in one
    assert other.startswith("looked for: ") and other.endswith(" | preferred: The Dunmarrow Post") and "fault" in other
    assert first.startswith("1. ")


def test_explain_counts_relative_days_from_the_day_given(samples: Cli) -> None:
    question = "What did the Harbor Ledger say of the ferry yesterday?"
    _, out, _ = samples("search", question, "--explain", "--as-of", "2026-03-05", "-k", "1")
    assert "days: “yesterday” (March 4, 2026)" in out
    assert "| preferred: Harbor Ledger, March 4, 2026" in out
    assert "\n1. Harbor Ledger, March 4, 2026: " in out


def test_as_of_a_day_nothing_that_was_published_later_is_looked_at(samples: Cli) -> None:
    question = "What did the Harbor Ledger say of the ferry?"
    everything, known = (
        {one["published"] for one in searched(samples, question, "-k", "100", *flags)["passages"]}
        for flags in ([], ["--as-of", "2026-03-05"])
    )
    assert all(day and day <= "2026-03-05" for day in known) and "2026-03-04" in known
    assert "--02-12" in known and "--05-26" not in known
    assert any(day and day > "2026-03-05" for day in everything)


def test_explain_names_authors(samples: Cli) -> None:
    _, out, _ = samples("search", "What did the article by Lotte Brandis say of the ferry?", "--explain", "-k", "1")
    assert out.startswith("authors: Lotte Brandis\n")


def test_explain_says_so_when_nothing_was_recognised(samples: Cli) -> None:
    _, out, _ = samples("search", "How many people were aboard?", "--explain", "-k", "1")
    assert out.split("\n\n")[0] == "No outlet, author or day was recognised in the question.\nsearched as a whole"


def test_explain_is_an_object_for_scripts(samples: Cli) -> None:
    question = "What did the Harbor Ledger say of the ferry on March 4, 2026?"
    reading = searched(samples, question, "--explain")["reading"]
    day = {"since": "2026-03-04", "until": "2026-03-04"}
    assert list(reading) == ["outlets", "authors", "days", "slots"]
    assert (reading["outlets"], reading["authors"]) == (["Harbor Ledger"], [])
    ((named),) = reading["days"]
    assert named == {"text": named["text"], **day} and named["text"].endswith("March 4, 2026")
    (slot,) = reading["slots"]
    assert slot["prefer"] == {"outlets": ["Harbor Ledger"], "authors": [], **day} and "ferry" in slot["text"]
    assert "reading" not in searched(samples, question)


def test_the_names_of_an_archive_reach_no_terminal_raw() -> None:
    question = "On\x1b[31m March 4\n?"
    text = reading_text(Reading(question, ("Red\x1b]0;x\x07\nPost",), ("A\u202eB",), (Days(0, 16, None, None),), ()))
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert [row.split(":")[0] for row in text.split("\n")] == ["outlets", "authors", "days", "searched as a whole"]


# Filters


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--outlet", "harbor ledger"], {"Harbor Ledger"}),
        (["--outlet", "Harbor Ledger", "--outlet", "Dunmarrow Post"], {"Harbor Ledger", "The Dunmarrow Post"}),
        (["--author", "lotte brandis"], {"Harbor Ledger"}),
        (["--author", "Priska Lowenthal-Day", "--author", "Lotte Brandis"], {"Harbor Ledger", "The Dunmarrow Post"}),
    ],
)
def test_names_restrict_what_is_searched(samples: Cli, flags: list[str], expected: set[str]) -> None:
    result = searched(samples, "What happened with the ferry and the mayor?", "-k", "100", *flags)
    assert outlets(result) == expected and result["loosened"] == []


@pytest.mark.parametrize(
    ("flags", "first", "last"),
    [
        (["--since", "2026-03"], "2026-03-01", "9999"),
        (["--until", "2026-03"], "0000", "2026-03-31"),
        (["--since", "2026-03-06", "--until", "2026-03-06"], "2026-03-06", "2026-03-06"),
        (["--since", "2026", "--until", "2026"], "2026-01-01", "2026-12-31"),
    ],
)
def test_days_restrict_what_is_searched(samples: Cli, flags: list[str], first: str, last: str) -> None:
    result = searched(samples, "What happened with the ferry?", "-k", "100", *flags)
    days = {passage["published"] for passage in result["passages"] if not passage["published"].startswith("--")}
    assert days and all(first <= day <= last for day in days)


def test_a_question_prefers_and_a_flag_restricts(samples: Cli) -> None:
    result = searched(samples, TWO_OUTLETS, "-k", "100", "--outlet", "The Dunmarrow Post")
    assert outlets(result) == {"The Dunmarrow Post"}


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_filter_that_nothing_meets_is_loosened_and_says_so(samples: Cli, form: list[str]) -> None:
    code, out, err = samples("search", "ferry", "--outlet", "Harbor Ledger", "--since", "2030", *form)
    assert (code, err) == (0, f"{LOOSENED}\n")
    if form:
        (result,) = records(out)
        assert result["loosened"] == [LOOSENED] and outlets(result) == {"Harbor Ledger"}
    else:
        assert out.startswith("1. Harbor Ledger")


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize("flags", [["--outlet", "Nowhere \x1b[31mHerald"], ["--author", "Nobody"]])
@pytest.mark.parametrize("batch", [True, False])
def test_an_unknown_name_is_one_line_before_any_model_is_loaded(
    filled: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str, flags: list[str], batch: bool
) -> None:
    loaded: list[object] = []
    monkeypatch.setattr("rag.models.generator.load_generator", lambda *given: loaded.append(given))
    monkeypatch.setattr("rag.reranking.load_reranker", lambda *given: loaded.append(given))
    code, out, err = cli(command, *(["--batch", "-"] if batch else [QUESTION]), *flags)
    assert (code, out, loaded) == (1, "", [])
    assert one_line(err) and flags[1].split()[0] in err and "\x1b" not in err


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--since", "yesterday"], "yesterday is no date"),
        (["--until", "2018-13"], "2018-13 is no date"),
        (["--until", "2018-02-30"], "2018-02-30 is no date"),
        (["--since", "0000"], "0000 is no date"),
        (["--since", "٢٠٢٤"], "is no date"),
        (["--since", "--01-29"], "expected one argument"),
        (["--since=--01-29"], "--01-29 is no date"),
        (["--since", "2018-04", "--until", "2018-03"], "no day is from 2018-04-01 to 2018-03-31"),
        (["--since", "2018-04", "--as-of", "2018-03-31"], "nothing from 2018-04-01 on was known as of 2018-03-31"),
        (["--outlet", " "], "a name must not be empty"),
    ],
)
def test_days_and_names_that_are_none_are_wrong_usage(
    cli: Cli, capsys: pytest.CaptureFixture[str], command: str, flags: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli(command, "Who?", *flags)
    assert caught.value.code == 2 and told in capsys.readouterr().err


@pytest.mark.parametrize("day", ["2018-03", "tomorrow"])
def test_relative_days_are_counted_from_one_day(cli: Cli, capsys: pytest.CaptureFixture[str], day: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli("search", "Who?", "--as-of", day)
    assert caught.value.code == 2 and f"{day} is no day" in capsys.readouterr().err


def test_a_month_ends_with_its_last_day() -> None:
    args = build_parser().parse_args(["search", "Who?", "--since", "2024-02", "--until", "2024-02"])
    assert (args.since, args.until) == ("2024-02-01", "2024-02-29")


# Asking within a filter


@pytest.mark.parametrize(("day", "answered"), [("2026-03-04", True), ("2026-03-03", False)])
def test_an_answer_is_of_what_was_known_on_the_day(filled: Path, cli: Cli, day: str, answered: bool) -> None:
    code, out, err = cli("ask", QUESTION, "--as-of", day, "--json")
    (result,) = records(out)
    assert (code, result["answered"], result["filters"]["as_of"]) == (0, answered, day)
    assert ("".join(f"{sentence}\n" for sentence in result["loosened"]) == err) and bool(err) != answered


def test_an_answer_tells_what_was_read_and_what_was_set(filled: Path, cli: Cli) -> None:
    question = "What did the Harbor Ledger say on March 4, 2026 of the ferry?"
    (result,) = records(cli("ask", question, "--until", "2026-03", "--json")[1])
    assert result["filters"] == {"outlets": [], "authors": [], "since": None, "until": "2026-03-31", "as_of": None}
    outlet, days = result["read"]
    assert (outlet["kind"], outlet["said"], outlet["names"]) == ("outlet", "Harbor Ledger", ["Harbor Ledger"])
    assert (days["kind"], days["since"], days["until"], days["ignored"]) == ("days", "2026-03-04", "2026-03-04", False)


@pytest.mark.parametrize(("outlet", "answered"), [("Harbor Ledger", True), ("Bay Post", False)])
def test_only_what_meets_the_filter_is_cited(filled: Path, cli: Cli, outlet: str, answered: bool) -> None:
    (result,) = records(cli("ask", QUESTION, "--outlet", outlet, "--json")[1])
    assert (result["answered"], result["loosened"]) == (answered, [])
    assert [citation["quote"] for citation in result["citations"]] == [SENTENCE] * answered


@pytest.mark.parametrize("terminal", [True, False])
def test_an_answer_for_people_is_restricted_too(
    filled: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    assert SENTENCE in cli("ask", QUESTION, "--outlet", "Harbor Ledger")[1]
    assert SENTENCE not in cli("ask", QUESTION, "--outlet", "Bay Post")[1]


def test_an_answer_out_of_a_loosened_filter_says_so(filled: Path, cli: Cli) -> None:
    code, out, err = cli("ask", QUESTION, "--outlet", "Harbor Ledger", "--since", "2030", "--json")
    (result,) = records(out)
    assert (code, result["answered"], result["loosened"]) == (0, True, [LOOSENED]) and err == f"{LOOSENED}\n"


# Batches


def test_flags_hold_for_every_question_of_a_batch(filled: Path, cli: Cli, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text("".join(json.dumps({"question": question}) + "\n" for question in (QUESTION, "council budget")))
    flags = ("--batch", batch, "--outlet", "Bay Post", "--until", "1999")
    code, out, err = cli("search", *flags, "--explain", "-k", "9")
    results = records(out)
    assert code == 0 and len(results) == 2
    for result in results:
        assert {passage["title"] for passage in result["passages"]} == {BUDGET["title"]}
        assert [*result["loosened"], ""] == err.split("\n") and result["reading"]["slots"] == []
    answers = records(cli("ask", *flags)[1])
    assert answers[0]["answered"] is False
    assert [answer["loosened"] for answer in answers] == [result["loosened"] for result in results]


# The reranker


@pytest.mark.parametrize("given", ["flag", "variable"])
def test_the_reranker_that_is_named_reads_what_was_found(
    samples: Cli, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    reader, named = WeddingReader(), list[str]()

    def load(spec: str, say: object) -> WeddingReader:
        named.append(spec)
        return reader

    def place(*flags: str) -> int:
        found = searched(samples, "What did Captain Tasker say of the ferry in his statement?", "-k", "24", *flags)
        return next(n for n, passage in enumerate(found["passages"]) if "wedding" in passage["text"])

    before = place()
    monkeypatch.setattr("rag.reranking.load_reranker", load)
    monkeypatch.setenv("CITEWIRE_RERANKER", "of-variable")
    flags = ["--reranker", "of-flag"] if given == "flag" else []
    assert place(*flags) < before
    assert named == [f"of-{given}"] and any("Harbor Ledger" in head for head in reader.heads)


def test_the_reranker_reads_for_answers_too(filled: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = WeddingReader()
    monkeypatch.setattr("rag.reranking.load_reranker", lambda spec, say: reader)
    assert cli("ask", QUESTION, "--reranker", "wedding")[0] == 0
    assert any(FERRY_TITLE in head for head in reader.heads)


def test_help_tells_the_default_reranker(capsys: pytest.CaptureFixture[str]) -> None:
    from rag.reranking import DEFAULT_RERANKER

    with pytest.raises(SystemExit):
        build_parser().parse_args(["search", "--help"])
    assert f"(default: {DEFAULT_RERANKER})" in " ".join(capsys.readouterr().out.split())
