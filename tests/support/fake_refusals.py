"""What the fake provider refuses, in the shape of OpenAI's errors."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Refusal(Exception):
    """An HTTP answer with an error in it."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        error = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": error}


def unsupported(parameter: str) -> Refusal:
    return Refusal(
        400,
        f"Unsupported parameter: '{parameter}' is not supported with this model.",
        code="unsupported_parameter",
        param=parameter,
    )


def too_long() -> Refusal:
    return Refusal(
        400,
        "Your input exceeds the context window of this model.",
        code="context_length_exceeded",
        param="input",
    )


def too_many() -> Refusal:
    return Refusal(
        429,
        "Rate limit reached for fake-model. Please try again in 2s.",
        code="rate_limit_exceeded",
        type="requests",
        headers={"Retry-After": "2"},
    )


def cannot_cancel() -> Refusal:
    return Refusal(400, "Cannot cancel a synchronous response.")


def not_resumable() -> Refusal:
    return Refusal(
        400, "This response cannot be streamed because it was not created with stream=true."
    )


def no_such_path(path: str) -> Refusal:
    return Refusal(404, f"No {path} here.", code="not_found")


def not_found(response_id: str) -> Refusal:
    return Refusal(404, f"Response with id '{response_id}' not found.", code="not_found")


def previous_response_not_found(response_id: str) -> Refusal:
    return Refusal(
        400,
        f"Previous response with id '{response_id}' not found.",
        code="previous_response_not_found",
        param="previous_response_id",
    )
