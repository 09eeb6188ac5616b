"""The ways an answer ends, each told apart from the others."""

from dataclasses import dataclass
from typing import Any, Self

from conversations.models.response import Status
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.failures import told

# What breaks off an answer that had begun; before its first words the same is a failure.
BREAKS = {ErrorKind.TIMEOUT, ErrorKind.UNREACHABLE}


@dataclass(frozen=True)
class Ending:
    """The fields of a response that say how it ended, as the API has them."""

    status: Status
    error: dict[str, Any] | None = None
    incomplete_details: dict[str, Any] | None = None

    @classmethod
    def interrupted(cls, error: dict[str, Any] | None = None) -> Self:
        """Broken off by no wish of the person's: what was received stays."""
        return cls(Status.INCOMPLETE, error, {"reason": "interrupted"})

    @classmethod
    def of_response(cls, response: dict[str, Any]) -> Self:
        """As the provider's terminal event says."""
        try:
            status = Status(str(response.get("status")))
        except ValueError:
            status = Status.COMPLETED
        return cls(status, response.get("error"), response.get("incomplete_details"))

    @classmethod
    def of_error(cls, error: ProviderError, *, begun: bool) -> Self:
        """By an error: `begun` says whether something of the answer had been received."""
        if error.kind == ErrorKind.CUT or (begun and error.kind in BREAKS):
            return cls.interrupted(error.as_error())
        return cls(Status.FAILED, error.as_error())

    @property
    def event_type(self) -> str:
        """The API's terminal event for it; a stopped answer is told by its status."""
        if self.status in (Status.COMPLETED, Status.FAILED):
            return f"response.{self.status}"
        return "response.incomplete"


FAULT = {"kind": "ours"}
STOPPED = Ending(Status.CANCELLED)
OUR_FAULT = Ending(
    Status.FAILED,
    {"code": "server_error", "message": told(FAULT), "failure": FAULT},
)
