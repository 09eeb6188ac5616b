"""A provider that stands in, and a real Redis for the tests of what goes through it."""

from collections.abc import Iterator
from typing import NoReturn

import pytest
from django.conf import settings

from conversations.models import Model, Provider
from tests.support.models import make_model
from tests.support.redis_server import NoRedis, OwnRedis, Redis, is_required, redis_server


@pytest.fixture
def backup(model: Model) -> Model:
    """The model of the provider that stands in."""
    Provider.objects.update(fallback_order=1)
    found = make_model("other", "Backup")
    Provider.objects.filter(pk=found.provider_id).update(fallback_order=2)
    return found


@pytest.fixture(scope="session")
def any_redis() -> Iterator[Redis]:
    """A Redis of the tests' own, or the one that the tester's REDIS_URL names."""
    try:
        with redis_server(settings.SERVICES["REDIS_URL"]) as server:
            yield server
    except NoRedis as error:
        _leave_out(str(error))


@pytest.fixture
def own_redis(any_redis: Redis) -> OwnRedis:
    """One that a test may stop, freeze and empty; it runs and is empty when the test begins."""
    if not isinstance(any_redis, OwnRedis):
        _leave_out("Only a Redis that the tests start themselves is stopped: install redis-server.")
    any_redis.flush()
    return any_redis


def _leave_out(reason: str) -> NoReturn:
    if is_required():
        pytest.fail(reason)
    pytest.skip(reason)
