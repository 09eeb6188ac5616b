"""GET /v1/responses/{id}/input_items: what was asked, item by item."""

from collections.abc import Mapping
from typing import Any

from conversations.gateway.paging import Asked, asked_of, page
from conversations.gateway.refusals import bad
from conversations.gateway.shown import part_shown
from conversations.models import Response
from conversations.protocol.item_ids import INPUT, PREFIXES, item_id, places
from conversations.protocol.items import Item
from conversations.protocol.visibility import visible_response


def page_of(row: Response, given: Mapping[str, str]) -> dict[str, Any]:
    """A page of `limit` items behind the one that is named `after`, in this `order`."""
    asked = asked_of(given)
    items = inputs_shown(visible_response(row.to_api())["input"], row)
    if asked.is_descending:
        items.reverse()
    return page(items[_behind(items, asked) :], asked.limit)


def _behind(items: list[Item], asked: Asked) -> int:
    if asked.after is None:
        return 0
    for at, item in enumerate(items):
        if item["id"] == asked.after:
            return at + 1
    raise bad("after", "There is no such item.")


def inputs_shown(visible: list[Item], row: Response) -> list[Item]:
    """The items of the input of a response, from what may leave the server of it."""
    at = places(visible, row.removed, INPUT)
    return [_shown(item, row.pk, place) for item, place in zip(visible, at, strict=True)]


def _shown(item: Item, response_id: str, place: str) -> Item:
    kind = str(item.get("type", "message"))
    shown = {**item, "type": kind, "id": item_id(kind, response_id, place)}
    if kind in PREFIXES:
        shown.setdefault("status", "completed")
    if kind == "message" and isinstance(shown.get("content"), list):
        shown["content"] = [_part(part) for part in shown["content"]]
    return shown


def _part(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("type") == "input_image":
        return {"detail": "auto", **part}
    return part_shown(part)
