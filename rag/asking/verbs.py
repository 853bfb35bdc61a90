"""English verbs: which words are one, and how it is written in the past and behind "he"."""

from __future__ import annotations

import re
from functools import lru_cache

# Infinitive, past and participle, the last left out where it is the same as the past.
_IRREGULAR = """arise:arose:arisen awake:awoke:awoken be:was:been bear:bore:borne beat:beat:beaten
    become:became:become begin:began:begun bend:bent bet:bet bid:bid bind:bound bite:bit:bitten bleed:bled
    blow:blew:blown break:broke:broken breed:bred bring:brought broadcast:broadcast build:built burst:burst
    buy:bought cast:cast catch:caught choose:chose:chosen cling:clung come:came:come cost:cost creep:crept cut:cut
    deal:dealt dig:dug do:did:done draw:drew:drawn drink:drank:drunk drive:drove:driven eat:ate:eaten
    fall:fell:fallen feed:fed feel:felt fight:fought find:found flee:fled fly:flew:flown forbid:forbade:forbidden
    forecast:forecast foresee:foresaw:foreseen forget:forgot:forgotten forgive:forgave:forgiven freeze:froze:frozen
    get:got give:gave:given go:went:gone grind:ground grow:grew:grown hang:hung have:had hear:heard hide:hid:hidden
    hit:hit hold:held hurt:hurt keep:kept know:knew:known lay:laid lead:led leave:left lend:lent let:let
    lie:lay:lain lose:lost make:made mean:meant meet:met mislead:misled oversee:oversaw:overseen
    overtake:overtook:overtaken pay:paid put:put quit:quit read:read rebuild:rebuilt ride:rode:ridden ring:rang:rung
    rise:rose:risen run:ran:run say:said see:saw:seen seek:sought sell:sold send:sent set:set shake:shook:shaken
    shine:shone shoot:shot show:showed:shown shrink:shrank:shrunk shut:shut sing:sang:sung sink:sank:sunk sit:sat
    sleep:slept slide:slid speak:spoke:spoken spend:spent spin:spun split:split spread:spread stand:stood
    steal:stole:stolen stick:stuck strike:struck strive:strove:striven swear:swore:sworn sweep:swept swim:swam:swum
    swing:swung take:took:taken teach:taught tear:tore:torn tell:told think:thought throw:threw:thrown
    undergo:underwent:undergone understand:understood undertake:undertook:undertaken upset:upset wake:woke:woken
    wear:wore:worn win:won withdraw:withdrew:withdrawn withhold:withheld withstand:withstood write:wrote:written"""

