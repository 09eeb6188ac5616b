"""The clock."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

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
    now = datetime.now(_zone(name)).replace(microsecond=0)
    return {"time": now.isoformat(), "weekday": now.strftime("%A"), "time_zone": name}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ToolError(
            f"{name} is no time zone that is known. Name one as IANA does: Asia/Tokyo, UTC."
        ) from error
