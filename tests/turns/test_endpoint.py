"""From a stored provider to what its client knows."""

import pytest
from pytest_django import Settings

from conversations.models.database import in_database
from conversations.providers.config import Deadlines
from conversations.providers.pool import close_clients
from conversations.turns.endpoint import client_of, config_of
from conversations.turns.probing import DEADLINES
from tests.support.review import make_provider

pytestmark = pytest.mark.usefixtures("transactional_db")

FIELDS = {
    "organization": "org-1",
    "project": "proj_1",
    "proxy": "http://me:secret@proxy.example:3128",
    "headers": "X-Team: research\nX-Key: abc",
}


def test_what_is_stored_reaches_the_client() -> None:
    config = config_of(make_provider(**FIELDS, total_seconds=60))
    assert (config.organization, config.project) == ("org-1", "proj_1")
    assert config.proxy == FIELDS["proxy"]
    assert config.headers == (("X-Team", "research"), ("X-Key", "abc"))
    assert config.deadlines == Deadlines(total=60)


def test_who_may_be_silent_for_long_may_think_for_as_long() -> None:
    deadlines = config_of(make_provider(silence_seconds=900)).deadlines
    assert (deadlines.liveness, deadlines.progress) == (900, 900)
    deadlines = config_of(make_provider("Quick", silence_seconds=5)).deadlines
    assert (deadlines.liveness, deadlines.progress) == (5, 600)


def test_a_test_waits_as_long_as_its_provider_may_take() -> None:
    assert config_of(make_provider(), DEADLINES).deadlines.first_event == 60
    slow = make_provider("Slow", first_event_seconds=300)
    assert config_of(slow, DEADLINES).deadlines.first_event == 300


def test_what_the_environment_says_holds_for_its_provider_alone(settings: Settings) -> None:
    settings.OPENAI_CONNECTION = {"organization": "org-env", "total_seconds": 30}
    of_environment = config_of(make_provider("E", from_environment=True, **FIELDS))
    assert (of_environment.organization, of_environment.project) == ("org-env", "proj_1")
    assert of_environment.deadlines.total == 30
    assert config_of(make_provider(**FIELDS)).organization == "org-1"


async def test_a_change_is_used_by_the_next_request() -> None:
    row = await in_database(make_provider)
    before = client_of(row)
    assert client_of(row) is before
    row.headers = "X-Team: sales"
    assert client_of(row) is not before
    await close_clients()
