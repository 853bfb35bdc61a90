from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import multihop
from eval.multihop import Query, corpus_file, load_queries, query_file, score
from index import Passage
from index.errors import InputError

RECORDS = [
    {
        "query": "Which dam burst?",
        "answer": "Alder",
        "question_type": "inference_query",
        "evidence_list": [{"fact": "The Alder dam burst"}, {"fact": "rain fell"}],
    },
    {"query": "Who knows?", "answer": "Insufficient information.", "question_type": "null_query", "evidence_list": []},
    {
        "query": "Was it before the fire?",
        "answer": "Yes",
        "question_type": "temporal_query",
        "evidence_list": [{"fact": "a fire in May"}],
    },
]
TEXTS = ["Nothing here.", "On Monday rain\nfell.", "The Alder  dam burst, rain fell", "A fire in May", "a fire in May"]


class Shelf:
    """An archive that gives the same texts for every question."""

    def __init__(self, texts):
        self.passages = [Passage("a", None, None, None, None, 0, len(text), text, 1.0) for text in texts]
        self.asked = []

    def search(self, question, k):
        self.asked.append(question)
        return self.passages[:k]


def by_brute_force(texts, facts, k):
    """The metrics from the rank at which each fact is found first, by comparing every stretch of every text."""

    def letters(text):
        return [c for c in text if c not in " \n"]

    def rank_of(fact):
        wanted = letters(fact)
        for rank, text in enumerate(texts[:k], 1):
            have = letters(text)
            if any(have[i : i + len(wanted)] == wanted for i in range(len(have) - len(wanted) + 1)):
                return rank
        return None

    found = [rank for rank in map(rank_of, facts) if rank]
    different = {"".join(letters(fact)): rank_of(fact) for fact in facts}.values()
    recall = sum(rank is not None for rank in different) / len(different)
    return {
        "hits@4": float(any(rank <= 4 for rank in found)),
        f"hits@{k}": float(bool(found)),
        f"map@{k}": sum(1 / rank for rank in found) / min(len(facts), k),
        f"mrr@{k}": 1 / min(found) if found else 0.0,
        f"recall@{k}": recall,
        f"all@{k}": float(None not in different),
    }


words = st.text(alphabet="abB \n", max_size=12)
facts = st.lists(st.text(alphabet="abB \n", min_size=1, max_size=3).filter(lambda fact: fact.strip()), min_size=1)


@given(texts=st.lists(words, max_size=14), facts=facts, k=st.sampled_from([5, 10]))
def test_scores_equal_those_of_brute_force(texts, facts, k):
    assert score(texts, facts, k) == pytest.approx(by_brute_force(texts, facts, k))


def test_spaces_and_newlines_are_nothing_but_case_and_tabs_count():
    assert score(["a firein\nMay"], ["a fire in May"])["hits@10"] == 1
    assert score(["A fire in May"], ["a fire in May"])["hits@10"] == 0
    assert score(["a\tfire in May"], ["a fire in May"])["hits@10"] == 0


def test_a_run_skips_null_queries_and_averages_by_kind(tmp_path):
    (tmp_path / "queries_dev.json").write_text(json.dumps(RECORDS))
    report = multihop.run(Shelf(TEXTS), load_queries(tmp_path), embedder="shelf")
    assert [row.id for row in report.rows] == ["0", "2"] and report.skipped == 1
    figures = {name: estimate.mean for name, estimate in report.summary().items()}
    assert figures == pytest.approx(
        {
            "hits@4": 0.5,
            "hits@10": 1.0,
            "map@10": ((1 / 2 + 1 / 3) / 2 + 1 / 5) / 2,
            "mrr@10": (1 / 2 + 1 / 5) / 2,
            "recall@10": 1.0,
            "all@10": 1.0,
        }
    )
    assert report.kinds()["temporal_query"]["mrr@10"] == 1 / 5
    assert report.rows[0].details["ranks"] == [3, 2]
    assert all(row.seconds is not None and row.passed for row in report.rows)
    assert report.embedder == "shelf" and report.settings == {"k": 10, "retriever": "hybrid"}


