"""Items that are told and not asked for, as the turns of a conversation: questions, with what is
said to have answered them.
"""

from collections.abc import Iterable

from conversations.protocol.items import Item

ANSWERS = frozenset({"function_call", "reasoning"})


def told_turns(items: Iterable[Item]) -> list[tuple[list[Item], list[Item]]]:
    """What goes in and what comes out, turn by turn; either may be missing, but not both."""
    turns: list[tuple[list[Item], list[Item]]] = []
    for item in items:
        answers = is_answer(item)
        if not turns or (turns[-1][1] and not answers):
            turns.append(([], []))
        turns[-1][answers].append(item)
    return turns


def is_answer(item: Item) -> bool:
    """Whether a model makes such items, and no person and no tool."""
    if item.get("type", "message") == "message":
        return item.get("role") == "assistant"
    return item.get("type") in ANSWERS
