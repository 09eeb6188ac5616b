"""A search of files by the provider, for its own model: as it goes for one answer.

Where anything of it goes wrong before the answer says something, this server searches: nobody has
to know of it.
"""

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from conversations.models import Response
from conversations.protocol.chain import Request
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import LIFECYCLE, Event
from conversations.protocol.file_search import (
    has_failed,
    is_gone,
    is_refused,
    is_wanted,
    searching,
)
from conversations.turns.stores import forsake, hosted, remember_refusal

if TYPE_CHECKING:
    from conversations.protocol.items import Item

logger = logging.getLogger(__name__)

SEARCH = "file_search_call"


class Hosting:
    """The search at the provider, as it goes for one answer: what has failed is not tried again."""

    def __init__(self, row: Response) -> None:
        self._row = row
        self._is_tried = True
        self._is_renewed = False
        self._is_used = False
        self._searches: dict[int, Item] = {}
        self._has_shown = False

    async def request(self, request: Request) -> Request:
        """The request with the search that is made there, where one can be."""
        self._is_used = self._has_shown = False
        self._searches.clear()
        if not self._is_tried or not is_wanted(request.body.get("tools") or ()):
            return request
        there = await hosted(self._row)
        self._is_tried = self._is_used = there is not None
        return replace(request, body=searching(request.body, there)) if there else request

    def look(self, event: Event) -> None:
        """Raises ProviderError where the answer fails because of the search, before it says
        anything.
        """
        if not self._is_used or event["type"] in LIFECYCLE:
            return
        if has_failed(event) and not self._has_shown:
            error = event["response"]["error"]
            words, code = str(error.get("message") or ""), str(error.get("code") or "")
            raise ProviderError(ErrorKind.FAILED, words, code=code)
        item, at = event.get("item"), event.get("output_index")
        if isinstance(item, dict) and item.get("type") == SEARCH and type(at) is int:
            self._searches[at] = item
        elif not event["type"].startswith(f"response.{SEARCH}."):
            self._has_shown = True

    async def after(self, error: ProviderError) -> bool:
        """Whether to ask once more, without the search there, or with stores that are new."""
        if not self._is_used or self._has_shown:
            return False
        if is_gone(error) and not self._is_renewed:
            logger.info("%s: a store is gone: %s", self._row.id, error.detail or error)
            self._is_renewed = True
            await forsake(self._row)
            return True
        if not is_refused(error):
            return False
        logger.warning("%s: its files are searched here: %s", self._row.id, error.detail or error)
        self._is_tried = False
        await remember_refusal(self._row, error)
        return True

    def given_up(self) -> list[Event]:
        """What readers are told of searches that came to nothing."""
        done = "response.output_item.done"
        return [
            {"type": done, "output_index": at, "item": {**item, "status": "failed"}}
            for at, item in self._searches.items()
            if item.get("status") != "completed"
        ]
