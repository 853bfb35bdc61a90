from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article
from index.passage import passage_of
from rag.speech.questions import SpeechQuestion, asks_what_said, asks_who_said
from rag.speech.quotes import is_verbatim, quotations
from rag.speech.speakers import Speech, attributed, find_speech, rightly_attributed, said_by
from rag.speech.utterances import utterances

HARBOR = """Harbor seals return to Elm, mayor says

ELM, May 4. /NORTH WIRE/. Harbor seals are back at the pier in Elm after nine years, Mayor Ann Lee said on Monday.

"They sleep where they like," Lee told reporters. "Nobody will wake them."

Bo Day, a fisherman, called the herd "a hungry navy" and asked for money for torn nets.

His brother Cy Day said that the nets were old. "We patched them with string," he said.

The harbor authority said it would count the seals in June. According to the Elm Ledger, the last count found 40."""
PIECES = (
    '" “ ” « » said told he she it they Ann Lee Mayor the mayor , . : — ( ) \n \n\n According to that , and "Why?" '
    "called it “a disgrace” Lee's who adding reporters Mr. Jr. U.S. ’ ' ß ſaid İ 3"
).split(" ")


def spoken(text: str, heading: str = "") -> list[tuple[str | None, str]]:
    return [(said.speaker, said.text) for said in utterances(text, heading)]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "no" and “yes” and «maybe».', ["no", "yes", "maybe"]),
        ("Er sagte „nein“ dazu.", ["nein"]),
        ('“We won," she said. “By a mile.”', ["We won,", "By a mile."]),
        ('“He said "no" to me,” she said.', ['He said "no" to me,']),
        ('A 6\'2" man with a 30" board spoke.', []),
        ("\"Say 'OK,'\" he said.", ["Say 'OK,'"]),
        ("“One.\n\n“Two.” He left.", ["One.", "Two."]),
        ("A “ stray mark” of no use “ here.", []),
    ],
)
def test_quotation_marks_of_all_styles_are_paired(text: str, quoted: list[str]) -> None:
    assert [text[found.start : found.end] for found in quotations(text)] == quoted


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"It leaked," Ann Lee said.', "Ann Lee"),
        ('"It leaked," said Ann Lee, the mayor of Elm, as she left.', "Ann Lee"),
        ('"It leaked," the board\'s chair, Ann Lee, told reporters.', "Ann Lee"),
        ('Ann Lee said: "It leaked."', "Ann Lee"),
        ('Ann Lee, who leads the board, said on Monday, "It leaked."', "Ann Lee"),
        ('A lawyer for Elm Harbor Lines, Ann Lee, said "it leaked".', "Ann Lee"),
        ('"It leaked!" Ann Lee shouted.', "Ann Lee"),
        ('According to Ann Lee, it was "a leaking tub".', "Ann Lee"),
        ('Ann Lee called the ferry "a leaking tub".', "Ann Lee"),
        ('The ferry was described by Ann Lee as "a leaking tub".', "Ann Lee"),
        ('Ann Lee shook her head, adding: "It leaked."', "Ann Lee"),
        ("Ann Lee: “It leaked.”", "Ann Lee"),
        ('"It leaked," said Gov. Ann Lee. ', "Ann Lee"),
        ('Ambassador to Peru Ann Lee said "it leaked".', "Ann Lee"),
        ("“It leaked”, said the Elm Ledger.", "the Elm Ledger"),
        ('"It leaked," the coast guard said.', "the coast guard"),
        ('"It leaked," one of the sailors said.', "one of the sailors"),
        ('Ann Lee left early.\n\n"It leaked," she said.', "Ann Lee"),
        ('Ann Lee was furious. "It leaked for nine days and nobody told me."', "Ann Lee"),
        ('"It leaked," somebody shouted.', None),
    ],
)
def test_a_quote_has_its_speaker(text: str, speaker: str | None) -> None:
    assert [said.speaker for said in utterances(text) if said.quoted] == [speaker]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee starred in the film “Jaws” as a child.",
        'Ann Lee said the film "Jaws of the Deep" was too long.',
        'Cells are removed in a process called "pruning" at night.',
        'The zone, also known as the "green belt," is wide.',
        'He cut "red tape" in Elm.',
    ],
)
def test_titles_terms_and_scare_quotes_have_no_speaker(text: str) -> None:
    assert [said for said in utterances(text) if said.quoted] == []


