"""What can be done at an address: the function that does it, and all that is to be known of it.

An address takes nothing but operations, so whatever is served is described.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from conversations.gateway.shapes import Schema

Handler = Callable[..., Coroutine[Any, Any, HttpResponseBase]]

JSON = "application/json"
EVENTS = "text/event-stream"
# How an operation may end otherwise: one that reads a body, and one that has a model answer.
WITH_BODY = (400, 413)
OF_MODELS = (502, 504)


@dataclass(frozen=True)
class Query:
    """A parameter in the query of an address."""

    name: str
    meaning: str
    schema: Schema


@dataclass(frozen=True)
class Example:
    """How the official SDKs do it: `call` is the method of their client, `body` what it is given.

    Ids of the address are given first, in its order; `streams` if what comes are events.
    """

    call: str
    body: Mapping[str, Any] | None = None
    streams: bool = False


@dataclass(frozen=True)
class Operation:
    """What one method does at one address; it is called as its handler is.

    `answers` are the schemas of what is answered, by type of content; `refuses` the statuses of
    errors beside those that each has; `makes` says where in an answer there are names of things, by
    the parts of other addresses in which they can stand.
    """

    handler: Handler
    name: str
    summary: str
    meaning: str
    answers: Mapping[str, Schema]
    body: Schema | None = None
    body_type: str = JSON
    query: tuple[Query, ...] = ()
    refuses: tuple[int, ...] = ()
    makes: Mapping[str, str] = field(default_factory=dict)
    example: Example | None = None
    needs_key: bool = True

    async def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return await self.handler(request, *args, **kwargs)


def operation(name: str, summary: str, **about: Any) -> Callable[[Handler], Operation]:
    """A handler as the operation that it is; `about` are the further fields of an Operation."""
    return lambda handler: Operation(handler, name, summary, **about)
