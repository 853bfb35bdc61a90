"""What other programs can ask of citewire: three functions with the same answers as the command line's JSON.

They are offered over HTTP (`ui.page.rest`), as endpoints of the Gradio app (`ui.page.endpoints`) and as tools for
language models (`ui.tools`). Their docstrings and the descriptions of their parameters are what those show.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import Annotated, Any, Literal, Protocol, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from typing_extensions import TypedDict

from index.archive import check_question
from index.errors import InputError
from rag import Answer, Message, Scope
from ui import plain, records
from ui.batch import check_text
from ui.turns import Line, attended

MOST_PASSAGES = 100
PASSAGES = 10


class Turn(TypedDict):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class Librarian(Protocol):
    """The part of `rag.Assistant` that programs use."""

    def stream(self, question: str, history: Sequence[Message], within: Scope) -> Iterator[Answer]: ...

    @property
    def archive(self) -> records.Library: ...

    @property
    def retriever(self) -> records.Finder: ...


class Place(Protocol):
    """Where programs find the assistant of the moment, and wait for it: a `ui.page.desk.Desk`."""

    @property
    def assistant(self) -> object: ...

    @property
    def line(self) -> Line: ...

    @property
    def is_shared(self) -> bool: ...


Question = Annotated[str, Field(description="The question, in plain words.", examples=["How many people were saved?"])]
History = Annotated[
    tuple[Turn, ...],
    Field(description="The earlier turns of the conversation, oldest first, for a question that leans on them."),
]
Outlets = Annotated[tuple[str, ...], Field(description="Only articles of any of these outlets.")]
Authors = Annotated[tuple[str, ...], Field(description="Only articles by any of these authors.")]
Since = Annotated[
    str | None, Field(description="Only articles published on this day, month or year or later, as 2024-03-01.")
]
Until = Annotated[
    str | None, Field(description="Only articles published on this day, month or year or earlier, as 2024-03.")
]
AsOf = Annotated[
    str | None,
    Field(
        description="What was known on this day, as 2024-03-01: later articles and those without a day are left out."
    ),
]
Number = Annotated[int, Field(description="How many passages, best first.", ge=1, le=MOST_PASSAGES)]
ArticleId = Annotated[str, Field(description="The id of an article, as citations and passages name it in article_id.")]
Record = dict[str, Any]


class Programs:
    """The functions for programs, over what the page works on."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @property
    def functions(self) -> tuple[Callable[..., Record], ...]:
        return self.ask, self.search, self.get_article

    @property
    def _assistant(self) -> Librarian:
        # The page is served with a whole assistant, of which its own parts ask for less.
        return cast(Librarian, self._place.assistant)

    def ask(
        self,
        question: Question,
        history: History = (),
        outlet: Outlets = (),
        author: Authors = (),
        since: Since = None,
        until: Until = None,
        as_of: AsOf = None,
    ) -> Record:
        """Answer a question from the news articles, with the words of the articles that carry each sentence.

        Gives "text", the answer with marks such as [1]; "citations", what each mark quotes, of which article;
        "sentences", how far the sources support each; and when "answered" is false the "reason", and in "nearest"
        what the articles do hold. Questions are answered one at a time.
        """
        check_question(check_text(question))
        within = records.scope_of(outlet, author, since, until, as_of)
        turns = [{"role": turn["role"], "content": check_text(turn["content"])} for turn in history]
        with self._place.line.at_work():
            *_, answer = attended(self._assistant.stream(question, turns, within))
        return plain.answer_json(answer)

    def search(
        self,
        question: Question,
        k: Number = PASSAGES,
        outlet: Outlets = (),
        author: Authors = (),
        since: Since = None,
        until: Until = None,
        as_of: AsOf = None,
    ) -> Record:
        """Find the passages of the news articles that best fit a question, without answering it.

        Gives "passages", best first, each with its text and its article's id, title, outlet, date and URL.
        """
        check_question(check_text(question))
        within = records.scope_of(outlet, author, since, until, as_of)
        return records.search_record(self._assistant.retriever, question, k, within)

    def get_article(self, id: ArticleId) -> Record:
        """Read one news article in full.

        Gives "article", its text and what is known of it; "copies", who else prints the story and in which sentences
        they differ; and "versions", what it said before it was changed.
        """
        record = records.article_record(self._assistant.archive, id)
        return without_folders(record) if self._place.is_shared else record


def without_folders(record: Record) -> Record:
    """The record of an article with its files by their names: where they lie is nothing for everybody who may ask.

    >>> without_folders({"article": {"path": "/home/ann/news/a.txt"}, "copies": [{"path": None}], "versions": []})
    {'article': {'path': 'a.txt'}, 'copies': [{'path': None}], 'versions': []}
    """

    def by_name(one: Record) -> Record:
        return {**one, "path": PurePath(one["path"]).name if one["path"] else None}

    others = {name: [by_name(one) for one in record[name]] for name in ("copies", "versions")}
    return {"article": by_name(record["article"]), **others}


@cache
def body_of(function: Callable[..., Record]) -> type[BaseModel]:
    """What a function takes, as a model that knows nothing else: a misspelt filter must not be passed over.

    >>> sorted(body_of(Programs.search).model_fields)
    ['as_of', 'author', 'k', 'outlet', 'question', 'since', 'until']
    """
    parameters = inspect.signature(function, eval_str=True).parameters
    fields: dict[str, Any] = {
        name: (parameter.annotation, ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in parameters.items()
        if name != "self"
    }
    name = f"{function.__name__.title().replace('_', '')}Body"
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def call(function: Callable[..., Record], arguments: Mapping[str, object]) -> Record:
    """The function's record for arguments that may be anything. Raises CitewireError, with what is wrong in a sentence.

    >>> call(Programs.get_article, {"is": 3})
    Traceback (most recent call last):
    index.errors.InputError: id: Field required.
    """
    try:
        body = body_of(function).model_validate(arguments)
    except ValidationError as error:
        raise InputError(told(error.errors())) from None
    return function(**{name: getattr(body, name) for name in type(body).model_fields})


def told(faults: Any) -> str:
    """The first of the faults that pydantic found, in a sentence.

    >>> told([{"loc": ("body", "k"), "msg": "Input should be a valid integer"}])
    'k: Input should be a valid integer.'
    """
    where = ".".join(str(part) for part in faults[0]["loc"] if part != "body")
    return f"{f'{where}: ' if where else ''}{faults[0]['msg'].rstrip('.')}."
