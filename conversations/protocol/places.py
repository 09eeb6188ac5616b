"""Where in an output item a streamed text belongs.

A place leads to the object and the key that hold a text, making on the way what the provider
did not announce. The browser's twin is static/chat/models/places.js.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from conversations.protocol.items import Item

# How many parts that were never announced a provider's index may jump over.
_GAP = 16


class Spot(NamedTuple):
    """`holder[key]` is the text: an object and a field's name, or a list and an index."""

    holder: Any
    key: Any


# Compared by identity: a place is half of a dictionary's key for every delta.
@dataclass(frozen=True, eq=False)
class Place:
    """A field of the item itself.

    `item` is the type of the item, `field` the name of the text in it and in the event that
    brings it whole, `index` the event's field that numbers it.
    """

    item: str
    field: str
    index: str = ""

    def within(self, item: Item, at: int) -> int:
        """Return the index that `at` means: far beyond the end it means the last text."""
        return 0

    def spot(self, item: Item, at: int) -> Spot:
        """Return where text number `at` is; what leads to it is made if need be."""
        return _spot(item, self.field)


@dataclass(frozen=True, eq=False)
class PartPlace(Place):
    """A field of a numbered part: `parts` names the list, `kind` the parts' type."""

    parts: str = "content"
    kind: str = "output_text"

    def within(self, item: Item, at: int) -> int:
        return _within(list_in(item, self.parts), at)

    def spot(self, item: Item, at: int) -> Spot:
        parts = list_in(item, self.parts)
        parts.extend(self._fresh() for _ in range(len(parts), at + 1))
        part = parts[at]
        if part.get("type") != self.kind and is_empty_part(part):
            part.clear()
            part.update(self._fresh())
        return _spot(part, self.field)

    def _fresh(self) -> dict[str, Any]:
        part: dict[str, Any] = {"type": self.kind, self.field: ""}
        return {**part, "annotations": []} if self.kind == "output_text" else part


@dataclass(frozen=True, eq=False)
class CommandPlace(Place):
    """One of a shell call's commands: plain strings in `action.commands`."""

    def within(self, item: Item, at: int) -> int:
        return _within(self._commands(item), at)

    def spot(self, item: Item, at: int) -> Spot:
        commands = self._commands(item)
        commands.extend("" for _ in range(len(commands), at + 1))
        return Spot(commands, at)

    def _commands(self, item: Item) -> list[str]:
        if not isinstance(item.get("action"), dict):
            item["action"] = {}
        return list_in(item["action"], "commands")


@dataclass(frozen=True, eq=False)
class ShellOutputPlace(Place):
    """What one command of a shell call wrote: an object in `output`."""

    def within(self, item: Item, at: int) -> int:
        return _within(list_in(item, "output"), at)

    def spot(self, item: Item, at: int) -> Spot:
        output = list_in(item, "output")
        output.extend({"stdout": "", "stderr": ""} for _ in range(len(output), at + 1))
        return _spot(output[at], self.field)


TEXT = PartPlace("message", "text", "content_index")
REFUSAL = PartPlace("message", "refusal", "content_index", kind="refusal")
SUMMARY = PartPlace("reasoning", "text", "summary_index", parts="summary", kind="summary_text")
REASONING = PartPlace("reasoning", "text", "content_index", kind="reasoning_text")
ARGUMENTS = Place("function_call", "arguments")
MCP_ARGUMENTS = Place("mcp_call", "arguments")
INPUT = Place("custom_tool_call", "input")
CODE = Place("code_interpreter_call", "code")
COMMAND = CommandPlace("shell_call", "command", "command_index")
STDOUT = ShellOutputPlace("shell_call_output", "stdout", "command_index")
STDERR = ShellOutputPlace("shell_call_output", "stderr", "command_index")

PLACES_OF_PARTS = {place.kind: place for place in (TEXT, REFUSAL, SUMMARY, REASONING)}


def is_empty_part(part: dict[str, Any]) -> bool:
    """Whether nothing was streamed into `part` yet."""
    return not (part.get("text") or part.get("refusal") or part.get("annotations"))


def list_in(holder: dict[str, Any], field: str) -> list[Any]:
    """Return the list in `field`, made where there is none."""
    if not isinstance(holder.get(field), list):
        holder[field] = []
    entries: list[Any] = holder[field]
    return entries


def _spot(holder: dict[str, Any], field: str) -> Spot:
    if not isinstance(holder.get(field), str):
        holder[field] = ""
    return Spot(holder, field)


def _within(entries: list[Any], at: int) -> int:
    return at if at <= len(entries) + _GAP else max(len(entries) - 1, 0)
