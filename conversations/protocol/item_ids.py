"""The ids that items have for scripts: ours, because those of providers collide and change.

An id says where its item is: in which response, and at which place of its input (`i3`) or its
output (`3`). The place of an item that was deleted is not given to another one, so that what comes
behind it keeps its id.
"""

import re
from collections.abc import Collection, Sequence
from itertools import count, islice
from typing import NamedTuple

from conversations.protocol.items import Item

PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fco",
    "reasoning": "rs",
    "web_search_call": "ws",
    "file_search_call": "fs",
    "image_generation_call": "ig",
    "code_interpreter_call": "ci",
    "computer_call": "cu",
    "mcp_call": "mcp",
    "mcp_list_tools": "mcpl",
    "mcp_approval_request": "mcpr",
    "custom_tool_call": "ctc",
    "custom_tool_call_output": "ctco",
    "shell_call": "sh",
    "shell_call_output": "sho",
    "compaction": "cmp",
}
INPUT = "i"
_ID = re.compile(r"[a-z]+_([0-9a-f]{46})_(i?)(\d{1,6})", re.ASCII)


class Place(NamedTuple):
    """Where an item is, deleted or not."""

    response_id: str
    is_input: bool
    at: int

    @property
    def name(self) -> str:
        return f"{INPUT if self.is_input else ''}{self.at}"


def item_id(kind: str, response_id: str, place: str | int) -> str:
    """The id of an item of this type, at its `place` in a response."""
    return f"{PREFIXES.get(kind, 'item')}_{response_id.partition('_')[2]}_{place}"


def place_in(id_: str) -> Place | None:
    """The place that an id names; None where it is none of ours."""
    found = _ID.fullmatch(id_)
    return Place(f"resp_{found[1]}", bool(found[2]), int(found[3])) if found else None


def place_of(response_id: str, name: str | int) -> Place:
    """The place that has this name in a response."""
    at = str(name)
    return Place(response_id, at.startswith(INPUT), int(at.removeprefix(INPUT)))


def places(items: Sequence[Item], removed: Collection[str], mark: str = "") -> list[str]:
    """The places of the items that are left of an output, or with the `mark` INPUT of an input."""
    names = (f"{mark}{at}" for at in count())
    return list(islice((name for name in names if name not in removed), len(items)))
