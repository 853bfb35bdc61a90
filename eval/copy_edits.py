"""Edits that desks make to a wire story: the made copies of the labelled set.

Every edit takes its own `random.Random`, so that the same article always gives the same copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from index.sentences import sentence_spans

Edit = Callable[[str, Random, str], str]

_AMERICAN = dict(
    pair.split("/")
    for pair in """color/colour center/centre labor/labour defense/defence organization/organisation
    organizations/organisations realize/realise recognized/recognised apologized/apologised traveled/travelled
    canceled/cancelled favor/favour favorite/favourite behavior/behaviour neighbor/neighbour honor/honour
    harbor/harbour gray/grey theater/theatre liters/litres meters/metres kilometers/kilometres license/licence
    organized/organised criticized/criticised toward/towards while/whilst among/amongst percent/per~cent
    program/programme rumors/rumours tire/tyre analyze/analyse fueled/fuelled airplane/aeroplane""".split()
)
_BRITISH = {british: american for american, british in _AMERICAN.items()}
_SYNONYMS = dict(
    pair.split("/")
    for pair in """said/stated told/informed but/yet also/additionally about/around because/since after/following
    before/prior~to many/numerous big/large buy/purchase start/begin started/began show/indicate shows/indicates
    killed/slain near/close~to people/individuals children/kids police/officers announced/declared several/various
    help/assist needed/required children/youngsters however/still officials/authorities over/more~than use/employ
    gave/provided get/obtain hurt/injured largest/biggest important/significant money/cash""".split()
)
_FURNITURE = (
    "Share this article\nFacebook\nTwitter\nEmail\nCopy link",
    "Sign up for our morning briefing. You can unsubscribe at any time.",
    "READ MORE: What the neighbours say about the new bridge",
    "Advertisement\nStory continues below",
    "Related: Five things to watch this weekend",
    "Listen to this story\n4 minutes",
    "Photo: A. Staff / Pool. Click to enlarge.",
    "Most read\n1. Rain moves east\n2. Rail fares to rise\n3. Cup draw made",
)
_PLACES = "LONDON PARIS WASHINGTON BERLIN CANBERRA OTTAWA NAIROBI DELHI TOKYO LIMA".split()
_AGENCIES = ("AP", "Reuters", "AFP", "dpa", "PA Media")
_NAMES = ("Ada Lind", "Tom Okoro", "Mara Weiss", "Jo Hale", "Iris Chen", "Paul Novak", "Nia Roy", "Lee Garza")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text without empty lines.

    >>> paragraphs("One.\\n\\n\\nTwo.")
    ['One.', 'Two.']
    """
    return [line for line in (line.strip() for line in text.splitlines()) if line]


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts)


def _dateline(text: str, random: Random, other: str) -> str:
    place, agency = random.choice(_PLACES), random.choice(_AGENCIES)
    headline = " ".join(text.split()[:8]).rstrip(".,;:")
    day = f"{random.choice(('March', 'April', 'May'))} {random.randint(1, 30)}"
    return f"{headline}: what is known\n\n{place}, {day} ({agency}) - {text}"


def _byline(text: str, random: Random, other: str) -> str:
    name, agency = random.choice(_NAMES), random.choice(_AGENCIES)
    return (
        f"By {name}\n\nUpdated {random.randint(1, 12)}:{random.randint(10, 59)} p.m.\n\n{text}\n\n"
        f"{random.choice(_NAMES)} and {random.choice(_NAMES)} contributed to this report. Copyright {agency}. "
        "No part of this text may be printed or sent on without the agency's leave."
    )


def _cut(text: str, random: Random, other: str) -> str:
    keep = random.uniform(0.48, 0.8) * len(text)
    ends = [end for _, end in sentence_spans(text)]
    return text[: next((end for end in ends if end >= keep), len(text))]


def _dropped(text: str, random: Random, other: str) -> str:
    parts = paragraphs(text)
    if len(parts) > 3:
        del parts[random.randrange(1, len(parts))]
    return _joined(parts)


def _added(text: str, random: Random, other: str) -> str:
    parts, strange = paragraphs(text), paragraphs(other)
    parts.insert(random.randint(1, len(parts)), max(strange[:6], key=len))
    return _joined(parts)


def _swapped(text: str, table: Mapping[str, str], share: float, random: Random) -> str:
    def swap(match: re.Match[str]) -> str:
        word = match.group()
        new = table.get(word.lower())
        if new is None or random.random() > share:
            return word
        new = new.replace("~", " ")
        return new.capitalize() if word[0].isupper() else new

    return re.sub(r"[^\W\d_]+", swap, text)


def _words(text: str, random: Random, other: str) -> str:
    shorter = re.sub(
        r" (?:that|very|just|now|then|even|still)\b", lambda m: "" if random.random() < 0.5 else m[0], text
    )
    swapped = _swapped(shorter, _SYNONYMS, 0.6, random)
    # Up to a tenth of the longer words become others of the story, as a rewording would change them.
    long = sorted(set(re.findall(r"\b[a-z]{6,}\b", swapped)))
    share = random.uniform(0, 0.1)
    return re.sub(r"\b[a-z]{6,}\b", lambda m: random.choice(long) if random.random() < share else m[0], swapped)


def _figures(text: str, random: Random, other: str) -> str:
    return re.sub(r"\d+", lambda m: str(int(m[0]) + random.randint(1, 9)) if random.random() < 0.2 else m[0], text)


def _spelling(text: str, random: Random, other: str) -> str:
    # Whichever way there is more to change.
    british, american = _swapped(text, _AMERICAN, 1, random), _swapped(text, _BRITISH, 1, random)
    return max(british, american, key=lambda new: sum(a != b for a, b in zip(new.split(), text.split(), strict=False)))


def _furniture(text: str, random: Random, other: str) -> str:
    parts = paragraphs(text)
    for piece in random.sample(_FURNITURE, 4):
        parts.insert(random.randint(0, len(parts)), piece)
    return _joined(parts)


def _corrected(text: str, random: Random, other: str) -> str:
    note = "Correction: An earlier version of this article gave a wrong figure. It has been corrected."
    changed = re.sub(r"\d+", lambda m: str(int(m[0]) + 2), text, count=1)
    return f"{note}\n\n{changed}" if random.random() < 0.5 else f"{changed}\n\n{note}"


def _several(text: str, random: Random, other: str) -> str:
    for edit in random.sample((_dateline, _byline, _dropped, _added, _words, _figures, _spelling, _furniture), 3):
        text = edit(text, random, other)
    return text


def _cut_and_more(text: str, random: Random, other: str) -> str:
    text = _cut(text, random, other)
    for edit in random.sample((_dateline, _byline, _words, _figures, _spelling, _furniture), 2):
        text = edit(text, random, other)
    return text


EDITS: Mapping[str, Edit] = {
    "headline and dateline": _dateline,
    "byline and credit": _byline,
    "cut at the end": _cut,
    "paragraph dropped": _dropped,
    "paragraph added": _added,
    "words changed": _words,
    "figures changed": _figures,
    "spelling": _spelling,
    "furniture left in": _furniture,
    "corrected": _corrected,
    "several edits": _several,
    "cut and more": _cut_and_more,
}
