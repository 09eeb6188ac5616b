"""GET /v1/responses/{id}/input_items: what was asked, item by item."""

from collections.abc import Mapping
from typing import Any

from conversations.gateway.refusals import bad
from conversations.gateway.shown import part_shown
from conversations.models import Response
from conversations.protocol.items import Item
from conversations.protocol.visibility import visible_response

USUAL, MOST = 20, 100
PREFIXES = {
    "message": "msg",
    "function_call": "fc",
    "function_call_output": "fco",
    "reasoning": "rs",
}


def page_of(row: Response, asked: Mapping[str, str]) -> dict[str, Any]:
    """A page of `limit` items behind the one that is named `after`, in this `order`."""
    limit, order = asked.get("limit", str(USUAL)), asked.get("order", "desc")
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= MOST):
        raise bad("limit", f"Between 1 and {MOST} is possible.")
    if order not in ("asc", "desc"):
        raise bad("order", "One of asc, desc is possible here.")
    given = visible_response(row.to_api())["input"]
    items = [_shown(item, row.pk, at) for at, item in enumerate(given)]
    if order == "desc":
        items.reverse()
    rest = items[_behind(items, asked.get("after")) :]
    page = rest[: int(limit)]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {}
    return {
        "object": "list",
        "data": page,
        "first_id": None,
        "last_id": None,
        **ends,
        "has_more": len(rest) > len(page),
    }


def _behind(items: list[Item], after: str | None) -> int:
    if after is None:
        return 0
    for at, item in enumerate(items):
        if item["id"] == after:
            return at + 1
    raise bad("after", "There is no such item.")


def _shown(item: Item, response_id: str, at: int) -> Item:
    kind = str(item.get("type", "message"))
    own = f"{PREFIXES.get(kind, 'item')}_{response_id.partition('_')[2]}_i{at}"
    shown = {**item, "type": kind, "id": item.get("id") or own}
    if kind in PREFIXES:
        shown.setdefault("status", "completed")
    if kind == "message" and isinstance(shown.get("content"), list):
        shown["content"] = [_part(part) for part in shown["content"]]
    return shown


def _part(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("type") == "input_image":
        return {"detail": "auto", **part}
    return part_shown(part)
