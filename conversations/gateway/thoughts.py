"""Reasoning that a script hands back: ours by its id, which names it, the provider's own again."""

from collections.abc import Mapping

from conversations.gateway.stored import kept
from conversations.models import ApiKey, Model, Response
from conversations.protocol.item_ids import Place, place_in, places
from conversations.protocol.items import Item
from conversations.protocol.replay import as_input


def recalled(items: list[Item], key: ApiKey, model: Model) -> list[Item]:
    """The items with what their reasoning is to the model that thought it; to any other it is
    nothing, and left out.
    """
    named = [place_in(str(item.get("id"))) if _is_thought(item) else None for item in items]
    rows = kept(key).in_bulk({place.response_id for place in named if place})
    found = [
        [item] if place is None else _recalled(place, rows, model)
        for item, place in zip(items, named, strict=True)
    ]
    return [item for each in found for item in each]


def _is_thought(item: Item) -> bool:
    return item.get("type") == "reasoning"


def _recalled(place: Place, rows: Mapping[str, Response], model: Model) -> list[Item]:
    row = rows.get(place.response_id)
    if row is None or (row.provider_id, row.model_name) != (model.provider_id, model.name):
        return []
    known = dict(zip(places(row.output, row.removed), row.output, strict=True))
    item = None if place.is_input else known.get(place.name)
    return as_input([item]) if item and _is_thought(item) else []
