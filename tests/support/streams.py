"""The recorded event streams of tests/streams, one oddity each; in dialects/, a provider's each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conversations.protocol.dialects import DIALECTS
from conversations.protocol.events import Event

FOLDER = Path(__file__).parent.parent / "streams"
NAMES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
OF_DIALECTS = sorted(f"dialects/{path.stem}" for path in FOLDER.glob("dialects/*.jsonl"))


@dataclass(frozen=True)
class Recorded:
    """One recording.

    `expected` is its first line: `about`, and what the fold must come to (`text`, `status`,
    `output_types`, `output`); or whose `dialect` it is and which `answer` is given in it.
    `messages` are (SSE event name or None, data), as they came.
    """

    expected: dict[str, Any]
    messages: list[tuple[str | None, Any]]

    @property
    def events(self) -> list[Event]:
        """The messages as standard events, without those that only say "still here"."""
        dialect = DIALECTS[self.expected.get("dialect", "standard")]
        read = (dialect.event(name or "", data) for name, data in self.messages)
        return [event for event in read if event is not None]


def recorded(name: str) -> Recorded:
    """Read the recording `name`."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    expected, *messages = map(json.loads, lines)
    return Recorded(expected, [(line["event"], line["data"]) for line in messages])
