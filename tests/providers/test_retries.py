"""A request is sent again only before its first event, and only when that can't do harm."""

import re
import socket
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.failures import told
from conversations.providers import retry
from conversations.providers.client import ProviderClient
from conversations.providers.errors import until
from conversations.providers.retry import asked_wait, delay_before_retry, is_repeatable
from tests.providers.asking import QUESTION, asking, config_for, events_of, text_of
from tests.support.misbehaving import answer, beginning, error, reply, response, stream


def problem(kind: ErrorKind, **fields: Any) -> ProviderError:
    return ProviderError(kind, "No.", **fields)


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "BACKOFF", dict.fromkeys(retry.BACKOFF, 0.01))


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
async def test_a_passing_problem_is_waited_for(status: int) -> None:
    waits: list[tuple[float, ProviderError]] = []
    async with asking(error(status, "Later."), stream(answer("Hello"))) as (client, provider):
        events = await events_of(client, lambda *wait: waits.append(wait))
    assert text_of(events) == "Hello"
    assert len(provider.requests) == 2
    assert [(seconds < 1, problem.status) for seconds, problem in waits] == [(True, status)]


@pytest.mark.usefixtures("_at_once")
async def test_three_tries_are_enough() -> None:
    async with asking(error(500)) as (client, provider):
        with pytest.raises(ProviderError):
            await events_of(client)
    assert len(provider.requests) == 3


async def test_the_provider_says_how_long_to_wait() -> None:
    waits: list[float] = []
    busy = error(429, headers={"retry-after": "1", "retry-after-ms": "30"})
    async with asking(busy, stream(answer("Hello"))) as (client, _):
        await events_of(client, lambda seconds, _: waits.append(seconds))
    assert waits == [0.03]


@pytest.mark.parametrize(
    ("status", "headers", "code"),
    [
        (429, {"retry-after": "3600"}, "rate_limit_exceeded"),
        (429, {}, "insufficient_quota"),
        (401, {}, "invalid_api_key"),
        (400, {}, None),
        (404, {}, None),
    ],
)
async def test_what_waiting_does_not_help_is_told_at_once(
    status: int, headers: dict[str, str], code: str | None
) -> None:
    async with asking(error(status, "No.", headers, code=code)) as (client, provider):
        with pytest.raises(ProviderError):
            await events_of(client)
    assert len(provider.requests) == 1


@pytest.mark.usefixtures("_at_once")
async def test_nothing_is_sent_again_after_the_first_event() -> None:
    late = {"type": "error", "code": "server_error", "message": "boom"}
    async with asking(stream([*beginning("Hel"), late])) as (client, provider):
        with pytest.raises(ProviderError):
            await events_of(client)
    assert len(provider.requests) == 1


@pytest.mark.usefixtures("_at_once")
async def test_a_request_with_tools_that_act_at_the_provider_is_not_sent_twice() -> None:
    async with asking(error(500)) as (client, provider):
        with pytest.raises(ProviderError):
            await events_of(client, tools=[{"type": "mcp", "server_label": "s"}])
    assert len(provider.requests) == 1


async def test_a_refused_connection_is_tried_three_times_within_five_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    client = ProviderClient(config_for(url))
    waits: list[float] = []
    started = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        await events_of(client, lambda seconds, _: waits.append(seconds))
    await client.aclose()
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert len(waits) == 2
    assert time.monotonic() - started < 5


@pytest.mark.usefixtures("_at_once")
async def test_a_whole_answer_is_waited_for_as_well() -> None:
    async with asking(error(503), reply(200, response())) as (client, provider):
        await client.create(QUESTION)
    assert len(provider.requests) == 2


async def test_a_provider_that_is_too_busy_says_when_to_try_again() -> None:
    busy = error(429, "No.", {"retry-after": "3600"}, code="rate_limit_exceeded")
    async with asking(busy) as (client, provider):
        with pytest.raises(ProviderError) as caught:
            await events_of(client)
    assert re.fullmatch(
        r"ModelVerse is busy: too many requests for the moment\."
        r" Try again after (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC\.",
        caught.value.message,
    )
    assert len(provider.requests) == 1


