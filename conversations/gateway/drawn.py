"""Pictures that were drawn, as the API hands them out: in base64, from the files that they are kept
as. Of very many in one answer the last ones are left to `/v1/files`.
"""

import base64
from typing import Any

from conversations.models import Attachment
from conversations.models.database import in_database
from conversations.protocol.events import TERMINAL, Event
from conversations.protocol.files import MAX_SENT
from conversations.protocol.items import Item
from conversations.protocol.made import is_drawn

WHOLE = TERMINAL | {"response.output_item.done"}
"""The events that have items with all that they hold."""


def with_results(items: list[Item], owner_id: int) -> list[Item]:
    """The items of a person's with their pictures; no query where there are none."""
    wanted = [item["file"]["file_id"] for item in items if is_drawn(item)]
    if not wanted:
        return items
    files = Attachment.objects.held_by(owner_id).defer("text").in_bulk(wanted)
    results, room = {}, MAX_SENT
    for id_ in wanted:
        data = _bytes_of(files.get(id_), room)
        room -= len(data)
        results[id_] = base64.b64encode(data).decode() or None
    return [
        {**item, "result": results[item["file"]["file_id"]]} if is_drawn(item) else item
        for item in items
    ]


async def event_with_results(event: Event, owner_id: int) -> Event:
    """The event with the pictures of its items."""
    if event["type"] not in WHOLE:
        return event
    response: dict[str, Any] | None = event.get("response")
    items = [event["item"]] if response is None else response["output"]
    if not any(map(is_drawn, items)):
        return event
    items = await in_database(with_results, items, owner_id)
    if response is None:
        return {**event, "item": items[0]}
    return {**event, "response": {**response, "output": items}}


def _bytes_of(file: Attachment | None, room: int) -> bytes:
    if file is None or file.size > room:
        return b""
    try:
        return file.path.read_bytes()
    except FileNotFoundError:  # deleted meanwhile
        return b""
