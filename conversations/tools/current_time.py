"""The clock."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from conversations.protocol.zones import zone
from conversations.tools.context import Context
from conversations.tools.errors import ToolError

Zone = Annotated[
    str,
    Field(
        description="An IANA time zone such as Europe/Berlin; null for the person's own.",
        max_length=60,
    ),
]


def current_time(context: Context, time_zone: Zone | None = None) -> dict[str, str]:
    """Tell the date and the time of day now, in the person's own time zone or in another one.

    Use it whenever an answer depends on today's date, the weekday or the time.
    """
    name = time_zone or context.time_zone
    there = zone(name)
    if there is None:
        raise ToolError(
            f"{name} is no time zone that is known. Name one as IANA does: Asia/Tokyo, UTC."
        )
    now = datetime.now(there).replace(microsecond=0)
    return {"time": now.isoformat(), "weekday": now.strftime("%A"), "time_zone": name}
