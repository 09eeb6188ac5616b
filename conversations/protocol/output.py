"""One output item while it is being streamed.

The browser's twin is static/chat/models/output.js.
"""

from typing import Any

from conversations.protocol.items import Item
from conversations.protocol.places import (
    PLACES_OF_PARTS,
    STDOUT,
    TEXT,
    Place,
    Spot,
    is_empty_part,
    list_in,
)
from conversations.protocol.shapes import DONE, as_list, as_part, copied, merge, named, position

_PARTIAL_IMAGE = ("partial_image_b64", "partial_image_id", "partial_image_index")
_WHOLE_IMAGE = ("result", "file", "not_kept")


class _Text:
    """A text that is being written: its pieces are joined when somebody reads."""

    __slots__ = ("chunks", "spot")

    def __init__(self, spot: Spot) -> None:
        self.spot = spot
        self.chunks: list[str] = []

    def join(self) -> None:
        if self.chunks:
            holder, key = self.spot
            self.replace(holder[key] + "".join(self.chunks))

    def replace(self, text: str) -> None:
        holder, key = self.spot
        holder[key] = text
        self.chunks.clear()


class OutputItem:
    """An item and its place in the output.

    `type` never changes; `is_open` says whether the item can still change. `value` must be an
    item as `shapes.as_item` reads it, and belongs to this object from then on.
    """

    __slots__ = ("_shown", "_texts", "_value", "index", "is_open", "type")

    def __init__(self, index: int, value: Item) -> None:
        self.index = index
        self.type = value.get("type")
        self._value = value
        self._texts: dict[tuple[Place, int], _Text] = {}
        self._shown: Item | None = None
        self._changed()

    @property
    def id(self) -> str | None:
        return named(self._value.get("id"))

    @property
    def call_id(self) -> str | None:
        return named(self._value.get("call_id"))

    def append(self, place: Place, at: Any, delta: str) -> None:
        """Add a piece to the text at `place`; `at` is the event's index as it came, or 0."""
        text = self._texts.get((place, at)) if type(at) is int else None
        if text is None:
            text = self._text(place, at)
        text.chunks.append(delta)
        self._shown = None

    def settle(self, place: Place, at: Any, whole: str) -> None:
        """The text at `place` is done: what the provider says it is replaces the pieces."""
        self._text(place, at).replace(whole)
        self._shown = None

    def put_part(self, at: Any, given: Any, kind: str) -> None:
        """Announce or finish a part; `kind` is the type of one that names none."""
        part = as_part(given, kind)
        if part is None:
            return
        self._close_texts()
        place = PLACES_OF_PARTS.get(part["type"], PLACES_OF_PARTS.get(kind, TEXT))
        known = place.spot(self._value, place.within(self._value, position(at) or 0)).holder
        if is_empty_part(known):
            known.clear()
        merge(known, part)
        self._changed()

    def annotate(self, at: Any, number: Any, annotation: Any) -> None:
        """Add an annotation to a part's text, or replace the one of that number."""
        if not isinstance(annotation, dict):
            return
        known = list_in(self._text(TEXT, at).spot.holder, "annotations")
        index = position(number)
        if index is not None and index < len(known):
            known[index] = copied(annotation)
        else:
            known.append(copied(annotation))
        self._shown = None

    def put_shell_output(self, at: Any, given: Any) -> None:
        """The output of one command is done: `given` is the list of what it wrote."""
        entries = [copied(entry) for entry in as_list(given) if isinstance(entry, dict)]
        if entries:
            self._close_texts()
            first = STDOUT.within(self._value, position(at) or 0)
            STDOUT.spot(self._value, first)
            self._value["output"][first : first + len(entries)] = entries
            self._changed()

    def merge(self, item: Item) -> None:
        """Take what an event says of the whole item, keeping what it left out."""
        self._close_texts()
        merge(self._value, item)
        if any(map(item.get, _WHOLE_IMAGE)):
            for field in _PARTIAL_IMAGE:
                self._value.pop(field, None)
        self._changed()

    def set(self, **fields: Any) -> None:
        """Set fields of the item itself."""
        self._value.update(fields)
        self._changed()

    def read(self) -> Item:
        """Return the item as it stands. The object is never changed: a change makes a new one."""
        if self._shown is None:
            self._join()
            self._shown = copied(self._value)
        return self._shown

    def _text(self, place: Place, at: Any) -> _Text:
        at = place.within(self._value, position(at) or 0)
        text = self._texts.get((place, at))
        if text is None:
            # Joined first: a place looks at what is written to decide what a part is.
            self._join()
            text = self._texts[place, at] = _Text(place.spot(self._value, at))
        return text

    def _join(self) -> None:
        for text in self._texts.values():
            text.join()

    def _close_texts(self) -> None:
        self._join()
        self._texts.clear()

    def _changed(self) -> None:
        self._shown = None
        self.is_open = self._value.get("status") not in DONE
