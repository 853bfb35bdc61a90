"""Verbs of saying, as patterns."""

from __future__ import annotations

# Forms that are nouns as well ("two reports", "the recalls") are left out, or need a "that" or a quote behind them.
SAID = (
    "said|says|say|added|adds|told|tells|wrote|writes|tweeted|posted|insist(?:ed|s)|noted|explain(?:ed|s)|warn(?:ed|s)|"
    "argue[ds]|claimed|stated|announce[ds]|confirm(?:ed|s)|repl(?:ied|ies)|answered|ask(?:ed|s)|recalled|continued|"
    "stressed|conclude[ds]|admit(?:ted|s)|acknowledge[ds]|concede[ds]|remarked|joked|quip(?:ped|s)|declare[ds]|"
    "suggest(?:ed|s)|predict(?:ed|s)|pledged|vowed|promised|den(?:ied|ies)|complain(?:ed|s)|commented|observed|urged|"
    "reported|estimated|testif(?:ied|ies)|ruled|emphasi[sz]e[ds]|maintained|believe[ds]?|thinks|thought|agree[ds]|"
    "cautioned|shouted|yelled|responded|countered|lamented|reiterate[ds]|revealed|alleged|hinted|went on to say|"
    r"(?:claims|notes|states|promises|stresses|hints|reports|estimates|jokes|recalls|continues|argue|insist|fear|fears|"
    r"feared|hope|hopes|hoped)(?= that\b| s?he\b| they\b|,? [\"“]|[,.])|"
    r"(?:claim|state|allege|warn|note|write|confirm|suggest|predict|deny|admit|explain|announce|allowed|indicated|found|"
    r"decided|signall?ed)(?= that\b)|"
    r"reasoned|contended|contends|asserted|asserts|mused|exclaimed|elaborated|shared(?= that\b)|"
    r"issued(?= [^.]{0,40}\bstatement)|reads"
)
PUT = (
    "thank(?:ed|s)|called|describe[ds]|labell?ed|branded|praise[ds]|hailed|denounce[ds]|condemn(?:ed|s)|slammed|blasted|compared|"
    'critici[sz]e[ds]|characteri[sz]e[ds]|deemed|likened|dismissed|dubbed|calls(?= [a-z"“])'
)
BY = r"(?:described|called|hailed|praised|labell?ed|branded|dubbed|denounced|condemned|criticized|criticised) by"
SAYING = (
    "saying|adding|calling|describing|telling|writing|insisting|noting|warning|arguing|claiming|stating|asking|"
    "explaining|tweeting|stressing|suggesting|promising|recalling|urging"
)
