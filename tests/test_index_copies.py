from __future__ import annotations

from itertools import permutations
from time import process_time

import numpy as np
import pytest

from index.article import Article
from index.copies import PERMUTATIONS, bands, buckets, components, connected, face, is_copy, signature
from index.differences import Difference, differences

STORY = """The ferry Northern Light ran aground off Gull Point at 6.40 on Tuesday morning with 112 people on board, the
coast guard said. Nobody was hurt.

Lifeboats from two harbours took the passengers ashore within three hours. The crew of nine stayed with the ship.

"We felt a long shudder, and then the coffee slid off the table," said Marta Quill, who was on her way to work. "The
crew was calm, so we were calm."

The ship's owner, Gull Line, said that an engine had failed as the ferry turned into the channel. It has carried the
morning crossing for 31 years and was last inspected in June.

Divers will look at the hull on Wednesday. Until then a smaller boat makes the crossing four times a day, and the owner
asks those who can to take the bridge at Stonebridge, 40 kilometres up the river.

The harbour master has opened an inquiry. A report is expected in the spring, and the owner says it will be printed."""

FOLLOW_UP = """Divers found a crack two metres long in the hull of the Northern Light, the harbour master said on
Wednesday, and the ferry will be towed to the yard at Penn Bay for repairs that may last until the summer.

Commuters who queued for the replacement boat were told to expect waits of more than an hour. Some had set out before
dawn; others had given up and shared cars. The town council will meet on Friday to decide whether to hire a second boat,
which would cost 9,000 a week, and whether the county should pay for it.

Shop owners at the quay fear for their trade. "Half of my customers come off that ship," said the baker Ola Lunde, who
opens at five. She has sent two of her helpers home for now.

The ship's owner, Gull Line, said that an engine had failed as the ferry turned into the channel. It has carried the
morning crossing for 31 years and was last inspected in June."""


def share_a_bucket(one: str, other: str) -> bool:
    return bool(set(buckets(one)) & set(buckets(other)))


def test_what_is_stored_of_a_text_does_not_change_between_versions() -> None:
    assert signature(STORY)[:3].tolist() == [10733436, 15528283, 93137610]
    assert bands(signature(STORY))[0] == -1487495146622498407
    assert all(-(2**63) <= bucket < 2**63 for bucket in buckets(STORY))


def test_a_signature_is_of_the_words_not_of_case_and_punctuation() -> None:
    assert np.array_equal(signature(STORY), signature(STORY.upper().replace(",", " -")))
    assert signature(STORY).shape == (PERMUTATIONS,)


@pytest.mark.parametrize("text", ["", "Too short.", "\n \t"])
def test_a_text_without_shingles_falls_into_no_bucket(text: str) -> None:
    assert buckets(text) == []
    assert is_copy(text, text) is (text == "Too short.")
    assert not is_copy(text, STORY)