def test_split_quotes_and_quotes_over_paragraphs_keep_their_speaker() -> None:
    text = '"It leaked," said Bo Day, "and we knew."\n\nAnn Lee said: "I did not.\n\n"Nobody told me.\n\n"Nobody."'
    assert spoken(text) == [
        ("Bo Day", "It leaked,"),
        ("Bo Day", "and we knew."),
        ("Ann Lee", "I did not."),
        ("Ann Lee", "Nobody told me."),
        ("Ann Lee", "Nobody."),
    ]


def test_an_article_gives_everyone_their_own_words() -> None:
    assert spoken(HARBOR) == [
        ("Ann Lee", "Harbor seals return to Elm"),
        ("Ann Lee", "Harbor seals are back at the pier in Elm after nine years"),
        ("Ann Lee", "They sleep where they like,"),
        ("Ann Lee", "Nobody will wake them."),
        ("Bo Day", "a hungry navy"),
        ("Cy Day", "the nets were old"),
        ("Cy Day", "We patched them with string,"),
        ("The harbor authority", "it would count the seals in June"),
        ("the Elm Ledger", "the last count found 40"),
    ]


def test_a_speaker_has_the_longest_name_that_the_article_gives() -> None:
    text = 'Gov. Jon Hart Jr. flew in. Hart said he was tired. "So are we," Ann de Witt said. "Not me," de Witt added.'
    assert [said.speaker for said in utterances(text)] == ["Jon Hart Jr.", "Ann de Witt", "Ann de Witt"]


def test_he_and_she_are_told_apart() -> None:
    text = 'Mr. Bo Day met Mrs. Ann Lee in Elm. "It leaked," she said. "It did not," he said.'
    assert [said.speaker for said in utterances(text)] == ["Ann Lee", "Bo Day"]


def test_what_is_not_said_is_no_speech() -> None:
    assert utterances("Ann Lee was told to leave. She did not say why. It is said to be late.") == []


def test_a_role_finds_whom_the_article_gives_it_to() -> None:
    found = utterances(HARBOR, "Harbor seals")
    assert {said.speaker for said in said_by("the fisherman", found)} == {"Bo Day"}
    assert {said.speaker for said in said_by("Mayor Lee", found)} == {"Ann Lee"}
    assert {said.speaker for said in said_by("the harbor authority", found)} == {"The harbor authority"}
    assert said_by("Eve Lee", found) == []
    assert said_by("the judge", found) == []


@pytest.mark.parametrize(
    ("question", "speaker", "topic"),
    [
        ("What did Huntsman say about the resets?", "Huntsman", ("resets",)),
        ("what does the mayor think of the ferry", "the mayor", ("ferry",)),
        ("How did Ann Lee describe the seals?", "Ann Lee", ("seals",)),
        ("What was Lee's reaction to the vote?", "Lee", ("vote",)),
        ("What is the opinion of Ann Lee on nets?", "Ann Lee", ("nets",)),
        ("What has the White House said about trade?", "the White House", ("trade",)),
        ("What did Lee tell reporters about the pier?", "Lee", ("pier",)),
        ("In the harbor article, what did Lee say?", "Lee", ()),
        ("How did Bo Day react to the count?", "Bo Day", ("count",)),
    ],
)
def test_a_question_for_words_is_read(question: str, speaker: str, topic: tuple[str, ...]) -> None:
    read = asks_what_said(question)
    assert read is not None
    assert (read.speaker, read.topic) == (speaker, topic)
    assert asks_who_said(question) is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Who said no resets?", ("resets",)),
        ("Who called the ferry a tub?", ("ferry", "tub")),
        ("Which minister said the bridge is safe?", ("bridge", "safe")),
        ("And who was it that said the nets were old?", ("nets", "old")),
        ('Whose words are "a hungry navy"?', ("hungry", "navy")),
    ],
)
def test_a_question_for_a_speaker_is_read(question: str, topic: tuple[str, ...]) -> None:
    read = asks_who_said(question)
    assert read is not None
    assert (read.speaker, read.topic) == (None, topic)
    assert asks_what_said(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "Who won the cup?",
        "What did the article say about the ferry?",
        "What happened in Elm?",
        "How many seals are there?",
        "What is the mayor's name?",
        "Who is Ann Lee?",
        "How did the ferry sink?",
        "",
    ],
)
def test_other_questions_are_left_alone(question: str) -> None:
    assert asks_who_said(question) is None
    assert asks_what_said(question) is None


