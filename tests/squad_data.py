"""A small file of SQuAD's form, with two articles of which one is of each part."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from eval.reader import FILE

# Of the two titles, "Warsaw" is of part A and "Steam_engine" of part B.
ARTICLES = [
    {
        "title": "Steam_engine",
        "paragraphs": [
            {
                "context": "Thomas Newcomen built the first commercial engine. It pumped water out of mines.",
                "qas": [
                    {"id": "q1", "question": "What did Newcomen's engine pump?", "answers": ["water"]},
                    {"id": "q2", "question": "What did Newcomen's engine burn?", "answers": []},
                ],
            },
            {
                "context": "James Watt added a separate condenser. It saved three quarters of the coal.",
                "qas": [{"id": "q3", "question": "What did the separate condenser save?", "answers": ["coal"]}],
            },
        ],
    },
    {
        "title": "Warsaw",
        "paragraphs": [
            {
                "context": "The city lies on the Vistula. Its emblem is a mermaid with a sword.",
                "qas": [{"id": "q4", "question": "Which river does the city lie on?", "answers": ["the Vistula"]}],
            }
        ],
    },
]


def write_squad(folder: Path) -> Path:
    """Write the file where it is looked for below `folder`, and give the folder."""
    data = [
        {
            **article,
            "paragraphs": [
                {**paragraph, "qas": [_as_printed(asked) for asked in paragraph["qas"]]}
                for paragraph in article["paragraphs"]
            ],
        }
        for article in ARTICLES
    ]
    path = folder / FILE
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(json.dumps({"version": "2.0", "data": data}).encode()))
    return folder


def _as_printed(asked):
    answers = [{"text": answer} for answer in asked["answers"]]
    return {**asked, "answers": answers, "is_impossible": not answers}
