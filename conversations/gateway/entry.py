"""The way into every address of the API: a key, the methods there are, and errors in its words."""

import logging
from collections.abc import Callable, Coroutine
from secrets import token_hex
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from chatapp.accounts.throttle import address_of
from conversations.gateway.refusals import WRONG_KEY, Refusal, no_such_path
from conversations.models.api_key import key_of
from conversations.models.database import in_database

logger = logging.getLogger(__name__)

Handler = Callable[..., Coroutine[Any, Any, HttpResponseBase]]

NO_KEY = Refusal(
    401,
    "You didn't provide an API key. Send one as a bearer token: 'Authorization: Bearer YOUR_KEY'.",
    "missing_api_key",
)
BUSY = Refusal(503, "The server could not reach its database just now. Try again.", "overloaded")


def endpoint(**handlers: Handler) -> Callable[..., Coroutine[Any, Any, HttpResponseBase]]:
    """The view of an address, from what each of its methods (`get`, `post`, …) does.

    A handler is given the request and the key that came with it. No cookie lets anybody in, so
    there is nothing that another site could make a browser do.
    """

    @csrf_exempt
    async def view(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        try:
            answer = await _handled(request, handlers, kwargs)
        except Refusal as refusal:
            answer = refusal.as_response()
        except DatabaseError as error:
            logger.error("A request of the API could not be answered: %s", error)
            answer = BUSY.as_response()
        answer["x-request-id"] = f"req_{token_hex(16)}"
        return answer

    return view


async def _handled(
    request: HttpRequest, handlers: dict[str, Handler], kwargs: dict[str, str]
) -> HttpResponseBase:
    secret = bearer(request.headers.get("Authorization", ""))
    key = await in_database(key_of, secret, address_of(request))
    if key is None:
        raise WRONG_KEY
    method = str(request.method)
    handler = handlers.get(method.lower())
    if handler is not None:
        return await handler(request, key, **kwargs)
    if not handlers:
        raise no_such_path(method, request.path)
    allowed = ", ".join(sorted(handlers)).upper()
    answer = Refusal(405, f"Not allowed here: {method}.", "method_not_supported").as_response()
    answer["Allow"] = allowed
    return answer


def bearer(header: str) -> str:
    """The token in an `Authorization` header; Refusal where there is none."""
    kind, _space, secret = header.partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        raise NO_KEY
    return secret.strip()
