"""What a provider says is left of its limits."""

from typing import Any

import pytest

from conversations.protocol.errors import ProviderError
from conversations.providers.rate_limits import rate_limits_in
from tests.providers.asking import asking, events_of
from tests.support.misbehaving import error

HEADERS = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-limit-tokens": "150000",
    "x-ratelimit-remaining-tokens": "149984",
    "x-ratelimit-reset-tokens": "6m0s",
}
LEFT = {
    "requests": {"limit": 60, "remaining": 59, "reset": 1.0},
    "tokens": {"limit": 150_000, "remaining": 149_984, "reset": 360.0},
}


def told(**values: str) -> dict[str, dict[str, Any]]:
    return rate_limits_in({f"x-ratelimit-{name}-requests": value for name, value in values.items()})


def test_it_is_read_from_the_headers() -> None:
    assert rate_limits_in(HEADERS) == LEFT


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"remaining": "5"}, {"remaining": 5}),
        ({"remaining": "0", "limit": "60"}, {"limit": 60, "remaining": 0}),
        ({"remaining": "5", "limit": "60", "reset": "soon"}, {"limit": 60, "remaining": 5}),
        ({"remaining": "-1", "limit": "60"}, None),
        ({"remaining": "0"}, None),
        ({"remaining": "0", "limit": "0"}, None),
        ({"remaining": "7", "limit": "-1"}, None),
        ({"remaining": "many", "limit": "60"}, None),
        ({"limit": "60"}, None),
        ({}, None),
    ],
)
def test_what_says_nothing_is_nothing(values: dict[str, str], left: Any) -> None:
    assert told(**values) == ({"requests": left} if left else {})


async def test_a_refusal_says_it_as_well_and_what_says_nothing_changes_nothing() -> None:
    refusals = [error(400, "No.", HEADERS), error(400, "No.")]
    async with asking(*refusals) as (client, _):
        assert client.rate_limits == {}
        for _ in refusals:
            with pytest.raises(ProviderError):
                await events_of(client)
            assert client.rate_limits == LEFT
