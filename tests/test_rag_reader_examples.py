"""What the reader learns from: alterations, the right occurrence, cuts that keep the answer, the same groups again."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from random import Random

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from rag.reader.alterations import (
    OPPOSITES,
    Setting,
    alter,
    condition,
    leave_out,
    names,
    negate,
    replace,
    spoil,
    swap,
    turn,
)
from rag.reader.batches import Example, batched, encode, row
from rag.reader.examples import NATURAL, SQUAD, Collection, Groups, Reading, load, near_words, occurrence, window

PASSAGE = (
    "Clara Hoffmann opened the oldest bridge in Lindau in 1974. The mayor, Peter Brandt, praised the work. "
    "A second bridge followed in 1981 and cost 12 million marks."
)
ARTICLE = PASSAGE + " Later, Maria Keller rebuilt it in 1999."


def near(word: str) -> list[str]:
    return {"bridge": ["tunnel", "bridges"], "opened": ["closed"]}.get(word, [])


SETTING = Setting(PASSAGE, ARTICLE, "Clara Hoffmann", near)
QUESTION = "Who opened the oldest bridge in Lindau?"


def test_a_swapped_name_is_another_of_the_article_and_not_the_answer() -> None:
    for seed in range(20):
        altered = swap(
            "What did Peter Brandt praise in 1974?", Setting(PASSAGE, ARTICLE, "the work", near), Random(seed)
        )
        assert altered is not None
        assert ("Peter Brandt" in altered) != ("1974" in altered)
        assert "the work" not in altered


def test_a_swapped_number_is_a_number() -> None:
    altered = swap("What cost 12 million marks?", Setting(PASSAGE, ARTICLE, "A second bridge", near), Random(1))
    assert altered in {f"What cost {year} million marks?" for year in (1974, 1981, 1999)}


def test_nothing_to_swap_gives_nothing() -> None:
    assert swap("who came?", SETTING, Random(0)) is None


def test_opposites_work_both_ways() -> None:
    assert all(word in OPPOSITES[other] for word, others in OPPOSITES.items() for other in others)
    turned = {turn(QUESTION, SETTING, Random(seed)) for seed in range(30)}
    assert turned == {
        "Who opened the youngest bridge in Lindau?",
        "Who opened the newest bridge in Lindau?",
        "Who closed the oldest bridge in Lindau?",
    }


@pytest.mark.parametrize(
    "question", ["When did the ferry sink?", "Who was the mayor?", "What can divers see?", "Who will never pay?"]
)
def test_a_negation_comes_or_goes(question: str) -> None:
    for seed in range(6):
        altered = negate(question, SETTING, Random(seed))
        assert altered is not None
        negated = [any(mark in text for mark in ("n't", " not", " never")) for text in (question, altered)]
        assert negated[0] != negated[1]


def test_a_replaced_word_is_one_of_the_passage_and_its_substitute_is_not() -> None:
    altered = {replace(QUESTION, SETTING, Random(seed)) for seed in range(12)}
    assert altered == {"Who opened the oldest tunnel in Lindau?", "Who closed the oldest bridge in Lindau?"}


def test_a_condition_names_what_the_question_does_not() -> None:
    for seed in range(20):
        altered = condition(QUESTION, SETTING, Random(seed))
        assert altered is not None
        assert altered.startswith(QUESTION[:-1])
        assert altered.endswith("?")
        assert "Clara" not in altered


def test_alter_always_changes_the_question() -> None:
    altered = {alter(QUESTION, SETTING, Random(seed)) for seed in range(40)}
    assert QUESTION not in altered
    assert len(altered) > 8


def test_a_spoilt_passage_keeps_the_answer_and_changes_what_the_question_asks_for() -> None:
    for seed in range(20):
        changed = spoil(QUESTION, 0, SETTING, Random(seed))
        assert changed is not None
        text, focus = changed
        assert text != PASSAGE
        assert text.startswith("Clara Hoffmann")
        assert text[:focus] == PASSAGE[:focus]
        assert text.endswith("marks.")


def test_a_sentence_is_left_out_only_if_its_answer_goes_with_it() -> None:
    changed = leave_out(0, SETTING)
    assert changed is not None
    assert "Hoffmann" not in changed[0]
    assert "Peter Brandt" in changed[0]
    again = PASSAGE + " Clara Hoffmann died."
    assert leave_out(0, Setting(again, again, "Clara Hoffmann", near)) is None


def test_names_leave_out_what_only_begins_a_sentence() -> None:
    assert names(PASSAGE) == ["Clara Hoffmann", "Lindau", "Peter Brandt"]


def test_the_occurrence_in_the_likest_sentence_is_meant() -> None:
    text = "It was 1990 when he left. The harbour opened in 1990. By 1990 it was over."
    assert occurrence(text, "1990", "When did the harbour open?") == text.index("1990. By")
    assert occurrence(text, "19", "When?") == text.index("1990")
    assert occurrence(text, "2001", "When?") is None
    assert occurrence(text, " ", "When?") is None


def test_a_window_holds_the_answer_wherever_it_stands() -> None:
    spans = [(3 * n, 3 * n + 2) for n in range(50)]
    begins = set()
    for seed in range(200):
        chance = Random(seed)
        first = chance.randrange(48)
        left, right = window(spans, spans[first][0], spans[first + 2][1], 10, chance)
        assert right - left == 10
        assert left <= first
        assert first + 3 <= right
        begins.add(first - left)
    assert begins == set(range(8))


def test_a_window_without_an_answer_is_anywhere() -> None:
    spans = [(3 * n, 3 * n + 2) for n in range(50)]
    found = [window(spans, 0, 0, 10, Random(seed)) for seed in range(200)]
    assert all(left >= 0 and right <= 50 and right - left == 10 for left, right in found)
    assert {0, 40} <= {left for left, _ in found}


def words_tokenizer() -> Tokenizer:
    """Each word a token of its own, by the words of the passage."""
    vocabulary = {word: 200 + n for n, word in enumerate(dict.fromkeys(ARTICLE.split()))}
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, **vocabulary}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def test_a_cut_example_still_spells_its_answer() -> None:
    own = Reading(QUESTION, "Bridge | Lake Post | May 1, 2001", PASSAGE, 4 * 26, 4 * 26 + 6, "own")
    for seed in range(30):
        (example,) = encode([own], 3, words_tokenizer(), 5, Random(seed))
        first = example.row.offsets[example.start - example.row.first][0]
        last = example.row.offsets[example.end - example.row.first][1]
        assert first <= own.start
        assert own.end <= last
        assert len(example.row.offsets) == 5


def test_an_altered_question_sees_the_same_words_as_its_own() -> None:
    own = Reading(QUESTION, "", PASSAGE, 0, 14, "own")
    altered = Reading("Who closed it?", "", PASSAGE, 0, 0, "altered")
    first, second = encode([own, altered], 0, words_tokenizer(), 6, Random(5))
    assert first.row.offsets == second.row.offsets
    assert (second.start, second.end) == (0, 0)


def test_batches_keep_groups_whole_and_within_their_tokens() -> None:
    def group(number: int) -> list[Example]:
        made = row([7], [], list(range(5 + number % 30)), [(0, 1)] * (5 + number % 30))
        return [Example(made, 0, 0, "own", number), Example(made, 0, 0, "other", number)]

    batches = batched([group(number) for number in range(100)], 256, Random(0))
    assert sorted(example.group for batch in batches for example in batch) == sorted([*range(100), *range(100)])
    for batch in batches:
        assert len(batch) * max(len(example.row.ids) for example in batch) <= 256
        assert all(sum(one.group == example.group for one in batch) == 2 for example in batch)


def write_data(folder: Path) -> None:
    """A little training data in the form of the real."""
    paragraphs = [
        {
            "context": f"Clara Hoffmann opened bridge {n} in Lindau in {1900 + n}. It cost {n} million, they said.",
            "qas": [
                {"question": f"When did bridge {n} open?", "answers": [{"text": f"{1900 + n}", "answer_start": 0}]}
            ],
        }
        for n in range(40)
    ]
    squad = {"data": [{"title": "Lindau_bridges", "paragraphs": paragraphs}]}
    natural = {
        "question": "who keeps the ferry",
        "answers": ["the council"],
        "ctxs": [{"title": "Ferry", "text": "The ferry is kept by the council of the town."}],
    }
    (folder / SQUAD).parent.mkdir(parents=True)
    (folder / NATURAL).parent.mkdir(parents=True)
    with gzip.open(folder / SQUAD, "wt", encoding="utf-8") as file:
        json.dump(squad, file)
    with gzip.open(folder / NATURAL, "wt", encoding="utf-8") as file:
        file.write(json.dumps(natural) + "\n")


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    write_data(tmp_path)
    return load(tmp_path)


def test_loaded_questions_point_at_their_answers(collection: Collection) -> None:
    assert len(collection.questions) == 41
    for n, asked in enumerate(collection.questions[:40]):
        assert collection.paragraphs[asked.paragraph].text[asked.start : asked.end] == f"{1900 + n}"
    assert collection.paragraphs[0].title == "Lindau bridges"


def test_groups_are_the_same_again_and_of_all_kinds(collection: Collection) -> None:
    groups = Groups(collection, near, seed=3)
    made = [groups.group(n) for n in range(80)]
    assert made == [Groups(collection, near, seed=3).group(n) for n in range(80)]
    assert {reading.kind for group in made for reading in group} == {"own", "other", "altered"}
    assert any(group[0].head for group in made)
    assert any(not group[0].head for group in made)
    for own, *others in made:
        answer = own.text[own.start : own.end]
        assert answer
        assert all(other.start == other.end == 0 for other in others)
        assert all(answer not in other.text for other in others if other.kind == "other")
        assert all((other.question, other.text) != (own.question, own.text) for other in others)


def test_near_words_have_near_vectors_and_another_beginning() -> None:
    words = [f"word{n}" for n in range(20)] + ["red", "blue", "reddish"]
    vectors = [[float(n % 5), float(n % 3), 0.0] for n in range(20)] + [
        [0.0, 0.0, 9.0],
        [0.1, 0.0, 9.0],
        [0.0, 0.1, 9.0],
    ]
    near_to = near_words(words, vectors)
    assert near_to("red")[:2] in (["blue", "reddish"], ["reddish", "blue"])
    assert near_to("nowhere") == ()
