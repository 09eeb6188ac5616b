"""Answers that call functions, and functions for them to call."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from conversations.protocol.events import Event
from conversations.tools.errors import ToolError
from conversations.tools.table import TOOLS
from conversations.tools.tool import Tool
from conversations.turns import toolbox


def call(
    name: str, arguments: dict[str, Any] | str | None = None, call_id: str = "call_1", **fields: Any
) -> dict[str, Any]:
    """The item of a call."""
    written = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    made = {"type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": name}
    return made | {"arguments": written, "status": "completed"} | fields


def calling(
    *items: dict[str, Any],
    upstream_id: str = "upstream_1",
    tokens: int | None = 10,
    ends_with: Sequence[dict[str, Any]] | None = None,
) -> list[Event]:
    """The events of a response that says and calls these; its end has them once more, or others."""
    usage = {"input_tokens": tokens, "output_tokens": tokens, "total_tokens": 2 * (tokens or 0)}
    response = {
        "id": upstream_id,
        "status": "completed",
        "output": list(items if ends_with is None else ends_with),
        "usage": usage if tokens else None,
    }
    begun = {"id": upstream_id, "status": "in_progress", "output": []}
    events: list[Event] = [{"type": "response.created", "response": begun}]
    for at, item in enumerate(items):
        events += _events_of(item, at)
    return [*events, {"type": "response.completed", "response": response}]


def _events_of(item: dict[str, Any], at: int) -> list[Event]:
    empty = {"arguments": ""} if item["type"] == "function_call" else {}
    added = {**item, **empty, "status": "in_progress"}
    events: list[Event] = [
        {"type": "response.output_item.added", "output_index": at, "item": added}
    ]
    if empty:
        events.append(
            {
                "type": "response.function_call_arguments.delta",
                "item_id": item["id"],
                "output_index": at,
                "delta": item["arguments"],
            }
        )
    return [*events, {"type": "response.output_item.done", "output_index": at, "item": item}]


class Deeds:
    """What the functions of the tests have done; `before_ringing` holds one up, `hanging` another.

    They are `add`, which has no effects, `ring`, which asks first, `fail` and `hang`.
    """

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.before_ringing: asyncio.Event | None = None
        self.is_ringing = asyncio.Event()
        self.is_hanging = asyncio.Event()

    def tools(self) -> list[Tool]:
        """The functions as tools."""

        async def add(first: int, second: int) -> int:
            """Add two numbers."""
            self.done.append(("add", first, second))
            return first + second

        async def ring(bell: str) -> str:
            """Ring a bell."""
            self.done.append(("ring", bell))
            self.is_ringing.set()
            if self.before_ringing:
                await self.before_ringing.wait()
            return f"The {bell} rang."

        def fail() -> str:
            """Fail."""
            raise ToolError("It can't be done.")

        async def hang() -> str:
            """Never end."""
            self.done.append(("hang",))
            self.is_hanging.set()
            await asyncio.Event().wait()
            return "never"

        return [
            _tool(add),
            _tool(ring, effects=True),
            _tool(fail),
            _tool(hang),
        ]


def _tool(function: Callable[..., Any], *, effects: bool = False) -> Tool:
    return Tool(function, function.__name__, function.__name__, effects=effects)


def use_deeds(monkeypatch: pytest.MonkeyPatch) -> Deeds:
    """Have the functions of the tests beside those of the server."""
    deeds = Deeds()
    tools = {tool.name: tool for tool in (*TOOLS, *deeds.tools())}
    monkeypatch.setattr(toolbox, "BY_NAME", tools)
    return deeds
