"""Answers made of what people say: whose words they are, which of them answer a question, how they are printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from index import Article, Embedder, Passage
from index.article import spoken_date
from index.words import STOPWORDS
from rag.evidence import Evidence, plain, stem, stems
from rag.speech.mentions import surname
from rag.speech.people import is_called
from rag.speech.questions import SpeechQuestion
from rag.speech.quotes import is_verbatim
from rag.speech.titles import TITLES
from rag.speech.utterances import Utterance, utterances

# What an utterance is worth beside its nearness in meaning, 0 to 1 each.
TOPIC_WEIGHT = 1.0
AROUND_WEIGHT = 0.3
PHRASE_WEIGHT = 1.0
PASSAGE_WEIGHT = 0.2
QUOTE_WEIGHT = 0.1
NEAR = 0.4  # the cosine from which an utterance may answer that shares no word with the topic
_CONTEXT = 300  # characters
_LONGEST_LEAD = 100


@dataclass(frozen=True)
class Speech:
    """An utterance of an article, and how well it answers a question."""

    article: Article
    utterance: Utterance
    score: float

    @property
    def evidence(self) -> Evidence:
        """The sentences that hold the words, to be cited."""
        said, text = self.utterance, self.article.text
        start, end = said.sentence_start, said.sentence_end
        return Evidence(self.article, start, end, text[start:end], text[max(0, start - _CONTEXT) : start], self.score)


def said_by(person: str, spoken: Sequence[Utterance]) -> list[Utterance]:
    """The utterances of a person, asked for by a full name, a surname, or by what the article calls them.

    >>> spoken = utterances('“We won,” said Ann Lee, the mayor of Elm. “We lost,” said Bo Day.')
    >>> [len(said_by(person, spoken)) for person in ("Lee", "Mayor Lee", "the mayor", "Ann Day", "Day's")]
    [1, 1, 1, 0, 1]
    """
    wanted = re.sub(r"['’]s$|(?<=s)['’]$", "", person.strip(" .,?"))
    named = [said for said in spoken if said.speaker and _is_named(wanted, said.speaker)]
    if named:
        return named
    return [said for said in spoken if said.speaker and _has_role(wanted, said)]


def find_speech(
    question: SpeechQuestion,
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
    embedder: Embedder | None = None,
) -> list[Speech]:
    """The utterances that answer a question about speech, best first; `articles` holds the passages' articles by id.

    The whole articles are read, for a speaker is often named outside the passage; what stands in a passage counts
    more. An utterance that shares no word with the topic is left out, unless an embedder tells that it is near.
    """
    places: dict[str, list[Passage]] = {}
    for passage in passages:
        places.setdefault(passage.article_id, []).append(passage)
    found = _unlike(
        [Speech(articles[key], said, 0.0) for key in places for said in _candidates(question, articles[key])]
    )
    near: Sequence[float] = [0.0] * len(found)
    if embedder is not None and found:
        texts = [f"{speech.utterance.speaker}: {speech.utterance.text}" for speech in found]
        near = (embedder.embed_passages(texts) @ embedder.embed_queries([question.text])[0]).tolist()
    scored = []
    for speech, cosine in zip(found, near, strict=True):
        topical = _wording(question, speech.article, speech.utterance)
        if topical or cosine >= NEAR or not (question.topic or question.quoted):
            score = topical + cosine + _standing(speech.utterance, places[speech.article.id])
            scored.append(replace(speech, score=score))
    return sorted(scored, key=lambda speech: -speech.score)


def attributed(said: Utterance, article: Article) -> str:
    """The sentence that gives somebody's words with who, where and when: an answer made without any model.

    >>> article = Article("a", "“We won.” said Ann Lee.", outlet="Elm Post", published="2026-03-04")
    >>> attributed(utterances(article.text)[0], article)
    'Ann Lee said, “We won” (Elm Post, March 4, 2026).'
    """
    words = " ".join(said.text.split())
    place = ", ".join(part for part in (article.outlet, spoken_date(article.published)) if part)
    source = f" ({place})." if place else "."
    speaker = said.speaker or "The article"
    speaker = speaker[0].upper() + speaker[1:]
    if said.quoted:
        words = re.sub(r"[.,;]$", "", words).replace("“", "‘").replace("”", "’").replace('"', "'")
        return f"{speaker} {_led(said, article)} “{words}”{source}"
    first, _, rest = words.partition(" ")
    if first.lower() in STOPWORDS and first != "I":
        words = f"{first.lower()} {rest}"
    return f"{speaker} said that {words}{source}"


def _led(said: Utterance, article: Article) -> str:
    """What leads to a quote: "said,", or the article's own words where it quotes but a part of a sentence."""
    if not said.speaker:
        return "quotes"
    verb = article.text.rfind(said.verb, said.sentence_start, said.start) if said.verb else -1
    led = " ".join(article.text[verb : said.start - 1].split()) if verb >= 0 else ""
    own = said.text[:1].islower() and not said.verb.endswith("ing") and 0 < len(led) < _LONGEST_LEAD
    return led if own and not re.search(r"[\"“”«».]", led) else "said,"


