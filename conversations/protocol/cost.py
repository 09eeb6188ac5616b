"""What an answer costs, from its usage and its model's price; or why that is not known.

Prices are per million tokens. Cached tokens are part of the input tokens, and reasoning tokens of
the output tokens, so that nothing is counted twice. What a provider's own tools cost apart is not
in its usage, nor here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MILLION = Decimal(1_000_000)
MOST = Decimal(10_000_000)  # what is more comes of a usage that can't be; nor would it be stored
NO_PRICE = "no_price"
NO_USAGE = "no_usage"


@dataclass(frozen=True)
class Price:
    """Of a model. `cached` and `cache_write` are the input's where they are None."""

    input: Decimal
    output: Decimal
    cached: Decimal | None = None
    cache_write: Decimal | None = None
    currency: str = "USD"


@dataclass(frozen=True)
class Cost:
    """An amount, or the `reason` why there is none: NO_PRICE, NO_USAGE."""

    amount: Decimal | None
    currency: str = ""
    reason: str = ""


def cost_of(usage: Any, price: Price | None) -> Cost:
    """The cost of an answer with this `usage`, as the API writes it."""
    if price is None:
        return Cost(None, reason=NO_PRICE)
    given, said = _number(usage, "input_tokens"), _number(usage, "output_tokens")
    if given is None or said is None:
        return Cost(None, reason=NO_USAGE)
    details = usage.get("input_tokens_details")
    # Whatever a provider says, no more can come from the cache than there was.
    cached = min(_number(details, "cached_tokens") or 0, given)
    written = min(_number(details, "cache_write_tokens") or 0, given - cached)
    amount = (
        (given - cached - written) * price.input
        + cached * (price.input if price.cached is None else price.cached)
        + written * (price.input if price.cache_write is None else price.cache_write)
        + said * price.output
    )
    if amount / MILLION > MOST:
        return Cost(None, reason=NO_USAGE)
    return Cost(amount / MILLION, price.currency)


def cost_ahead(input_tokens: int, output_tokens: int, price: Price | None) -> Cost:
    """What a message will cost, if so much is said to it: nothing is taken for cached."""
    return cost_of({"input_tokens": input_tokens, "output_tokens": output_tokens}, price)


def _number(value: Any, name: str) -> int | None:
    number = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        return None
    return number
