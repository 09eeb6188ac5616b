"""What a model is told that is remembered of a person, and what it notes of what they say."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from conversations.protocol.jsontext import BadJSON, loads

LONGEST = 300
"""Characters of one note."""

MOST_AT_ONCE = 5

HEADING = "What you know of this person from earlier conversations:"
INSTRUCTIONS = (
    "You keep notes about a person between conversations. List what their message says that is "
    "worth remembering for later conversations: lasting facts about them, their preferences, and "
    "whatever they ask you to remember. Nothing that matters for this task alone, no secrets such "
    "as passwords, nothing that is among your notes already. One short sentence each, in the "
    "language of the message, about “the user”. Answer with a JSON array of strings alone; with [] "
    "when there is nothing."
)

# A question such as "Do you remember …?" costs one small request, in which nothing is noted.
WISH = re.compile(
    r"\b(?:remember|don['\u2019]?t forget|keep in mind)\b"
    r"|记住|記住|记下|記下|别忘了|別忘了|覚えて|기억해"
    r"|\b(?:souviens-toi|retiens|merk dir|recuerda|lembra)\b",
    re.I,
)


def block(notes: Iterable[str]) -> str:
    """The notes as a model is told them, before its instructions; "" for none."""
    lines = [f"- {note}" for note in notes]
    return "\n".join([HEADING, *lines]) if lines else ""


def is_wish(question: str) -> bool:
    """Whether a message asks that something be remembered."""
    return bool(WISH.search(question))


def request_input(notes: Sequence[str], question: str) -> str:
    """What is asked with INSTRUCTIONS."""
    known = "\n".join(f"- {note}" for note in notes) or "(none)"
    return f"Your notes:\n{known}\n\nTheir message:\n{question}"


def notes_in(answer: str) -> list[str]:
    """The notes in a model's answer; none in one that is no list of texts."""
    start, end = answer.find("["), answer.rfind("]")
    try:
        value: Any = loads(answer[start : end + 1])
    except BadJSON:
        return []
    if not isinstance(value, list):
        return []
    texts = (" ".join(text.split()) for text in value if isinstance(text, str))
    return [text for text in texts if 0 < len(text) <= LONGEST][:MOST_AT_ONCE]
