"""PostgreSQL, Redis, a fake provider and two processes of the app, which the tests here share."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings

from tests.support.many import Installation, installation
from tests.support.postgres_server import NoPostgres, OwnPostgres, Postgres, postgres_server
from tests.support.redis_server import NoRedis, OwnRedis, Redis, redis_server
from tests.support.server import FakeProvider, fake_provider

HERE = Path(__file__).parent
PEOPLE = 40  # more than there are tests: each test has somebody of its own
GRACE = 6  # seconds that a process lets answers run on which nobody else can go on with
PATIENCE = 180  # seconds, for most of which a test waits until a process is known to be dead
FAULT = re.compile("Traceback| CRITICAL ")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(PATIENCE))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        with postgres_server(settings.SERVICES["DATABASE_URL"]) as server:
            yield server
    except NoPostgres as error:
        _leave_out(str(error))


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    try:
        with redis_server(settings.SERVICES["REDIS_URL"]) as server:
            yield server
    except NoRedis as error:
        _leave_out(str(error))


@pytest.fixture
def own_postgres(postgres: Postgres) -> OwnPostgres:
    """One that may be restarted."""
    if not isinstance(postgres, OwnPostgres):
        _leave_out("The PostgreSQL that DATABASE_URL names is not ours to restart.")
    return postgres


@pytest.fixture
def own_redis(redis: Redis) -> OwnRedis:
    """One that may be restarted."""
    if not isinstance(redis, OwnRedis):
        _leave_out("The Redis that REDIS_URL names is not ours to restart.")
    return redis


@pytest.fixture(scope="session")
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as process:
        yield process


@pytest.fixture(scope="session", name="installation")
def shared_installation(
    postgres: Postgres,
    redis: Redis,
    provider: FakeProvider,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """The one that the tests here share."""
    name = f"chatapp_test_{os.getpid()}"
    folder = tmp_path_factory.mktemp("many")
    url = postgres.create_database(name)
    with installation(folder, url, redis.url, provider, GRACE_SECONDS=str(GRACE)) as made:
        yield made
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def sessions(installation: Installation) -> list[str]:
    """Session keys of people who were never here before."""
    return list(installation.people(*(f"person{n}" for n in range(PEOPLE))).values())


@pytest.fixture
def ada(sessions: list[str]) -> str:
    """The session key of somebody new."""
    return sessions.pop()


@pytest.fixture(autouse=True)
def _whole_again(installation: Installation) -> Iterator[None]:
    """Each test finds both processes running; what went wrong in them unseen fails it."""
    installation.start()
    before = len(installation.log_text())
    yield
    reported = installation.log_text()[before:]
    assert not FAULT.search(reported), reported


def _leave_out(reason: str) -> NoReturn:
    """CI has to have what the tests here need."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
