"""Articles from web pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from index.article import Article
from index.clean import tidy
from index.dateline import iso_date
from index.documents import quiet
from index.page_date import page_dates
from index.records import filled

_META = {
    "title": ("og:title", "twitter:title", "dc.title", "headline"),
    "outlet": ("og:site_name", "application-name", "dc.publisher"),
    "author": ("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator"),
    "published": (
        "article:published_time",
        "article:published",
        "article.published",
        "og:article:published_time",
        "datepublished",
        "og:published_time",
        "og:pubdate",
        "parsely-pub-date",
        "sailthru.date",
        "pubdate",
        "pub_date",
        "published",
        "published_at",
        "publishdate",
        "publish-date",
        "publication_date",
        "article_date_original",
        "dcterms.created",
        "dc.date.issued",
        "dc.date",
        "dcterms.date",
        "date",
    ),
    "modified": (
        "article:modified_time",
        "article:modified",
        "article.updated",
        "datemodified",
        "dcterms.modified",
        "og:updated_time",
        "last-modified",
        "lastmod",
    ),
    "section": ("article:section", "parsely-section", "og:section", "section"),
    "language": ("og:locale", "content-language", "dc.language"),
    "url": ("og:url",),
}
_LINKED = {
    "title": "headline",
    "author": "author",
    "url": "url",
    "outlet": "publisher",
    "published": "datePublished",
    "modified": "dateModified",
    "section": "articleSection",
    "language": "inLanguage",
}
_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report$|LiveBlog")
_OTHER_TYPES = re.compile(r"WebPage$|Review$|Recipe$|Posting$")
_LOOSE_FACT = re.compile(r'"(headline|datePublished|dateModified|articleSection)"\s*:\s*"([^"\n]{1,300})"')
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_](Hans|Hant|Latn|Cyrl|Arab))?(?:[-_]([A-Za-z]{2}|\d{3}))?")
_CAPTION_CLASS = re.compile(
    r"(?:(?:image|img|photo|media|picture|figure|wp|article|asset)\w*?[-_]{0,2})?(?:caption|credit)s?"
    r"(?:[-_]{1,2}(?:text|full|credit))?",
    re.IGNORECASE,
)
_LONGEST_CAPTION = 1000
_NOTICE_LENGTH = 500


@dataclass(frozen=True)
class _Head:
    """What a page says about itself."""

    meta: Mapping[str, str]
    scripts: tuple[str, ...]
    canonical: str | None
    language: str | None
    heading: str
    times: frozenset[str | None]


def html_article(html: str, path: str) -> Article:
    """The article of a web page; its facts from JSON-LD, then meta tags, then what the page shows.

    A date is taken only from where the page states or prints it as its own: never from the file, the address or
    running text. Of a moment stated in Greenwich time the day is taken that the page prints for it. The words under
    pictures become `captions` and leave the text.
    """
    import trafilatura

    with quiet("trafilatura", "htmldate", "courlan", "justext"):
        tree = trafilatura.load_html(html)
        if tree is None:
            return Article(identity=path, text="", path=path)
        head = _read_head(tree)
        captions = _take_captions(tree)
        text = _body(tree)
    linked, pictured = _linked_data(head.scripts)
    told: dict[str, object] = {
        name: next((head.meta[key] for key in keys if key in head.meta), None) for name, keys in _META.items()
    }
    told["language"] = language_tag(told["language"])
    addresses = (head.canonical, told.pop("url"), linked.get("url"))
    url = next((str(found) for found in addresses if str(found).startswith(("http://", "https://"))), None)

    facts = {"json-ld": linked, "meta": told}
    published, said_published = _stated("published", facts, "json-ld")
    modified, said_modified = _stated("modified", facts, said_published)
    first, last = page_dates(published, modified, [*head.meta.values()], tree, text)
    # The clock of the page or of a neighbouring story has a time tag too; one date alone can only be the article's.
    if first is None and len(head.times) == 1:
        (first,) = head.times

    found = Article(identity=url or path, text=text, url=url, path=path, origins={"url": "meta"} if url else {})
    pictures = _distinct([*captions, *pictured])
    shown = {"title": head.heading, "language": head.language}
    sources: tuple[tuple[Mapping[str, object], str], ...] = (
        ({"published": first}, said_published),
        ({"modified": last}, said_modified),
        *((source, origin) for origin, source in facts.items()),
        (shown, "page"),
    )
    for source, origin in sources:
        found = filled(found, source, origin)
    origins = {**found.origins, **({"captions": "page"} if pictures else {})}
    return replace(found, title=_without_outlet(found.title, found.outlet), captions=pictures, origins=origins)


def _stated(name: str, sources: Mapping[str, dict[str, object]], preferred: str) -> tuple[str, str]:
    """The date under `name` that can be read, taken out of all sources, and the origin that states it: the preferred
    one, where it does."""
    values = {origin: str(source.pop(name, None) or "") for origin, source in sources.items()}
    stating = [origin for origin, value in values.items() if iso_date(value)]
    origin = preferred if preferred in stating else next(iter(stating), "page")
    return values.get(origin, ""), origin


def _body(tree: Any) -> str:
    """The text of the article; what is so short that it may be a notice is read again with a wider net."""
    import trafilatura

    text = trafilatura.extract(tree, include_comments=False, include_tables=True, favor_precision=True) or ""
    if len(text) >= _NOTICE_LENGTH:
        return text
    wider = trafilatura.extract(tree, include_comments=False, include_tables=True) or ""
    return wider if len(wider) > 2 * len(text) else text


def language_tag(value: object) -> str | None:
    """A language as pages name it, in the form of BCP 47; None if it is no such name.

    >>> language_tag("en_us"), language_tag("zh-Hans-CN"), language_tag({"name": "x"}), language_tag("English")
    ('en-US', 'zh-Hans-CN', None, None)
    """
    if not isinstance(value, str) or not (found := _LANGUAGE.fullmatch(value.strip())):
        return None
    language, script, region = found.groups()
    return "-".join(part for part in (language.lower(), script and script.title(), region and region.upper()) if part)


def _read_head(tree: Any) -> _Head:
    meta: dict[str, str] = {}
    for tag in tree.xpath("//meta | //*[@itemprop='datePublished' or @itemprop='dateModified']"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop") or tag.get("http-equiv") or ""
        content = tag.get("content") or tag.get("datetime") or ""
        if content.strip():
            meta.setdefault(name.lower(), content.strip())
    scripts = tree.xpath("//script[translate(@type, 'ADJLNOP', 'adjlnop') = 'application/ld+json']")
    canonical = tree.xpath("//link[translate(@rel, 'ACILNO', 'acilno') = 'canonical']/@href")
    heading = next((text for tag in ("h1", "title") for found in tree.iter(tag) if (text := _text(found))), "")
    return _Head(
        meta,
        tuple(script.text or "" for script in scripts),
        canonical[0] if canonical else None,
        language_tag(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")),
        heading,
        frozenset(iso_date(time) for time in tree.xpath("//time/@datetime")),
    )


def _take_captions(tree: Any) -> list[str]:
    """Remove the captions and credits of pictures from the page, and return those that belong to its article."""
    found: list[str] = []
    for element in tree.xpath("//figcaption | //p[@class] | //div[@class] | //span[@class]"):
        if element.tag != "figcaption" and not any(map(_CAPTION_CLASS.fullmatch, element.get("class").split())):
            continue
        text = _text(element)
        parent = element.getparent()
        if parent is None or len(text) > _LONGEST_CAPTION:
            continue
        # A picture that is a link, or has a heading beneath it, announces another story.
        teaser = element.xpath("ancestor::a | ancestor::aside | ancestor::nav | ancestor::footer | .//h2 | .//h3")
        if text and not teaser:
            found.append(text)
        element.drop_tree()
    return found


def _distinct(captions: Iterable[str]) -> tuple[str, ...]:
    """Captions in their order, without those that stand in an earlier or a longer one."""
    kept: list[str] = []
    for caption in captions:
        if not any(caption in other for other in kept):
            kept = [other for other in kept if other not in caption] + [caption]
    return tuple(kept)


def _text(element: Any) -> str:
    return " ".join(tidy(" ".join(element.itertext())).split())


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """A title without the name of the outlet after it.

    >>> _without_outlet("Ferry sinks | HarborLedger", "Harbor Ledger")
    'Ferry sinks'
    """
    parts = re.fullmatch(r"(.+) [|–—·-] ([^|–—·]+)", title or "")
    same = parts and outlet and parts[2].replace(" ", "").casefold() == outlet.replace(" ", "").casefold()
    return parts[1] if parts and same else title


def _linked_data(scripts: Iterable[str]) -> tuple[dict[str, object], list[str]]:
    """The article's own facts from JSON-LD, under the names that records use, and the captions of its pictures."""
    nodes: list[dict[str, object]] = []
    loose: dict[str, object] = {}
    for script in scripts:
        try:
            content = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            loose = {**dict(_LOOSE_FACT.findall(script)), **loose}
            continue
        tops = [node for node in _as_list(content) if isinstance(node, dict)]
        nodes += tops + [node for top in tops for node in _as_list(top.get("@graph")) if isinstance(node, dict)]
    ranked = [node for kinds in (_ARTICLE_TYPES, _OTHER_TYPES) for node in nodes if _is_article(node, kinds)]
    node = ranked[0] if ranked else loose
    told = {ours: node.get(theirs) for ours, theirs in _LINKED.items()}
    facts = {ours: unescape(value) if isinstance(value, str) else value for ours, value in told.items()}
    facts["language"] = language_tag(facts["language"])
    pictures = (picture for picture in _as_list(node.get("image")) if isinstance(picture, dict))
    captions = (picture.get("caption") for picture in pictures)
    return facts, [tidy(unescape(caption)) for caption in captions if isinstance(caption, str) and caption.strip()]


def _is_article(node: Mapping[str, object], kinds: re.Pattern[str]) -> bool:
    named = any(kinds.search(str(kind)) for kind in _as_list(node.get("@type")))
    return named and (kinds is _ARTICLE_TYPES or isinstance(node.get("datePublished"), str))


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