def found_in(article: Article, question: SpeechQuestion | None) -> list[Speech]:
    assert question is not None
    return find_speech(question, [passage_of(article, 0, 60, 1.0)], {article.id: article})


def test_the_words_that_answer_come_first_with_what_is_to_be_cited() -> None:
    article = Article("seals", HARBOR, outlet="Elm Ledger", published="2026-05-04")
    best = found_in(article, asks_what_said("What did the mayor say about waking them?"))[0]
    assert attributed(best.utterance, article) == "Ann Lee said, “Nobody will wake them” (Elm Ledger, May 4, 2026)."
    assert best.evidence.text == '"Nobody will wake them."'
    assert HARBOR[best.evidence.start : best.evidence.end] == best.evidence.text
    who = found_in(article, asks_who_said('Who called the herd "a hungry navy"?'))[0]
    assert attributed(who.utterance, article) == "Bo Day called the herd “a hungry navy” (Elm Ledger, May 4, 2026)."
    assert found_in(article, asks_who_said("Who called it a disgrace?")) == []
    assert found_in(article, asks_what_said("What did Putin say about the seals?")) == []


def test_reported_words_are_not_put_in_quotation_marks() -> None:
    article = Article("seals", HARBOR)
    said = found_in(article, asks_what_said("What did Cy Day say about the nets being old?"))[0]
    assert attributed(said.utterance, article) == "Cy Day said that the nets were old."


@pytest.mark.parametrize(
    ("quote", "holds"),
    [
        ("They sleep where they like.", True),
        ("they sleep … they like", True),
        ("They sleep [...] like", True),
        ("They sleep\nwhere  they like", True),
        ("They like ... sleep", False),
        ("They sleep where we like", False),
        ("hey sleep", False),
        ("", False),
        ("...", False),
    ],
)
def test_a_quote_stands_word_for_word_in_its_source(quote: str, holds: bool) -> None:
    assert is_verbatim(quote, HARBOR) is holds


def test_a_quote_belongs_to_the_one_who_said_it() -> None:
    found = utterances(HARBOR)
    assert rightly_attributed("They sleep where they like. Nobody will wake them.", "the mayor", found) is True
    assert rightly_attributed("They sleep where they like", "Bo Day", found) is False
    assert rightly_attributed("They never sleep", "Ann Lee", found) is None


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))
def test_any_text_is_read_and_every_utterance_stands_in_it(text: str) -> None:
    for said in utterances(text):
        assert text[said.start : said.end] == said.text
        assert said.text.strip()
        assert 0 <= said.sentence_start <= said.start < said.end <= said.sentence_end <= len(text)


@given(st.text(max_size=200))
def test_any_question_and_quote_is_read(text: str) -> None:
    asks_who_said(text)
    asks_what_said(text)
    is_verbatim(text, text)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map(" ".join))
def test_time_is_linear_in_the_length_of_the_text(piece: str) -> None:
    started = time.perf_counter()
    text = (piece + " ") * (20_000 // (len(piece) + 1))
    utterances(text)
    is_verbatim(piece * 10, text)
    asks_what_said(text)
    assert time.perf_counter() - started < 8


def test_a_question_of_many_leads_takes_no_time() -> None:
    started = time.perf_counter()
    assert asks_what_said("in a " * 700 + "town") is None and asks_who_said("in a " * 700 + "town") is None
    assert time.perf_counter() - started < 1
