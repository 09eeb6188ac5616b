"""What the API answers instead: `{"error": {"message", "type", "param", "code"}}` and a status."""

from math import ceil
from typing import Any

from django.http import JsonResponse
from django.utils import translation

from conversations.protocol.settings import BadParameter
from conversations.turns.errors import RequestError

INVALID = "invalid_request_error"
NO_MONEY = "insufficient_quota"
LONGEST_WAIT = 60  # seconds for which a client may well wait by itself


class Refusal(Exception):
    """An answer that ends the request; `retry` is False where asking again is of no use, and
    `retry_after` how many seconds later it is of use.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        param: str | None = None,
        *,
        retry: bool | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param
        self.retry, self.retry_after = retry, retry_after

    @classmethod
    def of_request(cls, error: RequestError) -> "Refusal":
        """What `turns` refused."""
        if error.param == "previous_response_id" and error.status == 404:
            return no_such_previous(None)
        if error.param == "conversation" and error.status == 404:
            return no_such_conversation()
        # A name that nobody knows is a wrong parameter of this address, which itself is there.
        status = 400 if error.status == 404 else error.status
        wait = error.retry_after
        retry = None if wait is None else wait <= LONGEST_WAIT and error.code != NO_MONEY
        with translation.override("en"):
            said = error.said()
        return cls(status, said, error.code, error.param, retry=retry, retry_after=wait)

    @classmethod
    def of_parameter(cls, error: BadParameter) -> "Refusal":
        """A value that a parameter can't have."""
        return cls(400, f"Invalid '{error.param}'. {error.message}", "invalid_value", error.param)

    def as_response(self) -> JsonResponse:
        """The whole answer."""
        answer = JsonResponse(self.body, status=self.status)
        if self.retry is not None:
            answer["x-should-retry"] = "true" if self.retry else "false"
        if self.retry_after is not None:
            answer["retry-after"] = str(ceil(self.retry_after))
            answer["retry-after-ms"] = str(ceil(self.retry_after * 1000))
        if self.status == 401:
            answer["WWW-Authenticate"] = "Bearer"
        return answer

    def as_event(self) -> dict[str, Any]:
        """As a websocket tells it."""
        return {"type": "error", "status": self.status, **self.body}

    @property
    def body(self) -> dict[str, Any]:
        kind = "server_error" if self.status >= 500 else INVALID
        if self.status == 429:
            kind = NO_MONEY if self.code == NO_MONEY else "rate_limit_error"
        error = {"message": self.message, "type": kind, "param": self.param, "code": self.code}
        return {"error": error}


WRONG_KEY = Refusal(401, "Incorrect API key provided.", "invalid_api_key")


def bad(param: str, message: str, code: str = "invalid_value") -> Refusal:
    """A parameter that is not as it has to be."""
    return Refusal(400, f"Invalid '{param}'. {message}", code, param)


def no_such_path(method: str, path: str) -> Refusal:
    return Refusal(404, f"Invalid URL ({method} {path})", "unknown_url")


def no_such_response(response_id: str) -> Refusal:
    return Refusal(404, f"Response with id '{response_id[:80]}' not found.")


def no_such_conversation(conversation_id: str | None = None) -> Refusal:
    name = f" with id '{conversation_id[:80]}'" if conversation_id else ""
    return Refusal(404, f"Conversation{name} not found.", param="conversation")


def no_such_previous(response_id: str | None) -> Refusal:
    name = f" with id '{response_id[:80]}'" if response_id else ""
    return Refusal(
        400,
        f"Previous response{name} not found.",
        "previous_response_not_found",
        "previous_response_id",
    )
