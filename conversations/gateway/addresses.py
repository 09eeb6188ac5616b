"""An address of the API: its path and what each of its methods does.

Each is there with and without a slash at its end: clients follow no redirect with a body.
"""

import re
from dataclasses import dataclass

from django.urls import URLPattern, re_path

from conversations.gateway.entry import endpoint
from conversations.gateway.operations import Operation

SEGMENT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Segment:
    """A part of a path that names a thing: its meaning, an example, and how it is written."""

    meaning: str
    example: str
    pattern: str = r"[\w-]+"


SEGMENTS = {
    "file_id": Segment("The `id` of a file.", "file_abc123"),
    "conversation_id": Segment("The `id` of a conversation.", "conv_abc123"),
    "item_id": Segment("The `id` of an item.", "msg_abc123"),
    "response_id": Segment("The `id` of a response.", "resp_abc123"),
    "model_id": Segment("The `id` of a model, as the list has it.", "guide", r"[^?]+?"),
}


class Address:
    """A path below /v1, and its operations by their methods (`get`, `post`, …)."""

    def __init__(self, path: str, **operations: Operation) -> None:
        self.path, self.operations = path, operations

    @property
    def segments(self) -> dict[str, Segment]:
        """What its path names, in its order."""
        return {name: SEGMENTS[name] for name in SEGMENT.findall(self.path)}

    @property
    def pattern(self) -> URLPattern:
        """For the table of addresses."""
        before, *rest = SEGMENT.split(self.path)
        written = re.escape(before)
        for name, fixed in zip(rest[::2], rest[1::2], strict=True):
            written += f"(?P<{name}>{SEGMENTS[name].pattern}){re.escape(fixed)}"
        return re_path(f"^{written}/?$", endpoint(**self.operations))
