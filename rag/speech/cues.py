"""Verbs of saying in a sentence, and whose they are: "said Ann Lee, the mayor", "the mayor told reporters"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.speech.mentions import looks_like_person, mentions
from rag.speech.titles import TITLES
from rag.speech.verbs import BY, PUT, SAID, SAYING

_VERB = re.compile(
    rf"(?<![\w'’-])(?:(?P<said>{SAID})|(?P<by>{BY})|(?P<put>{PUT})|(?P<saying>(?i:{SAYING}))|[Aa]ccording to)"
    r"\b(?![-'’])"
)
# What an article says of somebody being told or asked is not their speech; nor is what they did not say.
_NOT_SPEECH = re.compile(
    r"(?:\b(?:was|were|is|are|be|been|being|am|got|not|to|did|does|do|will|would|should|can|could|may|might|so)|n['’]t|"
    r"['’](?:s|re|ll)|\bso-)\s*$"
)
_AUXILIARY = re.compile(
    r"[\s,](?:has|have|had|also|later|then|once|again|himself|herself|itself|themselves|further|recently|previously|earlier|"
    r"today|yesterday|still|even|first|simply|just|always|often|never|both|all|\w+ly|(?:on )?\w+day)\s*$"
)
_CLAUSE = re.compile(
    r"[;:\0\"“”«»()]|,? \b(?:but|while|because|that|although|though|if|whether|where)\b|,? as\b(?= \S+ )"
    r"|, and\b| and (?=(?:[a-z]+ ){0,2}\S+ ?$)"
)
_MAIN_CLAUSE = re.compile(r"[;:\0\"“”«»()]|,? \b(?:but|while|although|though)\b|, and\b")
_OPENING = re.compile(
    r"^\s*(?:(?:But|And|So|Then|Yet|Still|Now|Later|Earlier|Meanwhile|However|Instead|Or|Yesterday|Today|"
    r"[A-Z]\w+ly)\b,? *)+"
)
_ADVERBIAL = re.compile(
    r"\s*(?:in|on|at|during|after|before|when|while|asked|speaking|since|for|with|by|from|under|as|until|about|despite|"
    r"following|yesterday|today|last|this|earlier|later|if|once|like|unlike|among|amongst|amid|where|to|although|though|because|"
    r"\w+ing|\w+ed (?:with|by)|"
    r"\w+ (?:years?|months?|weeks?|days?|hours?|minutes?) (?:ago|earlier|later|before))\b",
    re.IGNORECASE,
)
_HEAD_ENDS = re.compile(
    r"\s\(|,|\b(?:for|of|from|at|with|in|on|to|who|whose|which|that|by|near|as|after|during|when)\b"
)
_APPOSED = re.compile(r", (?:an?|the|its|his|her) [^,.]{2,60}(?=,)")
_BEGINS_CLAUSE = re.compile(r"(?:he|she|it|they|we|I|you|there|this|that)\b")
_ENDS = re.compile(r"[.!?](?=\s|$)|[;:\0\"“”«»()\n—]|\s[–-]\s| (?:but|while|and that|as (?:he|she|they|it))\b")
_POST = re.compile(rf"(?:.*\s)?(?:member|{'|'.join(sorted(TITLES))})", re.IGNORECASE)
_ROLE = re.compile(rf"(?:[Aa]n?|[Tt]he) (?:[\w.’'-]+ ){{0,5}}(?:{'|'.join(sorted(TITLES))})\b(?= [a-z])")
_NO_SUBJECT = re.compile(
    r"\b(?:had|has|have|is|was|were|are|been|being|having|will|would|could|until|as|it|he|she|they|up|out|him)\b|[\0\d]{2}|[\"“”«»]"
)
_DETERMINER = re.compile(
    r"(?:the|a|an|his|her|its|their|our|my|one|two|three|four|five|some|many|several|most|other|both|another|these|those|"
    r"all|others|\w+['’]s?)\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"(?:one|part|two|three|some|many|most|both|all|several|none|each) of (?:\w|['’])+ \w", re.IGNORECASE
)
GROUPS = frozenset("police people staff study report company team family government".split())
_PRONOUN = re.compile(r"(?:^|.*[\s,])(he|she|it|they|who|which|I|we|you|someone|somebody|nobody|one)$", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()\0]{0,80}\)")
_DASH = re.compile(r"\s[—–-]+\s|—")
_WINDOW = 300  # characters before and behind a verb in which its subject is looked for
_PARTICLES = frozenset("van von der den de da di du del la el al bin ten ter of the and for".split())
_LONGEST = 14  # words of a subject


@dataclass(frozen=True)
class Cue:
    """A verb of saying, ``text[start:end]``, and its subject as worded, "" where that is left to the sentence.

    `kind` is "said", "put" ("called it"), "saying" or "according"; `at` is where the subject, or else the verb,
    begins; `close` is where the subject behind the verb ends, or the verb.
    """

    start: int
    end: int
    kind: str
    subject: str
    at: int
    close: int

    @property
    def inverted(self) -> bool:
        """Whether the subject follows the verb: "said Ann Lee"."""
        return self.close > self.end


def find_cues(text: str, start: int, end: int) -> list[Cue]:
    """The verbs of saying in the sentence ``text[start:end]``, in order; what is quoted in it has to be masked.

    >>> [(cue.kind, cue.subject) for cue in find_cues("On Monday, the mayor, Ann Lee, said it was late.", 0, 48)]
    [('said', 'Ann Lee')]
    """
    found = []
    low = start
    for match in _VERB.finditer(text, start, end):
        if cue := _cue(text, max(low, match.start() - _WINDOW), end, match):
            found.append(cue)
            low = cue.end
    return found


def _cue(text: str, low: int, end: int, match: re.Match[str]) -> Cue | None:
    """The cue of a verb whose subject stands behind offset `low`, if it is one of somebody's speech."""
    verb_start, verb_end = match.span()
    kind = match.lastgroup or "according"
    if kind == "saying":
        led = re.split(r"[,;:\0\"“”«»()—]\s*|\s–\s", text[low:verb_start])[-1]
        while shorter := _AUXILIARY.search(f" {led}"):
            led = led[: max(0, shorter.start() - 1)]
        if not led.strip():
            return Cue(verb_start, verb_end, kind, "", verb_start, verb_end)
        subject = _before(led)
        return Cue(verb_start, verb_end, kind, subject, verb_start, verb_end) if subject else None
    if kind in ("according", "by"):
        behind, close = _behind(text, verb_end, end)
        comma = text.find(",", text.find(behind, verb_end) + len(behind), close)
        if kind == "according" and comma >= 0:
            apposed = _APPOSED.match(text, comma, close)
            close = apposed.end() if apposed else comma
        kind = "put" if kind == "by" else kind  # "described by the mayor as"
        return Cue(verb_start, verb_end, kind, behind, verb_start, close) if behind else None
    if _NOT_SPEECH.search(text, max(low, verb_start - 12), verb_start):
        return None
    region = _ASIDE.sub(_blank, _DASH.sub(_comma, text[low:verb_start]))
    breaks = _MAIN_CLAUSE if region.rstrip().endswith(",") else _CLAUSE
    clause = region[max((clause.end() for clause in breaks.finditer(region)), default=0) :]
    behind, close = _behind(text, verb_end, end) if kind == "said" else ("", verb_end)
    subject = _before(clause)
    if subject and not (behind and _closes_clause(clause)):
        return Cue(verb_start, verb_end, kind, subject, verb_start - len(_subject_part(clause)), verb_end)
    if kind == "put":
        return Cue(verb_start, verb_end, kind, "", verb_start, verb_end)
    if re.search(r"\b(?:and|then|or)\W*$", region):  # "She left and said": the sentence tells whose verb it is
        return Cue(verb_start, verb_end, kind, "", verb_start, verb_end)
    if clause.strip(" ,") and not _closes_clause(clause):
        return None
    return Cue(verb_start, verb_end, kind, behind, verb_start, close)


