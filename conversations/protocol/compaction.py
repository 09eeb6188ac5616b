"""A conversation compacted: what is asked for, and what stands for the original from then on.

A response whose input is the API's `compaction_trigger` is one. Its output is the provider's own
(`POST /responses/compact`: a `compaction` item that it alone can read), or the summary that a model
wrote. Either is all that the next request has of what was before.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from conversations.protocol.items import Item, output_text, user_message

TRIGGER: Item = {"type": "compaction_trigger"}
INSTRUCTIONS = (
    "You compact conversations. Write down all that somebody needs who goes on with this one and "
    "can't read it: what was asked for and why, what was found, decided, made and refused, names, "
    "numbers, code and wording that will be needed again, and what is still open. Leave out what "
    "led nowhere. Write in the language of the conversation, under short headings in Markdown. "
    "Answer with that alone."
)
REQUEST = "Compact our conversation up to here."
BEFORE = "This conversation goes on from a longer one. What was said in it, in short:"


def is_compaction(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a response with this input is a compaction."""
    return bool(items) and items[0].get("type") == TRIGGER["type"]


def is_sealed(output: Sequence[Mapping[str, Any]]) -> bool:
    """Whether only its provider can read it."""
    return any(item.get("type") == "compaction" for item in output)


def told(output: Sequence[Item]) -> list[Item]:
    """What the next request has in the place of all that was compacted.

    The provider's own goes back as it came; a summary is told as such.
    """
    if is_sealed(output):
        return list(output)
    summary = output_text(output)
    return [user_message(f"{BEFORE}\n\n{summary}")] if summary else []
