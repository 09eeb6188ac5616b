"""The OpenAPI description of the API, made of the table of what is served and the SDK's types.

It is the same for everybody, so it is made once in a process, beside the event loop: that takes
most of a second.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Iterator
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from conversations.gateway.addresses import Address
from conversations.gateway.asking_shapes import COMPONENTS as ASKING
from conversations.gateway.limiting import NAMES
from conversations.gateway.operations import JSON, Operation, operation
from conversations.gateway.shapes import CUT, OF_SDK, PLACE, Schema, ours
from conversations.providers.schemas import schemas_of

ABOUT = """\
The Responses API of this installation, for its people's scripts: any client of that API can be \
used. Each address works with a slash at its end, too. What has no address here is answered with \
404, a method that an address does not have with 405 and an `Allow` header.

A websocket at `/v1/responses` takes `response.create` frames with the parameters of a `POST` there.
"""
ERRORS = {
    400: "A parameter is missing, unknown, or not as it has to be; `param` names it.",
    401: "No key was sent, or one that does not work.",
    404: "There is no such thing, or it is somebody else's.",
    409: "It is in use.",
    413: "The body is too long.",
    429: "A limit is reached, the model's provider is too busy, or too many wrong keys came.",
    500: "The answer failed here.",
    502: "The answer failed at the model's provider.",
    503: "The server could not do it just now. Asking again may help.",
    504: "The model's provider took too long.",
}
TYPES = ("insufficient_quota", "invalid_request_error", "rate_limit_error", "server_error")
REQUEST_ID = {"description": "Names the request in what is said of it.", "schema": ours("Text")}
HEADERS = {
    "x-request-id": REQUEST_ID,
    "x-should-retry": {
        "description": "Whether it is of use to ask the same again.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
    "retry-after": {
        "description": "After how many seconds it is of use, where that is known.",
        "schema": ours("Text"),
    },
}
OF_LIMITS = {
    "limit": "How many there may be, where a limit holds.",
    "remaining": "How many of them are left.",
    "reset": "In what time there are all of them again, such as `6m0s`.",
}
LIMITED = {
    f"x-ratelimit-{kind}-{what}": {"description": meaning, "schema": ours("Text")}
    for kind, meaning in OF_LIMITS.items()
    for what in NAMES.values()
}
OWN: dict[str, Schema] = {
    "Text": {"type": "string"},
    "Error": {
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "message": {"type": "string"},
                    "type": {"enum": [*TYPES]},
                    "param": {"type": ["string", "null"]},
                    "code": {"type": ["string", "null"]},
                },
                "required": ["message", "type", "param", "code"],
            }
        },
        "required": ["error"],
    },
    "StreamError": {
        "description": "The key has stopped to work while the events came.",
        "type": "object",
        "properties": {"type": {"const": "error"}, "error": {"type": "object"}},
        "required": ["type", "error"],
    },
}


class Description:
    """That of some addresses, which it has by itself under /v1/openapi.json."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        own = operation(
            "describe",
            "Describe the API",
            meaning="This description, in the form of OpenAPI 3.1. It needs no key: it says what"
            " this software serves, and nothing of who uses it or what they have.",
            answers={JSON: {"type": "object"}},
            needs_key=False,
        )(self._read)
        self.addresses = [*addresses, Address("openapi.json", get=own)]
        self._lock, self._made = Lock(), b""
        self._document: dict[str, Any] = {}

    @property
    def document(self) -> dict[str, Any]:
        """All of it. What asks first waits until it is made: ask in a thread."""
        with self._lock:
            if not self._document:
                self._document = described(self.addresses)
                self._made = json.dumps(self._document, ensure_ascii=False).encode()
            return self._document

    async def _read(self, request: HttpRequest) -> HttpResponseBase:
        await asyncio.to_thread(lambda: self.document)
        tag = quote_etag(hashlib.sha256(self._made).hexdigest()[:32])
        answer = HttpResponse(self._made, content_type=JSON, headers={"ETag": tag})
        answer["Cache-Control"] = "no-cache"  # kept, and asked for anew with its tag
        told = get_conditional_response(request, tag, response=answer)
        assert told is not None  # as it always is of an answer
        return told


