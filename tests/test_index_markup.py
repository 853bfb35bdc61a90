from __future__ import annotations

import time

import pytest

from index.markup import html_text, xml_root


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("one\ntwo <i>three</i>", "one two three"),
        ("<p>one<p>two<br/>three<!-- no --><?no no?>", "one\n\ntwo\n\nthree"),
        ("<style>p {}</style><div><div>one</div>two</div>", "one\n\ntwo"),
        ("<ul><li>one<li>two</ul>", "one\n\ntwo"),
        ("a &amp;lt; b &#1;&#xFFFE; c", "a &lt; b \ufffe c"),
        ("<html><head><title>x</title></head><body><p>one</p></body></html>", "one"),
        ("</div>one", "one"),
        ("", ""),
    ],
)
def test_html_becomes_lines_of_text(html: str, text: str) -> None:
    assert html_text(html) == (text, ())


@pytest.mark.parametrize("pattern", ["<div>", "<p", "<!--", "&", "<script>", "</"])
def test_hostile_html_takes_linear_time(pattern: str) -> None:
    began = time.perf_counter()
    html_text(pattern * 20_000)
    xml_root((pattern * 100_000).encode())
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_found_before_the_root_and_only_there(encoding: str) -> None:
    with pytest.raises(ValueError, match="entities"):
        xml_root('<?xml version="1.0"?><!-- <a> --><!DOCTYPE a [<!ENTITY b "<c>">]><a/>'.encode(encoding))
    assert xml_root("<a><![CDATA[<!ENTITY b 'c'>]]></a>".encode(encoding)) == "a"