def test_only_k_passages_count_even_if_the_archive_gives_more():
    class Generous(Shelf):
        def search(self, question, k):
            return self.passages

    query = Query("0", "?", "", "temporal_query", ("a fire in May",))
    assert multihop.run(Generous(TEXTS), [query], k=4).summary()["hits@4"].mean == 0


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    class Stopping(Shelf):
        def search(self, question, k):
            if question == "q2" and self.asked.count("q1"):
                raise KeyboardInterrupt
            return super().search(question, k)

    queries = [Query(str(n), f"q{n}", "", "inference_query", ("rain fell",)) for n in range(4)]
    log = tmp_path / "run.json.part"
    with pytest.raises(KeyboardInterrupt):
        multihop.run(Stopping(TEXTS), queries, log=log)
    shelf = Shelf(TEXTS)
    report = multihop.run(shelf, queries, log=log)
    assert shelf.asked[1:] == ["q2", "q3"]
    assert [row.id for row in report.rows] == ["0", "1", "2", "3"]
    with pytest.raises(InputError, match="different run"):
        multihop.run(shelf, queries, k=5, log=log)


def test_runs_without_anything_to_score_are_refused():
    null = Query("0", "?", "", "null_query", ())
    with pytest.raises(InputError, match="no query with evidence"):
        multihop.run(Shelf(TEXTS), [null])
    with pytest.raises(InputError, match="1 or more"):
        multihop.run(Shelf(TEXTS), [Query("0", "?", "", "inference_query", ("x",))], k=0)


def test_files_are_found_packed_or_not(tmp_path):
    (tmp_path / "corpus.json").write_text("[]")
    assert corpus_file(tmp_path).name == "corpus.json"
    (tmp_path / "corpus.json.gz").write_bytes(gzip.compress(b"[]"))
    assert corpus_file(tmp_path).name == "corpus.json.gz"
    (tmp_path / "queries_dev.json.gz").write_bytes(gzip.compress(json.dumps(RECORDS).encode()))
    assert [query.kind for query in load_queries(tmp_path)] == ["inference_query", "null_query", "temporal_query"]
    (tmp_path / "queries_test.json").write_text(json.dumps(RECORDS[:1]))
    with pytest.raises(InputError, match="queries_dev, queries_test"):
        query_file(tmp_path)
    assert len(load_queries(tmp_path, "test")) == 1


def test_missing_files_are_named(tmp_path):
    with pytest.raises(InputError, match="corpus.json"):
        corpus_file(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"queries\*\.json"):
        query_file(tmp_path)
    with pytest.raises(InputError, match=r"queries_test\.json"):
        query_file(tmp_path, "test")


@pytest.mark.parametrize(
    "content",
    [
        b"not json",
        b"\xff\xfe\x00",
        b"{}{}",
        b"7",
        b'["text"]',
        b'[{"query": "q"}]',
        json.dumps([RECORDS[0] | {"evidence_list": []}]).encode(),
        json.dumps([RECORDS[0] | {"evidence_list": [{"fact": " \n"}]}]).encode(),
        json.dumps([RECORDS[0] | {"evidence_list": "none"}]).encode(),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path, content):
    (tmp_path / "queries.json").write_bytes(content)
    with pytest.raises(InputError, match="does not hold MultiHop-RAG queries"):
        load_queries(tmp_path)


@pytest.mark.parametrize("content", [b"plain text", gzip.compress(b"[1, 2, 3]")[:-6], gzip.compress(b"[]")[:12]])
def test_a_damaged_archive_is_refused(tmp_path, content):
    (tmp_path / "queries.json.gz").write_bytes(content)
    with pytest.raises(InputError, match="fetch the file again"):
        load_queries(tmp_path)