@pytest.mark.parametrize(
    "copy",
    [
        "Ferry runs aground\n\nGULL POINT, March 3 (AP) - " + STORY,
        STORY[: len(STORY) // 2],
        STORY.replace("112", "114").replace("nine", "eight"),
        STORY.replace("kilometres", "kilometers").replace("harbour", "harbor"),
        STORY.replace('"We felt', "Share\nTweet\nSign up for our letter\n\n“We felt"),
        "Correction: an earlier version gave a wrong number of people.\n\n" + STORY.replace("112", "121"),
        "\n\n".join(STORY.split("\n\n")[:2] + STORY.split("\n\n")[3:]),
    ],
    ids=["dateline", "cut to half", "figures", "spelling", "furniture", "corrected", "paragraph dropped"],
)
def test_an_edited_copy_is_a_candidate_and_a_copy(copy: str) -> None:
    assert share_a_bucket(STORY, copy)
    assert is_copy(STORY, copy)
    assert is_copy(copy, STORY)


def test_a_follow_up_that_repeats_the_background_is_no_copy() -> None:
    assert not is_copy(STORY, FOLLOW_UP)


def test_an_old_story_inside_a_much_longer_new_one_is_no_copy() -> None:
    news = " ".join(f"Word{number} of the new story that stands before." for number in range(120))
    assert not is_copy(STORY, f"{news}\n\n{STORY}")


def test_two_issues_of_a_template_are_no_copies() -> None:
    text = (
        "The winning numbers are {}, {}, {}, {}, {} and {}. Tickets cost two dollars and are sold until ten in the "
        "evening on the day of the draw. Drawings are held three times a week and are shown live on the lottery page. "
        "Winners have half a year to claim their prize, and may take it in yearly payments or at once after tax. "
        "Those who play are reminded that help is to be had by telephone at any hour for those who play too much."
    )
    assert not is_copy(text.format(3, 14, 25, 31, 47, 9), text.format(5, 11, 28, 36, 40, 2))
    assert is_copy(text.format(3, 14, 25, 31, 47, 9), text.format(3, 14, 25, 31, 47, 2))


def test_texts_without_spaces_between_words_are_compared_by_sign() -> None:
    story = "渡轮星期二早上在海鸥角搁浅，船上有一百一十二人，没有人受伤，海岸警卫队说。"
    assert is_copy(story, story.replace("二人", "三人"))
    assert share_a_bucket(story, "本报讯：" + story)
    assert not is_copy(story, "市议会星期一以九票对四票决定关闭旧桥一年进行维修，市长对此表示遗憾。")


@pytest.mark.parametrize("text", ["a " * 200_000, "word " * 50_000 + STORY])
def test_a_tedious_text_takes_no_tedious_time(text: str) -> None:
    start = process_time()
    assert buckets(text)
    assert is_copy(text, text)
    assert process_time() - start < 5


def test_differences_pair_a_changed_sentence_with_its_changed_form() -> None:
    other = STORY.replace("The crew of nine stayed", "The crew of eight stayed").replace("Nobody was hurt.", "")
    assert differences(STORY, other + "\n\nRain fell on Monday.") == [
        Difference("Nobody was hurt.", None),
        Difference("The crew of nine stayed with the ship.", "The crew of eight stayed with the ship."),
        Difference(None, "Rain fell on Monday."),
    ]


def test_equal_texts_differ_in_nothing_whatever_their_quotes_spaces_and_order() -> None:
    assert differences(STORY, STORY.replace("ship's", "ship’s").replace("\n\n", "\n \n")) == []
    assert differences("First came the rain. Then came the wind.", "Then came the wind. First came the rain.") == []
    assert differences("", "") == []


def test_differences_name_every_sentence_of_unlike_texts() -> None:
    found = differences("One here. Two there.", "Rain fell on Monday. Snow covered Tuesday. Sun came.")
    assert [change.one for change in found if change.one] == ["One here.", "Two there."]
    assert [change.other for change in found if change.other] == [
        "Rain fell on Monday.",
        "Snow covered Tuesday.",
        "Sun came.",
    ]


def article(identity: str, text: str = STORY, outlet: str | None = None, **facts: str) -> Article:
    return Article(identity, text, outlet=outlet, **facts)  # type: ignore[arg-type]


def face_of(*copies: Article) -> str:
    """The face's identity, which the order of the copies must not decide."""
    faces = {order[face(order)].identity for order in permutations(copies)}
    assert len(faces) == 1
    return faces.pop()


def test_the_face_is_the_earliest_of_the_full_copies() -> None:
    cut = article("cut", STORY[: len(STORY) // 2], "Post", published="2026-03-03")
    wire = article("wire", outlet="Agency", published="2026-03-04")
    late = article("late", STORY + "\n\nRain fell.", "Ledger", published="2026-03-05")
    assert face_of(cut, wire, late) == "wire"


def test_a_date_without_a_year_is_no_date() -> None:
    assert face_of(article("a", published="--01-01"), article("b", published="2026-03-04"), article("c")) == "b"
    assert face_of(article("a", published="--01-01"), article("b")) == "a"


def test_a_corrected_version_supersedes_that_of_its_outlet_only() -> None:
    wrong = article("wrong", outlet="Ledger", published="2026-03-04")
    right = article(
        "right", STORY.replace("112", "121") + "\n\nCorrection: it was 121 people.", "ledger", published="2026-03-04"
    )
    early = article("early", outlet="Post", published="2026-03-03")
    assert face_of(wrong, right) == "right"
    assert face_of(wrong, right, early) == "early"


def test_a_later_version_supersedes_unless_it_is_a_cut_or_its_date_is_unsure() -> None:
    first = article("first", outlet="Ledger", published="2026-03-04")
    assert face_of(first, article("second", outlet="Ledger", published="2026-03-04", modified="2026-03-06")) == "second"
    assert face_of(first, article("cut", STORY[:600], "Ledger", published="2026-03-06")) == "first"
    assert face_of(first, article("month", outlet="Ledger", published="2026-03")) == "month"
    assert face_of(first, article("no year", outlet="Ledger", published="--03-06")) == "first"


def test_outlets_without_a_name_are_told_by_their_host() -> None:
    old = article("old", url="https://ledger.example/a", published="2026-03-04")
    assert face_of(old, article("new", url="https://ledger.example/b", published="2026-03-05")) == "new"
    assert face_of(old, article("new", url="https://post.example/b", published="2026-03-05")) == "old"
    assert face_of(article("a", published="2026-03-04"), article("b", published="2026-03-05")) == "a"


def never(one: int, other: int) -> bool:
    return False


def test_stories_do_not_chain() -> None:
    assert components([(1, 2), (2, 3)], [1, 2, 3, 4], never) == [(1, 2), (3,), (4,)]
    chain = [(number, number + 1) for number in range(50)]
    assert max(map(len, components(chain, range(51), never))) == 2
    assert connected(chain, range(51)) == [tuple(range(51))]


def test_a_pair_that_shares_no_bucket_is_asked_for() -> None:
    asked = []

    def alike(one: int, other: int) -> bool:
        asked.append((one, other))
        return True

    assert components([(1, 2), (1, 3)], [1, 2, 3], alike) == [(1, 2, 3)]
    assert asked == [(2, 3)]


def test_one_miss_does_not_split_a_large_story() -> None:
    pairs = [(one, other) for one in range(6) for other in range(one) if (one, other) != (5, 4)]
    assert components(pairs, range(6), never) == [tuple(range(6))]


def test_stories_depend_on_no_order_and_hold_everyone_once() -> None:
    pairs = [(1, 2), (2, 3), (3, 4), (4, 1), (5, 6)]
    results = {
        tuple(components([tuple(reversed(pair)) for pair in order], [6, 5, 4, 3, 2, 1, 0], never))  # type: ignore[misc]
        for order in permutations(pairs)
    }
    assert len(results) == 1
    assert sorted(member for story in results.pop() for member in story) == list(range(7))
