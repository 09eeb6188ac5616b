"""What a process says of itself while PostgreSQL or Redis is away."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.support.many import Installation
from tests.support.postgres_server import OwnPostgres
from tests.support.redis_server import OwnRedis


def ask(installation: Installation, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urlopen(f"{installation.url}/{path}", timeout=20) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_with_both_it_is_ready(installation: Installation) -> None:
    assert ask(installation, "readyz") == (200, {"status": "ok", "database": "ok", "redis": "ok"})


def test_without_redis_it_stays_in_service_and_says_so(
    installation: Installation, own_redis: OwnRedis
) -> None:
    own_redis.stop()
    try:
        status, said = ask(installation, "readyz")
    finally:
        own_redis.start()
    assert status == 200
    assert said["redis"] == "away"


def test_without_a_database_it_is_not_ready_and_yet_alive(
    installation: Installation, own_postgres: OwnPostgres
) -> None:
    with own_postgres.frozen():
        assert ask(installation, "healthz") == (200, {"status": "ok"})
        status, said = ask(installation, "readyz")
    assert status == 503
    assert said["database"] == "away"
    assert ask(installation, "readyz")[0] == 200
