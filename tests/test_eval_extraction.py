from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.extraction import Page, measure_extraction, score, shingles
from index.errors import InputError

SENTENCES = [f"The ferry left pier {n} at dawn with forty people aboard, the coast guard said." for n in range(6)]


def benchmark(folder: Path, id: str, html: str, body: str) -> Path:
    (folder / "html").mkdir()
    (folder / "html" / f"{id}.html.gz").write_bytes(gzip.compress(html.encode()))
    (folder / "ground-truth.json").write_text(json.dumps({id: {"articleBody": body, "url": "https://example.org"}}))
    return folder


def test_shingles_keep_case_and_count_repeats_and_a_short_text_is_one() -> None:
    assert shingles("A b c d A b c d")["A", "b", "c", "d"] == 2
    assert shingles("One two") == {("One", "two"): 1}
    assert not shingles("—")


def test_means_are_over_pages_and_f1_is_of_the_means() -> None:
    found = score([Page("0", 4, 0, 4, None, None), Page("1", 1, 3, 0, None, None)])
    assert (found.precision, found.recall) == (0.625, 0.75)
    assert found.f1 == pytest.approx(2 * 0.625 * 0.75 / 1.375)


def test_a_page_without_text_counts_for_recall_alone_as_in_the_benchmark() -> None:
    found = score([Page("0", 4, 0, 0, None, None), Page("1", 0, 0, 5, None, None)])
    assert (found.precision, found.recall) == (1.0, 0.5)


def test_dates_are_right_wrong_absent_or_invented() -> None:
    days = [("2019-11-18", "2019-11-18"), ("2019-11-19", "2019-11-18"), (None, "2019-11-18"), ("2019-11-18", None)]
    found = score([Page("0", 1, 0, 0, published, shown) for published, shown in days])
    assert (found.dates, found.dates_right, found.dates_wrong, found.dates_absent, found.dates_invented) == (
        3,
        1,
        1,
        1,
        1,
    )


def test_a_page_is_read_as_an_index_reads_it(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    html = f"<html><body><nav>Home News Sport Weather</nav><article><h1>Ferry</h1>{paragraphs}</article></body></html>"
    report = measure_extraction(benchmark(tmp_path, "0" * 64, html, "\n\n".join(SENTENCES)))
    assert (report.whole.pages, report.dev.pages, report.test.pages) == (1, 1, 0)
    assert (report.whole.precision, report.whole.recall, report.whole.f1) == (1.0, 1.0, 1.0)


def test_a_page_that_cannot_be_read_is_one_without_text(tmp_path: Path) -> None:
    report = measure_extraction(benchmark(tmp_path, "1" * 64, "<html></html>", "\n\n".join(SENTENCES)))
    assert (report.whole.recall, report.test.pages) == (0.0, 1)


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ground-truth\.json"):
        measure_extraction(tmp_path)
    benchmark(tmp_path, "1" * 64, "<html></html>", "x")
    next((tmp_path / "html").iterdir()).unlink()
    with pytest.raises(InputError, match="no page html/1111"):
        measure_extraction(tmp_path)


@pytest.mark.integration
def test_the_benchmark_is_met(shared_data: Path) -> None:
    report = measure_extraction(shared_data / "html")
    assert report.whole.pages == 181
    assert report.whole.f1 >= 0.958
    assert report.whole.dates_right >= 0.90 * report.whole.dates
    assert report.whole.dates_wrong + report.whole.dates_invented <= 0.02 * report.whole.dates
