"""What a key may ask is limited; scripts are told in the API's own headers and errors."""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from conversations.gateway.limiting import WRONG_KEYS_PER_MINUTE, duration
from tests.gateway.conftest import client_of
from tests.gateway.test_socket import connected
from tests.support.server import Server

P = ParamSpec("P")
T = TypeVar("T")

LONG = "10000000"


@contextmanager
def key_with(served: Server, *options: str) -> Iterator[tuple[OpenAI, str]]:
    """A client whose key has limits, and the key."""
    key = served.manage("create_key", "ada", "Limited", *options).strip()
    with client_of(served, key) as client:
        yield client, key


def headers_of(client: OpenAI, **body: Any) -> dict[str, str]:
    raw = client.responses.with_raw_response.create(model="guide", input="Hello", **body)
    return {name.lower(): value for name, value in raw.headers.items()}


def refused(client: OpenAI, **body: Any) -> openai.RateLimitError:
    with pytest.raises(openai.RateLimitError) as error:
        client.responses.create(**{"model": "guide", "input": "Hello", **body})
    return error.value


def in_one_minute(test: Callable[P, T]) -> Callable[P, T]:
    """The test, again where a new minute has begun meanwhile, in which all is counted anew."""

    @wraps(test)
    def tried(*args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            minute = time.time() // 60
            try:
                return test(*args, **kwargs)
            except (Exception, pytest.fail.Exception):
                if time.time() // 60 == minute:
                    raise

    return tried


@in_one_minute
@pytest.mark.usefixtures("keys")
def test_each_answer_says_what_is_left_and_what_is_too_much_is_refused(served: Server) -> None:
    with key_with(served, "--requests-per-minute", "3", "--tokens-per-day", LONG) as (client, _):
        told = [headers_of(client), headers_of(client, stream=True)]
        counting = client.responses.input_tokens.with_raw_response
        told.append(dict(counting.count(model="guide", input="Hello").headers))
        assert [one["x-ratelimit-limit-requests"] for one in told] == ["3"] * 3
        assert [one["x-ratelimit-remaining-requests"] for one in told] == ["2", "1", "0"]
        assert all(re.fullmatch(r"1m0s|\d+s", one["x-ratelimit-reset-requests"]) for one in told)
        assert all(one["x-ratelimit-limit-tokens"] == LONG for one in told)
        assert int(told[0]["x-ratelimit-remaining-tokens"]) < int(LONG)
        assert re.fullmatch(r"(\d+h)?(\d+m)?\d+s", told[0]["x-ratelimit-reset-tokens"])
        for body in ({}, {"stream": True}, {"background": True}, {"store": False}):
            error = refused(client, **body)
            assert (error.code, error.type) == ("rate_limit_exceeded", "rate_limit_error")
            headers = error.response.headers
            assert headers["x-should-retry"] == "true"
            assert 0 < int(headers["retry-after"]) <= 60
            assert 0 < int(headers["retry-after-ms"]) <= 60_000
            assert headers["x-ratelimit-remaining-requests"] == "0"
            assert headers["x-request-id"]
        with pytest.raises(openai.RateLimitError):
            client.responses.compact(model="guide", input="Hello")
        with pytest.raises(openai.RateLimitError):
            client.responses.input_tokens.count(model="guide", input="Hello")
        # What only reads is no request, and says as well what is left; so does what is wrong.
        raw = client.models.with_raw_response.list()
        assert raw.headers["x-ratelimit-remaining-requests"] == "0"
        with pytest.raises(openai.BadRequestError) as wrong:
            client.responses.create(model="nothing", input="Hello")
        assert wrong.value.response.headers["x-ratelimit-remaining-requests"] == "0"


def test_where_there_is_no_limit_nothing_is_said_of_one(client: OpenAI) -> None:
    assert not [name for name in headers_of(client) if "ratelimit" in name]


@pytest.mark.usefixtures("keys")
def test_money_that_is_spent_is_a_quota_that_no_client_asks_again_for(served: Server) -> None:
    with key_with(served, "--money-per-month", "1") as (client, key):
        client.responses.create(model="guide", input="Hello")
        code = (
            "from conversations.models import Use; from conversations.models.api_key import key_of;"
            f"Use.objects.filter(pk='key:' + key_of({key!r}).pk).update(money=1)"
        )
        served.manage("shell", "-v0", "-c", code)
        error = refused(client)
        assert (error.code, error.type) == ("insufficient_quota", "insufficient_quota")
        assert error.response.headers["x-should-retry"] == "false"
        assert int(error.response.headers["retry-after"]) > 60 or "second" in error.message
        assert "is used up" in error.message


@pytest.mark.usefixtures("keys")
async def test_a_socket_is_told_the_same_and_stays_open(served: Server) -> None:
    with key_with(served, "--requests-per-minute", "1") as (_, key):
        async with connected(served, key) as connection:
            assert (await connection.ask())["type"] == "response.completed"
            for _ in range(2):
                while (error := await connection.ask())["type"] != "error":
                    pass  # a new minute has begun
                assert (error["type"], error["status"]) == ("error", 429)
                assert error["error"]["code"] == "rate_limit_exceeded"
                assert error["error"]["type"] == "rate_limit_error"


@in_one_minute
def test_the_sentence_is_english_whatever_the_client_speaks(
    served: Server, keys: dict[str, str]
) -> None:
    with key_with(served, "--requests-per-minute", "1") as (client, _):
        client.responses.create(model="guide", input="Hello")
        error = refused(client, extra_headers={"Accept-Language": "zh-hans"})
        assert re.search(r"possible again in \d+ seconds?\.", error.message)


def ask_models(served: Server, key: str, source: str) -> tuple[int, dict[str, str], Any]:
    """GET /v1/models from an address of this machine's."""
    address = urlsplit(served.url)
    peer = http.client.HTTPConnection(
        str(address.hostname), address.port, timeout=30, source_address=(source, 0)
    )
    peer.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"})
    answer = peer.getresponse()
    body = json.loads(answer.read())
    peer.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def test_many_wrong_keys_from_an_address_are_refused_and_right_ones_are_not(
    served: Server, keys: dict[str, str]
) -> None:
    wrong, here, elsewhere = "sk-chatapp-" + "b" * 43, "127.0.0.2", "127.0.0.3"
    # The clock may begin a new minute meanwhile, once.
    for _ in range(2 * WRONG_KEYS_PER_MINUTE + 1):
        status, headers, body = ask_models(served, wrong, here)
        if status == 429:
            break
        assert status == 401
    assert status == 429
    assert body["error"]["code"] == "too_many_wrong_keys"
    assert body["error"]["type"] == "rate_limit_error"
    assert 0 < int(headers["retry-after"]) <= 60
    assert headers["x-request-id"]
    assert ask_models(served, keys["ada"], here)[0] == 200
    assert ask_models(served, wrong, elsewhere)[0] == 401


@given(st.floats(min_value=-1, max_value=40 * 24 * 60 * 60))
def test_a_time_to_wait_is_written_as_the_api_does(seconds: float) -> None:
    written = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(\d+)s", duration(seconds))
    assert written is not None
    hours, minutes, rest = (int(part or 0) for part in written.groups())
    assert minutes < 60
    assert rest < 60
    assert 0 <= hours * 3600 + minutes * 60 + rest - max(0, seconds) <= 2


def test_times_are_written_as_in_the_apis_documents() -> None:
    assert [duration(one) for one in (1, 360, 3723)] == ["1s", "6m0s", "1h2m3s"]
