"""How far an answer may go with tools, before it has to end with what it has."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from conversations.models import Response
from conversations.protocol.functions import Call, pictures_in
from conversations.protocol.items import Item
from conversations.protocol.rounds import is_last
from conversations.tools.running import Result

MOST_ROUNDS = 16
LONGEST = timedelta(minutes=15)
MOST_ALIKE = 3
MOST_PICTURES = 8
MOST_PICTURE_BYTES = 8 * 1024 * 1024
TOO_MANY = "[Pictures that are left out, for the answer holds no more: {count}]"
NO_MORE = "This was not done: no more tools can be used in this answer."
ALIKE = f"This was done {MOST_ALIKE} times already with these arguments."
REASON = "tool_limit"
"""The reason in `incomplete_details` of an answer that would have gone on for ever."""


def is_exhausted(row: Response) -> str:
    """Why no more calls are made, and the model has to answer with what it has; "" until then."""
    is_late = row.started_at is not None and timezone.now() - row.started_at > LONGEST
    return NO_MORE if is_late or len(row.rounds) > MOST_ROUNDS or is_last(row.rounds) else ""


def alike(call: Call, calls: Sequence[Call]) -> str:
    """Why a call is not made that was made again and again before it; "" where it is."""
    before = [one for one in calls if one.at < call.at and one.deed == call.deed]
    return ALIKE if len(before) >= MOST_ALIKE else ""


def beyond(call: Call, ours: Sequence[Call], row: Response) -> str:
    """Why a call is not made before which stand as many of `ours` as a script allows in all; ""
    where it is.
    """
    most = (row.asked or {}).get("max_tool_calls")
    before = [one for one in ours if one.at < call.at]
    return NO_MORE if most is not None and len(before) >= most else ""


class Room:
    """What is left of the pictures that the calls of one answer may give: they stand in its row
    as they are.
    """

    def __init__(self, output: Sequence[Item]) -> None:
        self._number, self._bytes = MOST_PICTURES, MOST_PICTURE_BYTES
        for url in pictures_in(output):
            self._take(url)

    def bounded(self, result: Result) -> Result:
        """The result with the pictures that there is room for; of others it says so."""
        kept = [url for url in result.pictures if self._has_taken(url)]
        count = len(result.pictures) - len(kept)
        if not count:
            return result
        said = "\n\n".join(filter(None, [result.output, TOO_MANY.format(count=count)]))
        return replace(result, output=said, pictures=kept)

    def _has_taken(self, url: str) -> bool:
        if self._number <= 0 or len(url) > self._bytes:
            return False
        self._take(url)
        return True

    def _take(self, url: str) -> None:
        self._number -= 1
        self._bytes -= len(url)
