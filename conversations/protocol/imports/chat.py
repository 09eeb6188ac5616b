"""A conversation from elsewhere before it is anybody's: a tree of answers without our ids."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.protocol.items import Item

MAX_NODES = 20_000

# Where a part of an item stands for a file that the archive may have: its name there begins so.
FILE = "imported_file"


class Unreadable(ValueError):
    """This is no conversation that can be taken; `reason` names why, for the report."""

    def __init__(self, reason: str, title: str = "") -> None:
        super().__init__(reason)
        self.reason, self.title = reason, title


@dataclass(frozen=True)
class Answer:
    """A question and its answer. `key` and what refers to one are the source's words for them."""

    key: str
    previous: str | None
    input: list[Item]
    output: list[Item]
    retry_of: str | None = None
    selected_child: str | None = None
    model: str = ""
    status: str = "completed"
    created_at: float | None = None
    completed_at: float | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chat:
    """`answers` has parents before what follows them, and siblings oldest first.

    `selected` is the last answer of the branch that was shown, or None where each answer says what
    is shown below it. `key_name` names the key through which a script began it. `left` counts what
    was not taken, by reason.
    """

    source: str
    source_id: str
    title: str
    answers: list[Answer]
    selected: str | None = None
    selected_root: str | None = None
    created_at: float | None = None
    updated_at: float | None = None
    tags: Sequence[str] = ()
    folder: str = ""
    key_name: str = ""
    left: Counter[str] = field(default_factory=Counter)


def text_of(value: Any) -> str:
    """A text, or an empty one for anything else."""
    return value if isinstance(value, str) else ""


def texts_of(value: Any) -> list[str]:
    """The texts in a list; none for anything else."""
    return [entry for entry in list_of(value) if isinstance(entry, str)]


def object_of(value: Any) -> dict[str, Any]:
    """An object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """A list, or an empty one for anything else."""
    return value if isinstance(value, list) else []


def moment_of(value: Any) -> float | None:
    """Unix seconds within the calendar; milliseconds and more are told by their size."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        return None
    if value > 1e20:
        return None
    seconds = float(value)
    while seconds > 1e11:
        seconds /= 1000
    return seconds
