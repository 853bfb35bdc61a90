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


def test_section_and_language_are_read_with_their_origins() -> None:
    facts = {"@type": "NewsArticle", "headline": "x", "articleSection": ["World", "Sea"], "inLanguage": "en"}
    linked = html_article(page(f'<script type="application/ld+json">{json.dumps(facts)}</script>'), "/p.html")
    assert (linked.section, linked.language) == ("World, Sea", "en")
    assert (linked.origins["section"], linked.origins["language"]) == ("json-ld", "json-ld")
    told = html_article(
        page('<meta property="article:section" content="World"><meta property="og:locale" content="pt_BR">'), "/p.html"
    )
    assert (told.section, told.language, told.origins["language"]) == ("World", "pt-BR", "meta")
    shown = html_article(page().replace("<html>", '<html lang="de">'), "/p.html")
    assert (shown.language, shown.origins["language"]) == ("de", "page")


def test_captions_and_credits_are_kept_and_leave_the_text() -> None:
    facts = {
        "@type": "NewsArticle",
        "headline": "x",
        "image": [{"caption": "The pier at dawn. Ada Lee"}, {"caption": "The captain."}],
    }
    found = html_article(
        page(
            f'<script type="application/ld+json">{json.dumps(facts)}</script>',
            "<figure><img src='a.jpg'><figcaption>The pier at dawn. <span class='credit'>Ada Lee</span></figcaption>"
            "</figure><div class='wp-caption'><img src='b.jpg'><p class='wp-caption-text'>A lifeboat.</p></div>"
            "<a href='/other'><figure><figcaption>Another story</figcaption></figure></a>",
        ),
        "/p.html",
    )
    assert found.captions == ("The pier at dawn. Ada Lee", "A lifeboat.", "The captain.")
    assert found.origins["captions"] == "page"
    assert not any(words in found.text for words in ("Ada Lee", "lifeboat", "Another story"))


def test_a_figcaption_that_holds_the_article_is_no_caption() -> None:
    found = html_article(f"<html><body><article><figure><figcaption>{BODY * 4}</figcaption></figure></article>", "/p")
    assert found.captions == () and "pier 5" in found.text


@pytest.mark.parametrize(
    ("stated", "printed", "published"),
    [
        ("2019-11-19T04:58:46Z", "8:58 pm PST, November 18, 2019", "2019-11-18"),
        ("2019-11-18T16:10:00Z", "Nov 19, 2019 1:10 AM KST", "2019-11-19"),
        ("2019-11-19T04:58:46Z", "November 18, 2019", "2019-11-18"),
        ("2019-11-19T04:58:46Z", "Updated November 18, 2019", "2019-11-19"),
        ("2019-11-18T16:10:00Z", "November 19, 2019", "2019-11-18"),
        ("2019-11-19T04:58:46Z", "November 19, 2019 04:58 GMT", "2019-11-19"),
        ("2019-11-20T11:06:01+05:30", "Nov 20 2019, 11:06am IST", "2019-11-20"),
        ("2019-11-19T04:58:46Z", "", "2019-11-19"),
    ],
)
def test_the_day_is_the_one_that_the_page_prints_for_its_moment(stated: str, printed: str, published: str) -> None:
    head = f'<meta property="article:published_time" content="{stated}">'
    found = html_article(page(head, f"<div>By Jane Doe</div><div>{printed}</div>"), "/p.html")
    assert (found.published, found.origins["published"]) == (published, "meta")


def test_an_update_printed_by_the_local_clock_tells_the_day_of_publication_too() -> None:
    head = (
        '<meta property="article:published_time" content="2019-11-20T02:07:18Z">'
        '<meta property="article:modified_time" content="2019-11-20T05:24:30Z">'
    )
    found = html_article(page(head, "<div>Updated</div><div>12:24 am EST, Wednesday, November 20, 2019</div>"), "/p")
    assert (found.published, found.modified) == ("2019-11-19", "2019-11-20")


def test_a_second_stamp_in_the_head_tells_the_local_day() -> None:
    head = (
        '<meta name="sailthru.date" content="2019-11-18 20:58:46">'
        '<script type="application/ld+json">'
        '{"@type": "NewsArticle", "headline": "x", "datePublished": "2019-11-19T04:58:46Z"}</script>'
    )
    assert html_article(page(head), "/p.html").published == "2019-11-18"


@pytest.mark.parametrize(
    ("printed", "published"),
    [
        ("<div>By Jane Doe</div><div>March 4, 2026, 9:02 AM</div>", "2026-03-04"),
        ("<span>Published 11:11 PM EST Mar 4, 2026</span>", "2026-03-04"),
        ("<div>Updated March 5, 2026</div><div>Posted March 4, 2026</div>", "2026-03-04"),
        ("<div>March 4, 2026</div><div>March 9, 2026</div>", None),
        ("<div>Updated March 5, 2026</div>", None),
        ("<p>He sold it on May 3, 2019.</p>", None),
        ("<figure><figcaption>The pier, March 1, 2026</figcaption></figure>", None),
        ("<aside>Read also: March 1, 2026</aside>", None),
        ("<time>Feb 30, 2026</time>", None),
    ],
)
def test_a_date_printed_beside_the_heading_serves_where_none_is_stated(printed: str, published: str | None) -> None:
    found = html_article(page(body=printed), "/p.html")
    assert found.published == published and found.origins.get("published") == ("page" if published else None)


def test_dates_are_read_from_json_ld_that_is_damaged() -> None:
    script = '{"@type": "NewsArticle", "headline": "Ferry", "bad": , "datePublished": "2026-03-04T10:00:00Z"}'
    found = html_article(page(f'<script type="application/ld+json">{script}</script>'), "/p.html")
    assert (found.published, found.origins["published"]) == ("2026-03-04", "json-ld")
