"""Articles for the tests of the archive, and short ways to look into one."""

from __future__ import annotations

import json
from pathlib import Path

from index import Archive

FERRY = {
    "url": "https://ledger.test/ferry",
    "title": "Ferry sinks off Kell Point",
    "text": "The ferry Lady Ann sank on Tuesday. All 41 people aboard were saved. Captain Oyelaran led the rescue.",
    "source": "Harbor Ledger",
    "published": "2026-03-04",
}
BUDGET = {
    "url": "https://ledger.test/budget",
    "title": "Council passes budget",
    "text": "The council passed the budget by one vote. Taxes will rise by two percent in April.",
}
ZOO = {
    "url": "https://ledger.test/zoo",
    "title": "Zoo",
    "text": "A quokka was born. The quokkafish was not. Zyzzyva! Xylograph.",
}


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def found(archive: Archive, question: str, k: int = 10) -> list[str]:
    return [passage.text for passage in archive.search(question, k)]


def holders(folder: Path, needle: bytes) -> list[str]:
    """The files that hold the bytes, whatever the case of their letters."""
    return [file.name for file in folder.iterdir() if needle.lower() in file.read_bytes().lower()]
