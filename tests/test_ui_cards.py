from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from fake_assistant import CHECKED, DIFFER, FERRY, HOSTILE, INJECTED, NEAR, SAVED, Shelf, cite
from tags import Tags

from index import Article
from rag import Answer
from rag.answer import Sentence
from ui.page.cards import card_html, earlier_sources_html, latest_sources_html, marked, paragraph, web_url
from ui.page.conversing import View, article_finder, copy_finder, sourced
from ui.page.copies import also_in


def sources_html(answers: Sequence[Answer], shelf: Shelf | None = None) -> str:
    """All that the panel shows."""
    finders = article_finder(shelf or Shelf()), copy_finder(shelf or Shelf())
    return earlier_sources_html(answers, *finders) + latest_sources_html(answers, *finders)


def marks(markup: str) -> list[str]:
    return [html.unescape(quote) for quote in re.findall(r"<mark>(.*?)</mark>", markup)]


def test_hostile_article_becomes_text_and_its_address_no_link() -> None:
    markup = sources_html([INJECTED])
    tags = Tags(markup)
    assert not {"script", "img", "b", "i"} & {tag for tag, _ in tags.elements}
    assert [attributes["href"] for tag, attributes in tags.elements if tag == "a"] == ["#mark-1-1"]
    assert not [name for _, attributes in tags.elements for name in attributes if name.startswith("on")]
    assert HOSTILE.title is not None and HOSTILE.title in tags.text
    assert marks(markup) == [HOSTILE.text]


def test_a_card_shows_outlet_date_title_link_and_the_cited_words_in_their_paragraph() -> None:
    markup = sources_html([SAVED])
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
    markup = sources_html([replace(SAVED, citations=(first, replace(second, number=1)))])
    assert markup.count("<article") == 1
    assert marks(markup) == [first.quote, second.quote]


@pytest.mark.parametrize("article", [None, replace(FERRY, text="Something else entirely, written since then.")])
def test_a_quote_that_no_longer_stands_in_its_article_is_shown_alone(article: Article | None) -> None:
    markup = card_html(SAVED.citations[:1], article, 1)
    assert marks(markup) == ["all 41 people aboard were saved"]
    assert "Something else" not in markup


def test_only_the_last_answers_sources_are_shown_at_first() -> None:
    sections = [attributes for tag, attributes in Tags(sources_html([SAVED, SAVED])).elements if tag == "section"]
    assert ["hidden" in attributes for attributes in sections] == [True, False]


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


def test_cards_of_an_abstention_say_that_they_do_not_answer() -> None:
    tags = Tags(sources_html([NEAR]))
    assert "None of the articles answers this." in tags.text
    assert tags.text.count("Comes near, but does not answer the question.") == len(NEAR.nearest)
    cards = [attributes for tag, attributes in tags.elements if tag == "article"]
    assert [card["id"] for card in cards] == ["source-1-1", "source-1-2"]
    assert [card["aria-label"] for card in cards] == ["Near sentence 1", "Near sentence 2"]
    assert "Comes near" not in sources_html([SAVED])


# What a card says of its article, and of what it carries


def test_a_card_says_who_wrote_and_where_the_date_is_from() -> None:
    text = Tags(sources_html([DIFFER])).text
    assert "March 4, 2026 (date from the dateline)" in text
    assert "March 5, 2026 (date from the byline)" in text
    assert "By Ann Lee, Bo Chi" in text


def test_the_origin_of_another_date_is_not_told_of_a_cited_one() -> None:
    corrected = replace(FERRY, published="2026-03-06", origins={"published": "user"})
    text = Tags(sources_html([SAVED], Shelf((corrected,), stories=()))).text
    assert "March 4, 2026" in text
    assert "set by hand" not in text


def test_a_card_lists_who_else_prints_the_story_by_outlet() -> None:
    tags = Tags(sources_html([SAVED]))
    assert tags.text.count("Also in 2 outlets") == 2
    assert "Kell Courier, March 4, 2026: All saved as ferry sinks and 1 more there" in tags.text
    assert "Coast <b>News</b>, March 4, 2026: Lady Ann is lost" in tags.text
    kept = [attributes["data-cw-keep"] for tag, attributes in tags.elements if tag == "details"]
    assert kept == ["also-1-1", "also-1-2"]


def test_copies_in_the_outlet_itself_are_counted_as_articles() -> None:
    again = replace(FERRY, identity="again")
    assert also_in(FERRY, [again]) == "Also in 1 other article"
    assert also_in(FERRY, [replace(again, outlet=None), again]) == "Also in 2 other articles"
    assert also_in(FERRY, []) == ""


def test_an_article_without_copies_has_no_list_of_them() -> None:
    assert "Also in" not in sources_html([SAVED], Shelf(stories=()))


def test_a_card_says_what_it_carries_and_how_far() -> None:
    tags = Tags(sources_html([CHECKED]))
    assert "✓ Supports “All 41 people aboard were saved.”" in tags.text
    partly = "◐ Partly supports “The boats came after eleven minutes, on a Tuesday.” - the source does not say: Tuesday"
    assert tags.text.count(partly) == 2


def test_a_source_that_is_the_answer_in_its_own_words_is_said_to_be_quoted() -> None:
    text = Tags(sources_html([DIFFER])).text
    assert text.count("✓ Quoted in the answer") == 2
    assert "Supports" not in text


def test_the_panel_is_drawn_anew_for_a_checked_sentence_and_not_for_a_growing_one() -> None:
    first, second = CHECKED.sentences

    def growing(*sentences: Sentence) -> object:
        return sourced(View((replace(CHECKED, sentences=sentences, done=False),), "Writing ..."))

    assert growing(first, Sentence("The bo", "pending")) == growing(first, Sentence("The boats", "pending"))
    assert growing(first) != growing(first, second)


def test_the_cards_of_a_growing_answer_come_without_those_of_earlier_ones() -> None:
    finders = article_finder(Shelf()), copy_finder(Shelf())
    assert re.findall(r'id="source-(\S+)"', latest_sources_html([SAVED, DIFFER], *finders)) == ["2-1", "2-2"]
    assert re.findall(r'id="source-(\S+)"', earlier_sources_html([SAVED, DIFFER], *finders)) == ["1-1", "1-2"]


def test_a_card_opens_its_article_at_its_own_words() -> None:
    buttons = [attributes for _, attributes in Tags(sources_html([SAVED])).elements if "data-cw-spans" in attributes]
    first, second = SAVED.citations
    assert [button["data-cw-spans"] for button in buttons] == [
        f"{first.start}-{first.end}",
        f"{second.start}-{second.end}",
    ]
    assert {button["data-cw-open"] for button in buttons} == {FERRY.id}


def test_an_article_that_is_gone_cannot_be_opened() -> None:
    assert "data-cw-open" not in sources_html([SAVED], Shelf((HOSTILE,), stories=()))
