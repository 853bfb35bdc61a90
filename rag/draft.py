"""An answer while it is written: each finished sentence is checked, and marked with what carries it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index import Embedder
from index.sentences import sentence_spans
from rag.abstention import is_refusal
from rag.answer import Citation
from rag.citing import Support, cite, find_support, strip_marks
from rag.evidence import Evidence
from rag.question import Question, can_answer

# From here on the best sentence of the articles answers most questions by itself.
CLEAR_SCORE = 0.7

_PREAMBLE = re.compile(
    r"^(?:according to|based on|from) (?:the |this |your )?(?:numbered |provided |given )?"
    r"(?:evidence|information|context|text)(?: provided| given| above| in the evidence)*,\s*",
    re.IGNORECASE,
)
_SPEAKS_OF_EVIDENCE = re.compile(r"\b(?:evidence|articles?|information|text|context|question)\b", re.IGNORECASE)


class Draft:
    """Takes the model's pieces; `text` and `citations` are what may be shown of them so far.

    A sentence stays when evidence carries it. When none does, it goes, and if nothing else is left the best evidence
    speaks for itself, quoted.
    """

    def __init__(self, question: Question, evidence: Sequence[Evidence], embedder: Embedder) -> None:
        self._question = question
        self._evidence = evidence
        self._embedder = embedder
        self._raw = ""
        self._checked = 0
        self._sentences: list[str] = []
        self._pending = ""
        self._cited: list[Evidence] = []

    @property
    def text(self) -> str:
        return " ".join([*self._sentences, self._pending]).strip()

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(cite(number, item) for number, item in enumerate(self._cited, start=1))

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
        """Check the last sentence, and let the evidence speak where the model has said nothing that it carries."""
        rest = self._raw[self._checked :]
        for start, end in sentence_spans(rest):
            self._check(rest[start:end])
        self._pending = ""
        answered = self._sentences and can_answer(self._question.answer_kind, " ".join(self._plain()))
        if not answered:
            self._sentences, self._cited = [], []
            self._quote()

    def _check(self, sentence: str) -> None:
        sentence = self._as_printed(tidy(sentence))
        if not any(letter.isalnum() for letter in sentence) or sentence in self._plain():
            return
        support = find_support(sentence, self._question.text, self._evidence, self._embedder)
        if support.holds and not (is_refusal(sentence) and _SPEAKS_OF_EVIDENCE.search(sentence)):
            self._sentences.append(self._marked(sentence, support))

    def _as_printed(self, sentence: str) -> str:
        """The sentence with "U. S." as "U.S." where the articles print it so: small models part initials."""
        closed = re.sub(r"\b([A-Z]\.) (?=[A-Z]\.)", r"\1", sentence)
        initials = re.findall(r"(?:\b[A-Z]\.){2,}", closed)
        printed = " ".join(item.text for item in self._evidence)
        return closed if all(run in printed for run in initials) else sentence

    def _quote(self) -> None:
        """The best evidence in its own words, where it is near enough to the question to answer it."""
        for item in self._evidence:
            if item.score >= CLEAR_SCORE and can_answer(self._question.kind, item.text):
                said_by = item.article.outlet or item.article.title
                quote = strip_marks(f"{said_by}: {item.text}" if said_by else item.text)
                self._sentences = [self._marked(quote, Support((item,), 1.0))]
                return

    def _marked(self, sentence: str, support: Support) -> str:
        """The sentence with its marks: behind it, before nothing but a space."""
        numbers = []
        for item in support.evidence:
            if item not in self._cited:
                self._cited.append(item)
            numbers.append(self._cited.index(item) + 1)
        return f"{sentence} {''.join(f'[{number}]' for number in sorted(numbers))}"

    def _plain(self) -> list[str]:
        return [strip_marks(sentence) for sentence in self._sentences]


def tidy(sentence: str) -> str:
    """A sentence without the model's own marks and without a remark on where it has it from.

    >>> tidy("Based on the evidence provided, the cup was stolen in May [2].")
    'The cup was stolen in May.'
    """
    plain = strip_marks(sentence).strip()
    bare = _PREAMBLE.sub("", plain)
    return bare if bare == plain else bare[:1].upper() + bare[1:]
