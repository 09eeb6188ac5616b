"""A conversation compacted: the app asks for it by an ordinary request."""

from conversations.protocol.compaction import INSTRUCTIONS
from conversations.providers.guide.ask import Ask, text_of
from conversations.providers.guide.memory import quoted

LONGEST = 200


def is_compaction_wanted(ask: Ask) -> bool:
    """Whether this is the app's request for a conversation in short."""
    return ask.body.get("instructions") == INSTRUCTIONS


def summary_of(ask: Ask) -> str:
    """Every question, and how each answer began: the guide understands neither."""
    earlier = [item for item in ask.items if item.get("role") in ("user", "assistant")][:-1]
    if not earlier:
        return "Nothing was said yet."
    return "\n\n".join(f"**{_speaker(item)}**\n\n{quoted(_short(item))}" for item in earlier)


def _speaker(item: dict[str, object]) -> str:
    return "You asked" if item.get("role") == "user" else "I answered"


def _short(item: dict[str, object]) -> str:
    text = text_of(item).strip()
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"
