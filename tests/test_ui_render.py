from __future__ import annotations

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from fake_assistant import ABSTAINED, FERRY, HOSTILE, INJECTED, SAVED, Shelf, cite
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from rag import Answer
from ui.app import article_finder
from ui.render import card_html, escape, exchange_html, marked, paragraph, progress, sources_html, summary, web_url

ARTICLE_OF = article_finder(Shelf())


class Tags(HTMLParser):
    """What a browser would make of some HTML: its elements with their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def marks(markup: str) -> list[str]:
    return [html.unescape(quote) for quote in re.findall(r"<mark>(.*?)</mark>", markup)]


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"])))
def test_escaped_text_holds_no_markup_and_reads_as_it_was(text: str) -> None:
    assert not set("<>\"'`*_[]!$\\{}") & set(escape(text))
    assert Tags(escape(text)).text == text


def test_each_cited_mark_is_a_link_to_its_card_and_names_its_source() -> None:
    links = [attributes for tag, attributes in Tags(exchange_html(SAVED, 3)).elements if tag == "a"]
    assert [link["href"] for link in links] == ["#source-3-1", "#source-3-2"]
    assert [link["id"] for link in links] == ["mark-3-1", "mark-3-2"]
    assert links[0]["aria-label"] == "Source 1: Harbor Ledger, March 4, 2026"


def test_a_mark_without_a_citation_is_plain_text() -> None:
    tags = Tags(exchange_html(Answer("Who?", "Nobody [7].", answered=True), 1))
    assert "Nobody [7]." in tags.text
    assert "a" not in [tag for tag, _ in tags.elements]


def test_hostile_answer_and_question_become_text() -> None:
    question = "<iframe src=http://evil.test></iframe>"
    tags = Tags(exchange_html(replace(INJECTED, question=question), 1))
    assert {tag for tag, _ in tags.elements} == {"article", "h2", "p", "a"}
    assert question in tags.text
    assert "<img src=x onerror='window.hit=6'> ![x](http://evil.test/y) **bold**" in tags.text


def test_hostile_article_becomes_text_and_its_address_no_link() -> None:
    markup = sources_html([INJECTED], ARTICLE_OF)
    tags = Tags(markup)
    assert not {"script", "img", "b", "i"} & {tag for tag, _ in tags.elements}
    assert [attributes["href"] for tag, attributes in tags.elements if tag == "a"] == ["#mark-1-1"]
    assert not [name for _, attributes in tags.elements for name in attributes if name.startswith("on")]
    assert HOSTILE.title is not None and HOSTILE.title in tags.text
    assert marks(markup) == [HOSTILE.text]


def test_a_card_shows_outlet_date_title_link_and_the_cited_words_in_their_paragraph() -> None:
    markup = sources_html([SAVED], ARTICLE_OF)
    tags = Tags(markup)
    assert marks(markup) == [citation.quote for citation in SAVED.citations]
    assert "Harbor Ledger March 4, 2026" in tags.text
    assert FERRY.text.split("\n\n")[0] in tags.text
    link = next(attributes for tag, attributes in tags.elements if tag == "a" and attributes["href"] == FERRY.url)
    assert link["rel"] == "noopener noreferrer"


def test_a_card_says_what_is_not_known_instead_of_inventing_it() -> None:
    bare = Article(identity="bare", text="It rained.")
    text = Tags(card_html([cite(1, bare, "It rained.")], bare, 1)).text
    assert "outlet not named" in text
    assert "no date printed" in text
    assert "Untitled article" in text


def test_citations_of_one_number_share_a_card() -> None:
    first, second = SAVED.citations
    markup = sources_html([replace(SAVED, citations=(first, replace(second, number=1)))], ARTICLE_OF)
    assert markup.count("<article") == 1
    assert marks(markup) == [first.quote, second.quote]


@pytest.mark.parametrize("article", [None, replace(FERRY, text="Something else entirely, written since then.")])
def test_a_quote_that_no_longer_stands_in_its_article_is_shown_alone(article: Article | None) -> None:
    markup = card_html(SAVED.citations[:1], article, 1)
    assert marks(markup) == ["all 41 people aboard were saved"]
    assert "Something else" not in markup


def test_only_the_last_answers_sources_are_shown_at_first() -> None:
    sections = [
        attributes for tag, attributes in Tags(sources_html([SAVED, SAVED], ARTICLE_OF)).elements if tag == "section"
    ]
    assert ["hidden" in attributes for attributes in sections] == [True, False]


def test_an_abstention_is_told_apart_from_an_answer_and_from_a_stop() -> None:
    abstained = Tags(exchange_html(ABSTAINED, 1)).text
    assert "Not in these articles" in abstained
    assert "No article mentions the World Cup." in abstained
    stopped = Tags(exchange_html(replace(SAVED, done=False), 1)).text
    assert "Stopped before the answer was complete." in stopped
    assert "Stopped" not in Tags(exchange_html(replace(SAVED, done=False), 1, writing=True)).text


def test_status_follows_the_answer_from_search_to_summary() -> None:
    growing = replace(SAVED, done=False)
    assert progress(replace(growing, text="")) == "Searching the articles ..."
    assert progress(growing) == "Writing ..."
    assert summary(SAVED) == "Answered from 2 sources in 0.5 s"
    assert summary(growing) == "Stopped"


def test_a_long_paragraph_is_cut_between_words_around_the_cited_ones() -> None:
    text = "before " * 300 + "HERE" + " after" * 300
    start = text.index("HERE")
    first, last = paragraph(text, start, start + 4)
    assert "HERE" in text[first:last]
    assert 700 < last - first < 900
    assert text[first:].startswith("before ") and text[:last].endswith(" after")


def test_without_blank_lines_a_line_is_a_paragraph() -> None:
    first, last = paragraph("One.\nTwo.\nThree.", 5, 9)
    assert (first, last) == (5, 9)


def test_overlapping_spans_are_marked_once() -> None:
    assert marked("abcdef", 0, 6, [(2, 5), (1, 3)]) == "a<mark>bc</mark><mark>de</mark>f"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "http:///x", "/etc/passwd", "", None]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert web_url(url) is None
