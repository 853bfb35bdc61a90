"""The functions for programs over HTTP: one request, one record, and a description of it all."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from index.errors import BusyError, CitewireError, EndpointError, IndexBusyError, InputError, ModelError
from ui.page.reference import reference_html
from ui.page.shapes import AnswerRecord, ArticleRecord, Fault, PassagesRecord
from ui.programs import ArticleId, Programs, Record, body_of, told
from ui.tools import has_mcp, tool_server
from ui.turns import GONE, LOOK_AGAIN_SECONDS

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

REFERENCE_PATH = "/api"
SCHEMA_PATH = "/openapi.json"
TOOLS_PATH = "/mcp"
TITLE = "citewire for programs"
DESCRIPTION = (
    "Questions over your news articles, answered with the words that carry each sentence. "
    "What comes back is what the command line prints with --json."
)
NOT_JSON = "Send JSON, with the header Content-Type: application/json."

# What kind of error is whose fault; the first that fits.
STATUS: Mapping[type[CitewireError], int] = {
    InputError: 400,
    BusyError: 503,
    IndexBusyError: 503,
    ModelError: 503,
    EndpointError: 502,
    CitewireError: 500,
}
FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "The question, or a name or day in it, cannot be used as it is."},
    415: {"model": Fault, "description": "What was sent is not JSON."},
    422: {"model": Fault, "description": "What was sent does not have this shape."},
    503: {"model": Fault, "description": "Too many questions are waiting, or the model cannot be had."},
    "default": {"model": Fault, "description": "Anything else that is wrong."},
}


def programs_site(programs: Programs) -> FastAPI:
    """A web application with the functions, what describes them, and the tools where their library is installed."""
    from fastapi import FastAPI

    site = FastAPI(title=TITLE, description=DESCRIPTION, openapi_url=SCHEMA_PATH, docs_url=None, redoc_url=None)
    _tell_errors(site)
    _add_post(site, programs.ask, AnswerRecord)
    _add_post(site, programs.search, PassagesRecord)
    _add_article(site, programs)
    _add_reference(site)
    if has_mcp():
        _add_tools(site, programs)
    return site


def _add_post(site: FastAPI, function: Callable[..., Record], shape: type) -> None:
    """The function below /api; in a thread of the server, so that it keeps nobody else waiting."""
    from fastapi import Request

    body = body_of(function)

    async def answer(body: Any, request: Any) -> Record:
        arguments = {name: getattr(body, name) for name in type(body).model_fields}
        return await while_there(request, partial(function, **arguments))

    # FastAPI reads these where they are defined, not in this function.
    answer.__annotations__ |= {"body": body, "request": Request, "return": Record}
    _describe(answer, function)
    responses = {200: {"model": shape, "description": "The record."}, **FAULTS}
    site.post(f"/api/{function.__name__}", response_model=None, responses=responses)(answer)


async def while_there(request: Request, work: Callable[[], Record]) -> Record:
    """What the work gives, done in a thread which is told when whoever asked has gone."""
    from anyio import to_thread

    gone = False

    async def watch() -> None:
        nonlocal gone
        while not gone:
            gone = await request.is_disconnected()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    GONE.set(lambda: gone)
    watching = asyncio.create_task(watch())
    try:
        return await to_thread.run_sync(work)
    finally:
        watching.cancel()


def _add_article(site: FastAPI, programs: Programs) -> None:
    def get_article(id: ArticleId) -> Record:
        try:
            return programs.get_article(id)
        except InputError as error:
            raise _NoArticle(str(error)) from None

    get_article.__annotations__ |= {"id": ArticleId, "return": Record}
    _describe(get_article, programs.get_article)
    missing = {"model": Fault, "description": "There is no article of that id."}
    found = {"model": ArticleRecord, "description": "The record."}
    responses: dict[int | str, dict[str, Any]] = {200: found, 404: missing, "default": FAULTS["default"]}
    site.get("/api/articles/{id}", response_model=None, responses=responses)(get_article)


class _NoArticle(InputError):
    """There is no article of that id."""


def _describe(endpoint: Callable[..., object], function: Callable[..., Record]) -> None:
    endpoint.__name__, endpoint.__doc__ = function.__name__, inspect.getdoc(function)


def _add_reference(site: FastAPI) -> None:
    from fastapi import Request
    from fastapi.responses import HTMLResponse

    def reference(request: Any) -> str:
        return reference_html(site.openapi(), str(request.base_url).rstrip("/"))

    reference.__annotations__["request"] = Request  # by which FastAPI knows what to hand over
    site.get(REFERENCE_PATH, include_in_schema=False, response_class=HTMLResponse)(reference)


def _add_tools(site: FastAPI, programs: Programs) -> None:
    """The tools by MCP's streamable HTTP, each call by itself. Who may call is seen to at the door of the server."""
    from mcp.server.transport_security import TransportSecuritySettings

    server = tool_server(programs)
    seen_to = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    tools = server.streamable_http_app(
        streamable_http_path=TOOLS_PATH, json_response=True, stateless_http=True, transport_security=seen_to
    )
    site.router.routes.extend(tools.routes)
    others = site.router.lifespan_context

    @asynccontextmanager
    async def living(app: Any) -> AsyncIterator[Any]:
        async with server.session_manager.run(), others(app) as state:
            yield state

    site.router.lifespan_context = living


def _tell_errors(site: FastAPI) -> None:
    """Errors as a sentence in JSON."""
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse

    async def refused(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_of(error))

    async def misshapen(request: Request, error: Exception) -> JSONResponse:
        if request.method == "POST" and not is_json(request.headers.get("content-type", "")):
            return JSONResponse({"error": NOT_JSON}, 415)
        faults = error.errors() if isinstance(error, RequestValidationError) else ()
        return JSONResponse({"error": told(faults)}, 422)

    site.add_exception_handler(CitewireError, refused)
    site.add_exception_handler(RequestValidationError, misshapen)


def status_of(error: Exception) -> int:
    """The HTTP status of an error.

    >>> status_of(InputError("The question is empty.")), status_of(BusyError("Wait."))
    (400, 503)
    """
    if isinstance(error, _NoArticle):
        return 404
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def is_json(content_type: str) -> bool:
    """Whether a Content-Type header says JSON.

    >>> is_json("application/json; charset=utf-8"), is_json("text/plain")
    (True, False)
    """
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
