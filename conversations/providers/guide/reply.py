"""What the guide is about to say, before it says it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conversations.protocol.items import Item


class Ending(StrEnum):
    """How an answer ends. All but the first four happen because somebody asked for it."""

    COMPLETED = "completed"
    MAX_OUTPUT_TOKENS = "max_output_tokens"
    CONTENT_FILTER = "content_filter"
    FAILED = "failed"
    ERROR = "error"
    CUT = "cut"
    STALLED = "stalled"
    SILENT = "silent"


@dataclass(frozen=True)
class Call:
    """One function call."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer: first the reasoning, then the items, then the text or the refusal, then the calls
    and what the person is asked for.

    `annotations` say which parts of the text rest on what.
    `deltas` are the text's pieces where their number matters; else the text is cut into small ones.
    `pause` is the time between two deltas in seconds; None leaves it to the guide's own pace.
    `exact` keeps the instructions about style away from the text: it is not meant for reading.
    """

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    items: list[Item] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    asking: list[Item] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    deltas: list[str] | None = None
    ending: Ending = Ending.COMPLETED
    pause: float | None = None
    exact: bool = False
