"""Who says what in an article: its quotes and its reported speech, each with the one who speaks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from index.sentences import sentence_spans
from rag.speech.cues import GROUPS, Cue, find_cues, is_name, sentence_subject
from rag.speech.people import People
from rag.speech.quotes import Quotation, mask, quotations
from rag.speech.reported import clause_ahead, clause_behind

_NAMING = re.compile(
    r"\b(?:(?:known|referred to) as|so-called|nicknamed|named|entitled|titled|dubbed|terms?|word|phrase|hashtag)"
    r" (?:an? |the )?$"
)
_FIRST_PERSON = re.compile(r"\b(?:I|we|my|our|me|us|We|My|Our)\b")
_WORKS = re.compile(r"(?:[A-Z0-9][\w’'.-]*|of|the|and|in|a|an|to|for|on|&|:|-)(?:[ :]|$)")
_NEAR = 600  # characters in which "it" and "they" are understood
_GIVES_NAME = ("called", "calls", "dubbed", "calling")  # "a process called ..."
_LED, _BETWEEN = 40, 60  # characters that may stand before, and between, a quote and who says it
_SCARE = 8  # words from which a quote that nobody is said to speak counts as speech all the same


@dataclass(frozen=True)
class Utterance:
    """What somebody says in an article: `text` are the words, ``article.text[start:end]``, without quotation marks.

    `speaker` is the longest name the article has for who speaks, or its words for them ("the coast guard"), or None
    where it does not tell; `roles` are what it calls them besides. `quoted` tells a quote from reported speech, `verb`
    is the article's own, or "". From `sentence_start` to `sentence_end` goes the whole sentence around the words.
    """

    start: int
    end: int
    speaker: str | None
    quoted: bool
    verb: str = ""
    roles: tuple[str, ...] = ()
    sentence_start: int = 0
    sentence_end: int = 0
    text: str = ""


def utterances(text: str, heading: str = "") -> list[Utterance]:
    """What is said in an article and by whom, in its order; `heading` may tell the roles of those it names.

    Marks around a title, a name or a single word that nobody is said to speak make no utterance. Time is linear in
    the length of the text.

    >>> text = '“No resets,” said Ann Lee, the mayor. “No redos.” She said that she had a plan.'
    >>> [(found.speaker, found.text) for found in utterances(text)]
    [('Ann Lee', 'No resets,'), ('Ann Lee', 'No redos.'), ('Ann Lee', 'she had a plan')]
    """
    return _Reading(text, heading).utterances()


class _Reading:
    """One article on its way from its text to its utterances."""

    def __init__(self, text: str, heading: str) -> None:
        self.text = text
        self.quotes = quotations(text)
        self.masked = mask(text, self.quotes)
        self.people = People(self.masked, heading)
        self.sentences = sentence_spans(self.masked)
        self.cues = [find_cues(self.masked, start, end) for start, end in self.sentences]
        self.starts = [start for start, _ in self.sentences]
        # Where the paragraph of each sentence begins, as the number of its first sentence.
        self.first = [0] * len(self.sentences)
        for number in range(1, len(self.sentences)):
            same = "\n" not in text[self.sentences[number - 1][1] : self.sentences[number][0]]
            self.first[number] = self.first[number - 1] if same else number
        self.body: tuple[int, str] = (0, "")  # the last speaker that is no person: "it" and "they"

    def utterances(self) -> list[Utterance]:
        within: list[list[Quotation]] = [[] for _ in self.sentences]
        for quote in self.quotes:
            number = bisect_right(self.starts, quote.start) - 1
            if number >= 0:
                within[number].append(quote)
        found: list[Utterance] = []
        speaking: dict[int, str] = {}  # by the number of a paragraph's first sentence, who spoke last in it
        continued: str | None = None
        before = -1
        for number, quotes in enumerate(within):
            first = self.first[number]
            if number == first and number:
                before = self.first[number - 1]
            speakers = self._resolved(number)
            said = [it for quote in quotes if (it := self._quoted(number, quote, speakers)) is not None]
            if said and continued and number == first:
                said[0] = replace(said[0], speaker=said[0].speaker or continued)
            last = speaking.get(first)
            for at, it in enumerate(said):
                if it.speaker is None and not self._is_scare(it):
                    nearby = (
                        self._own_subject(it)
                        or last
                        or self._introduced(number)
                        or (speaking.get(before) if number == first else None)
                    )
                    said[at] = it = replace(it, speaker=nearby)
                last = it.speaker or last
            said = [it for it in said if it.speaker or it.verb or not self._is_scare(it)]
            said += self._reported(number, quotes, speakers)
            named = [speaker for speaker in speakers if speaker]
            if said or named:
                speaking[first] = next((it.speaker for it in reversed(said) if it.speaker), named[-1] if named else "")
            if quotes:
                continued = speaking.get(first) if quotes[-1].continued else None
            found += sorted((self._described(it, number) for it in said), key=lambda it: it.start)
        return self._looking_back(found)

    def _resolved(self, number: int) -> list[str | None]:
        """The speakers of a sentence's cues, by their full names."""
        start, end = self.sentences[number]
        resolved: list[str | None] = []
        for cue in self.cues[number]:
            subject = cue.subject
            if not subject:
                known = next((name for name in reversed(resolved) if name), None)
                subject = known or sentence_subject(self.masked, start, cue.start)
            speaker = self.name_of(subject, cue.start, start)
            resolved.append(speaker)
            if speaker:
                self.people.note_speaker(cue.at, speaker)
                if not self.people.person(speaker):
                    self.body = (cue.at, speaker)
        # "Calling it a disgrace, the mayor said"
        if len(resolved) > 1 and resolved[0] is None and self.cues[number][0].kind == "saying":
            resolved[0] = resolved[1]
        return resolved

    def name_of(self, subject: str, at: int, sentence: int) -> str | None:
        """The full name behind a subject as worded; None for "I", and for a pronoun that could be anybody's."""
        lower = subject.lower()
        if lower in ("he", "she"):
            return self.people.pronoun(lower, at, sentence)
        if lower in ("it", "they"):
            return self._body_before(sentence)
        if lower in ("", "i", "we", "you", "who", "which", "one", "someone", "somebody", "nobody"):
            return None
        if is_name(subject) and (person := self.people.person(subject)):
            return person.name
        if (
            " " not in subject
            and subject[0].isupper()
            and not subject.endswith("s")
            and subject not in self.people.sure
        ):
            return None if subject.lower() not in GROUPS else subject
        known = self.people.with_role(subject) if not is_name(subject) else None
        return known.name if known else subject

    def _body_before(self, sentence: int) -> str | None:
        """What "it" and "they" mean: what the sentence before is about, else the last body that spoke nearby."""
        number = bisect_right(self.starts, sentence) - 1
        subject = sentence_subject(self.masked, *self.sentences[number - 1]) if number else ""
        if subject and subject.lower() not in ("he", "she", "it", "they") and not self.people.person(subject):
            return subject
        at, body = self.body
        return body if body and sentence - at < _NEAR else None

    def _quoted(self, number: int, quote: Quotation, speakers: list[str | None]) -> Utterance | None:
        """The quote with the speaker that its own sentence, or a tag right behind it, gives it."""
        cues = self.cues[number]
        start, end = self.sentences[number]
        if _NAMING.search(self.masked, max(start, quote.start - 30), quote.start - 1):
            return None
        itself = Utterance(quote.start, quote.end, None, True, sentence_start=start, sentence_end=end)
        behind = bisect_left(cues, quote.end, key=lambda cue: cue.start)
        ahead = next((at for at in range(behind - 1, max(-1, behind - 6), -1) if speakers[at]), None)
        # In `Lee warned of a "long night," the paper said` the words are Lee's.
        inner = ahead is not None and self.people.person(speakers[ahead] or "") and self.text[quote.start].islower()
        follows = behind < len(cues)
        if follows and not inner and self._is_tag(quote, cues[behind]):
            return self._by(itself, cues[behind], speakers[behind])
        if ahead is not None:
            between = self.masked[cues[ahead].close : quote.start - 1][-_BETWEEN:].strip(" ,:")
            if not between and self.text[cues[ahead].start : cues[ahead].end] in _GIVES_NAME:
                return None
            calls = cues[ahead].kind == "put" or self.text[cues[ahead].start : cues[ahead].end] == "calling"
            far_work = between not in ("", "that") and not calls and self._is_work(quote, number)
            return None if far_work else self._by(itself, cues[ahead], speakers[ahead])
        if follows and speakers[behind] and self._is_aside(cues[behind], start):
            return None if self._is_work(quote, number) else self._by(itself, cues[behind], speakers[behind])
        if not self._is_work(quote, number) and (tag := self._next_tag(number, quote)):
            return self._by(itself, tag, self.name_of(tag.subject, tag.at, self.starts[number]))
        if quote.start - start < _LED and (led := self.masked[start : quote.start - 1].strip()).endswith(":"):
            return replace(itself, speaker=self.name_of(led.rstrip(" :"), quote.start, start))
        return None if self._is_work(quote, number) else itself

    def _by(self, said: Utterance, cue: Cue, speaker: str | None) -> Utterance:
        return replace(said, speaker=speaker, verb=self.text[cue.start : cue.end])

    def _is_tag(self, quote: Quotation, cue: Cue) -> bool:
        """Whether a cue stands right behind a quote: `"...," said Ann Lee`."""
        if cue.at - quote.end > _BETWEEN or not cue.subject:
            return False
        between = self.masked[quote.end + 1 : cue.at]
        ends = self.text[max(quote.start, quote.end - 4) : quote.end].rstrip("'’ ")[-1:] in ",?!-–—…"
        return (ends or cue.inverted or between[:1] in (",", "–", "—")) and not between.strip(" ,–—-")

    def _is_aside(self, cue: Cue, start: int) -> bool:
        """Whether a cue speaks for what its sentence says before it: `..., the paper adds, ...`."""
        at = cue.start if cue.inverted else cue.at
        led = self.masked[max(start, at - 4) : at].rstrip()
        tail = self.masked[cue.close : cue.close + 1]
        closed = led[-1:] in (",", "”", '"') and (not tail or tail in ",.;\n")
        return closed or clause_ahead(self.masked, cue, start) is not None

    def _next_tag(self, number: int, quote: Quotation) -> Cue | None:
        """The cue of the next sentence where that is but a tag: `"Why?" Lee asked.`"""
        following = number + 1
        if following >= len(self.sentences) or self.first[following] != self.first[number]:
            return None
        start, end = self.sentences[following]
        cue = next(iter(self.cues[following]), None)
        closed = self.sentences[number][1] <= quote.end + 2 and self.text[quote.end - 1] in "?!."
        if cue is None or not closed or not cue.subject or cue.at > start + 1:
            return None
        if self.text[quote.end - 1] == "." and not cue.inverted:
            return None
        return cue if len(self.masked[cue.close : end][:_NEAR].split()) < 4 else None

    def _own_subject(self, said: Utterance) -> str | None:
        """The person whom a sentence that leads to a quote is about: "Lee danced, her love for it \"in my bones\"."""
        subject = sentence_subject(self.masked, said.sentence_start, said.start - 1)
        speaker = self.name_of(subject, said.sentence_start, said.sentence_start) if subject else None
        return speaker if speaker and self.people.person(speaker) else None

    def _introduced(self, number: int) -> str | None:
        """Whom the sentence before, in the same paragraph, is about."""
        if number == self.first[number]:
            return None
        start, end = self.sentences[number - 1]
        subject = sentence_subject(self.masked, start, end)
        speaker = self.name_of(subject, start, start) if subject else None
        if speaker and self.people.person(speaker):
            return speaker
        named = self.people.named_between(start, end)
        return named[0] if len(named) == 1 else None

    def _is_work(self, quote: Quotation, number: int) -> bool:
        """Whether a quote has the form of a title or a name: “Jaws”, "Breaking Into Comics,"."""
        words = self.text[quote.start : quote.end].strip(" ,.").split()
        if not words or len(words) > _SCARE or not words[0][:1].isupper():
            return False
        sentence = self.text[quote.end - 1] in ".?!" and self.starts[number] >= quote.start - 1
        return not sentence and all(_WORKS.match(word) for word in words)

    def _is_scare(self, said: Utterance) -> bool:
        """Whether a quote that has no speaker is too short, and not formed, to be speech."""
        words = self.text[said.start : said.end].split()
        formed = words[0][:1].isupper() and words[-1][-1:] in ".,?!" and len(words) > 4
        if len(words) >= _SCARE or formed or _FIRST_PERSON.search(self.text, said.start, said.end):
            return False
        before = self.text[max(said.sentence_start, said.start - _LED) : said.start - 1]
        return bool((before + self.text[said.end + 1 : said.sentence_end][:_LED]).strip(" .,"))

    def _reported(self, number: int, quotes: list[Quotation], speakers: list[str | None]) -> list[Utterance]:
        """The reported speech of a sentence."""
        start, end = self.sentences[number]
        found: list[Utterance] = []
        done = start
        for cue, speaker in zip(self.cues[number], speakers, strict=True):
            if speaker is None or cue.kind == "put" or cue.at < done:
                continue
            span = clause_behind(self.masked, cue, end) or clause_ahead(self.masked, cue, done)
            near = bisect_right(quotes, span[0] + 1, key=lambda quote: quote.start) - 1 if span else -1
            if span and (near < 0 or span[1] > quotes[near].end + 2):
                found.append(self._by(Utterance(*span, None, False), cue, speaker))
                done = span[1]
        return found

    def _described(self, said: Utterance, number: int) -> Utterance:
        person = self.people.person(said.speaker) if said.speaker else None
        start, end = self.sentences[number]
        roles = tuple(person.roles) if person else ()
        end = max(end, said.end)
        return replace(said, roles=roles, sentence_start=start, sentence_end=end, text=self.text[said.start : said.end])

    def _looking_back(self, found: list[Utterance]) -> list[Utterance]:
        """Give a quote without a speaker the one of the quote that follows right behind it."""
        for at in range(len(found) - 2, -1, -1):
            this, following = found[at], found[at + 1]
            if this.quoted and this.speaker is None and following.quoted:
                between = self.text[this.end : following.start]
                if len(between) < 6 and "\n" not in between:
                    found[at] = replace(this, speaker=following.speaker, roles=following.roles)
        return found