def _closes_clause(clause: str) -> bool:
    """Whether "said" follows a whole clause, as in "He will appeal, said Lee", and not a name with its apposition."""
    pieces = clause.strip().split(", ")
    return clause.rstrip().endswith(",") and not (len(pieces) > 1 and len(pieces[0].split()) < _LONGEST / 2)


def _subject_part(clause: str) -> str:
    """What of a clause belongs to its subject: behind the last comma, or behind "In May," and the like."""
    opening = _OPENING.match(clause)
    part = clause[opening.end() :] if opening else clause
    if not part.rstrip().endswith(","):
        part = part.rsplit(", ", 1)[-1]
    while ", " in part.rstrip(" ,") and not head(part.split(", ", 1)[0]):
        part = part.split(", ", 1)[1]
    return part.lstrip(" ,")


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _comma(match: re.Match[str]) -> str:
    return "," + " " * (len(match.group()) - 1)


def _before(region: str) -> str:
    """The subject at the end of what stands before a verb."""
    region = _OPENING.sub("", region).rstrip()
    while shorter := _AUXILIARY.search(region):
        region = region[: shorter.start()].rstrip()
    closed = region.endswith(",")
    region = region.strip(" ,")
    if region.endswith(" and"):
        return ""
    if match := _PRONOUN.match(region.rsplit(", ", 1)[-1] if not closed else region.split(", ")[0]):
        word = match.group(1)
        if word.lower() not in ("who", "which"):
            return word
        region = region[: -len(word)].rstrip(" ,")
        named = [found for found in mentions(region) if found.end == len(region)]
        if named:
            return named[-1].name
        closed = True
    pieces = region.split(", ")
    if not closed:
        return head(pieces[-1])
    while len(pieces) > 1 and not head(pieces[0]):
        pieces.pop(0)
    return subject_of(pieces)


def subject_of(pieces: list[str]) -> str:
    """The subject that a sentence's pieces between commas begin with: a name, else the words for whom it is.

    >>> subject_of(["a spokeswoman for the Harbor Board", "Juna Pike"]), subject_of(["the coast guard"])
    ('Juna Pike', 'the coast guard')
    """
    first = head(pieces[0])
    if len(pieces) > 1 and not is_name(first):
        second = head(pieces[1])
        if is_name(second):
            return second
    return first


