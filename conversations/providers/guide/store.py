"""What the guide remembers: the last responses, each with the items it was given and gave."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from conversations.protocol.items import Item


@dataclass(frozen=True)
class Kept:
    """One stored response, its own input items, and the items of the chain before it."""

    response: dict[str, Any]
    input: list[Item]
    context: list[Item]


class Store:
    """The last `size` responses of this process, by id."""

    def __init__(self, size: int = 1000) -> None:
        self._size = size
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, kept: Kept) -> None:
        """Remember a response, and forget the oldest when there are too many."""
        self._kept[kept.response["id"]] = kept
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def get(self, response_id: str) -> Kept | None:
        return self._kept.get(response_id)

    def forget(self, response_id: str) -> bool:
        """Whether there was such a response."""
        return self._kept.pop(response_id, None) is not None
