"""Questions in bulk: a JSON line a question in, a JSON line an answer out, in order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from index.errors import CitewireError, InputError
from ui.plain import emit


@dataclass(frozen=True)
class BatchQuestion:
    """A question of a batch, with the id that its answer is to bear and the turns before it."""

    question: str
    id: str | int | None = None
    history: tuple[Mapping[str, str], ...] = ()


def run_batch(source: str, answer_of: Callable[[BatchQuestion], Mapping[str, object]]) -> int:
    """Answer the questions of a file, or of standard input for ``-``; the exit code.

    Each answer is printed before the next question is read. A line that is no question, and a question that fails,
    is told as a line with an "error", and the rest goes on; the exit code is then 1. Raises InputError for a file that
    cannot be read.
    """
    failed = False
    for data in _lines(source):
        head: dict[str, object] = {}
        try:
            asked = parse_line(data, head)
            result = answer_of(asked)
        except CitewireError as error:
            failed = True
            emit({**head, "error": str(error)})
        else:
            emit({**head, **result})
    return int(failed)


def parse_line(data: bytes, head: dict[str, object] | None = None) -> BatchQuestion:
    """The question in a line of JSON. Raises InputError that says what is wrong with it.

    `head` is filled with the line's id and question as far as they can be told, for the answer to it or its error.

    >>> parse_line(b'{"id": 7, "question": "Who won?"}')
    BatchQuestion(question='Who won?', id=7, history=())
    """
    from eval.questions import is_message

    head = {} if head is None else head
    try:
        record = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError('This line is not JSON; write {"id": ..., "question": ...}.') from None
    if not isinstance(record, dict):
        raise InputError('This line is not a JSON object; write {"id": ..., "question": ...}.')
    id, question, history = record.get("id"), record.get("question"), record.get("history", [])
    if isinstance(id, str | int):
        head["id"] = id
    elif id is not None:
        raise InputError('The "id" must be a text or a whole number; mend it or leave it out.')
    if not isinstance(question, str):
        raise InputError('The line has no "question" that is a text; give one.')
    head["question"] = question
    if not isinstance(history, list) or not all(map(is_message, history)):
        raise InputError('The "history" must be a list of {"role": "user" or "assistant", "content": text}; mend it.')
    turns = tuple({"role": turn["role"], "content": check_text(turn["content"])} for turn in history)
    return BatchQuestion(check_text(question), id, turns)


def check_text(text: str) -> str:
    """The text itself. Raises InputError for one that no encoding can write, such as half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError("The question holds bytes that are not text; write it in UTF-8.") from None
    return text


def _lines(source: str) -> Iterator[bytes]:
    try:
        if source == "-":
            yield from (line for line in sys.stdin.buffer if line.strip())
        else:
            with open(source, "rb") as file:
                yield from (line for line in file if line.strip())
    except OSError as error:
        raise InputError(f"The questions in {source} cannot be read ({error.strerror}); check the path.") from error