def is_name(subject: str) -> bool:
    """Whether a subject is a name and not "the mayor"."""
    words = subject.removeprefix("The ").split()
    named = all(word[0].isupper() or word in _PARTICLES or word[1:2] in "’'-" for word in words)
    return bool(words) and named and words[0] not in ("A", "An") and words[-1].lower() not in TITLES


def head(phrase: str) -> str:
    """The name that a noun phrase is about, else the phrase: "Arsenal goalkeeper Aaron Ramsdale", "the Apple lawyer".

    >>> head("Arsenal goalkeeper Aaron Ramsdale of England"), head("the Apple lawyer in Rome")
    ('Aaron Ramsdale', 'the Apple lawyer in Rome')
    """
    phrase = phrase.strip(" ,.")
    zone = _HEAD_ENDS.split(phrase, maxsplit=1)[0].rstrip()
    at_end = [found for found in mentions(phrase) if found.end == len(phrase)]
    if at_end and re.search(r"\b(?:to|of|in) $", phrase[: at_end[0].start]) and _POST.match(zone):
        # "Ambassador to Russia Jon Huntsman", "Member of Parliament Ann Lee"
        person = " ".join(at_end[0].name.split()[-2:])
        if looks_like_person(person) and (len(at_end[0].name.split()) > 2 or "arliament" in at_end[0].title):
            return person
    if zone != phrase and _POST.fullmatch(phrase) and _DETERMINER.match(phrase) and " who " not in phrase:
        return phrase  # "a Department of Health spokesperson"
    named = [found for found in mentions(zone) if found.end == len(zone) and not found.possessive]
    single = bool(named) and " " not in named[0].name and re.match(r"[Aa]n? |\S+ of (?:the|a|his|her|its)\b", phrase)
    if named and not single and not _POST.fullmatch(named[0].name):
        the = re.search(r"\b[Tt]he $", zone[: named[0].start])
        return f"{the.group()}{named[0].name}" if the else named[0].name
    if re.search(r"\b(?:who|which|that|what)\b", phrase) or len(phrase.split()) > _LONGEST:
        return ""
    return phrase if _is_noun_phrase(zone) or _ONE_OF.match(phrase) else ""


def _is_noun_phrase(zone: str) -> bool:
    """Whether words can be the subject of a verb: "the coast guard", "experts", "Apple's lawyers", but no clause."""
    words = zone.split()
    if not 0 < len(words) < 7 or _NO_SUBJECT.search(zone) or _ADVERBIAL.match(zone):
        return False
    if _DETERMINER.match(zone):
        return len(words) > 1 or words[0].lower() in ("both", "some", "many", "most", "others", "all", "several")
    plural = words[-1].endswith("s") or words[-1].lower() in GROUPS or words[-1].lower() in TITLES
    return plural and len(words) < 5


def _behind(text: str, verb_end: int, end: int) -> tuple[str, int]:
    """The subject that follows a verb, and where it ends."""
    stop = _ENDS.search(text, verb_end + 1, min(end, verb_end + _WINDOW))
    limit = stop.start() if stop else min(end, verb_end + _WINDOW)
    if (
        stop
        and text[stop.start()] == "."
        and re.search(r"\b(?:[A-Z]|Gov|Sen|Rep|Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|Lt|Capt)$", text[verb_end : stop.start()])
    ):
        again = _ENDS.search(text, stop.end(), min(end, verb_end + _WINDOW))
        limit = again.start() if again else min(end, verb_end + _WINDOW)
    phrase = text[verb_end:limit]
    pieces = phrase.strip().rstrip(",").split(", ")
    if not pieces[0] or not phrase[:1].isspace() or _ADVERBIAL.match(pieces[0]) or _BEGINS_CLAUSE.match(pieces[0]):
        return "", verb_end
    pieces[0] = (
        re.split(r" (?:in|on|at|during|after|before|when|to|as|who) |\s(?:\w+day)\b", pieces[0])[0]
        if is_name(pieces[0])
        else pieces[0]
    )
    return subject_of(pieces), limit


def sentence_subject(text: str, start: int, end: int) -> str:
    """The name or pronoun that the sentence ``text[start:end]`` is about, or "".

    >>> sentence_subject("In May, artist Jo Riddell sang, saying", 0, 32)
    'Jo Riddell'
    """
    pieces = _OPENING.sub("", text[start : min(end, start + _WINDOW)]).split(", ")
    while len(pieces) > 1 and _ADVERBIAL.match(pieces[0]):
        pieces.pop(0)
    first = pieces[0].strip()
    if match := re.match(r"(?:he|she|it|they)\b", first, re.IGNORECASE):
        return match.group()
    if match := _ROLE.match(first):
        return match.group()  # "a Department of Health spokesperson defended"
    zone = _HEAD_ENDS.split(first, maxsplit=1)[0]
    named = next((found for found in mentions(zone) if not found.possessive), None)
    if named is None and len(pieces) > 1:
        named = next((found for found in mentions(pieces[1]) if found.start - len(found.title) <= 1), None)
    return named.name if named else ""
