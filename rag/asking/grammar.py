"""Words that hold a sentence together, by what they do in it, and what tells them apart."""

from __future__ import annotations

from index.article import MONTHS

DO = frozenset("do does did".split())
BE = frozenset("is are was were".split())
HAVE = frozenset("has have had".split())
MODAL = frozenset("will would can could should shall may might must".split())
AUXILIARIES = DO | BE | HAVE | MODAL

DETERMINERS = frozenset(
    """the a an this that these those his her its their my our your no some any each every all both another many few
    several most what which whose""".split()
)
PREPOSITIONS = frozenset(
    """about above across after against along among around as at before behind below beside between beyond by despite
    during for from in inside into like near of off on onto outside over past per since than through throughout to
    toward towards under until up upon via with within without""".split()
)
PRONOUNS = frozenset("he she it they him them there anyone anybody someone somebody everyone everybody nobody".split())
# What opens a clause inside a noun phrase, and what opens one behind it.
RELATIVE = frozenset("who whom whose which that where".split())
ADVERBIAL = frozenset("when before after since until because while if although though as so unless".split())
ADJECTIVES = frozenset(
    """able absent afraid alive alone angry available aware bad big black blue brown careful certain cheap clear
    closed common complete correct dangerous dark dead deep different difficult due early easy effective empty
    enough expensive fair false famous far fast fatal free fresh full glad good great green guilty happy hard
    harmful healthy heavy high hot huge ill illegal important impossible innocent large last late legal liable
    likely long loud low necessary new old open optional poor popular possible present pure quick quiet ready red
    responsible rich right sad safe secret serious short sick similar slow small sorry strong successful sure tall
    thick thin tired true unable unclear unhappy unlikely unsafe useful usual valid visible warm weak well white
    wide willing worried worse worth wrong yellow young""".split()
)
# What can follow "is" where what is asked for is its subject: "How many are back?"
PARTICLES = frozenset("back down here home in off on out over up".split())
# Nouns that look like what somebody is doing.
NOUNS_IN_ING = frozenset(
    """building hearing meeting warning ruling funding training rationing spending rating setting ceiling evening
    morning wedding killing shooting crossing opening beginning ending painting feeling finding holding king ring
    spring string thing nothing something anything everything during housing shipping fishing farming mining
    banking voting""".split()
)
MEASURED = frozenset(
    """old long far often big large high deep fast tall wide heavy late early soon well badly effective full
    expensive common serious strong quickly safe likely hot cold dangerous popular young small severe good bad
    close near hard loud successful rich poor low dry wet""".split()
)
ASKING = frozenset("who whom whose what which when where why how".split())
# "What color is the ferry?": not a thing that is the ferry.
ATTRIBUTES = frozenset(
    """age color colour condition date day height kind length level month nationality percentage price rank share
    shape size sort time type weight year""".split()
)
HELPERS = frozenset(("help", "need", "dare"))
# Capitalised, and no names.
CALENDAR = frozenset(month.lower() for month in MONTHS) | frozenset(
    "monday tuesday wednesday thursday friday saturday sunday".split()
)
ADVERBS = frozenset(
    """least most more less very also already always ever finally first just later never now often once only soon
    still yet""".split()
)
