"""Which items of a conversation may be sent again, to whom, and in which form.

| rule     | sent again                                                        |
|----------|-------------------------------------------------------------------|
| ALWAYS   | to every provider                                                 |
| PAIR     | to every provider, a call only with its output                    |
| PROVIDER | to the provider that made it, once it is done                     |
| MODEL    | to the provider and the model that made it, if it is encrypted    |

Kinds that nobody knows here are their provider's own, too: PROVIDER.
"""

from collections.abc import Sequence
from enum import Enum, IntEnum, auto
from typing import Any, NamedTuple

from conversations.protocol.items import Item, assistant_message, output_text
from conversations.protocol.made import is_drawn
from conversations.protocol.pairs import CALLS, OUTPUTS, paired_items


class Rule(Enum):
    ALWAYS = auto()
    PAIR = auto()
    PROVIDER = auto()
    MODEL = auto()


class Plain(IntEnum):
    """What is left out for a provider that refused to read an item of its own again."""

    NOT = 0
    IDS = 1
    REASONING = 2


class Origin(NamedTuple):
    """Who made an item, or who is to read it."""

    provider: str
    model: str


_PROVIDERS_OWN = (
    "additional_tools",
    "code_interpreter_call",
    "compaction_trigger",
    "configuration_update",
    "file_search_call",
    "image_generation_call",
    "item_reference",
    "mcp_call",
    "mcp_list_tools",
    "program",
    "program_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
)

RULES = {
    "message": Rule.ALWAYS,
    "reasoning": Rule.MODEL,
    "compaction": Rule.MODEL,
    **dict.fromkeys(CALLS, Rule.PAIR),
    **dict.fromkeys(OUTPUTS, Rule.PAIR),
    **dict.fromkeys(_PROVIDERS_OWN, Rule.PROVIDER),
}

# Ids point into a provider's store, which may have forgotten them, and statuses tell it nothing.
_STRIPPED = {
    "message": ("id", "status"),
    "reasoning": ("content", "status"),
    "function_call": ("id", "status"),
    "function_call_output": ("approval_request_id", "arguments", "id", "name", "status"),
    "custom_tool_call": ("id", "status"),
    "custom_tool_call_output": ("id", "status"),
}
# Of these the id is what joins a call to its output.
_NAMED_BY_ID = frozenset({"mcp_approval_request", "local_shell_call_output"})
_NEVER = ("output_index", "partial_image_b64", "partial_image_id", "partial_image_index")


def replayed(
    history: Sequence[tuple[Item, Origin]],
    target: Origin,
    new_input: Sequence[Item],
    plain: Plain = Plain.NOT,
) -> list[Item]:
    """Return the input that tells `target` all of `history` and then says `new_input`.

    The order stays. Calls without an output, reasoning that nothing follows and whatever
    `target` could not read are left out, and what `plain` names.
    """
    adapted = [_adapted(item, origin, target) for item, origin in history]
    items = [_plainer(item, plain) for item in adapted if item is not None]
    if plain >= Plain.REASONING:
        items = [item for item in items if item.get("type") != "reasoning"]
    paired, new_input = paired_items(items, new_input)
    return [*_followed(paired), *new_input]


def replayed_text(output: Sequence[Item]) -> list[Item]:
    """Return what an answer that broke off had said by then, as a message; nothing if nothing."""
    text = output_text(output)
    return [assistant_message(text)] if text else []


def as_input(items: Sequence[Item]) -> list[Item]:
    """Return items of ours as a provider is told of them: without our ids and statuses."""
    return [_stripped(item, str(item.get("type", "message"))) for item in items]


def _adapted(item: Item, origin: Origin, target: Origin) -> Item | None:
    kind = str(item.get("type", "message"))
    rule = RULES.get(kind, Rule.PROVIDER)
    if kind == "message":
        return _message(item)
    if "not_kept" in item:
        return None
    if rule is Rule.PAIR and item.get("status") == "incomplete":
        return None
    if rule is Rule.PROVIDER and not (origin.provider == target.provider and _is_done(item)):
        return _image(item) if kind == "image_generation_call" else None
    if rule is Rule.MODEL and not (origin == target and item.get("encrypted_content")):
        return None
    return _stripped(item, kind)


def _plainer(item: Item, plain: Plain) -> Item:
    if not plain or item.get("type") in _NAMED_BY_ID:
        return item
    return {key: value for key, value in item.items() if key != "id"}


def _message(item: Item) -> Item | None:
    """A message without its empty parts; a refusal is text, which every provider can read."""
    content = item.get("content")
    if isinstance(content, list):
        parts = [_part(part) for part in content if isinstance(part, dict)]
        content = [part for part in parts if part.get("text") != ""]
    if not content:
        return None
    return {**_stripped(item, "message"), "type": "message", "content": content}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    kind = part.get("type")
    if kind not in ("output_text", "refusal"):
        return {key: value for key, value in part.items() if value is not None}
    text = part.get("text") if kind == "output_text" else part.get("refusal")
    return {"type": "output_text", "text": text or "", "annotations": []}


def _image(item: Item) -> Item | None:
    """A generated image that its provider alone would know is shown to the others."""
    if is_drawn(item):
        return {"type": "message", "role": "user", "content": [item["file"]]}
    if not item.get("result"):
        return None
    url = f"data:image/{item.get('output_format') or 'png'};base64,{item['result']}"
    image = {"type": "input_image", "image_url": url, "detail": "auto"}
    return {"type": "message", "role": "user", "content": [image]}


def _is_done(item: Item) -> bool:
    return item.get("status") in (None, "completed", "failed")


def _stripped(item: Item, kind: str) -> Item:
    dropped = (*_STRIPPED.get(kind, ()), *_NEVER)
    kept = {key: value for key, value in item.items() if key not in dropped and value is not None}
    if kind == "code_interpreter_call" and isinstance(kept.get("outputs"), list):
        # A provider knows nothing of the pictures that we keep, and needs none of them again.
        kept["outputs"] = [one for one in kept["outputs"] if not _is_ours(one)]
    return kept


def _is_ours(output: Any) -> bool:
    return isinstance(output, dict) and ("file" in output or "not_kept" in output)


def _followed(items: Sequence[Item]) -> list[Item]:
    """Drop reasoning that its own item does not follow: providers refuse it."""
    kept: list[Item] = []
    for item in reversed(items):
        follower = kept[-1] if kept else None
        if item.get("type") != "reasoning" or (follower and _is_models(follower)):
            kept.append(item)
    return kept[::-1]


def _is_models(item: Item) -> bool:
    """Whether the model made `item`, not the person or a tool."""
    if item.get("type") == "message":
        return item.get("role") == "assistant"
    return item.get("type") not in OUTPUTS
