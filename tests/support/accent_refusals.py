"""What a provider with an accent does not take."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, message: str, code: str | None = None, param: str | None = None
    ):
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "message": message,
                "type": "invalid_request_error",
                "code": code,
                "param": param,
            }
        }


def not_found(name: str) -> Refused:
    return Refused(
        404,
        f"Previous response with id '{name}' not found.",
        "previous_response_not_found",
        "previous_response_id",
    )


def check_calls(context: Sequence[dict[str, Any]]) -> None:
    """A call needs its output and an output its call, as with every provider that means it."""
    calls: list[str] = []
    for item in context:
        if item.get("type") == "function_call":
            calls.append(item["call_id"])
        elif item.get("type") == "function_call_output":
            if item["call_id"] not in calls:
                raise Refused(400, f"No tool call found for call_id {item['call_id']}.")
            calls.remove(item["call_id"])
    if calls:
        raise Refused(400, f"No tool output found for function call {calls[0]}.")