def described(addresses: Iterable[Address]) -> dict[str, Any]:
    """The description of these addresses."""
    addresses = tuple(addresses)
    paths = {
        f"/{address.path}": {
            method: _operation(address, each, addresses)
            for method, each in address.operations.items()
        }
        for address in addresses
    }
    whole, components = _with_types({"paths": paths, "components": ASKING | OWN})
    found = {name: components[name] for name in _named_in(whole["paths"], components)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chatapp", "version": "v1", "description": ABOUT},
        "servers": [{"url": "/v1"}],
        "security": [{"key": []}],
        "paths": whole["paths"],
        "components": {
            "schemas": dict(sorted(found.items())),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A personal key."}
            },
        },
    }


def _operation(
    address: Address, served: Operation, addresses: tuple[Address, ...]
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": served.summary,
        "headers": {"x-request-id": REQUEST_ID, **(LIMITED if served.needs_key else {})},
        "content": {kind: {"schema": schema} for kind, schema in served.answers.items()},
    }
    if links := dict(_links(served, addresses)):
        answer["links"] = links
    always = (401, 429, 500, 503) if served.needs_key else (500,)
    statuses = {*always, *served.refuses}
    refused = {str(status): _refused(status) for status in sorted(statuses)}
    written: dict[str, Any] = {
        "operationId": served.name,
        "summary": served.summary,
        "description": served.meaning,
        "parameters": [*_parameters(address, served)],
        "responses": {"200": answer, **refused},
    }
    if served.body is not None:
        body = {"required": True, "content": {served.body_type: {"schema": served.body}}}
        written["requestBody"] = body
    return written if served.needs_key else {**written, "security": []}


def _links(served: Operation, addresses: tuple[Address, ...]) -> Iterator[tuple[str, Any]]:
    """What can be done with what it answers, by the operations' names."""
    for segment, place in served.makes.items():
        for address in addresses:
            if [*address.segments] == [segment]:
                for other in address.operations.values():
                    given = {segment: f"$response.body#{place}"}
                    yield other.name, {"operationId": other.name, "parameters": given}


def _refused(status: int) -> dict[str, Any]:
    headers: dict[str, Any] = dict(HEADERS)
    if status == 401:
        headers["WWW-Authenticate"] = {"schema": {"const": "Bearer"}}
    content = {JSON: {"schema": ours("Error")}}
    return {"description": ERRORS[status], "headers": headers, "content": content}


def _parameters(address: Address, served: Operation) -> Iterator[dict[str, Any]]:
    for name, segment in address.segments.items():
        about = {"description": segment.meaning, "schema": {"type": "string", "minLength": 1}}
        yield {"name": name, "in": "path", "required": True, **about}
    for query in served.query:
        about = {"description": query.meaning, "schema": query.schema}
        yield {"name": query.name, "in": "query", **about}


def _with_types(whole: Schema) -> tuple[Schema, dict[str, Schema]]:
    """With the SDK's types put in, and all components there are."""
    schemas, components = schemas_of(sorted(set(_types_in(whole))))
    for name, schema in schemas.items():
        if "$ref" not in schema:
            components[name.rpartition(".")[2]] = schema

    def put(part: Any) -> Any:
        if isinstance(part, list):
            return [put(each) for each in part]
        if not isinstance(part, dict):
            return part
        if CUT in part:
            return {name: put(each) for name, each in cut_out(part).items()}
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(OF_SDK):
            name = reference.removeprefix(OF_SDK)
            return {"$ref": schemas[name].get("$ref", PLACE + name.rpartition(".")[2])}
        return {name: put(each) for name, each in part.items()}

    def cut_out(part: Schema) -> Schema:
        schema = schemas[part[CUT]]
        full = components[str(schema["$ref"]).removeprefix(PLACE)] if "$ref" in schema else schema
        fields = {
            name: full["properties"][name] if field is None else field
            for name, field in part["properties"].items()
        }
        about = {"description": part.get("description") or full.get("description", "")}
        rest = {"properties": fields, "required": part["required"]}
        return {"type": "object", **about, **rest}

    filled = put(whole)
    return filled, components | filled["components"]


def _types_in(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _types_in(each)
    elif isinstance(part, dict):
        if CUT in part:
            yield part[CUT]
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith(OF_SDK):
            yield reference.removeprefix(OF_SDK)
        for each in part.values():
            yield from _types_in(each)


def _named_in(part: Any, components: dict[str, Schema]) -> set[str]:
    """The components to which this refers, and those to which they do."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
            name = str(each.get("$ref", "")).removeprefix(PLACE)
            if name in components and name not in found:
                found.add(name)
                waiting.append(components[name])
    return found
