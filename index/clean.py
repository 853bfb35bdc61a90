"""Article text without the page around it: menus, share buttons, advertisements, sign-ups, photo credits."""

from __future__ import annotations

import itertools
import re
import unicodedata

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, and characters that cannot be seen but change what is read: zero-width marks, soft hyphens, overrides of
# the direction.
_UNSEEN = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
# All spaces but a plain one alone, which would only be put in its own place.
_SPACES = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")

_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*$""")
_PROSE_WORDS = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that label a page's buttons. A line of nothing else is a menu; the second set needs one of the first beside it.
_BUTTONS = _words(
    "advertisement ad menu search share tweet print email e-mail facebook twitter whatsapp reddit linkedin "
    "pinterest instagram telegram flipboard tiktok youtube messenger threads bluesky comments hamburger chevron "
    "arrow more-arrow icon icons subscribe newsletter newsletters login logout menu-icon follow bookmark copy "
    "copied permalink sitemap faq rss"
)
_BESIDE_BUTTONS = _words(
    "clock play pause close open next previous no yes more on this us via to the story article page link x all "
    "and or with save sections home up down left right your show hide view leave a our now sponsored content"
)
_AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|TASS|EPA|EFE|EPA-EFE|Xinhua|Shutterstock|Alamy|Bloomberg|PA|PA Images|PA Wire|dpa|DPA"
    r"|ANP|AAP|ANSA|UPI|NurPhoto|Sipa|Sipa USA|Kyodo(?: News)?|Yonhap|Sputnik|RIA Novosti|Interfax|Imagn(?: Images)?"
    r"|USA TODAY Sports|USA TODAY NETWORK|Anadolu(?: Agency)?|Getty(?: Images)?(?: [A-Z]\w+){0,2}|CNN|BBC|NBC|CBS|ABC)"
)
_NAME = r"(?:[A-Z][\w.'’-]*|de|da|van|von|der|al|bin|for|via|and)"
# The end of a caption: "Photo by Ada Lee", "© Ada Lee", "Ada Lee/Pool/AP", "Ada Lee/TASS", "Ada Lee via Getty Images".
_CREDIT = re.compile(
    r"(?:\(?(?:Photo|Image|Picture|Photograph)(?: [Cc]redit)?(?: by|:) ?[^()]{1,80}\)?"
    r"|©[^.!?]{0,80}"
    rf"|\(?(?:{_NAME}[ ,]+){{0,6}}{_NAME} ?/ ?(?:{_NAME}[ /]+){{0,6}}{_AGENCY}\)?"
    rf"|(?:{_NAME} ){{1,4}}[A-Z][a-z][\w’'-]*/[A-Z]{{3,12}}"
    rf"|\(?(?:{_NAME} ){{0,5}}(?:Getty Images|Shutterstock)\)?)$"
)
_CREDIT_HINT = re.compile("[/©]|Photo|Image|Picture|Getty|Shutterstock")
_CREDIT_WORDS = 8
_INNER_STOP = re.compile(r"""[.!?]["”’]?(?= )""")
_TAIL = 160
_CREDIT_LABEL = re.compile(r"(?:(?:Photo|Image|Picture|Photograph)(?: [Cc]redit)?(?: by\b|:)|©) ?")
_AGENCY_NAME = re.compile(rf"\b{_AGENCY}(?!\w)")
_NAMES = re.compile(rf"(?!The\b)(?:{_NAME}[ /,|]{{1,3}}){{0,10}}{_NAME}")
# A right to the whole page, and the button of a picture that is shown from elsewhere.
_NO_CAPTION = re.compile(r"©.{0,20}\d{4}|^Embed from")
_CAPTION_WORDS = 60
_LABELLED = re.compile(
    r"(?:read|see|view|show|load|hear) (?:more|also|next)\b"
    r"(?: (?:about|on|in|from|stories|articles|comments)\b.*| ?[:|».→].*)?"
    r"|(?:story|article)? ?continues? (?:below|after) .{0,40}"
    r"|(?:scroll to continue|skip to (?:main )?(?:content|navigation)|skip past \S+ promotion|back to top).{0,60}"
    r"|(?:related|related (?:articles?|stories|story|pages|content|topics|news|coverage|video)|also read|more|up next|"
    r"don[’']t miss|recommended|you may also like|in case you missed it|filed (?:under|in)|tags?|topics|categories)"
    r" ?[:|].{0,160}"
    r"|related(?: (?:articles?|stories|story|pages|content|topics|news|coverage))?|you (?:may|might) also like"
    r"|(?:filed under|all news|latest news|top stories|most (?:read|popular|viewed)|trending(?: now)?"
    r"|recommended(?: stories)?|editors?[’'] picks?|sponsored(?: content)?|promoted|paid content"
    r"|watch (?:now|live)|listen now|loading\W*"
    r"|(?:hide|toggle|show) caption|enlarge (?:this )?image|image caption|view gallery|(?:sign|log) (?:in|up|out)"
    r"|terms of (?:service|use)|privacy (?:policy|notice)|cookie (?:policy|settings)|all rights reserved)"
    r"|(?:share|follow|find|join|like) (?:us|this)\b(?: \S+){0,8}"
    r"|follow .{2,80} on (?:x|twitter|facebook|instagram|threads|tiktok|youtube|bluesky)\b.{0,120}"
    r"|\W*click here\b.{0,120}"
    r"|(?:\d+|a|an)[ -](?:min|mins|minutes?)(?: read| listen)?|min read|\d+ (?:comments?|shares?|views)"
    r"|(?:\d+|an?) (?:minutes?|hours?|days?|weeks?) ago"
    r"|(?:©|\(c\)|copyright ?(?:©|\(c\)|\d{4}|of )).{0,300}"
    r"|(?:photo|photograph|image|picture|photo credit|image credit|image source|credit) ?(?::|by\b).{0,120}"
    r"|\(?getty images\)?|(?:this|we|our) (?:site|website|use) (?:uses )?cookies.{0,200}|accept (?:all )?cookies",
    re.IGNORECASE,
)
_BARE_AGENCY = re.compile(rf"(?:{_AGENCY}|Associated Press|The Associated Press)")
_REUSE_NOTICE = re.compile(
    r"may not be published, broadcast|all rights reserved\.?$|\{\{.*\}\}|reproduction .{0,60} prohibited", re.IGNORECASE
)
_ASKS_READER = re.compile(
    r"\W*(?:sign[- ]?up|subscribe|register|get|join|receive|want|stay|looking|thank you|support|like what|"
    r"what[’']s everyone|enter your)\b|.{0,200}\b(?:our (?:\w+ ){0,3}newsletter|your inbox)",
    re.IGNORECASE,
)
_SIGN_UP = re.compile(
    r"newsletters?\b|\binbox\b|\be-?mail alerts?\b|\bsubscri(?:be|ption)\b"
    r"|\bsign[- ]?up (?:here|now|for|to|today|with)\b|sign-up for"
    r"|\bfree account\b",
    re.IGNORECASE,
)
# A line with none of these is no notice: looking for them is many times faster than matching the patterns.
_NOTICE_HINTS = (
    "published, b",
    "reserved",
    "{{",
    "reproduction",
    "newsletter",
    "inbox",
    "alert",
    "subscri",
    "sign",
    "free",
)
_NOTICE_WORDS = 60


