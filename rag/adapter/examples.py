"""What the adapter learns from: SQuAD's and natural questions over a few sentences, with the answer or without it.

Sentences of a paragraph stand among some of others that are found for the same question, as evidence does; one that
carries an answer is often left out, so that its question has none. Each reading has several questions, which share
the cost of it. Titles, outlets and dates above the sentences are made up, as in `rag.reader.examples`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from index.article import spoken_date
from index.fulltext import FullText
from index.sentences import sentence_spans
from index.words import content_words
from rag.adapter.task import MOST_PIECES, Found, Piece
from rag.reader.alterations import Setting, alter
from rag.reader.examples import Collection, Question, invented_outlet

# Questions of one reading, how many of them at most have no answer, and how many characters are read.
MOST_QUESTIONS = 9
WITHOUT = 0.42
LEAST_CHARACTERS, MOST_CHARACTERS = 500, 1500
LEFT_OUT = 0.55
ALTERED = 0.5
_FOUND = 12


@dataclass(frozen=True)
class Asked:
    """A question of a reading, with what answers it there."""

    question: str
    found: Found | None


@dataclass(frozen=True)
class Reading:
    """Sentences and the questions over them."""

    pieces: tuple[Piece, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class _Stretch:
    """A sentence or two of a paragraph."""

    paragraph: int
    start: int
    end: int


class Readings:
    """`reading(i)` is the same for the same seed, whenever it is made."""

    def __init__(self, collection: Collection, near: Callable[[str], Sequence[str]], seed: int = 0) -> None:
        self._paragraphs = collection.paragraphs
        self._near = near
        self._seed = seed
        self._of: dict[int, list[Question]] = {}
        for question in collection.questions:
            self._of.setdefault(question.paragraph, []).append(question)
        self._order = sorted(self._of)
        Random(seed).shuffle(self._order)
        self._full_text = FullText.create(None)
        self._full_text.add((number, p.title, p.text) for number, p in enumerate(self._paragraphs))

    def __len__(self) -> int:
        return len(self._order)

    def reading(self, index: int) -> Reading:
        """The reading of one paragraph, with others beside it; `index` may go on beyond the last paragraph."""
        chance = Random(f"{self._seed} {index}")
        own = self._order[index % len(self._order)]
        stretches = self._chosen(own, chance)
        pieces = self._pieces(stretches, chance)
        text = " ".join(piece.text for piece in pieces).lower()
        with_answer: list[Asked] = []
        without: list[Asked] = []
        for paragraph in dict.fromkeys(stretch.paragraph for stretch in stretches):
            for question in self._of.get(paragraph, ()):
                words = self._paragraphs[paragraph].text[question.start : question.end]
                place = _place(stretches, question)
                if place is not None:
                    with_answer.append(Asked(question.text, Found(place, words)))
                    if chance.random() < ALTERED and (altered := self._altered(question, words, text, chance)):
                        without.append(Asked(altered, None))
                elif words.lower() not in text:
                    without.append(Asked(question.text, None))
        chance.shuffle(with_answer)
        chance.shuffle(without)
        most = int(WITHOUT * MOST_QUESTIONS)
        # A reading that answers nothing teaches as much as one question.
        without = without[: max(1, min(most, round(len(with_answer) * WITHOUT / (1 - WITHOUT))))]
        asked = [*with_answer[: MOST_QUESTIONS - len(without)], *without]
        chance.shuffle(asked)
        return Reading(tuple(pieces), tuple(asked))

    def _chosen(self, own: int, chance: Random) -> list[_Stretch]:
        """Stretches of the paragraph and of others, in an order by chance but that of an article among its own."""
        question = chance.choice(self._of[own])
        mine = self._cut(own, chance)
        if len(mine) > 1 and chance.random() < LEFT_OUT:
            mine.remove(chance.choice([s for s in mine if s.start <= question.start < s.end] or mine))
        found = [number for number in self._full_text.match(content_words(question.text), _FOUND) if number != own]
        title = self._paragraphs[own].title
        same = [number for number in found if self._paragraphs[number].title == title]
        others: list[_Stretch] = []
        for _ in range(chance.randint(0, 3)):
            pool = same if same and chance.random() < 0.6 else found
            if pool:
                others += self._best(chance.choice(pool), question, chance)
        groups: dict[int, list[_Stretch]] = {}
        room = chance.randint(LEAST_CHARACTERS, MOST_CHARACTERS)
        kept = mine[:6] if chance.random() < 0.7 else chance.sample(mine, min(len(mine), 3))
        for stretch in dict.fromkeys([*kept, *others]):
            room -= stretch.end - stretch.start
            if room < 0 and groups:
                break
            groups.setdefault(stretch.paragraph, []).append(stretch)
        order = list(groups)
        chance.shuffle(order)
        ranked = [stretch for number in order for stretch in chance.sample(groups[number], len(groups[number]))]
        return ranked[:MOST_PIECES]

    def _best(self, paragraph: int, question: Question, chance: Random) -> list[_Stretch]:
        """The one or two stretches of a paragraph that share most words with the question."""
        asked = set(content_words(question.text))
        text = self._paragraphs[paragraph].text
        cut = self._cut(paragraph, chance)
        cut.sort(key=lambda s: -len(asked & set(content_words(text[s.start : s.end]))))
        return cut[: chance.randint(1, 2)]

    def _cut(self, paragraph: int, chance: Random) -> list[_Stretch]:
        spans = sentence_spans(self._paragraphs[paragraph].text)
        cut: list[_Stretch] = []
        at = 0
        while at < len(spans):
            last = min(len(spans), at + (2 if chance.random() < 0.45 else 1)) - 1
            cut.append(_Stretch(paragraph, spans[at][0], spans[last][1]))
            at = last + 1
        return cut

    def _pieces(self, stretches: Sequence[_Stretch], chance: Random) -> list[Piece]:
        heads: dict[int, str] = {}
        titled, placed = chance.random() < 0.75, chance.random() < 0.85
        for stretch in stretches:
            if stretch.paragraph not in heads:
                title = self._paragraphs[stretch.paragraph].title if titled else ""
                place = f"({invented_outlet(chance)}, {_invented_day(chance)})" if placed else ""
                heads[stretch.paragraph] = " ".join(filter(None, (title, place)))
        return [Piece(heads[s.paragraph], self._paragraphs[s.paragraph].text[s.start : s.end]) for s in stretches]

    def _altered(self, question: Question, words: str, text: str, chance: Random) -> str | None:
        passage = self._paragraphs[question.paragraph].text
        return alter(question.text, Setting(passage, text, words, self._near), chance)


def _place(stretches: Sequence[_Stretch], question: Question) -> int | None:
    """Which of the stretches holds the whole answer."""
    return next(
        (
            place
            for place, one in enumerate(stretches)
            if one.paragraph == question.paragraph and one.start <= question.start and question.end <= one.end
        ),
        None,
    )


def _invented_day(chance: Random) -> str:
    day = f"{chance.randint(1998, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return spoken_date(day) or ""
