"""The one error that a provider's failure becomes, whatever it was on the way."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Self

from conversations.protocol.failures import Failure, told
from conversations.protocol.secrets import covered


class ErrorKind(StrEnum):
    """What went wrong, as far as somebody has to act differently on it."""

    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    KEY_REFUSED = "key_refused"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    NOT_FOUND = "not_found"
    PREVIOUS_RESPONSE_NOT_FOUND = "previous_response_not_found"
    ITEM_REFUSED = "item_refused"
    NO_BACKGROUND = "no_background"
    STEER_REFUSED = "steer_refused"
    BAD_REQUEST = "bad_request"
    UNSUPPORTED_PARAMETER = "unsupported_parameter"
    CONTEXT_LENGTH = "context_length"
    OVERLOADED = "overloaded"
    SERVER = "server"
    TIMEOUT = "timeout"
    CUT = "cut"
    GARBAGE = "garbage"
    NOT_AN_ENDPOINT = "not_an_endpoint"
    TOO_LARGE = "too_large"
    FAILED = "failed"


class ProviderError(Exception):
    """A provider did not answer, or not as the API promises.

    `message` is a sentence for the person who waits: it never holds the key or a raw body.
    `code` is the API's own, `param` the parameter it is about, `status` the HTTP status,
    `retry_after` seconds.
    `failure` is what the message says, to be said in other languages; see `failures`.
    `detail` is for the operator's log, already redacted by who raises.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        failure: Failure | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.code = code
        self.param = param
        self.status = status
        self.retry_after = retry_after
        self.failure = failure
        self.detail = detail

    @classmethod
    def of(cls, kind: ErrorKind, failure: Failure, **more: Any) -> Self:
        """One whose message is what a person is told of the failure."""
        return cls(kind, told(failure), failure=failure, **more)

    def cover(self, secrets: Sequence[str]) -> None:
        """Cover what it repeats of these."""
        self.message, self.detail = covered(self.message, secrets), covered(self.detail, secrets)
        self.failure, self.args = covered(self.failure, secrets), (self.message,)

    def for_log(self, secrets: Sequence[str]) -> str:
        """What the operator is told, with these covered; it stays so."""
        self.cover(secrets)
        return self.detail or self.message

    def as_error(self) -> dict[str, Any]:
        """The `error` of a response: `{"code", "message"}`; the kind where the API gave no code."""
        return {"code": self.code or self.kind.value, **self.as_said()}

    def as_said(self) -> dict[str, Any]:
        """The message, and the failure that it tells of, where that is known."""
        failure = {"failure": dict(self.failure)} if self.failure else {}
        return {"message": self.message, **failure}
