"""How an item comes into being: what is there of it at first, and the events until it is done."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from conversations.protocol.items import Item
from conversations.providers.guide.pictures import picture
from conversations.providers.guide.tokens import pieces

Step = tuple[str, dict[str, Any]]
"""The end of an event's type, after "response.", and its fields besides the item's place."""


class Making(NamedTuple):
    """`blank` are the fields that are empty at first; `steps` the events between."""

    blank: dict[str, Any]
    steps: Callable[[Item], Iterator[Step]]


def making(item: Item) -> Making:
    """How `item` comes into being; most are announced, and done."""
    return _MAKING.get(item["type"], Making({}, lambda _: iter(())))


def _through(kind: str, *states: str) -> Callable[[Item], Iterator[Step]]:
    return lambda _: iter([(f"{kind}.{state}", {}) for state in states])


def _text(name: str, field: str, text: str) -> Iterator[Step]:
    yield from ((f"{name}.delta", {"delta": piece}) for piece in pieces(text))
    yield f"{name}.done", {field: text}


def _code(item: Item) -> Iterator[Step]:
    yield "code_interpreter_call.in_progress", {}
    yield from _text("code_interpreter_call_code", "code", item["code"])
    yield "code_interpreter_call.interpreting", {}
    yield "code_interpreter_call.completed", {}


def _image(_: Item) -> Iterator[Step]:
    yield "image_generation_call.in_progress", {}
    yield "image_generation_call.generating", {}
    for index, coarse in enumerate((40, 16)):
        partial = {"partial_image_b64": picture(coarse), "partial_image_index": index}
        yield "image_generation_call.partial_image", {**partial, "output_format": "png"}
    yield "image_generation_call.completed", {}


def _mcp(item: Item) -> Iterator[Step]:
    yield "mcp_call.in_progress", {}
    yield from _text("mcp_call_arguments", "arguments", item["arguments"])
    yield f"mcp_call.{item['status']}", {}


def _function(item: Item) -> Iterator[Step]:
    yield from _text("function_call_arguments", "arguments", item["arguments"])


def _custom(item: Item) -> Iterator[Step]:
    yield from _text("custom_tool_call_input", "input", item["input"])


def _shell(item: Item) -> Iterator[Step]:
    for index, command in enumerate(item["action"]["commands"]):
        at = {"command_index": index}
        yield "shell_call_command.added", {**at, "command": ""}
        for step, fields in _text("shell_call_command", "command", command):
            yield step, {**at, **fields}


def _shell_output(item: Item) -> Iterator[Step]:
    for index, output in enumerate(item["output"]):
        at = {"command_index": index}
        written = {name: output[name] for name in ("stdout", "stderr") if output[name]}
        yield "shell_call_output_content.delta", {**at, "delta": written}
        yield "shell_call_output_content.done", {**at, "output": [output]}


_MAKING = {
    "code_interpreter_call": Making({"status": "in_progress", "code": "", "outputs": None}, _code),
    "compaction": Making({}, _through("compaction", "compacting")),
    "custom_tool_call": Making({"input": ""}, _custom),
    "file_search_call": Making(
        {"status": "in_progress", "results": None},
        _through("file_search_call", "in_progress", "searching", "completed"),
    ),
    "function_call": Making({"status": "in_progress", "arguments": ""}, _function),
    "image_generation_call": Making({"status": "in_progress", "result": None}, _image),
    "mcp_call": Making(
        {"status": "in_progress", "arguments": "", "output": None, "error": None}, _mcp
    ),
    "mcp_list_tools": Making({"tools": []}, _through("mcp_list_tools", "in_progress", "completed")),
    "shell_call": Making(
        {"status": "in_progress", "action": {"commands": [], "timeout_ms": None}}, _shell
    ),
    "shell_call_output": Making({"status": "in_progress", "output": []}, _shell_output),
    "web_search_call": Making(
        {"status": "in_progress"},
        _through("web_search_call", "in_progress", "searching", "completed"),
    ),
}
