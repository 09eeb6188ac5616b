"""The way into every address of the API: a key, the methods there are, and errors in its words."""

import logging
from collections.abc import Callable, Coroutine
from secrets import token_hex
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from chatapp.accounts.throttle import address_of
from conversations.gateway.limiting import headers_for, let_in
from conversations.gateway.operations import Operation
from conversations.gateway.refusals import Refusal, no_such_path
from conversations.models import ApiKey
from conversations.models.database import in_database

logger = logging.getLogger(__name__)

NO_KEY = Refusal(
    401,
    "You didn't provide an API key. Send one as a bearer token: 'Authorization: Bearer YOUR_KEY'.",
    "missing_api_key",
)
FAULT = Refusal(500, "The server had an error while processing your request.", "server_error")
BUSY = Refusal(503, "The server could not reach its database just now. Try again.", "overloaded")


def endpoint(**operations: Operation) -> Callable[..., Coroutine[Any, Any, HttpResponseBase]]:
    """The view of an address, from what each of its methods (`get`, `post`, …) does.

    An operation is given the request and the key that came with it, or the request alone where
    none is needed. No cookie lets anybody in, so there is nothing that another site could make a
    browser do.
    """

    @csrf_exempt
    async def view(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        return _named(await _answered(_let_in(request, operations, kwargs)))

    return view


def as_answer(refusal: Refusal) -> HttpResponse:
    """The whole answer where no handler is asked."""
    answer = refusal.as_response()
    _named(answer)
    return answer


def _named(answer: HttpResponseBase) -> HttpResponseBase:
    answer["x-request-id"] = f"req_{token_hex(16)}"
    return answer


async def _answered(answering: Coroutine[Any, Any, HttpResponseBase]) -> HttpResponseBase:
    """What comes of it, whatever that is, in the API's words."""
    try:
        return await answering
    except Refusal as refusal:
        return refusal.as_response()
    except DatabaseError as error:
        logger.error("A request of the API could not be answered: %s", error)
        return BUSY.as_response()
    except Exception:
        logger.exception("A request of the API could not be answered")
        return FAULT.as_response()


async def _let_in(
    request: HttpRequest, operations: dict[str, Operation], kwargs: dict[str, str]
) -> HttpResponseBase:
    operation = operations.get(str(request.method).lower())
    if operation is not None and not operation.needs_key:
        return await operation(request, **kwargs)
    secret = bearer(request.headers.get("Authorization", ""))
    key = await in_database(let_in, secret, address_of(request))
    answer = await _answered(_handled(request, key, operations, kwargs))
    for name, value in (await in_database(headers_for, key)).items():
        answer[name] = value
    return answer


async def _handled(
    request: HttpRequest, key: ApiKey, operations: dict[str, Operation], kwargs: dict[str, str]
) -> HttpResponseBase:
    method = str(request.method)
    operation = operations.get(method.lower())
    if operation is not None:
        return await operation(request, key, **kwargs)
    if not operations:
        raise no_such_path(method, request.path)
    allowed = ", ".join(sorted(operations)).upper()
    answer = Refusal(405, f"Not allowed here: {method}.", "method_not_supported").as_response()
    answer["Allow"] = allowed
    return answer


def bearer(header: str) -> str:
    """The token in an `Authorization` header; Refusal where there is none."""
    kind, _space, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise NO_KEY
    return secret.strip()
