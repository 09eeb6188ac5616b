"""Calls and their outputs: which output answers which call, in their order.

Providers may use an id again: then it names the newest call that has no output yet, of several in
one answer the first.
"""

from collections.abc import Sequence
from itertools import count

from conversations.protocol.items import Item

# The type of a call, the type of its output, and the fields that hold what both have in common.
_PAIRS = (
    ("function_call", "call_id", "function_call_output", "call_id"),
    ("custom_tool_call", "call_id", "custom_tool_call_output", "call_id"),
    ("shell_call", "call_id", "shell_call_output", "call_id"),
    ("local_shell_call", "call_id", "local_shell_call_output", "id"),
    ("apply_patch_call", "call_id", "apply_patch_call_output", "call_id"),
    ("computer_call", "call_id", "computer_call_output", "call_id"),
    ("mcp_approval_request", "id", "mcp_approval_response", "approval_request_id"),
)
CALLS = {call: field for call, field, _, _ in _PAIRS}
OUTPUTS = {output: (call, field) for call, _, output, field in _PAIRS}

# Their ids join the two and mean nothing else, so that another will do.
_RENAMED = frozenset({"function_call", "custom_tool_call"})


def open_calls(items: Sequence[Item]) -> set[int]:
    """The places of the calls in `items` that no output answers."""
    answered = set(answered_by(items).values())
    return {at for at, item in enumerate(items) if _kind(item) in CALLS} - answered


def answered_by(items: Sequence[Item]) -> dict[int, int]:
    """The places of the outputs in `items`, each with that of the call that it answers."""
    waiting: dict[tuple[str, str], list[int]] = {}
    found, turn = {}, -1
    for at, item in enumerate(items):
        kind = _kind(item)
        if kind in CALLS:
            waiting.setdefault((kind, str(item.get(CALLS[kind]))), []).append(at)
        elif kind in OUTPUTS:
            call, field = OUTPUTS[kind]
            if calls := waiting.get((call, str(item.get(field)))):
                newer = [one for one in calls if one > turn]
                found[at] = newer[0] if newer else calls[-1]
                calls.remove(found[at])
        elif item.get("role") == "user":
            turn = at
    return found


def paired_items(
    history: Sequence[Item], new_input: Sequence[Item]
) -> tuple[list[Item], list[Item]]:
    """Both as they can be sent: a call of `history` only with its output, an output only with its
    call, and no id for two calls.
    """
    items = [*history, *new_input]
    pairs = answered_by(items)
    paired = pairs.keys() | set(pairs.values())
    names = _names(items, pairs)
    named = [_named(item, names.get(at)) for at, item in enumerate(items)]
    kept = [at for at, item in enumerate(history) if at in paired or not _is_half(item)]
    return [named[at] for at in kept], named[len(history) :]


def _is_half(item: Item) -> bool:
    return _kind(item) in CALLS or _kind(item) in OUTPUTS


def _kind(item: Item) -> str:
    return str(item.get("type", "message"))


def _named(item: Item, name: str | None) -> Item:
    return item if name is None else {**item, "call_id": name}


def _names(items: Sequence[Item], pairs: dict[int, int]) -> dict[int, str]:
    """By their places: other ids for calls whose id an earlier one has, and for their outputs."""
    taken: set[str] = set()
    names = {}
    for output, call in sorted(pairs.items(), key=lambda pair: pair[1]):
        name = str(items[call].get("call_id"))
        if _kind(items[call]) in _RENAMED and name in taken:
            name = names[call] = names[output] = _free(name, taken)
        taken.add(name)
    return names


def _free(name: str, taken: set[str]) -> str:
    """The first of these names with a number that is not taken."""
    return next(one for n in count(2) if (one := f"{name}_{n}") not in taken)
