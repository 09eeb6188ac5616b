"""GET /v1/responses/{id}/input_items: what was asked, item by item."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from conversations.gateway.including import IMAGES
from conversations.gateway.paging import Asked, asked_of, page
from conversations.gateway.refusals import bad
from conversations.gateway.shown import part_shown
from conversations.models import Attachment, Response
from conversations.protocol.files import LISTS, MAX_SENT, data_url, file_parts
from conversations.protocol.item_ids import INPUT, PREFIXES, item_id, place_in, places
from conversations.protocol.items import Item
from conversations.protocol.visibility import SEALED, visible_response

OF_FILES = {"input_image": ("type", "detail"), "input_file": ("type", "detail", "filename")}


def page_of(
    row: Response, given: Mapping[str, str], include: Collection[str] = ()
) -> dict[str, Any]:
    """A page of `limit` items behind the one that is named `after`, in this `order`."""
    asked = asked_of(given)
    visible = visible_response(row.to_api(), sealed=SEALED in include)["input"]
    items = inputs_shown(visible, row)
    if asked.is_descending:
        items.reverse()
    listed = page(items[_behind(items, asked, row) :], asked.limit)
    return {**listed, "data": with_files_shown(listed["data"], row.owner_id, include)}


def _behind(items: list[Item], asked: Asked, row: Response) -> int:
    """How many come before the page: up to the item that is named, which may have been deleted."""
    if asked.after is None:
        return 0
    last = place_in(asked.after)
    known = {str(item["id"]): place_in(str(item["id"])) for item in items}
    if last is None or not (
        asked.after in known
        or (last.is_input and last.response_id == row.pk and last.name in row.removed)
    ):
        raise bad("after", "There is no such item.")
    at = [place.at for place in known.values() if place]
    return sum(one >= last.at if asked.is_descending else one <= last.at for one in at)


def inputs_shown(visible: list[Item], row: Response) -> list[Item]:
    """The items of the input of a response, from what may leave the server of it."""
    at = places(visible, row.removed, INPUT)
    return [_shown(item, row.pk, place) for item, place in zip(visible, at, strict=True)]


def _shown(item: Item, response_id: str, place: str) -> Item:
    kind = str(item.get("type", "message"))
    shown = {**item, "type": kind, "id": item_id(kind, response_id, place)}
    if kind in PREFIXES:
        shown.setdefault("status", "completed")
    return shown


def with_files_shown(items: list[Item], owner_id: int, include: Collection[str]) -> list[Item]:
    """The items of a person's with each part of a message, or of what a call gave, as the API has
    it; images with their data where that was asked for.
    """
    urls = _urls(items, owner_id) if IMAGES in include else None
    return [_with_parts_shown(item, urls) for item in items]


def _with_parts_shown(item: Item, urls: Mapping[str, str] | None) -> Item:
    lists = (name for name in LISTS if isinstance(item.get(name), list))
    return {**item, **{name: [_part(part, urls) for part in item[name]] for name in lists}}


def _part(part: Any, urls: Mapping[str, str] | None) -> Any:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in OF_FILES:
        return part_shown(part) if isinstance(part, dict) else part
    shown = {name: part[name] for name in (*OF_FILES[kind], "file_id") if name in part}
    if kind == "input_image" and urls is not None:
        shown["image_url"] = urls.get(str(part.get("file_id")), part.get("image_url"))
    return {"detail": "auto", **shown} if kind == "input_image" else shown


def _urls(items: list[Item], owner_id: int) -> dict[str, str]:
    """The images of these as data URLs, by the ids of their files, as their model was sent them."""
    wanted = [part["file_id"] for part in file_parts(items) if part["type"] == "input_image"]
    files = Attachment.objects.held_by(owner_id).in_bulk(wanted).values()
    if sum(file.size for file in files) > MAX_SENT:
        raise bad("limit", "The images of so many items are too much for one answer.")
    urls = {}
    for file in files:
        with suppress(FileNotFoundError):
            urls[file.pk] = data_url(file.kind.media_type, file.for_model())
    return urls
