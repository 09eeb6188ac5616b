"""What is sent to providers that take less than the standard, or call it by other names.

Each function returns one that turns a body into another; none changes what it is given.
"""

from collections.abc import Callable, Collection
from typing import Any

from conversations.protocol.functions import in_texts
from conversations.protocol.items import Item

Body = dict[str, Any]
Write = Callable[[Body], Body]

TALK = frozenset({"message", "function_call", "function_call_output"})
"""The items that every server reads."""


def in_turn(*writes: Write) -> Write:
    """Apply each, the first one first."""

    def write(body: Body) -> Body:
        for one in writes:
            body = one(body)
        return body

    return write


def without(names: Collection[str]) -> Write:
    """Leave out these parameters."""
    return lambda body: {name: value for name, value in body.items() if name not in names}


def reading(kinds: Collection[str]) -> Write:
    """Leave out the items of all other types: a server that does not know one refuses all.

    A call and its output are both left out, or neither: `kinds` has them together.
    """
    return lambda body: _with_items(
        body, [item for item in _items(body) if item.get("type", "message") in kinds]
    )


def calling_functions_only(body: Body) -> Body:
    """Leave out the tools that are no functions."""
    tools = body.get("tools")
    if not isinstance(tools, list):
        return body
    functions = [tool for tool in tools if tool.get("type") == "function"]
    others = {name: value for name, value in body.items() if name != "tools"}
    return {**others, "tools": functions} if functions else others


def giving_texts_only(body: Body) -> Body:
    """What calls have given as texts, without their pictures and files."""
    return _with_items(body, in_texts(_items(body)))


def thinking(words: dict[str, str]) -> Write:
    """Ask for the efforts of a reasoning model by a server's own words for them."""

    def write(body: Body) -> Body:
        reasoning = body.get("reasoning")
        if not isinstance(reasoning, dict) or reasoning.get("effort") not in words:
            return body
        return {**body, "reasoning": {**reasoning, "effort": words[reasoning["effort"]]}}

    return write


def with_nameless_reasoning(body: Body) -> Body:
    """Leave out the ids of what was thought: they point into another server's store."""
    return _with_items(body, [_nameless(item) for item in _items(body)])


def documented_by_modelverse(body: Body) -> Body:
    """The request in the words of https://docs.modelverse.cn: `input_items`, whose texts are parts
    of the type `text`, and `max_tokens`. Its service also takes the standard's.
    """
    renamed = {_MODELVERSE.get(name, name): value for name, value in body.items()}
    items = renamed.get("input_items")
    if isinstance(items, list):
        renamed["input_items"] = [_with_plain_parts(item) for item in items]
    return renamed


_MODELVERSE = {"input": "input_items", "max_output_tokens": "max_tokens"}
_TEXTS = frozenset({"input_text", "output_text"})


def _with_plain_parts(item: Item) -> Item:
    content = item.get("content")
    if not isinstance(content, list):
        return item
    parts = [
        {"type": "text", "text": part.get("text", "")} if part.get("type") in _TEXTS else part
        for part in content
    ]
    return {**item, "content": parts}


def _nameless(item: Item) -> Item:
    if item.get("type") != "reasoning":
        return item
    return {key: value for key, value in item.items() if key != "id"}


def _items(body: Body) -> list[Item]:
    items = body.get("input")
    return items if isinstance(items, list) else []


def _with_items(body: Body, items: list[Item]) -> Body:
    return {**body, "input": items} if isinstance(body.get("input"), list) else body
