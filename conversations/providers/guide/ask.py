"""What a request to the guide asks, checked."""

from dataclasses import dataclass, field
from typing import Any

from conversations.protocol.items import Item, as_items
from conversations.providers.guide.failures import (
    previous_response_not_found,
    unsupported_parameter,
    wrong_parameter,
)
from conversations.providers.guide.store import Store

KINDS: dict[str, type | tuple[type, ...]] = {
    "model": str,
    "instructions": str,
    "max_output_tokens": int,
    "tools": list,
    "tool_choice": (str, dict),
    "include": list,
    "reasoning": dict,
    "text": dict,
    "store": bool,
    "background": bool,
}
REQUEST = "mcp_approval_request"
TEXT_PARTS = {"input_text", "output_text", "text"}


@dataclass(frozen=True)
class Ask:
    """One request: its body, its own input items, and those of the conversation before it."""

    body: dict[str, Any]
    input: list[Item]
    context: list[Item] = field(default_factory=list)

    @property
    def instructions(self) -> str:
        """The request's instructions, with those that came as system or developer messages."""
        messages = [
            text_of(item) for item in self.items if item.get("role") in ("system", "developer")
        ]
        return "\n".join(filter(None, [self.body.get("instructions"), *messages]))

    @property
    def is_background(self) -> bool:
        """Whether the answer goes on without its reader."""
        return bool(self.body.get("background"))

    @property
    def items(self) -> list[Item]:
        """The whole conversation, this request's input at its end."""
        return [*self.context, *self.input]

    @property
    def questions(self) -> list[str]:
        """What the person has said in the whole conversation, oldest first."""
        return [text_of(item) for item in self.items if item.get("role") == "user"]

    @property
    def question(self) -> str:
        """What the person says now."""
        return self.questions[-1] if self.questions else ""

    @property
    def tool_outputs(self) -> list[Item]:
        """The results of function calls that this request brings."""
        return [item for item in self._news if item.get("type") == "function_call_output"]

    @property
    def approvals(self) -> list[tuple[Item, bool]]:
        """The requests to use a tool that are answered here, each with whether it may be used."""
        asked = {item.get("id"): item for item in self.items if item.get("type") == REQUEST}
        answers = [item for item in self._news if item.get("type") == "mcp_approval_response"]
        return [
            (asked.get(answer.get("approval_request_id"), {}), bool(answer.get("approve")))
            for answer in answers
        ]

    @property
    def _news(self) -> list[Item]:
        """What no message follows: a conversation that is told again has older results in it."""
        asked = [at for at, item in enumerate(self.input) if item.get("role") == "user"]
        return self.input[asked[-1] + 1 if asked else 0 :]

    @property
    def functions(self) -> list[dict[str, Any]]:
        """The function tools of the request."""
        return [tool for tool in self.body.get("tools") or () if tool.get("type") == "function"]


def ask_of(body: Any, store: Store) -> Ask:
    """The request that a decoded body is; one that can't be answered raises `Refused`."""
    if not isinstance(body, dict):
        raise wrong_parameter("", "The body of the request must be a JSON object.")
    for name, kind in KINDS.items():
        if body.get(name) is not None and not isinstance(body[name], kind):
            raise wrong_parameter(name, f"Invalid type for '{name}'.")
    if "model" not in body or body["model"] is None:
        raise wrong_parameter("model", "Missing required parameter: 'model'.")
    if body.get("max_output_tokens") is not None and body["max_output_tokens"] < 1:
        raise wrong_parameter("max_output_tokens", "Invalid 'max_output_tokens': below 1.")
    if body.get("top_logprobs"):
        raise unsupported_parameter("top_logprobs")
    if body.get("background") and body.get("store") is False:
        raise wrong_parameter("background", "Background mode requires 'store' to be true.")
    _check_objects("tools", body.get("tools") or [])
    _check_objects("text.format", [(body.get("text") or {}).get("format") or {}])
    return Ask(body, _items(body.get("input")), _context(body.get("previous_response_id"), store))


def text_of(item: Item) -> str:
    """The text of a message item."""
    content = item.get("content")
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    return "\n".join(
        part["text"]
        for part in content
        if part.get("type") in TEXT_PARTS and isinstance(part.get("text"), str)
    )


def _context(previous: Any, store: Store) -> list[Item]:
    if previous is None:
        return []
    kept = store.get(previous) if isinstance(previous, str) else None
    if kept is None:
        raise previous_response_not_found(str(previous))
    return [*kept.context, *kept.input, *kept.response["output"]]


def _items(given: Any) -> list[Item]:
    if not isinstance(given, str | list):
        raise wrong_parameter("input", "Invalid 'input': expected a string or an array of items.")
    if isinstance(given, list):
        _check_objects("input", given)
    items = as_items(given)
    for item in items:
        for parts in ("content", "output"):
            if isinstance(item.get(parts), list):
                _check_objects(parts, item[parts])
    return items


def _check_objects(param: str, values: list[Any]) -> None:
    if not all(isinstance(value, dict) for value in values):
        raise wrong_parameter(param, f"Invalid '{param}': expected an object.")
