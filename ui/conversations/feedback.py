"""What a person says of an answer, kept a JSON line a judgement beside the conversations; `eval.feedback` reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from eval.feedback import FILE_NAME, VERDICTS, Judgement, latest, parse_judgement, scope_record
from index.errors import InputError
from rag import Answer, Message
from ui.conversations.record import now
from ui.conversations.store import PRIVATE_FILE, PRIVATE_FOLDER

COMMENT_CHARS = 4000


def judgement_record(
    id: str, answer: Answer, history: Sequence[Message], verdict: str, comment: str = ""
) -> dict[str, object]:
    """The line for a judgement of an answer; a `verdict` that is empty takes an earlier one back.

    >>> judgement_record("c-1", Answer("Who?", "Nobody.", answered=True), (), "right")["verdict"]
    'right'
    """
    if verdict and verdict not in VERDICTS:
        raise InputError(f"{verdict!r} is no verdict; choose {' or '.join(VERDICTS)}.")
    return {
        "id": id,
        "question": answer.question,
        "standalone": answer.standalone,
        "scope": scope_record(answer.scope),
        "history": [dict(message) for message in history],
        "answered": answer.answered,
        "text": answer.text,
        "reason": answer.reason,
        "citations": [asdict(citation) for citation in answer.citations],
        "model": answer.model,
        "verdict": verdict,
        "comment": comment.strip()[:COMMENT_CHARS],
        "time": now(),
    }


def append(folder: Path, record: Mapping[str, object]) -> None:
    """Add a line to the feedback file of a folder. Raises InputError when it cannot be written."""
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        whole = not path.exists() or path.stat().st_size == 0 or path.read_bytes()[-1:] == b"\n"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE), "w") as file:
            # In one piece, and behind whatever a crash may have cut short.
            file.write(("" if whole else "\n") + json.dumps(record) + "\n")
    except OSError as error:
        raise InputError(f"What you say cannot be kept in {path} ({error.strerror}); check the folder.") from error


def said_of(folder: Path, id: str, answer: Answer) -> Judgement | None:
    """What was last said of this very answer; None when nothing was, it was taken back, or the answer is another.

    A line that cannot be read, as one that a crash cut short, says nothing. Raises InputError where no line can.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError as error:
        raise InputError(f"The feedback {path} cannot be read ({error.strerror}); check the path.") from error
    judgements = []
    for line in lines:
        with suppress(ValueError):
            judgements.append(parse_judgement(line))
    said = latest(judgements).get(id)
    return said if said is not None and (said.text, said.answered) == (answer.text, answer.answered) else None
