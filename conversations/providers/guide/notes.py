"""Notes about a person: the app asks for them by an ordinary request."""

from conversations.protocol.notes import INSTRUCTIONS
from conversations.providers.guide.ask import Ask
from conversations.providers.guide.memory import REMEMBER, name_in


def are_notes_wanted(ask: Ask) -> bool:
    """Whether this is the app's request for notes."""
    return ask.body.get("instructions") == INSTRUCTIONS


def notes_of(ask: Ask) -> list[str]:
    """What the person says their name is, and what they want remembered."""
    name = name_in(ask)
    facts = [f"The user's name is {name}."] if name else []
    match = REMEMBER.search(ask.question)
    wish = (match[1] or match[2]).strip() if match else ""
    return facts if name and name in wish else [*facts, *filter(None, [wish])]
