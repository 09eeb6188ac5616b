"""What a browser may send over its socket, and the few frames that are ours and not the API's.

Sent to the browser besides the API's events: `response.accepted` (the question is stored),
`response.snapshot` (replaces what the browser had), `conversation.updated`,
`conversations.updated`, `folders.updated`, `conversations.deleted`, `memory.updated`,
`scripts.hidden`, `conversations.changed` (something may have been missed) and `error`.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from conversations.protocol.items import user_message
from conversations.protocol.settings import BadParameter, checked
from conversations.protocol.zones import zone
from conversations.sockets import NoFrame, frame_in

MAX_QUESTION = 200_000
MOST_MODELS = 4
MOST_APPROVALS = 100
LONGEST_KEY = 60  # of a question to several models: each answer's key is made of it


class BadFrame(Exception):
    """A frame that can't be understood; the message says what is wrong with it."""

    def __init__(self, message: str, param: str | None = None, client_key: str | None = None):
        super().__init__(message)
        self.message, self.param, self.client_key = message, param, client_key


class Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


Id = Annotated[str, Field(min_length=1, max_length=60)]


class TextPart(Frame):
    type: Literal["input_text"]
    text: Annotated[str, Field(max_length=MAX_QUESTION)]


class FilePart(Frame):
    """A file of the person's own: by its id alone, never by an address or its bytes."""

    type: Literal["input_image", "input_file"]
    file_id: Id


Part = Annotated[TextPart | FilePart, Field(discriminator="type")]


class UserMessage(Frame):
    type: Literal["message"] = "message"
    role: Literal["user"]
    content: Annotated[list[Part], Field(min_length=1, max_length=100)]


class Approval(Frame):
    """Whether a tool may be used that the answer before asks for, by the provider's id of it."""

    type: Literal["mcp_approval_response"]
    approval_request_id: Annotated[str, Field(min_length=1, max_length=512)]
    approve: bool


Input = Annotated[str, Field(max_length=MAX_QUESTION)] | list[UserMessage]
Decisions = Annotated[list[Approval], Field(min_length=1, max_length=MOST_APPROVALS)]


class Create(Frame):
    """The API's `response.create`; `client_key`, `assistant`, `conversation`, `retry_of`,
    `continues`, `compacts`, `branch`, `temporary`, `time_zone`, `folder` and `models`, which answer
    side by side, are ours, and `always`: those of the requests in `input` whose tools may be used
    from now on. `settings` are the parameters that were set, by `protocol.parameters`.
    """

    type: Literal["response.create"]
    client_key: Annotated[str, Field(min_length=1, max_length=64)]
    input: Input | Decisions = ""
    always: Annotated[list[str], Field(max_length=MOST_APPROVALS)] = Field(default_factory=list)
    model: Id | None = None
    assistant: Id | None = None
    models: Annotated[list[Id], Field(max_length=MOST_MODELS)] = Field(default_factory=list)
    conversation: Id | None = None
    previous_response_id: Id | None = None
    retry_of: Id | None = None
    continues: Id | None = None
    compacts: Id | None = None
    branch: bool = False
    background: bool | None = None
    only_this: bool = False
    temporary: bool = False
    time_zone: Annotated[str, Field(max_length=60)] = ""
    folder: Id | None = None
    settings: dict[str, Any] = Field(default_factory=dict)

    @field_validator("settings")
    @classmethod
    def _can_be_set(cls, settings: dict[str, Any]) -> dict[str, Any]:
        try:
            return checked(settings)
        except BadParameter as error:
            raise ValueError(f"{error.param}: {error.message}") from error

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        """A browser may know one that is not known here: then the server's own is meant."""
        return name if zone(name) else ""

    @model_validator(mode="after")
    def _asks_something(self) -> "Create":
        asks_again = self.retry_of or self.continues or self.compacts
        if not asks_again and not _says_something(self.input):
            raise ValueError("The message is empty.")
        return self

    @model_validator(mode="after")
    def _asks_whom(self) -> "Create":
        if not self.models:
            return self
        if self.model or self.continues or self.compacts:
            raise ValueError("Several models can be asked a question, or be asked it again.")
        if len(set(self.models)) != len(self.models) or len(self.models) == 1:
            raise ValueError("Several models are two or more, each once.")
        if len(self.client_key) > LONGEST_KEY:
            raise ValueError("This key is too long for several models.")
        return self

    @model_validator(mode="after")
    def _decides_what_was_asked(self) -> "Create":
        decisions = [each for each in self.input if isinstance(each, Approval)]
        asks_otherwise = self.models or self.retry_of or self.continues or self.compacts
        if decisions and (asks_otherwise or not self.previous_response_id):
            raise ValueError("A decision follows the answer that asks for it.")
        approved = {each.approval_request_id for each in decisions if each.approve}
        if not approved.issuperset(self.always):
            raise ValueError("Only what is allowed now can be allowed from now on.")
        return self

    def items(self) -> list[dict[str, Any]]:
        """The input as the API's items."""
        return _items(self.input)