_REGULAR = frozenset(
    """abandon abolish absorb abstain accept accompany account accuse achieve acknowledge acquire act adapt add
    address adjust admit adopt advance advertise advise advocate affect afford agree aim alert allege allow alter
    amend amount analyse analyze announce annul answer apologise apologize appeal appear apply appoint approach
    approve argue arrange arrest arrive ask assault assess assign assist assume assure attach attack attempt
    attend attract avoid award back bake balance ban bar base batter battle beg behave believe belong benefit
    blame block board boil bomb boost borrow bother bounce boycott brand breach breathe brief broaden bury
    calculate call campaign cancel capture care carry cause celebrate censor challenge change characterize charge
    chase cheat check cheer cite claim clash classify clean clear climb close coach collapse collect collide
    combine comment commission commit compare compensate compete complain complete comply compose compromise
    compute concede concern conclude condemn conduct confess confirm confiscate conflict confront confuse connect
    conquer consider consist construct consult consume contact contain contest continue contract contradict
    contribute control convert convey convict convince cooperate cope copy correct correspond count cover crash
    crawl create credit criticise criticize cross crowd crush cry cure damage dance dare date debate decide
    declare decline decrease dedicate defeat defend define delay delete deliver demand demolish demonstrate deny
    depart depend deport depose deposit derail describe deserve design desire destroy detain detect determine
    develop devise devote devour die differ diminish direct disagree disappear disappoint disclose discover
    discuss dislike dismiss display dispute disrupt dissolve distinguish distribute divert divide divorce document
    dominate donate double doubt draft drag drain drop drown dump earn ease eat edit educate eject elect eliminate
    embrace emerge emit employ enable encounter encourage end endanger endorse endure enforce engage enjoy enlist
    ensure enter entitle equip erupt escape establish estimate evacuate evolve examine exceed exchange exclude
    execute exempt exercise exhibit exile exist expand expect expel experience expire explain explode exploit
    explore export expose express extend extract face fail fake favor favour fear feature figure file fill film
    finance fine finish fire fish fit fix flood flow focus follow force form found frame free fuel fulfil fulfill
    function fund gain gather generate govern grant greet guarantee guard guess guide halt hand handle happen harm
    hate head heal heat help hesitate highlight hire honor honour hope host house identify ignore illustrate
    imagine impact implement imply import impose impress imprison improve include increase indicate infect inflict
    influence inform inherit injure inspect inspire install instruct insult insure intend interest interfere
    interpret interrupt intervene interview introduce invade invent invest investigate invite involve issue jail
    join joke judge jump justify kick kidnap kill knock label lack land last laugh launch leak lean learn level
    lift like limit line link listen live load loan locate lock look love lower maintain manage march mark marry
    match matter measure mend mention merge miss mistake mix modify monitor mount move murder name naturalize need
    neglect negotiate nominate note notice number obey object oblige observe obtain occupy occur offend offer open
    operate oppose order organise organize originate outline own pack paint park participate pass pause perform
    permit persuade phone pick place plan plant play plead please pledge plot point poison poll pose position
    possess post postpone pour practice practise praise pray predict prefer prepare present preserve press pretend
    prevent print proceed process produce program progress prohibit project promise promote prompt propose
    prosecute protect protest prove provide provoke publish pull pump punish purchase pursue push qualify question
    quote race raid rain raise range rank rate reach react realise realize rebel recall receive recognise
    recognize recommend record recover recruit reduce refer reflect reform refund refuse regain regard register
    regret regulate reject relate relax release rely remain remark remember remind remove renew rent reopen repair
    repeat replace reply report represent request require rescue research resemble reside resign resist resolve
    respect respond rest restore restrict result resume retain retire retreat return reveal review revise revive
    revoke reward ripen rob roll rotate rule rush sack sail salute sample sanction satisfy save scan scare score
    scrap scream search secure seem seize select sentence separate serve settle shape share shelter shift ship
    shock shop shorten shout sign signal sink skip slip slow smell smoke smuggle solve sort sound spark specialise
    specialize specify sponsor spot stab staff stage stand start starve state station stay step stop store
    strengthen stress stretch study submit subscribe succeed sue suffer suggest suit supply support suppose
    surpass surprise surrender surround survive suspect suspend sustain switch symbolise symbolize tackle talk
    target taste tax telephone tempt tend test testify thank threaten tie top total touch tour track trade train
    transfer transform translate transmit transport travel treat trigger trust try turn twist type undermine unite
    unveil update urge use vaccinate value vanish vary veto view violate visit volunteer vote wait walk want warm
    warn wash waste watch water weaken weigh welcome widen wish witness wonder work worry wound wrap yield""".split()
)

