"""What proxies and supervisors are told."""

import asyncio
import time
from typing import NoReturn

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import AsyncClient, Client
from pytest_django import Settings

from chatapp import health
from tests.support.server import free_port


@pytest.fixture(autouse=True)
def _no_redis(settings: Settings) -> None:
    settings.REDIS_URL = ""


def test_a_process_that_serves_says_so_without_asking_the_database() -> None:
    # pytest-django refuses the database to a test that did not ask for it.
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_a_database_that_is_away_is_nothing_to_whoever_is_signed_in_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(request: HttpRequest) -> NoReturn:
        raise OperationalError("the database is restarting")

    monkeypatch.setattr("django.contrib.auth.middleware.get_user", away)
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_a_stranger_may_only_look() -> None:
    assert Client().post("/healthz").status_code == 405
    assert Client().post("/readyz").status_code == 405


@pytest.mark.django_db(transaction=True)
async def test_it_is_ready_when_the_database_answers() -> None:
    answer = await AsyncClient().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "redis": "unused"}


async def test_it_is_not_ready_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("hidden: connection to 10.0.0.1 refused")

    monkeypatch.setattr(health, "_ask_database", away)
    answer = await AsyncClient().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "away", "redis": "unused"}


async def test_a_database_that_hangs_is_asked_once_however_often_we_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[None] = []

    def hang() -> None:
        asked.append(None)
        time.sleep(0.5)

    monkeypatch.setattr(health, "_ask_database", hang)
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    answers = [await AsyncClient().get("/readyz") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503] * 4
    assert len(asked) == 1
    assert health._asking is not None
    await asyncio.wait_for(health._asking, 5)


@pytest.mark.django_db(transaction=True)
async def test_it_stays_ready_while_redis_is_away_and_says_so(settings: Settings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = await AsyncClient().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "redis": "away"}


def test_both_are_asynchronous_so_that_they_cannot_hang_the_end_of_the_server() -> None:
    assert asyncio.iscoroutinefunction(health.healthz)
    assert asyncio.iscoroutinefunction(health.readyz)
