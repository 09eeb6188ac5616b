"""`response.steer`: what is said into an answer while it is given, and the words about that.

https://platform.openai.com/docs/api-reference/responses-websocket
"""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from conversations.gateway.items import items_of
from conversations.gateway.refusals import Refusal, bad
from conversations.models.database import in_database
from conversations.protocol.events import Event
from conversations.protocol.ids import new_id
from conversations.turns import queue
from conversations.turns.errors import RequestError
from conversations.turns.request import NewResponse
from conversations.turns.running import turns

if TYPE_CHECKING:
    from conversations.models import ApiKey, Response

MOST_STEERS = 8
FIELDS = {"previous_response_id", "input"}
SAID = {"type", "role", "content"}


class NotSteered(Exception):
    """Why something is not said into an answer, with the API's code for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message

    @classmethod
    def of_none(cls, *, has_ended: bool) -> "NotSteered":
        """Where no such answer is given on the connection."""
        if has_ended:
            return cls("response_already_completed", "This response has ended.")
        return cls("response_not_found", "No such response is given on this connection.")


@dataclass(frozen=True)
class Steer:
    """A frame: what is to be said (as it came), into which answer."""

    response_id: str
    given: str | list[Any]
    has_more: bool = False

    @classmethod
    def of(cls, frame: Mapping[str, Any]) -> "Steer":
        """Refusal for what could not even be given back."""
        response_id, given = frame.get("previous_response_id"), frame.get("input")
        if not isinstance(response_id, str):
            raise bad("previous_response_id", "A text is expected here.", "invalid_type")
        messages = given if isinstance(given, list) else []
        are_objects = all(isinstance(message, dict) for message in messages)
        if not isinstance(given, str | list) or not are_objects:
            raise bad("input", "A text, or a list of messages, is expected here.", "invalid_type")
        return cls(response_id, given, bool(frame.keys() - FIELDS))

    def is_for(self, response: "Response | None") -> bool:
        return response is not None and response.pk == self.response_id

    @property
    def items(self) -> list[dict[str, Any]]:
        """The messages; NotSteered for anything else."""
        if self.has_more:
            raise NotSteered(
                "invalid_input", f"Only {', '.join(sorted(FIELDS))} are possible here."
            )
        try:
            items = items_of(self.given)
        except Refusal as refusal:
            raise NotSteered("invalid_input", refusal.message) from refusal
        said = self.given if isinstance(self.given, list) else []
        is_said = all(item.get("role") == "user" for item in items)
        if not is_said or any(set(message) - SAID for message in said):
            raise NotSteered(
                "invalid_input", "Only messages of a user can be said into a response."
            )
        return items


def successor_of(key: "ApiKey", running: "Response", steer: Steer) -> NewResponse:
    """What is to be stored behind an answer, asked for as that was; NotSteered if it can't be."""
    told = running.asked or {}
    is_possible = running.provider is not None and running.provider.steerable
    if not is_possible or told.get("tools") or told.get("conversation"):
        said = "This model, or a response with tools or in a conversation, can't be steered."
        raise NotSteered("steering_not_supported", said)
    settings = {name: value for name, value in running.settings.items() if name != "store"}
    return NewResponse(
        owner=key.owner,
        api_key=key,
        asked={**told, "previous_response_id": running.pk},
        client_key=f"api_{token_hex(16)}",
        input=steer.items,
        model_id=running.model_id,
        only_this=True,
        previous_response_id=running.pk,
        background=False,
        instructions=running.instructions,
        settings=settings,
    )


def accepted(steer: Steer, number: int) -> Event:
    """It is stored, and will be answered."""
    about = {"id": new_id("steer"), "previous_response_id": steer.response_id}
    return {"type": "response.steer.accepted", "sequence_number": number, "steer": about}


def failed(steer: Steer, error: NotSteered, number: int) -> Event:
    """It is given back."""
    given: Any = steer.given
    if isinstance(given, list):
        given = [{"type": "message", **message} for message in given]
    return {
        "type": "response.steer.failed",
        "sequence_number": number,
        "error": {"type": "invalid_request_error", "code": error.code, "message": error.message},
        "steer": {"previous_response_id": steer.response_id, "input": given},
    }


def drop(row: "Response | None") -> None:
    """Nobody is there any more to read what answers it."""
    if row is not None:
        turns.tasks.spawn(_drop(row))


async def _drop(row: "Response") -> None:
    try:
        await in_database(queue.withdraw, row.owner, row.pk)
    except RequestError:
        await turns.cancel(row.pk)  # it waits no longer