# Whose last letter is doubled although the stress is not on a single syllable.
_DOUBLED = frozenset(
    """admit permit submit commit omit emit transmit prefer refer defer infer confer transfer occur incur recur deter
    regret forget begin control patrol expel compel propel excel rebel equip kidnap program""".split()
)
# Verbs that are as often a noun: "the pay offer", "the union's vote".
NOUN_TOO = frozenset(
    """account act advance aim alert amount answer appeal approach arrest attack attempt award back balance ban bar
    base battle benefit bid blame block board bomb boost boycott brand breach break brief broadcast burst call
    campaign care cast catch cause challenge change characterize charge chase check claim clash climb close coach
    comment commission compromise concern conduct conflict contact contest contract control copy cost count cover
    crash credit cross crowd cry cure cut damage dance date deal debate decline decrease defeat delay demand
    deposit design desire direct display dispute divorce document double doubt draft drag drain draw drink drive
    drop dump ease end estimate exchange exercise exhibit exile experience exploit export face fail fall favor
    favour fear feature feed feel fight figure file fill film finance find fine finish fire fish fit fix flood
    flow fly focus force forecast form frame free fuel function fund gain grant guarantee guard guess guide halt
    hand handle harm hate head heat help hit hold honor honour hope host house impact import increase influence
    insult interest interview issue jail joke judge jump kick kill knock label lack land last laugh launch lead
    leak leave lend level lie lift like limit line link load loan locate lock look love make march mark match
    matter measure mention merge miss mistake mix monitor mount move murder name need note notice number object
    offer open order own pack paint park pass pause pay phone pick place plan plant play plot point poison poll
    pose position post pour practice praise present press print process produce program progress project promise
    protest pull pump purchase push question quote race raid rain raise range rank rate reach read rebel recall
    record reform refund regard register regret release remark rent repair repeat reply report request rescue
    research respect rest result retreat return review reward ride ring rise roll rule run rush sack sail salute
    sample sanction scan scare score scrap scream search sentence set shake shape share shelter shift ship shock
    shop shout show sign signal sink slide slip smell smoke sort sound spark spin split sponsor spot spread stab
    staff stage stand start state station stay steal step stick stop store stress stretch strike study suit supply
    support surprise surrender suspect sweep swim swing switch talk target taste tax tear telephone test throw tie
    top total touch tour track trade train transfer transport travel treat trigger trust try turn twist type
    update upset use value veto view visit volunteer vote wait wake walk warm wash waste watch water welcome
    win wish witness wonder work worry wound wrap yield""".split()
)

_PAST = {base: past for base, past, *_ in (entry.split(":") for entry in _IRREGULAR.split())}
_PARTICIPLES = {entry.split(":")[-1] for entry in _IRREGULAR.split()} | {
    "born",
    "gotten",
    "proven",
    "cancelled",
    "travelled",
}
_PASTS = frozenset(_PAST.values()) | {"were"}
BASES = _REGULAR | _PAST.keys()


@lru_cache(maxsize=1024)
def past(base: str) -> str:
    """The past of a verb; of one that is not known, as if it were regular.

    >>> past("get"), past("stop"), past("visit"), past("carry"), past("agree")
    ('got', 'stopped', 'visited', 'carried', 'agreed')
    """
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return f"{base}d"
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if _doubles(base) else f"{base}ed"


@lru_cache(maxsize=1024)
def third(base: str) -> str:
    """A verb as it stands behind "he" in the present.

    >>> third("go"), third("have"), third("carry"), third("open"), third("reach")
    ('goes', 'has', 'carries', 'opens', 'reaches')
    """
    if base in ("have", "be"):
        return {"have": "has", "be": "is"}[base]
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ies"
    return f"{base}es" if re.search(r"(?:s|x|z|ch|sh|o)$", base) else f"{base}s"


def is_past(word: str) -> bool:
    """Whether a word is the past of a known verb."""
    return word in _PASTS or word in _regular_pasts()


def is_participle(word: str) -> bool:
    """Whether a word is the participle of a known verb, as behind "has" and "was".

    >>> is_participle("stolen"), is_participle("approved"), is_participle("stole"), is_participle("red")
    (True, True, False, False)
    """
    return word in _PARTICIPLES or word in _regular_pasts()


def is_third(word: str) -> bool:
    """Whether a word is a known verb as it stands behind "he"."""
    return word in _thirds()


@lru_cache(maxsize=1)
def _regular_pasts() -> frozenset[str]:
    return frozenset(past(base) for base in _REGULAR - _PAST.keys())


@lru_cache(maxsize=1)
def _thirds() -> frozenset[str]:
    return frozenset(map(third, BASES))


def _doubles(base: str) -> bool:
    single = re.fullmatch(r"(?:qu|[^aeiou])*[aeiou][^aeiouwxy]", base)
    return bool(single) or base in _DOUBLED
