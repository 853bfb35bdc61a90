"""The whole article: what is shown of it, and how the page asks for it."""

from __future__ import annotations

import asyncio
import html
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from fake_assistant import BOATS, COPIES, FERRY, HOSTILE, Reciter, Shelf
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from tags import Tags

from index import Article
from index.facts import Version
from ui.page.app import build_app
from ui.page.desk import Desk
from ui.page.origins import PLACES, read_in
from ui.page.reader import LONGEST_COMPARED, open_article, paragraphs, reader_html, spans_of


def marks(markup: str) -> list[str]:
    return [html.unescape(quote) for quote in re.findall(r"<mark>(.*?)</mark>", markup)]


def shown_text(markup: str) -> str:
    return Tags(markup.split('<div class="cw-reader-text">')[1]).text


def test_an_article_is_shown_whole_with_its_facts_and_where_each_was_read() -> None:
    markup = reader_html(BOATS, [(16, 31)])
    tags = Tags(markup)
    assert "PublishedMarch 5, 2026 (from the byline)" in tags.text
    assert "AuthorsAnn Lee, Bo Chi (from the byline)" in tags.text
    assert marks(markup) == [BOATS.text[16:31]]
    assert shown_text(markup) == BOATS.text.replace("\n\n", "")


def test_the_folder_of_a_file_is_kept_from_readers() -> None:
    text = Tags(reader_html(BOATS)).text
    assert "Fileboats.txt" in text
    assert "/home/someone" not in text


def test_what_is_not_known_is_said() -> None:
    text = Tags(reader_html(Article("bare", "It rained."))).text
    assert "Outletoutlet not named" in text
    assert "Publishedno date printed" in text
    assert "Untitled article" in text


def test_an_address_is_a_link_only_where_a_browser_may_follow_it() -> None:
    links = [attributes for tag, attributes in Tags(reader_html(FERRY)).elements if tag == "a"]
    assert [link["href"] for link in links] == [FERRY.url]
    assert links[0]["rel"] == "noopener noreferrer"
    assert "a" not in [tag for tag, _ in Tags(reader_html(HOSTILE)).elements]


def test_a_hostile_article_becomes_text() -> None:
    copies = [replace(HOSTILE, identity="other")]
    tags = Tags(reader_html(HOSTILE, [(0, 10)], copies, [Version(replace(HOSTILE, text="<b>"), "<u>2026</u>")]))
    assert not {"script", "img", "b", "i", "u"} & {tag for tag, _ in tags.elements}
    assert not [name for _, attributes in tags.elements for name in attributes if name.startswith("on")]
    assert HOSTILE.text in tags.text


def test_copies_stand_a_line_an_outlet_and_can_be_opened() -> None:
    tags = Tags(reader_html(FERRY, copies=COPIES))
    assert "Also in 2 outlets" in tags.text
    assert "Kell Courier, March 4, 2026: All saved as ferry sinks and 1 more there" in tags.text
    opened = [attributes["data-cw-open"] for _, attributes in tags.elements if "data-cw-open" in attributes]
    assert opened == [COPIES[0].id, COPIES[2].id]


def test_earlier_versions_say_what_was_changed() -> None:
    before = replace(FERRY, title="Ferry lost", text=FERRY.text.replace("41", "40"))
    markup = reader_html(FERRY, versions=[Version(before, "2026-03-05T10:20:11Z")])
    tags = Tags(markup)
    assert "1 earlier version" in tags.text and "Until March 5, 2026, 10:20 UTC" in tags.text
    assert "Title: Ferry lost Ferry sinks; all aboard saved" in tags.text
    assert "all 40 people" in markup[markup.index("<del>PORT") : markup.index("<ins>PORT")]


def test_a_big_article_is_there_within_a_second() -> None:
    text = "\n\n".join(
        f"In paragraph {number} <b>somebody</b> said this & that of it all." * 2 for number in range(3000)
    )
    assert len(text) > 300_000
    big = replace(FERRY, text=text)
    at = text.index("paragraph 2500")
    started = time.perf_counter()
    markup = reader_html(big, [(at, at + 14)], versions=[Version(replace(big, text=text[:-9]), "2026-03-05T10:20:11Z")])
    assert time.perf_counter() - started < 1
    assert marks(markup) == ["paragraph 2500"]
    assert len(text) > LONGEST_COMPARED and "too long to be compared" in markup


@given(st.text("a b\n", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4))
def test_whatever_is_marked_no_word_is_lost(text: str, spans: list[tuple[int, int]]) -> None:
    markup = reader_html(Article("a", text), [(start, end) for start, end in spans if start < end])
    assert "".join(shown_text(markup).split()) == "".join(text.split())


@given(st.text("a\n", max_size=30))
def test_paragraphs_hold_all_that_is_no_white_space(text: str) -> None:
    assert "".join(text[start:end] for start, end in paragraphs(text)).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize("text", ["", "x", "5", "5-5", "9-3", "-1-4", "1-9999999999", "1-2-3", "<b>"])
def test_spans_that_are_none_are_left_out(text: str) -> None:
    assert spans_of(f"3-4,{text}") == [(3, 4)]


@pytest.mark.parametrize("request_", [None, 5, "x", [], {}, {"id": "../../etc/passwd"}, {"id": {"a": 1}, "spans": 7}])
def test_what_the_archive_does_not_hold_is_an_error_in_words(request_: object) -> None:
    markup = open_article(Shelf(), request_)
    assert 'role="alert"' in markup and "There is no article" in Tags(markup).text
    assert "cw-reader-text" not in markup


def test_the_page_asks_for_an_article_by_its_id() -> None:
    markup = open_article(Shelf(), {"id": FERRY.id, "spans": "0-12"})
    assert marks(markup) == ["PORT MERIDEN"]
    assert "Also in 2 outlets" in markup


def test_every_origin_that_an_article_names_has_plain_words() -> None:
    named = re.findall(r'"([a-z -]+)"', (Article.__doc__ or "").split("where it was read:")[1])
    assert named and set(named) == set(PLACES)
    assert read_in(Article("a", "x", origins={"outlet": "elsewhere"}), "outlet") == "from elsewhere"


async def answers_before_and_after_login() -> tuple[httpx.Response, httpx.Response]:
    """What the page's call for an article comes back with."""
    import gradio as gr

    # Built inside a running loop: outside of one Gradio makes event loops that it never closes.
    app = build_app(Desk(Reciter()))
    link = next(id for id, block in app.blocks.items() if block.elem_id == "cw-reader-link")
    site = gr.mount_gradio_app(FastAPI(), app, path="/", auth=("ann", "secret"), ssr_mode=False)
    call = {"session_hash": "s", "component_id": link, "fn_name": "article_html", "data": {"id": FERRY.id}}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://127.0.0.1") as client:
        before = await client.post("/gradio_api/component_server", json=call)
        (await client.post("/login", data={"username": "ann", "password": "secret"})).raise_for_status()
        return before, await client.post("/gradio_api/component_server", json=call)


@pytest.mark.integration
def test_nobody_gets_an_article_without_the_login_that_the_page_asks_for() -> None:
    # In a thread of its own: the browser of other tests keeps a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        before, after = pool.submit(lambda: asyncio.run(answers_before_and_after_login())).result()
    assert before.status_code == 401
    assert "Lady Ann" not in before.text
    assert "Lady Ann" in after.json()
