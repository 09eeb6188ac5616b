from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conversations.tools.context import Context
from conversations.tools.current_time import current_time
from conversations.tools.errors import ToolError

BERLIN = Context(person_id=1, conversation_id="conv", response_id="resp", time_zone="Europe/Berlin")


def test_the_time_is_that_of_the_persons_own_zone() -> None:
    told = current_time(BERLIN)

    now = datetime.now(ZoneInfo("Europe/Berlin"))
    then = datetime.fromisoformat(told["time"])
    assert told["time_zone"] == "Europe/Berlin"
    assert then.utcoffset() == now.utcoffset()
    assert told["weekday"] == then.strftime("%A")
    assert abs((now - then).total_seconds()) < 60


def test_another_zone_can_be_asked_for() -> None:
    told = current_time(BERLIN, "Asia/Kolkata")

    assert told["time"].endswith("+05:30")
    assert told["time_zone"] == "Asia/Kolkata"


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "a\0b", "Asia"]
)
def test_a_zone_that_is_not_known_is_said_to_be_so(zone: str) -> None:
    with pytest.raises(ToolError, match="no time zone"):
        current_time(BERLIN, zone)
