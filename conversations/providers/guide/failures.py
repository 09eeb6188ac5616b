"""Requests that the guide refuses, in the shape of OpenAI's errors."""

import json
from dataclasses import dataclass, field

import httpx2


@dataclass(eq=False)
class Refused(Exception):
    """An HTTP answer with an error in it."""

    status: int
    message: str
    type: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def as_response(self) -> httpx2.Response:
        error = {
            "message": self.message,
            "type": self.type,
            "param": self.param,
            "code": self.code,
        }
        content = json.dumps({"error": error}).encode()
        headers = {"content-type": "application/json", **self.headers}
        return httpx2.Response(self.status, headers=headers, content=content)


def unknown_path(method: str, path: str) -> Refused:
    """No such endpoint."""
    return Refused(404, f"Invalid URL ({method} {path})")


def response_not_found(response_id: str) -> Refused:
    """GET, DELETE … of a response that the guide doesn't keep."""
    return Refused(404, f"Response with id '{response_id}' not found.")


def previous_response_not_found(response_id: str) -> Refused:
    """A request that goes on from a response that the guide doesn't keep."""
    return Refused(
        400,
        f"Previous response with id '{response_id}' not found.",
        param="previous_response_id",
        code="previous_response_not_found",
    )


def wrong_parameter(param: str, message: str) -> Refused:
    """A parameter that can't be what it is."""
    return Refused(400, message, param=param)


def unsupported_parameter(param: str) -> Refused:
    """A parameter that the guide has no use for at all."""
    message = f"Unsupported parameter: '{param}' is not supported with this model."
    return Refused(400, message, param=param, code="unsupported_parameter")


def rate_limited() -> Refused:
    """Too many requests, try again in two seconds."""
    return Refused(
        429,
        "Rate limit reached for guide. Please try again in 2s.",
        type="requests",
        code="rate_limit_exceeded",
        headers={"retry-after": "2"},
    )


def too_long() -> Refused:
    """More than fits into the context, at the first try."""
    return Refused(
        400,
        "Your input exceeds the context window of this model. Please adjust your input.",
        param="input",
        code="context_length_exceeded",
    )


def quota_exceeded() -> Refused:
    """No credit left: trying again is of no use."""
    return Refused(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        type="insufficient_quota",
        code="insufficient_quota",
    )


def key_refused() -> Refused:
    """A wrong API key."""
    return Refused(401, "Incorrect API key provided.", code="invalid_api_key")


def not_streamed() -> Refused:
    """Only background responses that were streamed at first can be streamed again, for a while."""
    return Refused(400, "This response can no longer be streamed, or never was.")


def server_error() -> Refused:
    """Something went wrong, for once on purpose."""
    return Refused(
        500, "The guide was asked for an error.", type="server_error", code="server_error"
    )


def not_cancellable() -> Refused:
    """Only background responses can be cancelled."""
    return Refused(400, "Cannot cancel a synchronous response.")
