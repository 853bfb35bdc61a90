"""The sample collection holds what its README promises, and every question stands on words that are there."""

from __future__ import annotations

import difflib
import html
import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[1] / "eval" / "sample"
ARTICLES = SAMPLE / "articles"
KINDS = {"fact", "who", "quote", "date", "number", "two", "conflict", "correction", "followup", "unanswerable"}
WIRE_COPIES = [
    ("ferry-steering-pump-reported.txt", "https://halvernstandard.example/news/engineer-warned-ferry-operator"),
    ("recount-confirms-tolland.txt", "https://dunmarrowpost.example/2026/05/26/tolland-wins-by-187"),
]

Record = dict[str, Any]


def read_page(path: Path) -> Record:
    page = path.read_text(encoding="utf-8")
    body = page[page.index("<article>") : page.index("</article>")]
    paragraphs = [html.unescape(re.sub(r"<[^>]+>", "", p)) for p in re.findall(r"<p>(.*?)</p>", body)]

    def meta(name: str) -> str:
        found = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)">', page)
        return html.unescape(found[1]) if found else ""

    canonical = re.search(r'<link rel="canonical" href="([^"]*)">', page)
    return {
        "key": canonical[1] if canonical else "",
        "outlet": meta("og:site_name"),
        "title": meta("og:title"),
        "published": meta("article:published_time"),
        "author": meta("author"),
        "text": "\n\n".join(paragraphs),
    }


def read_markdown(path: Path) -> Record:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in front.splitlines())
    return {
        "key": fields["url"],
        "outlet": fields["outlet"],
        "title": fields["title"],
        "published": fields["published"],
        "author": fields["authors"],
        "text": body.strip(),
    }


def read_wire(path: Path) -> Record:
    title, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    dateline = re.search(r"^[A-Z ]+(?:, ([A-Z][a-z]+ \d+)(?:, \d{4})?)?\. /NORTH WIRE/\. ", body, re.MULTILINE)
    return {
        "key": path.name,
        "outlet": "North Wire" if dateline else "",
        "title": title,
        "published": (dateline[1] or "") if dateline else "",
        "text": body[dateline.end() :].strip() if dateline else "",
    }


def read_records(path: Path) -> list[Record]:
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        {
            "key": r["url"],
            "outlet": r["source"],
            "title": r["title"],
            "published": r["published_at"],
            "author": r["author"],
            "text": r["text"],
        }
        for r in records
    ]


@pytest.fixture(scope="module")
def articles() -> dict[str, Record]:
    found = [read_page(p) for p in ARTICLES.glob("*.html")]
    found += [read_markdown(p) for p in ARTICLES.glob("*.md")]
    found += [read_wire(p) for p in ARTICLES.glob("*.txt")]
    found += [r for p in ARTICLES.glob("*.jsonl") for r in read_records(p)]
    by_key = {a["key"]: a for a in found}
    assert len(by_key) == len(found)
    return by_key


