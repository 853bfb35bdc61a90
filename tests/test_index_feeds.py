from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from index.article import Article
from index.errors import UnreadableError
from index.feeds import is_feed, read_feed
from index.readers import read_file
from index.records import Skipped

RSS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Harbor Ledger</title><link>https://example.org/</link><language>en-gb</language>
<item><title>Ferry sinks &amp;amp; all are safe</title><link>https://example.org/ferry</link><category>Seas</category>
<pubDate>Wed, 04 Mar 2026 23:30:00 GMT</pubDate><dc:creator>Jane Doe</dc:creator>
<description>In short.</description>
<content:encoded><![CDATA[<figure><img src="a.png"/><figcaption>The pier. Ada Lee/AP</figcaption></figure>
<p>A <b>ferry</b> sank at the café.</p><p>Nobody<br>was hurt.</p><script>alert("x")</script>
<p>The post <a href="/">Ferry sinks</a> appeared first on <a href="/">The Harbor Ledger</a>.</p>]]></content:encoded>
</item><item><title>Harbour closed</title>
<guid isPermaLink="false">tag:7</guid><category>Seas</category><category>Port</category>
<source url="https://wire.example/">North Wire</source><description>The harbour is closed.</description></item>
<item><title>Nothing more</title><link>javascript:alert(1)</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">Harbor &lt;i&gt;Ledger&lt;/i&gt;</title>
<entry><id>urn:1</id><title>Ferry sinks</title><link href="https://example.org/ferry"/>
<author><name>Jane Doe</name></author><author><name>John Roe</name></author>
<published>2026-03-04T10:00:00Z</published><updated>2026-03-05T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A ferry sank.</p><p>Nobody was hurt.</p></div>
</content></entry></feed>"""


def feed_of(description: str, more: str = "") -> str:
    return f"<rss><channel><item><description>{description}</description>{more}</item></channel></rss>"


def test_an_rss_entry_is_an_article() -> None:
    ferry, harbour, nothing = read_feed(RSS, "/f.rss")
    assert ferry == Article(
        identity="https://example.org/ferry",
        text="A ferry sank at the café.\n\nNobody\n\nwas hurt.",
        title="Ferry sinks & all are safe",
        outlet="The Harbor Ledger",
        authors=("Jane Doe",),
        published="2026-03-04",
        section="Seas",
        language="en-gb",
        url="https://example.org/ferry",
        path="/f.rss",
        captions=("The pier. Ada Lee/AP",),
        origins=dict.fromkeys(
            ("title", "outlet", "authors", "published", "section", "language", "url", "captions"), "feed"
        ),
    )
    assert isinstance(harbour, Article)
    assert (harbour.identity, harbour.text, harbour.outlet) == ("/f.rss#tag:7", "The harbour is closed.", "North Wire")
    assert (harbour.section, harbour.published, harbour.modified) == (None, None, None)
    assert nothing == Skipped("/f.rss entry 3", "the entry holds no text.")


def test_an_atom_entry_is_an_article() -> None:
    (found,) = read_feed(ATOM, "/f.atom")
    assert isinstance(found, Article)
    assert (found.text, found.outlet) == ("A ferry sank.\n\nNobody was hurt.", "Harbor Ledger")
    assert (found.authors, found.published, found.modified) == (("Jane Doe", "John Roe"), "2026-03-04", "2026-03-05")


@pytest.mark.parametrize("name", ["a.rss", "a.atom", "a.xml", "a.xml.gz"])
def test_feeds_are_files_in_any_encoding(tmp_path: Path, name: str) -> None:
    data = RSS.encode("latin-1")
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    first, *_ = read_file(tmp_path / name)
    assert isinstance(first, Article) and first.text.startswith("A ferry sank at the café.")


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes() -> None:
    broken = RSS.replace("</channel></rss>", "").replace("In short.", "In & short <b>.")
    assert [type(item) for item in read_feed(f"\n\n{broken}", "/f")][:2] == [Article, Article]


def test_an_unreadable_date_is_not_invented() -> None:
    for date in ("yesterday", "32 Foo 2026", "10:30"):
        (found,) = read_feed(feed_of("It sank.", f"<pubDate>{date}</pubDate>"), "/f")
        assert isinstance(found, Article) and (found.published, found.modified) == (None, None)


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("before", ["", "<!-- <rss> -->", '<?xml version="1.0"?><?x <rss ?>'])
def test_entities_are_refused(before: str) -> None:
    text = RSS.partition("?>")[2].strip()
    with pytest.raises(UnreadableError, match="declares XML entities"):
        list(read_feed(before + LAUGHS + text, "/f"))
    assert not is_feed(before + LAUGHS + text) and is_feed(before + text)


def test_a_doctype_alone_is_no_harm() -> None:
    text = RSS.partition("?>")[2].strip()
    assert len(list(read_feed(f'<!DOCTYPE rss PUBLIC "-//Netscape" "http://127.0.0.1:1/rss.dtd">{text}', "/f"))) == 3


@pytest.mark.parametrize("text", ["", "words", "<html><rss></rss></html>", "<?xml", "<!--", "<note/>"])
def test_what_is_no_feed_is_refused(text: str) -> None:
    assert not is_feed(text)
    with pytest.raises(UnreadableError, match="not an RSS or Atom feed"):
        list(read_feed(text, "/f"))


@pytest.mark.parametrize("pattern", ["<!--", "<?", "<!", "<b>", "<p><", "&#1;", "<![CDATA["])
def test_time_is_linear_in_hostile_feeds(pattern: str) -> None:
    hostile = pattern * (20_000 // len(pattern))
    began = time.perf_counter()
    list(read_feed(feed_of(f"<![CDATA[{hostile}]]>"), "/f"))
    assert not is_feed(hostile * 20)
    assert time.perf_counter() - began < 5
