"""Stories that only look like copies: the made traps of the labelled set.

Every function takes its own `random.Random`, so that the same articles always give the same trap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from eval.copy_edits import paragraphs


def follow_up(background: str, news: str, random: Random) -> str:
    """A new story that closes with paragraphs of an older one: between a quarter and half of it is old."""
    old, new = paragraphs(background), paragraphs(news)
    target = random.uniform(0.25, 0.5)
    fresh = _until(new, 2000)
    size = len("\n\n".join(fresh))
    start = random.randint(1, max(1, len(old) // 3))
    return "\n\n".join(fresh + _until(old[start:], round(size * target / (1 - target))))


def _until(parts: list[str], size: int) -> list[str]:
    """The first paragraphs until `size` characters are reached."""
    taken: list[str] = []
    for part in parts:
        if sum(map(len, taken)) >= size:
            break
        taken.append(part)
    return taken


def with_disclaimer(text: str) -> str:
    """A story as a site prints it that closes each with the same long notice."""
    return f"{text}\n\n{_DISCLAIMER}"


def with_speech(text: str, speech: str) -> str:
    """A report that quotes three paragraphs of a speech after its own opening."""
    own = paragraphs(text)
    quotes = [f"“{part}”" for part in paragraphs(speech)[1:4]]
    return "\n\n".join(own[:2] + quotes + own[2:])


_DISCLAIMER = """\
About this service: stories on this page are gathered from correspondents and partner desks and are checked by
an editor before they go out. Times are local unless stated otherwise. Figures for share prices are delayed by
at least fifteen minutes and are given for information only; nothing here is advice to buy or sell. Readers who
spot a mistake may write to the standards desk, which answers every letter within three working days and prints
corrections at the foot of the story concerned. Pictures are the property of their makers and may not be used
without their written consent. Some links lead to shops that pay us a share of what you spend there; the
newsroom never learns who bought what, and no shop has a say in what we print. By reading on you agree to the
terms of use and to the privacy notice."""


def templated(name: str, random: Random) -> str:
    """One issue of a recurring item, its slots filled at random."""
    number = random.randint

    def slot(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "n":
            return str(number(2, 98))
        if kind == "d":
            return f"{number(1, 9)}.{number(0, 9)}"
        if kind == "person":
            return random.choice(_FIRST) + " " + random.choice(_LAST)
        return random.choice(_CHOICES[kind])

    return re.sub(r"\{(\w+)\}", slot, TEMPLATES[name])


_FIRST = "Anna Boris Clara Denis Elena Felix Greta Henry Ines Jakob Karin Louis Mona Nils Olga Peter Rosa Simon".split()
_LAST = "Abbott Brandt Carver Dorsey Egan Fisk Granger Holm Ivers Janssen Kemp Larsen Moran Noble Ortiz Pratt".split()
_CHOICES = {
    "place": "Ashford Brinton Calder Denholm Eastby Farley Granton Hexby Ilkley Jarrow Luton Morley Norby".split(),
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "firm": ("Alder Foods", "Bexar Steel", "Corvin Air", "Delmar Bank", "Ember Energy", "Fenwick Rail", "Gale Motors"),
    "sky": ("sunny spells", "light rain", "heavy showers", "fog", "sleet", "clear skies", "thunder", "drifting snow"),
    "wind": "north east south west north-easterly south-westerly".split(),
    "move": ("rose", "fell", "gained", "slipped", "climbed", "dropped", "added", "lost"),
    "sector": ("miners", "banks", "retailers", "airlines", "drug makers", "builders", "utilities", "chip makers"),
    "trade": ("teacher", "nurse", "joiner", "miner", "farmer", "librarian", "bus driver", "pharmacist", "fitter"),
    "hobby": ("fishing", "choir singing", "rambling", "chess", "gardening", "bell ringing", "bowls", "quilting"),
    "cause": ("the hospice", "the lifeboats", "the animal shelter", "the scout troop", "the food bank"),
}
TEMPLATES: Mapping[str, str] = {
    "weather": """\
{place} will see {sky} on {day}, with a high of {n} degrees and a low of {n}. Winds from the {wind} will reach
{n} kilometres an hour by the afternoon. The chance of rain stands at {n} per cent.

On {day} expect {sky} in the morning and {sky} later, with {n} degrees at noon in {place} and {n} in {place}.
The pollen count is {n} and the ultraviolet index {d}. Sunrise is at {n} minutes past six and sunset at {n}
minutes past seven.

Outlook: {sky} on {day}, {sky} on {day}. Drivers between {place} and {place} should allow {n} minutes more for
the trip.

This forecast was made by machine from the weather service's figures and is renewed every six hours.""",
    "stocks": """\
Shares in {place} {move} on {day}, with the main index at {n}{n} points, {d} per cent from the day before.
{sector} led the trading, followed by {sector}.

{firm} {move} {d} per cent to {n}.{n} after its quarterly figures. {firm} {move} {d} per cent and {firm} {move}
{d} per cent.

The currency {move} to {d} against the dollar. Oil for delivery next month {move} {d} per cent to {n} dollars a
barrel, while gold {move} {d} per cent.

Turnover came to {d} billion, against a thirty-day average of {d} billion. Markets open again at nine on {day}.""",
    "earnings": """\
{firm} on {day} reported a quarterly profit of {n} million dollars. That makes {d} dollars for each share of the
firm, which has its seat in {place}. Without one-off gains and costs it would have been {d} dollars.

The result {move} against what the market had looked for: {n} analysts had forecast {d} dollars a share on
average. Revenue in the three months came to {n} million dollars.

For the current quarter, {firm} expects revenue between {n} million and {n} million dollars. Its shares have
{move} {n} per cent since the beginning of the year.

This story was generated by machine from the company's statement.""",
    "obituary": """\
{person} of {place}, a retired {trade}, died on {day} at the age of {n}. Born in {place}, {person} was the
eldest of {n} children and married {person} in 19{n}.

After {n} years as a {trade} the couple moved to {place}, where they were known for {hobby} and {hobby}.
Neighbours remember an open door and a kettle that was always on.

Survivors are a daughter, {person} of {place}; a son, {person} of {place}; and {n} grandchildren.

A service will be held at eleven o'clock on {day} at the chapel in {place}. The family asks that instead of
flowers gifts be made to {cause}. The family wishes to thank the staff of the ward for their care and kindness.""",
    "lottery": """\
The winning numbers in {day}'s draw were {n}, {n}, {n}, {n} and {n}, with the bonus ball {n}. No ticket matched
all six, so the jackpot grows to {n} million for the next draw on {day}.

{n} tickets matched five numbers and win {n} thousand each; one of them was sold in {place}, another in {place}.

The odds of winning the jackpot are one in 292 million. Tickets cost two dollars and are sold until ten in the
evening on the day of the draw. Drawings are held on Monday, Wednesday and Saturday nights and are shown live.
Winners have 180 days to claim their prize, and may take it in thirty yearly payments or at once after tax.""",
    "match": """\
{place} beat {place} {n}-{n} on {day}, led by {person} with {n} points. {person} added {n} and {person} had {n}
for the visitors, who have won {n} of their last {n} games.

{place} led by {n} at the break and by {n} going into the last quarter. {person} tied the game with {n} seconds
left before {person} scored from the corner.

{person} had {n} points and {person} {n} for {place}, who shot {n} per cent from the floor.

Up next: {place} play at {place} on {day}; {place} receive {place} on {day}.""",
}