async def test_a_spent_quota_says_when_it_is_filled_again() -> None:
    spent = error(429, "No.", {"retry-after": "86400"}, code="insufficient_quota")
    async with asking(spent) as (client, _):
        with pytest.raises(ProviderError, match=r"no credit left.* Try again after .* UTC\.$"):
            await events_of(client)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (61, " Try again after 23:32 UTC."),
        (60, " Try again after 23:31 UTC."),
        (3600, " Try again after 2026-11-23 00:30 UTC."),
        (1e12, ""),
    ],
)
def test_the_time_to_try_again_is_a_whole_minute(seconds: float, sentence: str) -> None:
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    failure = {"kind": "quota", "name": "Example", **until(seconds, now)}
    empty = "Example has no credit left. An administrator has to look at the account."
    assert told(failure, now=now) == empty + sentence


@pytest.mark.usefixtures("_at_once")
@pytest.mark.parametrize(("status", "requests"), [(500, 1), (502, 1), (503, 3), (429, 3)])
async def test_an_answer_in_the_background_that_may_have_begun_is_not_begun_twice(
    status: int, requests: int
) -> None:
    async with asking(error(status)) as (client, provider):
        with pytest.raises(ProviderError):
            await events_of(client, background=True)
    assert len(provider.requests) == requests


@pytest.mark.usefixtures("_at_once")
async def test_a_resumed_answer_is_waited_for_as_well() -> None:
    waits: list[float] = []
    async with asking(error(500), stream(answer("Hello"))) as (client, _):
        call = client.resume("resp_1", None, lambda seconds, _: waits.append(seconds))
        assert text_of([event async for event in call]) == "Hello"
    assert len(waits) == 1


def test_the_waits_grow() -> None:
    first = delay_before_retry(problem(ErrorKind.RATE_LIMITED), 1)
    second = delay_before_retry(problem(ErrorKind.RATE_LIMITED), 2)
    assert first is not None
    assert second is not None
    assert 0.8 <= first <= 1.2
    assert 1.6 <= second <= 2.4
    assert delay_before_retry(problem(ErrorKind.RATE_LIMITED), 3) is None


@pytest.mark.parametrize("kind", sorted(set(ErrorKind) - set(retry.BACKOFF)))
def test_other_errors_are_final(kind: ErrorKind) -> None:
    assert delay_before_retry(problem(kind), 1) is None


def test_a_refused_connection_may_be_repeated_whatever_the_tools() -> None:
    request = {"tools": [{"type": "mcp"}]}
    assert is_repeatable(request, problem(ErrorKind.UNREACHABLE))
    assert not is_repeatable(request, problem(ErrorKind.SERVER))
    assert is_repeatable({"tools": [{"type": "function"}]}, problem(ErrorKind.SERVER))


ASKED_WAITS: list[tuple[int, dict[str, str], float | None]] = [
    (429, {"retry-after": "2"}, 2.0),
    (503, {"retry-after": "2"}, 2.0),
    (429, {"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
    (429, {"retry-after": "-5"}, 0.0),
    (429, {"retry-after": "soon"}, None),
    (429, {"retry-after": "nan"}, None),
    (429, {"retry-after": "inf", "retry-after-ms": "x"}, None),
    (
        429,
        {
            "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT",
            "date": "Wed, 21 Oct 2026 07:27:15 GMT",
        },
        45.0,
    ),
    (503, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    (429, {"x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s"}, 360.0),
    (429, {"x-ratelimit-reset-tokens": "350ms"}, 0.35),
    (429, {"x-ratelimit-reset-tokens": "-1"}, None),
    (500, {"x-ratelimit-reset-tokens": "6m0s"}, None),
    (429, {}, None),
]


@pytest.mark.parametrize(("status", "headers", "seconds"), ASKED_WAITS)
def test_the_wait_that_a_provider_asks_for_is_read_from_its_headers(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_wait(status, headers) == (None if seconds is None else pytest.approx(seconds))
