"""How far an answer may go with tools, before it has to end with what it has."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from conversations.models import Response
from conversations.protocol.functions import Call
from conversations.protocol.rounds import is_last

MOST_ROUNDS = 16
LONGEST = timedelta(minutes=15)
MOST_ALIKE = 3
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
