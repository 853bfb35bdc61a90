"""Words that tell a person from a body or a place, and what a person is called by."""

from __future__ import annotations

# What may stand before a name without being part of it, and what a person can be called by.
TITLES = frozenset(
    """president minister prime foreign secretary senator sen gov governor rep reps sens representative congressman
    congresswoman mayor judge justice dr doctor prof professor mr mrs ms miss sir dame lord lady king queen prince
    princess pope father rev reverend bishop archbishop cardinal captain capt lt lieutenant col colonel gen general sgt
    sergeant officer inspector detective det superintendent supt chief chef sheriff deputy attorney ambassador
    chancellor councillor councilor councilman councilwoman councilmember mp mps premier director chairman chairwoman
    chair ceo cfo coach manager head spokesman spokeswoman spokesperson editor actor actress author commissioner
    administrator principal nurse engineer analyst agent lawyer counsel treasurer speaker leader captain executive
    officer major corporal cpl trooper commander cmdr admiral founder owner president-elect goalkeeper striker
    midfielder defender quarterback reporter correspondent journalist singer investigator scientist economist
    coordinator magistrate prosecutor deacon imam rabbi emperor baroness baron duke duchess count sister brother
    interior finance health defense defence education justice transport home acting former vice assistant senior
    interim artist lead democratic republican democrat conservative labour u.s us uk eu united states""".split()
)
SHORT_TITLES = {
    "gov": "governor",
    "sen": "senator",
    "rep": "representative",
    "gen": "general",
    "capt": "captain",
    "dr": "doctor",
    "prof": "professor",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "rev": "reverend",
}
# A name with one of these is a body's or a place's.
BODIES = frozenset(
    """inc corp co company university college department ministry council party times post news institute board
    authority police association agency court group lines club union house street city county state center centre
    office service services bank school hospital committee commission foundation organization organisation federation
    league team government army force bureau society church network press journal works museum hall park airport
    station river lake bay island islands valley mountain north south east west street road avenue act bill cup game
    games world press today network magazine tv radio project international national standard herald ledger wire
    tribune guardian independent telegraph mirror week""".split()
)
HE = frozenset("mr sir lord king prince father spokesman chairman actor congressman councilman".split())
SHE = frozenset(
    "mrs ms miss dame lady queen princess spokeswoman chairwoman actress congresswoman councilwoman".split()
)
# Given names that tell "he" from "she" where nothing else does.
MEN = frozenset(
    """james john robert michael david william richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian george timothy ronald edward jason jeffrey ryan jacob gary
    nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander patrick jack
    dennis jerry tyler aaron jose adam nathan henry peter zachary kyle walter jeremy keith roger terry sean jon mike
    joe tom bill jim bob dave steve chris dan matt tony ben sam greg alex joel carlos juan luis pedro vladimir sergei
    ivan mohammed ahmed ali hassan ian simon graham neil craig boris barack joao hans karl lars martin alan phil doug
    brad brett jeff rob ron ken tim todd chad derek marcus travis trevor victor vincent wayne fred harry""".split()
)
WOMEN = frozenset(
    """mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley
    kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy
    angela shirley anna brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet maria
    heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea
    cheryl hannah jacqueline martha gloria teresa ann sara madison kate jane alice julia theresa claire fiona angela
    jill kathy sue anne denise jenn ellen natalie nikki erin kristen tracy tina wendy gina molly grace sophie chloe
    priti liz hillary kamala nancy ursula christine ingrid elena olga natasha fatima aisha sofia isabel lucia""".split()
)
