"""The description of the service for programs as a page: OpenAPI's own viewers load scripts from other hosts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.75rem;border:1px solid #8888}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-top:1px solid #8884}"
    "td,h2{overflow-wrap:anywhere}td:not(:last-child){min-width:5rem}h2{margin-top:2.5rem}"
)
OTHERS = (
    "<h2>Other ways</h2><p>The same functions are endpoints of the Gradio app (<code>/ask</code>, "
    "<code>/search</code>, <code>/get_article</code>, for <code>gradio_client</code>). With the extra "
    "<code>citewire[mcp]</code> they are tools for language models, too: by MCP at <code>/mcp</code>, or from "
    "<code>citewire mcp</code>.</p>"
)
Schema = Mapping[str, Any]


def reference_html(document: Schema, site: str) -> str:
    """A page for an OpenAPI document, without a script; its commands ask the `site`, as http://127.0.0.1:7860."""
    info = document["info"]
    parts = [f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>"]
    parts.append(
        '<p>For programs: the same as an <a href="/openapi.json">OpenAPI document</a>. <a href="/">To the page</a>.</p>'
    )
    for path, methods in document["paths"].items():
        parts += [_operation_html(document, site, method, path, operation) for method, operation in methods.items()]
    shapes = "".join(_shape_html(name, schema) for name, schema in document["components"]["schemas"].items())
    parts.append(f"<h2>Kinds of records</h2><table><tr><th>kind<th>fields</tr>{shapes}</table>")
    head = f"<title>{escape(info['title'])}</title><style>{STYLE}</style>"
    page = '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f"{page}{head}<body><main>{''.join(parts)}{OTHERS}</main></body></html>"


def _operation_html(document: Schema, site: str, method: str, path: str, operation: Schema) -> str:
    rows = [(part["name"], part["schema"], True) for part in operation.get("parameters", ())]
    body = _body_schema(document, operation)
    required = body.get("required", ())
    rows += [(name, schema, name in required) for name, schema in body.get("properties", {}).items()]
    table = "".join(_row_html(*row) for row in rows)
    answers = "".join(_answer_html(document, status, answer) for status, answer in operation["responses"].items())
    return (
        f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>{_paragraphs(operation['description'])}"
        f"<table><tr><th>field<th>kind<th>what</tr>{table}</table>"
        f"<pre>{escape(curl(method, site + path, body))}</pre>"
        f"<table><tr><th>status<th>what<th>fields</tr>{answers}</table>"
    )


def curl(method: str, address: str, body: Schema) -> str:
    """A command line that asks, with the first example of each field that has to be given.

    >>> curl("get", "http://127.0.0.1:7860/api/articles/{id}", {})
    "curl 'http://127.0.0.1:7860/api/articles/{id}'"
    """
    url = f"'{address}'"
    if method == "get":
        return f"curl {url}"
    given = {name: body["properties"][name].get("examples", ["..."])[0] for name in body.get("required", ())}
    return f"curl {url} -H 'Content-Type: application/json' -d '{json.dumps(given)}'"


def kind_of(schema: Schema) -> str:
    """What kind of value a schema wants, in words.

    >>> kind_of({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}})
    'list of string or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(kind_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    return str(schema.get("type", "any"))


def _row_html(name: str, schema: Schema, required: bool) -> str:
    kind = kind_of(schema) + ("" if required else ", optional")
    return f"<tr><td><code>{escape(name)}</code><td>{escape(kind)}<td>{escape(schema.get('description', ''))}</tr>"


def _answer_html(document: Schema, status: str, answer: Schema) -> str:
    schema = _resolved(document, answer.get("content", {}).get("application/json", {}).get("schema", {}))
    return f"<tr><td>{escape(status)}<td>{escape(answer['description'])}<td>{_fields_html(schema)}</tr>"


def _shape_html(name: str, schema: Schema) -> str:
    return f"<tr><td><code>{escape(name)}</code><td>{_fields_html(schema)}</tr>"


def _fields_html(schema: Schema) -> str:
    fields = (f"{name} ({kind_of(one)})" for name, one in schema.get("properties", {}).items())
    return escape(", ".join(fields))


def _body_schema(document: Schema, operation: Schema) -> Schema:
    content = operation.get("requestBody", {}).get("content", {})
    return _resolved(document, content.get("application/json", {}).get("schema", {}))


def _resolved(document: Schema, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = document["components"]["schemas"][str(schema["$ref"]).rsplit("/", 1)[-1]]
    return found


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
