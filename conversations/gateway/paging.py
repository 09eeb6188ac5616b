"""Pages of items: what is asked of one, and the list that it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.gateway.operations import Query
from conversations.gateway.refusals import bad
from conversations.gateway.shapes import one_of, text
from conversations.protocol.items import Item

USUAL, MOST = 20, 100
ORDERS = ("asc", "desc")
DIGITS = 9


@dataclass(frozen=True)
class Asked:
    """How many items, behind which, and whether the last come first."""

    limit: int
    after: str | None
    is_descending: bool


def paging(what: str, usual: int = USUAL, most: int = MOST) -> tuple[Query, ...]:
    """The parameters of an address that lists so many of these: as usual, and at the most."""
    limit = {"type": "integer", "minimum": 1, "maximum": most, "default": usual}
    order = one_of(*ORDERS) | {"default": "desc"}
    return (
        Query("after", f"The `id` of the {what} behind which the page begins.", text()),
        Query("limit", f"How many {what}s a page has.", limit),
        Query("order", f"The first {what} first, or the last one.", order),
    )


def asked_of(given: Mapping[str, str], usual: int = USUAL, most: int = MOST) -> Asked:
    """What an address asks for; Refusal for what no page can be."""
    limit, order = number_in(given.get("limit", str(usual))), given.get("order", "desc")
    if limit is None or not 1 <= limit <= most:
        raise bad("limit", f"Between 1 and {most} is possible.")
    if order not in ORDERS:
        raise bad("order", f"One of {', '.join(ORDERS)} is possible here.")
    return Asked(limit, given.get("after"), order == "desc")


def number_in(given: str) -> int | None:
    """The number that stands in a text; None where there is none, or one of too many digits."""
    is_number = given.isascii() and given.isdecimal() and len(given) <= DIGITS
    return int(given) if is_number else None


def page(rest: Sequence[Item], limit: int) -> dict[str, Any]:
    """The list object of the first of the items that are left, so many at the most."""
    data = list(rest[:limit])
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": len(rest) > len(data),
    }
