"""What an answer costs, or why that is not known."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.protocol.cost import NO_PRICE, NO_USAGE, Cost, Price, cost_ahead, cost_of

PRICE = Price(input=Decimal(2), output=Decimal(8), cached=Decimal("0.5"), cache_write=Decimal(3))
PLAIN = Price(input=Decimal(2), output=Decimal(8), currency="CNY")


def usage(given_tokens: Any, said: Any, **details: Any) -> dict[str, Any]:
    return {
        "input_tokens": given_tokens,
        "output_tokens": said,
        "input_tokens_details": details,
        "output_tokens_details": {"reasoning_tokens": 900},
    }


def test_each_kind_of_token_has_its_price() -> None:
    cost = cost_of(usage(1_000, 1_000, cached_tokens=400, cache_write_tokens=100), PRICE)
    expected = (500 * 2 + 400 * Decimal("0.5") + 100 * 3 + 1_000 * 8) / Decimal(1_000_000)
    assert cost == Cost(expected, "USD")


def test_thoughts_are_in_the_output_already() -> None:
    assert cost_of(usage(0, 1_000), PRICE).amount == Decimal("0.008")


def test_without_a_price_of_their_own_cached_tokens_cost_what_others_do() -> None:
    assert cost_of(usage(1_000, 0, cached_tokens=400), PLAIN) == cost_of(usage(1_000, 0), PLAIN)
    assert cost_of(usage(1_000, 0), PLAIN).currency == "CNY"


def test_what_costs_nothing_is_known_to() -> None:
    free = Price(input=Decimal(0), output=Decimal(0))
    assert cost_of(usage(5, 5), free).amount == 0


@pytest.mark.parametrize(
    "reported",
    [None, {}, "much", usage(None, 5), usage(5, "x"), usage(5, 10**15), {"total": 5}],
)
def test_without_usage_the_cost_is_unknown_and_not_nothing(reported: Any) -> None:
    assert cost_of(reported, PRICE) == Cost(None, reason=NO_USAGE)


def test_without_a_price_it_is_unknown_as_well() -> None:
    assert cost_of(usage(5, 5), None) == Cost(None, reason=NO_PRICE)


def test_ahead_nothing_is_taken_for_cached() -> None:
    assert cost_ahead(1_000, 1_000, PRICE).amount == Decimal("0.01")


NUMBERS = st.integers(min_value=-5, max_value=10**7) | st.none() | st.booleans() | st.floats()


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_whatever_is_reported_no_cost_is_below_nothing_or_above_the_full_price(
    given_tokens: Any, said: Any, cached: Any, written: Any
) -> None:
    reported = usage(given_tokens, said, cached_tokens=cached, cache_write_tokens=written)
    amount = cost_of(reported, PRICE).amount
    assert amount is None or 0 <= amount <= Decimal(3 * given_tokens + 8 * said) / 1_000_000
