"""What a text says and what it denies: the roots of its words, its negations, and words that say the opposite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.words import STOPWORDS, content_words, words
from rag.claims import normal
from rag.evidence import stem

# How many content words behind a "not" it reaches, and how many before one may be meant by it ("talks were not held").
REACH = 2

_IRREGULAR = dict(
    pair.split(":")
    for pair in """won:win lost:lose rose:rise risen:rise fell:fall fallen:fall began:begin begun:begin became:become
    said:say told:tell took:take taken:take gave:give given:give went:go gone:go came:come made:make found:find
    held:hold kept:keep left:leave led:lead met:meet paid:pay put:put ran:run sent:send sold:sell spent:spend
    spoke:speak spoken:speak stood:stand stole:steal stolen:steal struck:strike strikes:strike taught:teach
    thought:think threw:throw thrown:throw wrote:write written:write built:build bought:buy brought:bring broke:break
    broken:break chose:choose chosen:choose cut:cut drew:draw drawn:draw drove:drive driven:drive fought:fight
    flew:fly flown:fly forgot:forget got:get grew:grow grown:grow heard:hear hid:hide hidden:hide hit:hit knew:know
    known:know lay:lie meant:mean rode:ride ridden:ride sat:sit saw:see seen:see shot:shoot showed:show shown:show
    sank:sink sunk:sink slept:sleep swore:swear sworn:swear wore:wear worn:wear withdrew:withdraw withdrawn:withdraw
    died:die dead:die death:die people:person men:man women:woman children:child lives:life men's:man""".split()
)
_CUES = frozenset("not never no nor neither none nobody nothing without cannot unable hardly barely".split())
_DENYING = re.compile(
    r"(?:den(?:y|ies|ied|ying|ial)|refus(?:es?|ed|ing|al)|fail(?:s|ed|ing|ure)?|declin(?:es?|ed|ing))$"
)
_HIDDEN = re.compile(
    r"\b(?:un(?!i|der|til)\w{4,}|dis\w{4,}|im?possible|lack\w*|against|reject\w*|stop\w*|prevent\w*|ban(?:ned)?|"
    r"barr?ed|instead|rather|lost|avoid\w*|ruled out|oppos\w*|exempt\w*|forbid\w*|forbidden|halt\w*|"
    r"clear\w*|miss\w*|absent|innocent|free|quiet|suspend\w*|end(?:s|ed)?|without)\b",
)
_CLAUSE_ENDS = frozenset(
    """but because although though while whereas unless until after before when and who which as if that how what
    where""".split()
)
_TOKEN = re.compile(r"\w+(?:'\w+)*|[.,;:!?\"“”()—–]")


@dataclass(frozen=True)
class Negation:
    """A "not" and what it is about: the root that it stands before, and that root with those around it."""

    root: str
    reach: frozenset[str]


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """A word's stem; for an irregular verb that of its infinitive, and without a doubled last letter.

    >>> root("stopped"), root("stole"), root("dies") == root("died")
    ('stop', 'steal', True)
    """
    found = stem(_IRREGULAR.get(word, word))
    doubled = len(found) > 3 and found[-1] == found[-2] and found[-1] not in "aeious"
    return found[:-1] if doubled else found


_OPPOSITES = """win:lose rise:fall increase:decrease increase:reduce raise:lower raise:cut approve:reject
    accept:reject accept:refuse open:close start:end begin:end begin:stop more:less more:fewer before:after
    convict:acquit guilty:innocent acquit:sentence acquit:jail acquit:guilty support:oppose back:oppose allow:ban
    allow:forbid confirm:deny grow:shrink gain:lose best:worst buy:sell hire:dismiss arrive:leave highest:lowest
    largest:smallest higher:lower above:below up:down"""
OPPOSITES = frozenset(frozenset(map(root, pair.split(":"))) for pair in _OPPOSITES.split())


@lru_cache(maxsize=1024)
def roots(text: str) -> frozenset[str]:
    """The roots of the content words of a text, with initials closed up.

    >>> sorted(roots("The police didn't stop the thieves"))
    ['polic', 'stop', 'thief']
    """
    return frozenset(root(_singular(word)) for word in content_words(spread(text)))


def spread(text: str) -> str:
    """The text in its normal form, with "not" as a word of its own.

    >>> spread("He can’t go, and didn't")
    'He can not go, and did not'
    """
    return re.sub(r"\b(ca|wo|\w+?)n't\b", lambda found: f"{_LONG.get(found[1], found[1])} not", normal(text)).replace(
        "cannot", "can not"
    )


_LONG = {"ca": "can", "wo": "will"}


def _singular(word: str) -> str:
    return f"{word[:-3]}f" if word.endswith("ieves") else word


@lru_cache(maxsize=1024)
def negations(text: str) -> tuple[Negation, ...]:
    """The negations of a text, "refused to" and "failed to" among them.

    >>> [found.root for found in negations("She did not resign and failed to appear; no one was hurt.")]
    ['resign', 'appear', 'hurt']
    """
    tokens = _TOKEN.findall(spread(text).lower())
    return tuple(_negations(tokens))


def _negations(tokens: list[str]) -> Iterator[Negation]:
    for place, token in enumerate(tokens):
        follows = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token in _CUES:
            if follows in ("only", "just", "doubt", "matter", ".") or (token == "no" and follows.isdigit()):
                continue
        elif not (_DENYING.match(token) and (follows in ("to", "that") or follows.endswith("ing"))):
            continue
        after = _near(tokens[place + 1 :], REACH)
        before = _near(tokens[:place][::-1], REACH)
        if after or before:
            yield Negation((after or before)[0], frozenset(after + before))


def _near(tokens: list[str], count: int) -> list[str]:
    """The roots of the first content words of a clause."""
    found: list[str] = []
    for place, token in enumerate(tokens):
        # "denied that he stole": what follows at once is still denied.
        if len(found) == count or not token[0].isalnum() or (token in _CLAUSE_ENDS and place):
            break
        if token not in STOPWORDS and token not in ("one", "longer", "yet", "any"):
            found.append(root(token))
    return found


def contradicts(sentence: str, source: str, context: str = "") -> str | None:
    """What one of two texts denies and the other does not, as the sentence puts it; None where they agree.

    >>> contradicts("She did not resign.", "She resigned."), contradicts("She resigned.", "She never resigned.")
    ('resign', 'resigned')
    >>> contradicts("She didn't agree.", "She refused to agree."), contradicts("Pay fell.", "Pay rose by a tenth.")
    (None, 'fell')
    """
    found = _denied(sentence, source, context)
    return found and next((word for word in words(sentence) if root(word) == found), found)


def _denied(sentence: str, source: str, context: str) -> str | None:
    own, other = negations(sentence), negations(source)
    said, held = roots(sentence), roots(source)
    denied = frozenset().union(*(one.reach for one in other))
    around = other + negations(context)
    for one in own:
        if not any(one.root in two.reach or two.root in one.reach for two in around):
            stands = one.root in held or one.root in roots(context)
            if stands or not (around or _HIDDEN.search(f"{context} {source}")):
                return one.root
    meant = frozenset().union(*(one.reach for one in own))
    for two in other:
        # Only where the source denies the very word that the sentence asserts, and most of what stands around it.
        if two.root in said and not meant & two.reach and len(two.reach & said) * 2 > len(two.reach):
            return two.root
    for pair in OPPOSITES:
        mine, its = pair & said, pair & held
        if len(mine) == len(its) == 1 and mine != its and not (mine | its) & (meant | denied):
            return next(iter(mine))
    return None
