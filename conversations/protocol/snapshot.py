"""The fold: what response do the events so far describe?

Rules, in the order in which they matter:

- The first terminal event ends it; what comes later is late and changes nothing.
- A text that is done wins over the joined deltas, an item over its texts, the terminal output
  over the items; but nothing blank wins over what was streamed.
- An event belongs to the item with its `output_index`, else with its `item_id`, else to the
  newest open item of its type; what was never announced is made on the spot.
- Everything that matters is in `response`, so that a fold can go on from a stored one.

The browser's twin is static/chat/models/snapshot.js: both are held to tests/streams.
"""

from typing import Any

from conversations.protocol.events import Event
from conversations.protocol.handlers import HANDLERS
from conversations.protocol.items import Item
from conversations.protocol.output import OutputItem
from conversations.protocol.shapes import (
    DONE,
    ENDED,
    RUNNING,
    STREAMED,
    as_item,
    as_items,
    as_list,
    as_usage,
    named,
    position,
)


class Snapshot:
    """A response while its events arrive.

    Starts empty, or from a response that an earlier snapshot showed. Values come from
    `jsontext.loads`, which bounds their depth; beyond that no event raises.
    """

    def __init__(self, response: dict[str, Any] | None = None) -> None:
        given = response or {}
        self._fields: dict[str, Any] = {"object": "response", **given}
        self._fields.pop("output", None)
        if self._fields.get("status") not in RUNNING + ENDED:
            self._fields["status"] = "in_progress"
        self._items: list[OutputItem] = []
        self._by_index: dict[int, OutputItem] = {}
        self._restore(given.get("output"))

    def apply(self, event: Event) -> None:
        """Take one event into account. Events must not be changed afterwards."""
        kind = event.get("type")
        handler = HANDLERS.get(kind) if isinstance(kind, str) else None
        if handler is not None and not self.has_ended:
            handler(self, event)

    @property
    def has_ended(self) -> bool:
        """Whether a terminal event was seen."""
        return self._fields["status"] in ENDED

    @property
    def response(self) -> dict[str, Any]:
        """The response so far, shaped as the API shapes it.

        Nothing in it changes later, and nobody else may change it: an item that did not change
        is the same object every time. While the answer runs, an item whose place in the list is
        not its `output_index` carries that field.
        """
        return {**self._fields, "output": [self._shown(*entry) for entry in enumerate(self._items)]}

    def take_fields(self, given: dict[str, Any]) -> None:
        """Take over what an event says of the response, except its status and output."""
        for key, value in given.items():
            if key not in ("id", "output", "status") and not (
                value is None and key in self._fields
            ):
                self._fields[key] = value
        if not self._fields.get("id") and given.get("id"):
            self._fields["id"] = given["id"]
        if "created" in self._fields:
            created = self._fields.pop("created")
            self._fields.setdefault("created_at", created)
        if given.get("usage") is not None:
            self._fields["usage"] = as_usage(given["usage"])

    def take_output(self, output: Any) -> None:
        """Take over the output of a terminal event, unless it is blank."""
        items = as_items(output)
        for at, item in enumerate(items):
            known = self._items[at] if at < len(self._items) else None
            if known is not None and known.type == item.get("type"):
                known.merge(item)
                items[at] = known.read()
        if items:
            self._restore(items)

    def begin(self, status: str, output: Any) -> None:
        """The response has started: `output` is what it had before this stream began."""
        self._fields["status"] = status
        if not self._items:
            self._restore(output)

    def end(self, status: str, error: dict[str, Any] | None = None) -> None:
        """The response has ended: what still runs in it has ended, too."""
        self._fields["status"] = status
        if error is not None:
            self._fields["error"] = error
        for item in self._items:
            if item.is_open and (item.type in STREAMED or "status" in item.read()):
                item.set(status="completed" if status == "completed" else "incomplete")

    def item_for(self, event: Event, kind: str) -> OutputItem | None:
        """Return the open item of type `kind` that `event` is about; None when it comes late."""
        at = event.get("output_index")
        item = self._by_index.get(at) if type(at) is int else None
        if item is None or item.type != kind or not item.is_open:
            name = named(event.get("item_id"))
            item = self._find(position(at), name, kind) or self._add(
                position(at), _skeleton(kind, name)
            )
        return item if item.is_open else None

    def add_item(self, event: Event) -> None:
        """An item is announced: again, for the first time, or after its first deltas."""
        item, at = as_item(event.get("item")), position(event.get("output_index"))
        if item is None:
            return
        if item["type"] in STREAMED and item.get("status") in (None, *DONE):
            # Some providers announce an item as completed; but then nothing could follow.
            item["status"] = "in_progress"
        known = self._announced(at, item)
        if known is None:
            self._add(at, item)
        elif known.is_open:
            known.merge(item)

    def finish_item(self, event: Event) -> None:
        """An item is done: the event has all of it."""
        item, at = as_item(event.get("item")), position(event.get("output_index"))
        if item is None:
            return
        if item["type"] in STREAMED and item.get("status") not in DONE:
            item["status"] = "completed"
        known = self._find(at, named(item.get("id")), item["type"])
        if known is None:
            self._add(at, item)
        else:
            known.merge(item)

    def _announced(self, at: int | None, item: Item) -> OutputItem | None:
        """The item that `item` announces once more, if there is one."""
        name = named(item.get("id"))
        here = self._by_index.get(at) if at is not None else self._named(name, item["type"])
        if here is None or here.type != item["type"]:
            return None
        if here.is_open:
            call_id = named(item.get("call_id"))
            return here if None in (call_id, here.call_id) or call_id == here.call_id else None
        return here if name is not None and name == here.id else None

    def _find(self, at: int | None, name: str | None, kind: str) -> OutputItem | None:
        here = None if at is None else self._by_index.get(at)
        fits = here is not None and here.type == kind
        if here is not None and fits and (here.is_open or name in (None, here.id)):
            return here
        by_name = self._named(name, kind)
        if by_name is not None or (at is not None and here is None):
            return by_name
        newest_open = (item for item in reversed(self._items) if item.type == kind and item.is_open)
        return next(newest_open, here if fits else None)

    def _named(self, name: str | None, kind: str) -> OutputItem | None:
        if name is None:
            return None
        same = (item for item in reversed(self._items) if item.type == kind and item.id == name)
        return next(same, None)

    def _add(self, at: int | None, value: Item) -> OutputItem:
        if at is None or at in self._by_index:
            at = self._items[-1].index + 1 if self._items else 0
        item = OutputItem(at, value)
        self._by_index[at] = item
        self._items.append(item)
        self._items.sort(key=lambda item: item.index)
        return item

    def _restore(self, output: Any) -> None:
        self._items.clear()
        self._by_index.clear()
        for entry in as_list(output):
            item = as_item(entry)
            if item is not None:
                at = position(entry.get("output_index"))
                self._add(len(self._items) if at is None else at, item)

    def _shown(self, at: int, item: OutputItem) -> Item:
        shown = item.read()
        if at == item.index or self.has_ended:
            return shown
        return {**shown, "output_index": item.index}


def _skeleton(kind: str, name: str | None) -> Item:
    """The item that a provider forgot to announce."""
    item: Item = {"type": kind}
    if name is not None:
        item["id"] = name
    if kind in STREAMED:
        item["status"] = "in_progress"
    return as_item(item) or item