def tidy(text: str) -> str:
    r"""`text` with one kind of line end and space, and without control or invisible characters.

    >>> tidy("a\x00b\u00a0 c \r\n\u200bd\x1b")
    'ab c\nd'
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return text.replace(" \n", "\n").replace("\n ", "\n").strip()


def paragraphs(text: str) -> list[str]:
    """The lines of tidied `text` that are not empty; text that was wrapped to a width is unwrapped.

    >>> paragraphs("One.\\n\\n\\nTwo.\\nThree.")
    ['One.', 'Two.', 'Three.']
    """
    lines = text.split("\n")
    width = max(map(len, lines))
    soft = sum(1 for line, after in zip(lines, lines[1:], strict=False) if _is_wrap(line, after, width, 1.0))
    # Scraped pages have a paragraph a line, far longer than any page is wide.
    if 40 <= width <= 100 and soft >= 3:
        return unwrap(lines, width)
    return [line for line in lines if line]


def unwrap(lines: list[str], width: int, fill: float = 1.0) -> list[str]:
    """Paragraphs from lines broken at `width` characters: a line runs on where the next line's first word did not fit.

    `fill` is the share of the width from which a line counts as full: below 1 for type of varying width.
    Words hyphenated at a line's end are made whole.

    >>> unwrap(["The ferry sank in the har-", "bour at dawn.", "Nobody was hurt."], 26)
    ['The ferry sank in the harbour at dawn.', 'Nobody was hurt.']
    """
    joined: list[list[str]] = []
    before = ""
    for line in lines:
        if not _is_wrap(before, line, width, fill):
            joined.append([line])
        elif re.search(r"[a-z]-$", before) and line[:1].islower():
            joined[-1][-1] = joined[-1][-1][:-1]
            joined[-1].append(line)
        else:
            joined[-1].append(" " + line)
        before = line
    return [paragraph for paragraph in map("".join, joined) if paragraph]


def _is_wrap(line: str, after: str, width: int, fill: float) -> bool:
    if not line or not after:
        return False
    runs_on = after[0].islower() and not _SENTENCE_END.search(line) and len(line) > width / 2
    return runs_on or len(line) + 1 + len(after.split(" ", 1)[0]) > width * fill


def clean(text: str) -> str:
    """`text` as paragraphs with one blank line between them, without page furniture.

    Prose stays: a line of more than eight words that ends like a sentence goes only when it asks the reader to sign
    up or states the terms of reuse. Cleaning cleaned text changes nothing.

    >>> clean("Menu Search\\n\\nFerry sinks\\nAda Lee/AP\\nA ferry sank.\\n\\n\\nShare\\nNobody hurt.\\n3 comments")
    'Ferry sinks\\n\\nA ferry sank.\\n\\nNobody hurt.'
    """
    return clean_and_captions(text)[0]


def clean_and_captions(text: str) -> tuple[str, tuple[str, ...]]:
    """The cleaned text, and the captions and photo credits that were among its lines, as printed.

    A credit alone counts where it names a person or an agency, unless a caption before it names them already. Of a
    caption that reads as a sentence the sentence stays in the text, too.

    >>> clean_and_captions("A ferry sank.\\nThe pier at dawn. Ada Lee/AP\\nPhoto by Jo Roe\\nNobody was hurt.")
    ('A ferry sank.\\n\\nNobody was hurt.', ('The pier at dawn. Ada Lee/AP', 'Photo by Jo Roe'))
    """
    kept: list[str] = []
    captions: list[str] = []
    caption, distance = "", 0
    for line in paragraphs(tidy(text)):
        distance += 1
        prose = is_prose(line)
        if prose:
            body = without_credit(line)
            if body != line:
                whole = len(line.split()) <= _CAPTION_WORDS
                captions += _new_caption(line if whole else line[len(body) :].strip(), captions)
            line = body
        elif has_credit(line):
            captions += _new_caption(line, captions)
            caption, distance = line, 0
            continue
        # A caption is often printed twice, with its credit and without.
        repeats_caption = not prose and distance <= 2 and caption.startswith(line)
        if repeats_caption or is_furniture(line) or (kept and kept[-1] == line):
            continue
        kept.append(line)
    return "\n\n".join(kept), tuple(captions)


def _new_caption(line: str, before: list[str]) -> list[str]:
    """`line` if it is a caption, or a credit that names somebody whom the captions `before` do not name."""
    line = line.strip("() ") if line.startswith("(") else line
    if _NO_CAPTION.search(line) or line in before:
        return []
    credit = _CREDIT_LABEL.sub("", line)
    if not _CREDIT.fullmatch(line) and not _NAMES.fullmatch(credit):
        return [line]
    names_somebody = _NAMES.fullmatch(credit) and (_AGENCY_NAME.search(credit) or " " in credit)
    return [line] if names_somebody and not any(credit in caption for caption in before) else []


def is_prose(line: str) -> bool:
    """Whether `line` reads as a sentence of an article: more than eight words, ended like one, credit or no credit.

    >>> is_prose("Read more: storms"), is_prose("The ferry sank in the harbour at dawn on Friday. Ada Lee/AP")
    (False, True)
    """
    body = without_credit(line)
    return bool(_SENTENCE_END.search(body[-12:])) and len(body.split()) > _PROSE_WORDS


def without_credit(line: str) -> str:
    """`line` without a photo credit that follows its last sentence.

    >>> without_credit("The ferry at dawn. Ada Lee/Getty Images")
    'The ferry at dawn.'
    """
    end = len(line)
    while cut := _credit_start(line, end):
        end = cut
    return line[:end]


def _credit_start(line: str, end: int) -> int:
    """Where the sentence before the credit that ends at `end` ends; 0 if there is no credit or no such sentence."""
    if not has_credit(line[max(0, end - _TAIL) : end]):
        return 0
    near = [stop.end() for stop in _INNER_STOP.finditer(line, max(0, end - _TAIL), end)]
    # Of the ends that fit the earliest, for names have full stops in them too; failing that the caption goes as well.
    whole = (stop for stop in near if _CREDIT.fullmatch(line, stop + 1, end))
    short = (stop for stop in near if len(line[stop:end].split()) <= _CREDIT_WORDS)
    return next(itertools.chain(whole, short, reversed(near)), line.rfind(". ", 0, end) + 1)


def has_credit(line: str) -> bool:
    """Whether `line` ends with a photo credit.

    >>> has_credit("Huntsman in Moscow Ada Lee/TASS"), has_credit("What is known about HIV/AIDS")
    (True, False)
    """
    tail = line[-_TAIL:]
    return bool(_CREDIT_HINT.search(tail) and _CREDIT.search(tail))


def is_furniture(line: str) -> bool:
    """Whether a whole line belongs to the page and not to the article.

    >>> is_furniture("Share on Facebook"), is_furniture("Sign up for our newsletter."), is_furniture("Kremlin report")
    (True, True, False)
    """
    words = line.split()
    if not any(character.isalnum() for character in line):
        return True
    lowered = line.lower()
    notice = len(words) <= _NOTICE_WORDS and any(hint in lowered for hint in _NOTICE_HINTS)
    if notice and (_REUSE_NOTICE.search(line) or (_SIGN_UP.search(line) and _ASKS_READER.match(line))):
        return True
    if is_prose(line):
        return False
    labels = {word.strip(":|•·").lower() for word in words} - {""}
    if labels & _BUTTONS and labels <= _BUTTONS | _BESIDE_BUTTONS:
        return True
    return bool(_LABELLED.fullmatch(line) or _BARE_AGENCY.fullmatch(line))
