"""An answer while it is written: each finished sentence is checked, and marked with what carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from index import Embedder
from index.sentences import sentence_spans
from rag.abstention import is_refusal
from rag.agreement import find_agreeing
from rag.answer import Citation, Sentence, Support
from rag.asking.question import Question, can_answer
from rag.checking import check
from rag.citing import cite, marked, strip_marks
from rag.evidence import Evidence
from rag.limits import DEFAULT_LIMITS
from rag.reports.dateline import past_dateline
from rag.reports.deciding import Decision
from rag.reports.naming import Named
from rag.speech.speakers import Speech, attributed

if TYPE_CHECKING:
    from index.embedder import Vectors

_PREAMBLE = re.compile(
    r"^(?:according to|based on|from) (?:the |this |your )?(?:numbered |provided |given )?"
    r"(?:evidence|information|context|text)(?: provided| given| above| in the evidence)*,\s*",
    re.IGNORECASE,
)
_PLACE = re.compile(r" \([^()]*\)\.$")
_SPEAKS_OF_EVIDENCE = re.compile(r"\b(?:evidence|articles?|information|text|context|question)\b", re.IGNORECASE)


class Draft:
    """Takes the model's pieces; `sentences`, `text` and `citations` are what may be shown of them so far.

    A sentence stays when evidence carries it, or part of it. When none does, it goes. `finish` ends what the model has
    written, `start_again` lets it write once more from less, and `quote` lets the best evidence speak for itself.
    """

    def __init__(
        self,
        question: Question,
        evidence: Sequence[Evidence],
        embedder: Embedder,
        others: Sequence[Evidence] = (),
    ) -> None:
        """`others` are sentences beside the `evidence` that are cited too where they say what a sentence says."""
        self._question = question
        self._evidence = evidence
        self._others = others
        self._embedder = embedder
        self._raw = ""
        self._checked = 0
        self._sentences: list[Sentence] = []
        self._pending = ""
        self._cited: list[Evidence] = []

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        pending = (Sentence(self._pending, "pending"),) if self._pending else ()
        return (*self._sentences, *pending)

    @property
    def text(self) -> str:
        return " ".join(map(marked, self.sentences)).strip()

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(cite(number, item) for number, item in enumerate(self._cited, start=1))

    @property
    def answers(self) -> bool:
        """Whether what stands is supported somewhere and holds the kind of thing that was asked for."""
        text = " ".join(sentence.text for sentence in self._sentences)
        supported = any(sentence.support == "supported" for sentence in self._sentences)
        return supported and can_answer(self._question.answer_kind, text)

    def add(self, piece: str) -> None:
        """Take a piece of text; a sentence is checked once the next one has its first word."""
        self._raw += piece
        # A word that may still grow is left out: the full stop in "U.S. He" ends a sentence, in "U.S. Hernandez" not.
        spans = sentence_spans(re.sub(r"(?<!\S)\S+\Z", "", self._raw[self._checked :]))
        for start, end in spans[:-1]:
            self._check(self._raw[self._checked + start : self._checked + end])
        if spans:
            self._checked += spans[-1][0]
        self._pending = tidy(self._raw[self._checked :])

    def finish(self) -> None:
        """Check the last sentence."""
        rest = self._raw[self._checked :]
        for start, end in sentence_spans(rest):
            self._check(rest[start:end])
        self._checked, self._pending = len(self._raw), ""

    def start_again(self) -> None:
        """Drop what was written."""
        self._raw, self._checked, self._pending = "", 0, ""
        self._sentences, self._cited = [], []

    def quote(self, clear_score: float = DEFAULT_LIMITS.clear_score) -> None:
        """Nothing but the best evidence in its own words, where it is near enough to the question to answer it."""
        self.start_again()
        for item in self._evidence:
            if item.score >= clear_score and can_answer(self._question.kind, item.text):
                self._say(quoted(past_dateline(item)), [item])
                return

    def tell(self, spoken: Sequence[Speech]) -> None:
        """Nothing but what was said, by whom and where; what the check does not find so in the article is left out."""
        self.start_again()
        for speech in spoken:
            text, item = attributed(speech.utterance, speech.article), speech.evidence
            said = _PLACE.sub(".", text)
            near = self._embedder.embed_passages([said, item.text])
            if check(said, [item], [float(near[0] @ near[1])], self._question.text).verdict != "unsupported":
                self._say(text, [item, *find_agreeing(said, [item], self._others, self._embedder, self._question.text)])

    def decide(self, decision: Decision) -> None:
        """Nothing but a verdict and the reports it rests on, in their own words; nothing at all without a verdict.

        It is marked as supported in part: the reports are about what was asked, and the verdict is drawn from them.
        """
        self.start_again()
        if decision.verdict is not None:
            verdict = decision.verdict.capitalize()
            self._conclude(verdict, decision.reason, [part.evidence for part in decision.parts])

    def name(self, named: Named | None) -> None:
        """Nothing but the name that the parts of the question have in common, as `decide` does a verdict."""
        self.start_again()
        if named is not None:
            self._conclude(named.text, named.reason, named.evidence)

    def _conclude(self, conclusion: str, reason: str, found: Sequence[Evidence]) -> None:
        items = [item for place, item in enumerate(found) if item not in found[:place]]
        self._say(f"{conclusion} – as far as the reports found go.", items, reason)
        for item in items:
            self._say(quoted(item), [item])

    def _say(self, text: str, items: Sequence[Evidence], caveat: str = "") -> None:
        support: Support = "partly" if caveat else "supported"
        self._sentences.append(Sentence(text, support, self._numbers(items), (caveat,) if caveat else ()))

    def _check(self, sentence: str) -> None:
        sentence = self._as_printed(tidy(sentence))
        if not any(letter.isalnum() for letter in sentence) or sentence in [known.text for known in self._sentences]:
            return
        if is_refusal(sentence) and _SPEAKS_OF_EVIDENCE.search(sentence):
            return
        cosines = self._vectors @ self._embedder.embed_passages([sentence])[0] if self._evidence else ()
        found = check(sentence, self._evidence, cosines, self._question.text)
        if found.verdict != "unsupported":
            items = [self._evidence[place] for place in found.carriers]
            if found.verdict == "supported":
                items += find_agreeing(sentence, items, self._others, self._embedder, self._question.text)
            self._sentences.append(Sentence(sentence, found.verdict, self._numbers(items), found.reasons))

    @cached_property
    def _vectors(self) -> Vectors:
        return self._embedder.embed_passages([item.text for item in self._evidence])

    def _as_printed(self, sentence: str) -> str:
        """The sentence with "U. S." as "U.S." where the articles print it so: small models part initials."""
        closed = re.sub(r"\b([A-Z]\.) (?=[A-Z]\.)", r"\1", sentence)
        initials = re.findall(r"(?:\b[A-Z]\.){2,}", closed)
        printed = " ".join(item.text for item in self._evidence)
        return closed if all(run in printed for run in initials) else sentence

    def _numbers(self, items: Sequence[Evidence]) -> tuple[int, ...]:
        """The numbers under which evidence is cited, new ones for what was not."""
        self._cited += [item for item in items if item not in self._cited]
        return tuple(sorted(self._cited.index(item) + 1 for item in items))


def quoted(item: Evidence) -> str:
    """An evidence sentence with who printed it, as a sentence of an answer."""
    said_by = item.article.outlet or item.article.title
    return strip_marks(f"{said_by}: {item.text}" if said_by else item.text)


def tidy(sentence: str) -> str:
    """A sentence without the model's own marks and without a remark on where it has it from.

    >>> tidy("Based on the evidence provided, the cup was stolen in May [2].")
    'The cup was stolen in May.'
    """
    plain = strip_marks(sentence).strip()
    bare = _PREAMBLE.sub("", plain)
    return bare if bare == plain else bare[:1].upper() + bare[1:]
