from __future__ import annotations

import json
import logging

import pytest

from index.pages import html_article

BODY = "".join(
    f"<p>The ferry left pier {n} at dawn with forty people aboard, the coast guard said.</p>" for n in range(6)
)


def page(head: str = "", body: str = "") -> str:
    return (
        f"<html><head>{head}</head><body><nav><a href='/'>Home</a></nav><article><h1>Ferry sinks</h1>"
        f"{body}{BODY}</article><footer>Imprint 2024-01-01</footer></body></html>"
    )


def test_json_ld_wins_over_meta_tags_and_every_origin_is_named() -> None:
    facts = {
        "@graph": [
            {"@type": "WebSite", "name": "x"},
            {
                "@type": "NewsArticle",
                "headline": "Ferry sinks &amp; nobody is hurt",
                "datePublished": "2026-03-04T10:00:00+01:00",
                "dateModified": "2026-03-05",
                "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "John Roe"}],
                "publisher": {"name": "The Ledger"},
            },
        ]
    }
    found = html_article(
        page(
            f'<script type="application/ld+json">{json.dumps(facts)}</script>'
            '<meta property="article:published_time" content="2020-01-01">'
            '<meta property="og:site_name" content="Other">'
            '<link rel="canonical" href="https://example.org/ferry">'
        ),
        "/p.html",
    )
    assert (found.title, found.outlet, found.authors) == (
        "Ferry sinks & nobody is hurt",
        "The Ledger",
        ("Jane Doe", "John Roe"),
    )
    assert (found.published, found.modified) == ("2026-03-04", "2026-03-05")
    assert found.identity == found.url == "https://example.org/ferry"
    assert found.origins == {
        **dict.fromkeys(("title", "outlet", "authors", "published", "modified"), "json-ld"),
        "url": "meta",
    }


def test_meta_tags_and_the_heading_serve_without_json_ld() -> None:
    found = html_article(
        page(
            '<meta property="article:published_time" content="2026-03-04T10:00Z">'
            '<meta name="author" content="Jane Doe">'
        ),
        "/p.html",
    )
    assert (found.title, found.published, found.authors) == ("Ferry sinks", "2026-03-04", ("Jane Doe",))
    assert found.origins == {"title": "page", "published": "meta", "authors": "meta"}
    assert found.identity == "/p.html" and found.outlet is None


def test_a_page_that_states_no_date_has_none() -> None:
    assert (
        html_article(page(body="<p>Tickets went on sale on May 3, 2019.</p>"), "/2024/05/06/p.html").published is None
    )


@pytest.mark.parametrize(
    ("times", "published"),
    [(["2026-03-04T10:00Z"], "2026-03-04"), (["2026-03-04", "2026-03-09"], None), ([""], None)],
)
def test_time_tags_count_only_when_they_agree(times: list[str], published: str | None) -> None:
    tags = "".join(f'<time datetime="{time}">then</time>' for time in times)
    assert html_article(page(body=tags), "/p.html").published == published


def test_the_text_is_the_article_without_the_page() -> None:
    text = html_article(page(), "/p.html").text
    assert "pier 5" in text and "Home" not in text and "Imprint" not in text


def test_the_name_of_the_outlet_leaves_the_title() -> None:
    found = html_article(
        page(
            '<meta property="og:title" content="Ferry sinks | TheLedger">'
            '<meta property="og:site_name" content="The Ledger">'
        ),
        "/p.html",
    )
    assert (found.title, found.outlet) == ("Ferry sinks", "The Ledger")


@pytest.mark.parametrize(
    "html",
    ["", "<", "<![foo[ x ]]>" + BODY, '<script type="application/ld+json">{"@graph": 5', "<div>" * 5000, "<a " * 5000],
)
def test_broken_pages_raise_nothing_and_log_nothing(html: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        html_article(html, "/p.html")
    assert not [record for record in caplog.records if record.name.startswith(("trafilatura", "htmldate", "courlan"))]
