"""The one object to ask: `Assistant.open("my-index").ask("Who was elected?")`."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index import Archive
from index.archive import check_question
from index.embedder import DEFAULT_EMBEDDER
from index.filters import EVERYTHING, Filter
from rag.abstention import why_not
from rag.answer import Answer
from rag.asking.followup import standalone
from rag.asking.gender import gender_by
from rag.asking.question import Question, read_question
from rag.draft import Draft
from rag.evidence import Evidence, find_evidence
from rag.missing import abstained
from rag.models.generator import DEFAULT_MODEL, Generator, Message, load_generator
from rag.prompt import EVIDENCE_TOKENS, build_prompt
from rag.reports.deciding import decide
from rag.reports.holding import why_not_held, why_unheld
from rag.reports.listing import as_topic, listed, searched
from rag.reports.naming import find_name
from rag.reports.parts import weigh
from rag.reports.timeline import PASSAGES as TIMELINE_PASSAGES
from rag.reports.timeline import asks_timeline
from rag.reranking import DEFAULT_RERANKER, Reranker, load_reranker
from rag.retriever import Retrieval, Retriever
from rag.speech.questions import asks_what_said, asks_who_said
from rag.speech.speakers import Speech, find_speech

PASSAGES = 8
EVIDENCE = 6
# What a second attempt is made from, when nothing of the first was carried.
NARROWER = 2
# From here on an utterance answers a question about speech, and how many of one speaker are told.
SPOKEN = 0.6
UTTERANCES = 2
# A speaker of more words than a name and a post have is a clause that was taken for one.
NAME_WORDS = range(1, 7)
ANSWER_TOKENS = 160


class Assistant:
    """Answers questions over one archive with one model."""

    def __init__(self, archive: Archive, generator: Generator, reranker: Reranker | None = None) -> None:
        self.archive = archive
        self.generator = generator
        self.retriever = Retriever(archive, reranker)

    @classmethod
    def open(
        cls,
        index: str | Path,
        model: str = DEFAULT_MODEL,
        embedder: str = DEFAULT_EMBEDDER,
        reranker: str = DEFAULT_RERANKER,
    ) -> Assistant:
        """The assistant over the index in a folder. Raises CitewireError when the index or a model cannot be had."""
        return cls(Archive.open(index, embedder), load_generator(model), load_reranker(reranker))

    @property
    def model(self) -> str:
        return self.generator.name

    def ask(self, question: str, history: Sequence[Message] = (), within: Filter = EVERYTHING) -> Answer:
        """The whole answer. `history` holds the earlier turns, oldest first, as role and content.

        Only articles that meet `within` are looked at. Raises InputError for a question that cannot be one, or when
        `within` names an outlet or author that there is not, ModelError or EndpointError when the model fails.
        """
        *_, answer = self.stream(question, history, within)
        return answer

    def stream(self, question: str, history: Sequence[Message] = (), within: Filter = EVERYTHING) -> Iterator[Answer]:
        """Growing answers as they are written; the last one is whole, has `done` True, and is what `ask` returns."""
        check_question(question)
        started = time.perf_counter()
        first_token = None
        for answer in self._answers(question, history, within):
            seconds = time.perf_counter() - started
            if answer.text and first_token is None:
                first_token = seconds
            yield replace(answer, seconds=seconds, first_token_seconds=first_token)

    def _answers(self, question: str, history: Sequence[Message], within: Filter) -> Iterator[Answer]:
        asked = read_question(question, standalone(question, history, gender_by(self.archive.search)))
        taken_as = asked.text if asked.text != asked.asked else None
        passages = TIMELINE_PASSAGES if asks_timeline(asked.text) else PASSAGES
        found = self.retriever.find(searched(asked), passages, within)
        asked = as_topic(asked)
        answer = Answer(
            question, "", answered=False, standalone=taken_as, passages=found.passages, model=self.model, done=False
        )
        yield answer
        ranked = find_evidence(asked, found.passages, found.articles, self.archive.embedder, found.readings)
        if settled := self._settled(answer, asked, found, ranked):
            yield replace(settled, model="")
        else:
            yield from self._composed(answer, asked, ranked)

    def _settled(self, answer: Answer, asked: Question, found: Retrieval, ranked: Sequence[Evidence]) -> Answer | None:
        """What needs no language model: a reason not to answer, a list, what somebody said, a verdict, or a name."""
        parts = weigh(asked.text, found.reading.slots, ranked, self.archive.embedder)
        reason = (
            why_unheld(found.reading.unheld, ranked)
            or why_not(asked, ranked[:EVIDENCE], self.archive.mentions)
            or why_not_held(parts)
        )
        if reason:
            return abstained(answer, asked, ranked, reason)
        if in_list := listed(answer, asked, ranked, found):
            return in_list
        draft = Draft(asked, ranked[:EVIDENCE], self.archive.embedder, ranked)
        draft.tell(self._spoken(asked, found))
        if not draft.sentences:
            draft.decide(decide(asked.text, parts))
        if not draft.sentences:
            draft.name(find_name(asked.text, parts))
        return replace(_written(answer, draft), done=True) if draft.sentences else None

    def _composed(self, answer: Answer, asked: Question, ranked: Sequence[Evidence]) -> Iterator[Answer]:
        """The answer that the model writes from the evidence; once more from less, where nothing of it is carried."""
        evidence = ranked[:EVIDENCE]
        draft = Draft(asked, evidence, self.archive.embedder, ranked)
        for number in (EVIDENCE, NARROWER):
            draft.start_again()
            for piece in self._generate(asked.text, evidence[:number]):
                draft.add(piece)
                yield _written(answer, draft)
            draft.finish()
            if draft.answers or len(evidence) <= NARROWER:
                break
        if not draft.answers:
            draft.quote()
        yield replace(_written(answer, draft), done=True) if draft.citations else abstained(answer, asked, ranked)

    def _spoken(self, asked: Question, found: Retrieval) -> list[Speech]:
        """What answers a question for who said something, or for what somebody said; nothing for another question."""
        who = asks_who_said(asked.text)
        question = who or asks_what_said(asked.text)
        if question is None:
            return []
        speeches = find_speech(question, found.passages, found.articles, self.archive.embedder)
        quotes = [speech for speech in speeches if speech.utterance.quoted and speech.score >= SPOKEN]
        known = [speech for speech in quotes if len((speech.utterance.speaker or "").split()) in NAME_WORDS]
        return known[: 1 if who else UTTERANCES]

    def _generate(self, question: str, evidence: Sequence[Evidence]) -> Iterator[str]:
        budget = min(EVIDENCE_TOKENS, self.generator.context_tokens // 2)
        messages = build_prompt(question, evidence, self.generator.count_tokens, budget)
        return self.generator.stream(messages, ANSWER_TOKENS)


def _written(answer: Answer, draft: Draft) -> Answer:
    return replace(answer, text=draft.text, answered=True, citations=draft.citations, sentences=draft.sentences)