def rightly_attributed(quote: str, speaker: str, spoken: Sequence[Utterance]) -> bool | None:
    """Whether the article gives quoted words to the speaker: False if to somebody else, None if it does not tell.

    >>> spoken = utterances('“We won,” said Ann Lee. “By a mile.” Bo Day said: “We lost.”')
    >>> [rightly_attributed("We won. By a mile.", name, spoken) for name in ("Lee", "Bo Day")]
    [True, False]
    >>> rightly_attributed("We drew", "Lee", spoken) is None
    True
    """
    theirs = {said.speaker for said in said_by(speaker, spoken)}
    held_by = {name for name, words in _runs(spoken) if is_verbatim(quote, words)}
    return bool(held_by & theirs) if held_by else None


def _runs(spoken: Sequence[Utterance]) -> list[tuple[str, str]]:
    """What each speaker says, quotes that follow one another as one: a tag may stand in the middle of the words."""
    runs: list[tuple[str, str]] = [(said.speaker, said.text) for said in spoken if said.speaker and not said.quoted]
    quoted = [said for said in spoken if said.speaker and said.quoted]
    for speaker, group in groupby(quoted, key=lambda said: said.speaker or ""):
        runs.append((speaker, " ".join(said.text for said in group)))
    return runs


def _is_named(wanted: str, speaker: str) -> bool:
    """Whether a name, with or without titles, is the speaker's, or a part of it."""
    asked = [word for word in wanted.lower().replace(".", "").split() if word not in TITLES and word != "the"]
    name = [word for word in speaker.lower().replace(".", "").split() if word != "the"]
    if not asked:
        return False
    if asked == name or wanted.lower() == speaker.lower():
        return True
    if surname(speaker) not in asked and not (len(asked) == 1 and asked[0] in name[:1] and speaker[:1].isupper()):
        return False
    given = [word for word in asked if word != surname(speaker)]
    return all(any(_same_given(word, other) for other in name) for word in given)


def _same_given(word: str, other: str) -> bool:
    return word == other or len(word) == 1 and other.startswith(word) or word in ("jr", "sr", "ii", "iii")


def _has_role(phrase: str, said: Utterance) -> bool:
    """Whether the speaker is called so; what the article calls a nameless one is its own role."""
    if any(is_called(phrase, role) for role in said.roles):
        return True
    wanted, own = stems(phrase), stems(said.speaker or "")
    return bool(wanted) and wanted <= own


def _candidates(question: SpeechQuestion, article: Article) -> list[Utterance]:
    spoken = [said for said in utterances(article.text, article.title or "") if said.speaker]
    return spoken if question.speaker is None else said_by(question.speaker, spoken)


def _wording(question: SpeechQuestion, article: Article, said: Utterance) -> float:
    """What the words of an utterance, and of what is around it, say of the topic."""
    wanted = {stem(word) for word in question.topic}
    held = stems(said.text)
    around = stems(f"{article.title or ''} {article.text[max(0, said.sentence_start - _CONTEXT) : said.sentence_end]}")
    own = len(wanted & held) / len(wanted) if wanted else 0.0
    near = len(wanted & (around - held)) / len(wanted) if wanted else 0.0
    phrases = [plain(quote) for quote in question.quoted] or [" ".join(plain(question.text).split()[2:])]
    phrase = any(words and words in plain(said.text) for words in phrases)
    return own * TOPIC_WEIGHT + near * AROUND_WEIGHT + phrase * PHRASE_WEIGHT


def _standing(said: Utterance, within: Sequence[Passage]) -> float:
    """What counts for an utterance beside its topic: words of its speaker's own, and a place in what was retrieved."""
    placed = any(passage.start < said.end and said.start < passage.end for passage in within)
    return placed * PASSAGE_WEIGHT + said.quoted * QUOTE_WEIGHT


def _unlike(found: Sequence[Speech]) -> list[Speech]:
    """Each wording once: copies of one story, and a quote within the speech that is reported with it."""
    kept: dict[str, Speech] = {}
    for speech in found:
        kept.setdefault(plain(speech.utterance.text), speech)
    return list(kept.values())