@pytest.fixture(scope="module")
def questions() -> list[Record]:
    return [json.loads(line) for line in (SAMPLE / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def of_kind(questions: list[Record], *kinds: str) -> list[Record]:
    return [q for q in questions if q["kind"] in kinds]


def holds_one_of(forms: list[str], text: str) -> bool:
    return any(form.lower() in text.lower() for form in forms)


def test_four_outlets_tell_enough_articles_each_in_its_own_format(articles: dict[str, Record]) -> None:
    count = Counter(a["outlet"] for a in articles.values())
    assert set(count) == {"Harbor Ledger", "The Dunmarrow Post", "North Wire", "The Halvern Standard"}
    assert min(count.values()) >= 6
    assert len(articles) >= 34


def test_articles_are_short_and_titled(articles: dict[str, Record]) -> None:
    for key, article in articles.items():
        assert 120 <= len(article["text"].split()) <= 285, key
        assert article["title"].strip(), key
        assert article.get("author", "given by the agency"), key


def test_every_address_is_on_the_reserved_domain(articles: dict[str, Record]) -> None:
    for key in articles:
        assert key.endswith(".txt") or re.match(r"https://[a-z]+\.example/", key), key
    for path in ARTICLES.iterdir():
        text = path.read_text(encoding="utf-8").replace("https://schema.org", "")
        assert all(host.endswith(".example") for host in re.findall(r"https?://([^/\s\"<]+)", text)), path.name


def test_every_article_but_the_undated_one_has_a_date_between_february_and_june_2026(
    articles: dict[str, Record],
) -> None:
    undated = [key for key, a in articles.items() if not a["published"]]
    assert undated == ["veyra-cup-explainer.txt"]
    for key, article in articles.items():
        if key.endswith(".txt") and article["published"]:
            day = datetime.strptime(f"{article['published']} 2026", "%B %d %Y").date()
        elif article["published"]:
            day = date.fromisoformat(article["published"][:10])
        else:
            continue
        assert date(2026, 2, 1) <= day <= date(2026, 6, 30), key


def test_the_undated_piece_names_no_year_month_or_weekday() -> None:
    text = (ARTICLES / "veyra-cup-explainer.txt").read_text(encoding="utf-8")
    names = "January|February|March|April|May|June|July|August|September|October|November|December|[A-Z][a-z]+day"
    assert not re.search(rf"\b(?:{names}|\d{{4}})\b", text)


def test_some_datelines_print_a_year_and_some_do_not() -> None:
    texts = [p.read_text(encoding="utf-8") for p in ARTICLES.glob("*.txt")]
    assert sum(bool(re.search(r", 2026\. /NORTH WIRE/", t)) for t in texts) >= 3
    assert sum(bool(re.search(r"[a-z] \d+\. /NORTH WIRE/", t)) for t in texts) >= 3
    assert sum(bool(re.search(r"^(?:Filed under:|All news|©)", t, re.MULTILINE)) for t in texts) >= 3


@pytest.mark.parametrize(("original", "copy"), WIRE_COPIES)
def test_wire_copies_are_close_but_edited(articles: dict[str, Record], original: str, copy: str) -> None:
    first, second = articles[original], articles[copy]
    assert first["outlet"] != second["outlet"]
    assert first["title"] != second["title"]
    assert len(second["text"]) < len(first["text"])
    likeness = difflib.SequenceMatcher(None, first["text"].split(), second["text"].split()).ratio()
    assert 0.8 < likeness < 1.0


def test_question_ids_are_unique_and_fields_are_known(questions: list[Record]) -> None:
    assert len({q["id"] for q in questions}) == len(questions) >= 72
    assert len({q["question"] for q in questions}) == len(questions)
    fields = {"id", "split", "kind", "question", "answers", "articles", "evidence"}
    for q in questions:
        assert fields <= set(q) <= fields | {"history", "also"}, q["id"]
    assert {q["kind"] for q in questions} == KINDS


def test_at_least_a_quarter_is_unanswerable_and_carries_nothing(questions: list[Record]) -> None:
    unanswerable = of_kind(questions, "unanswerable")
    assert len(unanswerable) * 4 >= len(questions)
    for q in unanswerable:
        assert q["answers"] == q["articles"] == q["evidence"] == [], q["id"]


def test_answerable_questions_have_answers_articles_and_evidence(questions: list[Record]) -> None:
    for q in of_kind(questions, *KINDS - {"unanswerable"}):
        assert q["answers"] and q["articles"] and q["evidence"], q["id"]
        assert all(form.strip() for form in q["answers"]), q["id"]


def test_evidence_stands_verbatim_in_the_named_articles(questions: list[Record], articles: dict[str, Record]) -> None:
    for q in questions:
        texts = [articles[key]["text"] for key in q["articles"]]
        for sentence in q["evidence"]:
            assert any(sentence in text for text in texts), (q["id"], sentence)
        for key, text in zip(q["articles"], texts, strict=True):
            assert any(sentence in text for sentence in q["evidence"]), (q["id"], key)


def test_accepted_answers_occur_in_the_evidence(questions: list[Record]) -> None:
    for q in of_kind(questions, "fact", "number", "who", "quote", "date", "correction", "followup"):
        assert holds_one_of(q["answers"], " ".join(q["evidence"])), q["id"]


def test_no_question_gives_its_answer_away(questions: list[Record]) -> None:
    for q in questions:
        asked = " ".join([q["question"], *(turn["content"] for turn in q.get("history", []))])
        assert not any(re.search(rf"\b{re.escape(form)}\b", asked, re.IGNORECASE) for form in q["answers"]), q["id"]


def test_questions_with_two_halves_ask_for_both(questions: list[Record]) -> None:
    halves = [q for q in questions if "also" in q]
    assert {q["id"] for q in of_kind(questions, "two", "conflict")} <= {q["id"] for q in halves}
    for q in halves:
        for group in [q["answers"], *q["also"]]:
            assert any(holds_one_of(group, sentence) for sentence in q["evidence"]), q["id"]
    for q in of_kind(questions, "two", "conflict"):
        assert len(q["articles"]) >= 2, q["id"]


def test_the_conflict_is_between_two_outlets(questions: list[Record], articles: dict[str, Record]) -> None:
    for q in of_kind(questions, "conflict"):
        assert len({articles[key]["outlet"] for key in q["articles"]}) == 2, q["id"]


def test_the_correction_names_the_wrong_and_the_right_figure(articles: dict[str, Record]) -> None:
    wrong = articles["https://harborledger.example/water/ostrow-level-april"]
    right = articles["https://harborledger.example/water/ostrow-level-correction"]
    assert "31 percent" in wrong["text"] and "21 percent" not in wrong["text"]
    assert "31 percent" in right["text"] and "The correct figure is 21 percent." in right["text"]
    assert wrong["published"] < right["published"]


def test_follow_ups_have_a_history_that_ends_with_an_answer(questions: list[Record]) -> None:
    assert all("history" in q for q in of_kind(questions, "followup"))
    for q in questions:
        roles = [turn["role"] for turn in q.get("history", [])]
        assert roles == ["user", "assistant"] * (len(roles) // 2), q["id"]
        assert all(turn["content"] for turn in q.get("history", [])), q["id"]


def test_splits_are_even_over_kinds_and_stories(questions: list[Record]) -> None:
    def story(q: Record) -> str:
        return str(q["id"]).split("-")[0]

    assert {q["split"] for q in questions} == {"dev", "test"}
    for name in {str(q["kind"]) for q in questions} | {story(q) for q in questions}:
        count = Counter(q["split"] for q in questions if name in (q["kind"], story(q)))
        assert abs(count["dev"] - count["test"]) <= 2, name


def test_every_running_story_is_told_by_two_outlets(questions: list[Record], articles: dict[str, Record]) -> None:
    told: dict[str, set[str]] = {}
    for q in questions:
        told.setdefault(q["id"].split("-")[0], set()).update(articles[key]["outlet"] for key in q["articles"])
    told.pop("general")
    assert len(told) >= 6
    assert min(map(len, told.values())) >= 2


def test_every_article_carries_some_answer(questions: list[Record], articles: dict[str, Record]) -> None:
    assert set(articles) == {key for q in questions for key in q["articles"]}
