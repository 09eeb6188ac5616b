"""A tool of another server, which a model is told of, and which is called, like one of ours."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from conversations.protocol.approvals import Tool as AskedTool
from conversations.protocol.jsontext import BadJSON, loads
from conversations.protocol.mcp import function_name
from conversations.tools.errors import ToolError
from conversations.tools.tool import MOST_CHARACTERS

SECONDS = 65.0
"""Whoever calls it gives up sooner, and can say why."""


class Given(NamedTuple):
    """What a call gave: a text, and pictures as data URLs."""

    text: str
    pictures: Sequence[str] = ()


@dataclass(frozen=True)
class RemoteTool:
    """What the server `server_label` calls `tool`; `call` has it used, with the arguments of a
    call, and raises ToolError where that fails. One that does not say that it only reads has
    `effects`; one that `asks` is not called before its person agrees, whatever it does.
    """

    server_label: str
    tool: str
    description: str
    schema: Mapping[str, Any]
    call: Callable[[Mapping[str, Any]], Awaitable[Given]] = field(repr=False)
    effects: bool = True
    asks: bool = True
    seconds: float = SECONDS
    most_characters: int = MOST_CHARACTERS

    @property
    def name(self) -> str:
        """What the model calls it."""
        return function_name(self.server_label, self.tool)

    @property
    def asked_as(self) -> AskedTool:
        """What its person is asked about."""
        return AskedTool(self.server_label, self.tool)

    @property
    def definition(self) -> dict[str, Any]:
        """The entry of a request's `tools`. Its schema is the server's own, and seldom strict."""
        return {
            "type": "function",
            "name": self.name,
            "description": self.description,
            "parameters": {"properties": {}, **self.schema},
            "strict": False,
        }


def read_object(arguments: str) -> dict[str, Any]:
    """The arguments that a model wrote; which of them may be, the server says. ToolError for what
    are none.
    """
    try:
        read = loads(arguments or "{}")
    except BadJSON as error:
        raise ToolError(f"The arguments are not valid. {error}") from error
    if not isinstance(read, dict):
        raise ToolError("The arguments are not valid. They are no JSON object.")
    return read
