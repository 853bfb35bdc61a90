"""Questions about what people say: "Who called it a disgrace?", "What did the mayor say about the ferry?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.words import content_words
from rag.asking.question import QUOTED
from rag.speech.quotes import quotations

_DID = r"(?:did|does|do|has|have|had|would|is|was|were|are)"
_SAID = (
    r"(?:said|says|say|called|calls|described|describes|claimed|claims|warned|warns|argued|argues|wrote|tweeted|posted|"
    r"announced|insisted|admitted|denied|predicted|promised|vowed|complained|suggested|stated|declared|thinks|believes|"
    r"explained|told|added|remarked|joked|commented|spoke|talked|mentioned|criticized|criticised|praised|condemned|"
    r"dismissed|denounced|dubbed|labelled|labeled|compared|was quoted|is quoted)"
)
_SAY = (
    r"(?:say|said|saying|tell|told|think|thinking|thought|write|written|tweet|claim|argue|warn|announce|promise|admit|"
    r"explain|suggest|predict|mention|comment|believe|state|stress|call|describe|react|respond|feel|have to say|"
    r"characteri[sz]e|reply|answer|defend|justify|concede|acknowledge|complain|insist|remark|joke|quoted as saying)"
)
_ABOUT = r"(?:about|of|on|regarding|concerning|over|to|towards?|as to|with regard to|when asked about|for)"
_NOUNS = (
    r"(?:reaction|response|view|views|opinion|comment|comments|position|stance|words|answer|take|statement|remarks|"
    r"message|advice|explanation|verdict|assessment)"
)
# So many at most: the ways in which words can be shared out among more of them grow without end.
_LEAD = r"(?:(?:and|so|but|please|tell me|according to [^,]{1,60}|in [^,]{1,80}|on [^,]{1,60})[,:]?\s+){0,3}"
_MADE = r"(?:joke|remark|comment|point|promise|claim|statement|excuse|warning|reply|argument|assurance)"

_WHO = re.compile(
    rf"^{_LEAD}(?:who(?: was it that| is it that| was the \w+ (?:who|that)| else)?|which (?:[\w'’-]+ ){{1,4}}?|whom)\s*"
    rf"(?:has |have |had |also |publicly |recently )*{_SAID}\b(?P<topic>.*)$",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    rf"^{_LEAD}(?:whose (?:words|quote|phrase|remark|statement) (?:is|was|were|are)|"
    r"(?:to whom|by whom) (?:is|was|were|are)|who (?:is|was) (?:being )?quoted (?:as )?(?:saying)?)\b(?P<topic>.*)$",
    re.IGNORECASE,
)
_WHAT = (
    re.compile(
        rf"^{_LEAD}(?:what|how)(?: else| exactly)? {_DID} (?P<speaker>.{{1,80}}?)"
        rf"(?: also| actually| exactly| publicly)? {_SAY}\b(?P<topic>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^{_LEAD}what (?:is|was|were|are) (?P<speaker>.{{1,80}}?)(?:['’]s|(?<=s)['’]) "
        rf"(?:[\w-]+ )?{_NOUNS}\b(?P<topic>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^{_LEAD}what (?:is|was|were|are) the (?:[\w-]+ )?{_NOUNS} of "
        rf"(?P<speaker>.{{1,80}}?)(?P<topic> {_ABOUT} .*|\W*)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^{_LEAD}(?:what|which) (?:[\w-]+ )?{_MADE} {_DID} (?P<speaker>.{{1,80}}?) "
        r"(?:make|give|offer|issue)\b(?P<topic>.*)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^{_LEAD}(?:quote|show me what|tell me what) (?P<speaker>.{{1,80}}?) (?:said|says|on|about)\b(?P<topic>.*)$",
        re.IGNORECASE,
    ),
)
# What an article says by itself is no one's speech, and "it" needs the question before.
_NOBODY = re.compile(
    r"^(?:(?:the|this|that|these|those|any|all|both) )?(?:articles?|texts?|story|stories|news|passages?|documents?|"
    r"sources?|it|this|that|there|you|i|we|one|people say|reader)s?$",
    re.IGNORECASE,
)
_NO_TOPIC = frozenset(
    "say said says saying told tell think thinks reporters journalists call called exactly quoted".split()
)


@dataclass(frozen=True)
class SpeechQuestion:
    """A question about speech: `speaker` as asked for, None where that is the question; the words of its topic.

    `quoted` are the words that the question itself quotes.
    """

    text: str
    speaker: str | None
    topic: tuple[str, ...]
    quoted: tuple[str, ...] = ()


def asks_who_said(question: str) -> SpeechQuestion | None:
    """The topic of a question that asks for a speaker, else None.

    >>> asks_who_said('Who said "no resets"?').quoted, asks_who_said("Who called the ferry a disgrace?").topic
    (('no resets',), ('ferry', 'disgrace'))
    >>> asks_who_said("Who won the ferry contract?") is None
    True
    """
    question = " ".join(question.split())
    match = _WHO.match(question) or _WHOSE.match(question)
    if match is None:
        return None
    topic = _topic(match["topic"])
    return SpeechQuestion(question, None, topic, _quoted(question)) if topic or _quoted(question) else None


def asks_what_said(question: str) -> SpeechQuestion | None:
    """The speaker and the topic of a question for what somebody said, else None.

    >>> question = asks_what_said("What did Jon Huntsman say about the resets?")
    >>> question.speaker, question.topic
    ('Jon Huntsman', ('resets',))
    >>> asks_what_said("What joke did the mayor make about the vote?").topic
    ('vote',)
    >>> asks_what_said("What was the mayor's reaction to the vote?").speaker
    'the mayor'
    >>> asks_what_said("What did the article say about the vote?") is None
    True
    """
    question = " ".join(question.split())
    match = next((match for pattern in _WHAT if (match := pattern.match(question))), None)
    if match is None:
        return None
    speaker = match["speaker"].strip(" ,")
    if _NOBODY.match(speaker) or len(speaker.split()) > 10:
        return None
    return SpeechQuestion(question, speaker, _topic(match["topic"]), _quoted(question))


def _quoted(question: str) -> tuple[str, ...]:
    return tuple(question[found.start : found.end] for found in quotations(question)) or tuple(QUOTED.findall(question))


def _topic(text: str) -> tuple[str, ...]:
    return tuple(word for word in content_words(text) if word not in _NO_TOPIC)
