"""What an endpoint of the Responses API may be able to do, and what can be said of each."""

from dataclasses import dataclass
from enum import StrEnum


class Ability(StrEnum):
    """In the order in which they are tried: without the second, none of the rest can be."""

    MODELS = "models"
    ANSWER = "answer"
    STREAM = "stream"
    USAGE = "usage"
    STORE = "store"
    CHAIN = "chain"
    RETRIEVE = "retrieve"
    BACKGROUND = "background"
    RESUME = "resume"
    CANCEL = "cancel"
    COUNT = "count"
    COMPACT = "compact"
    FUNCTIONS = "functions"
    MCP = "mcp"
    IMAGES = "images"
    FILES = "files"
    SCHEMA = "schema"
    FILE_SEARCH = "file_search"


class Reason(StrEnum):
    """Why something can, can't, or is not known to be done."""

    SEEN = "seen"
    """It did it."""
    REFUSED = "refused"
    """It answered with an error, whose words are the detail."""
    TROUBLE = "trouble"
    """An error that says nothing of this: no connection, no credit, too many requests."""
    SLOW = "slow"
    """It did not answer in time."""
    SILENT = "silent"
    """It took the request and did nothing of the kind."""
    FORGOT = "forgot"
    """It said that it knew what came before, and did not."""
    UNSEEN = "unseen"
    """It took what it was given, and did not know what was in it."""
    MISSING = "missing"
    """Its answers do not report it."""
    OTHERWISE = "otherwise"
    """It does, in a way of its own that is understood; the detail tells how."""
    UNTRIED = "untried"
    """What it needs can't be done, so it could not be tried."""
    REMEMBERED = "remembered"
    """Not a test but an answer to a person has shown it."""


@dataclass(frozen=True)
class Found:
    """One line of the table: `holds` is None where it is not known.

    `detail` is for an administrator: a provider's words, without its key, or names of events.
    """

    ability: Ability
    holds: bool | None
    reason: Reason
    detail: str = ""