class Update(Frame):
    """Replace what a message says that waits for the answer before it."""

    type: Literal["response.update"]
    response_id: Id
    input: Input

    @field_validator("input")
    @classmethod
    def _is_not_empty(cls, given: Any) -> Any:
        if not _says_something(given):
            raise ValueError("The message is empty.")
        return given

    def items(self) -> list[dict[str, Any]]:
        """The input as the API's items."""
        return _items(self.input)


def _says_something(given: str | Sequence[UserMessage | Approval]) -> bool:
    """Whether there is a text, a file (that may be sent without one), or a decision."""
    if isinstance(given, str):
        return bool(given.strip())
    if any(isinstance(each, Approval) for each in given):
        return True
    messages = (each for each in given if isinstance(each, UserMessage))
    parts = (part for message in messages for part in message.content)
    return any(isinstance(part, FilePart) or part.text.strip() for part in parts)


def _items(given: str | Sequence[UserMessage | Approval]) -> list[dict[str, Any]]:
    if isinstance(given, str):
        return [user_message(given)] if given else []
    return [each.model_dump() for each in given]


class Delete(Frame):
    """Withdraw a message that waits for the answer before it."""

    type: Literal["response.delete"]
    response_id: Id


class Seen(Frame):
    """The end of a conversation is in view: its answers are no news any more."""

    type: Literal["conversation.seen"]
    conversation_id: Id


class Cancel(Frame):
    """Stop this answer for good; what was written stays."""

    type: Literal["response.cancel"]
    response_id: Id


class Follow(Frame):
    """Send this answer from behind an event on (None: from its beginning), to its end."""

    type: Literal["response.follow"]
    response_id: Id
    starting_after: Annotated[int, Field(ge=0)] | None = None


class Unfollow(Frame):
    """Send nothing more of this answer, which goes on."""

    type: Literal["response.unfollow"]
    response_id: Id


class Acknowledge(Frame):
    """All events of this answer up to this one are on the page: the window moves on."""

    type: Literal["response.ack"]
    response_id: Id
    sequence_number: Annotated[int, Field(ge=0)]


ClientFrame = Create | Update | Delete | Cancel | Follow | Unfollow | Acknowledge | Seen

_ADAPTER: TypeAdapter[ClientFrame] = TypeAdapter(
    Annotated[ClientFrame, Field(discriminator="type")]
)


# Where pydantic would repeat what was sent, which has no business in an answer or a log.
_OWN_WORDS = {
    "union_tag_invalid": "Frames of this type are not known.",
    "union_tag_not_found": "A frame is an object with a type.",
}


def parse(text: str | None) -> ClientFrame:
    """Read one frame of a browser; BadFrame says what is wrong with it."""
    try:
        value = frame_in(text)
    except NoFrame as error:
        raise BadFrame(str(error)) from error
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        raise _bad_frame(error, value) from error


def subject_of(text: str | None) -> dict[str, str]:
    """What a change is about that could not be looked at: the page sends it again by that name."""
    try:
        frame = parse(text)
    except BadFrame:
        return {}
    if isinstance(frame, Create):
        return {"client_key": frame.client_key}
    return {"stream_id": frame.response_id} if isinstance(frame, (Update, Delete)) else {}


def _bad_frame(error: ValidationError, value: Any) -> BadFrame:
    """The first thing that is wrong, without repeating what was sent."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    param = ".".join(str(part) for part in first["loc"][1:]) or None
    key = value.get("client_key") if isinstance(value, dict) else None
    message = _OWN_WORDS.get(first["type"]) or first["msg"].removeprefix("Value error, ")
    return BadFrame(message, param, key if isinstance(key, str) else None)


def error_frame(
    message: str,
    code: str,
    *,
    status: int = 400,
    param: str | None = None,
    client_key: str | None = None,
    stream_id: str | None = None,
) -> dict[str, Any]:
    """The API's websocket error, with the key or the stream that it is about."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    error = {"type": kind, "code": code, "message": message, "param": param}
    frame: dict[str, Any] = {"type": "error", "status": status, "error": error}
    about = {"client_key": client_key, "stream_id": stream_id}
    return frame | {name: value for name, value in about.items() if value is not None}
