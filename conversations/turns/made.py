"""What a provider makes for an answer is kept as files of ours, as it comes.

Neither the row of an answer nor its log ever holds a picture's base64: the events are changed
before they are taken in. All that is heavy happens on other threads, and nothing at all for the
events that carry no items.
"""

import asyncio
import base64
import binascii
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from conversations.files.checking import Found, NotTaken
from conversations.files.kinds import MAX_BYTES, kind_of, picture_end, safe_name
from conversations.models import Response
from conversations.models.attachment import bytes_of, erase
from conversations.models.keeping import (
    has_room,
    id_of_made,
    incoming,
    keep_made,
    made,
    partial_path,
)
from conversations.protocol.events import Event
from conversations.protocol.items import Item
from conversations.protocol.made import (
    GONE,
    LATE,
    PARTIAL,
    QUOTA,
    SIZE,
    STORAGE,
    Outcome,
    pictures_in,
    unfetched_in,
    unfinished,
    with_cited,
    with_pictures,
)
from conversations.protocol.shapes import position
from conversations.turns.files import checked
from conversations.turns.storing import persistently

logger = logging.getLogger(__name__)

PICTURE_SO_FAR = ("partial_image_b64", "partial_image_id")
NAME = "picture"
NAME_LENGTH = 60  # of what was asked to be drawn
MAX_LETTERS = MAX_BYTES // 3 * 4 + 4


class NotKept(Exception):
    """`reason` is one of those of `protocol.made`, or why an upload is not taken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Made:
    """The files that are made in one answer. Whatever becomes of them, the answer goes on."""

    def __init__(self, row: Response) -> None:
        self._row = row
        self._outcomes: dict[str, Outcome] = {}
        self._drawing: set[int] = set()

    async def kept(self, event: Event) -> Event:
        """An event that may carry what is made (`protocol.made.CARRYING`), with files instead."""
        if event["type"] == PARTIAL:
            return await self._partial(event)
        outcomes = {text: await self._picture(text, item) for text, item in pictures_in(event)}
        return with_pictures(event, outcomes)

    async def settled(self, output: Sequence[Item]) -> list[Item]:
        """The items of an answer that has ended: a picture that was not drawn to its end is kept
        as far as it came, and files of a round that had no end are not fetched any more.
        """
        items = [await self._settled_or_as_it_is(item) for item in output]
        with suppress(OSError):  # what is left is swept away within a day
            for index in self._drawing:
                await asyncio.to_thread(erase, partial_path(self._row.pk, index))
        return items

    async def _settled_or_as_it_is(self, item: Item) -> Item:
        try:
            return await self._settled(item)
        except Exception:  # without its end, whoever takes the answer over would meet the same
            logger.exception("%s: an item is kept as it came", self._row.pk)
            return item

    async def _settled(self, item: Item) -> Item:
        if unfetched := unfetched_in(item):
            return with_cited(item, {cited: {"not_kept": LATE} for cited in unfetched})
        found = unfinished(item)
        if found is None:
            return item
        rest = {key: value for key, value in item.items() if not key.startswith("partial_image_")}
        self._drawing.add(found.output_index)
        try:
            path = partial_path(self._row.pk, found.output_index)
            data = await asyncio.to_thread(path.read_bytes)
            kept = await self.keep(found.id, data, f"{_name_of(item)}.{_end_of(data)}")
        except (NotKept, OSError) as error:
            logger.info("%s: what was drawn is not kept: %s", self._row.pk, error)
            return rest
        return {**rest, "status": "incomplete", **kept}

    async def _partial(self, event: Event) -> Event:
        """The picture so far replaces the one before it, in a file that a page may fetch."""
        text, index = event.get("partial_image_b64"), position(event.get("output_index"))
        rest = {key: value for key, value in event.items() if key not in PICTURE_SO_FAR}
        if not isinstance(text, str) or index is None:
            return rest
        try:
            data = await asyncio.to_thread(_decoded, text)
            if picture_end(data[:16]) is None:
                return rest
            await asyncio.to_thread(_write, partial_path(self._row.pk, index), data)
        except (NotKept, OSError) as error:
            logger.info("%s: a picture so far is not shown: %s", self._row.pk, error)
            return rest
        self._drawing.add(index)
        name = f"{self._row.pk}-{index}-{position(event.get('partial_image_index')) or 0}"
        return {**rest, "partial_image_id": name}

    async def _picture(self, text: str, item: Item) -> Outcome:
        source = await asyncio.to_thread(_digest, text)
        if source not in self._outcomes:
            self._outcomes[source] = await self._outcome(source, text, _name_of(item))
        return self._outcomes[source]

    async def _outcome(self, source: str, text: str, name: str) -> Outcome:
        """What becomes of a picture that is written so."""
        try:
            if (known := await self.known(source)) is not None:
                return known
            data = await asyncio.to_thread(_decoded, text)
            return await self.keep(source, data, f"{name}.{_end_of(data)}")
        except NotKept as error:
            logger.warning("%s: a picture is not kept: %s", self._row.pk, error.reason)
            return {"not_kept": error.reason}

    async def known(self, source: str) -> Outcome | None:
        """What was kept of this source before, by whichever process."""
        pk = id_of_made(self._row.pk, source)
        found = await persistently(self._row.pk, made, self._row, pk)
        return None if found is None else {"file": found.as_part()}

    async def keep(self, source: str, data: bytes, name: str) -> Outcome:
        """Keep a file, once, whichever process it is that does; `source` tells it apart from all
        others of the answer. NotKept.
        """
        pk = id_of_made(self._row.pk, source)
        if not await persistently(self._row.pk, _has_room, self._row, len(data)):
            raise NotKept(QUOTA)
        path = incoming()
        try:
            await asyncio.to_thread(_write, path, data)
            found = await checked(path, name) if kind_of(name) else Found()
            kept = await persistently(self._row.pk, keep_made, self._row, pk, name, path, found)
        except NotTaken as error:
            raise NotKept(error.reason) from error
        except OSError as error:
            logger.error("%s: %s can't be stored: %s", self._row.pk, name, error)
            raise NotKept(STORAGE) from error
        finally:
            await asyncio.to_thread(erase, path)
        if kept is None:
            raise NotKept(GONE)
        return {"file": kept.as_part()}


def _has_room(row: Response, size: int) -> bool:
    return has_room(bytes_of(row.owner), size)


def _decoded(text: str) -> bytes:
    if len(text) > MAX_LETTERS:
        raise NotKept(SIZE)
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotKept("broken") from error


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _end_of(data: bytes) -> str:
    end = picture_end(data[:16]) or ("svg" if b"<svg" in data[:1000] else None)
    if end is None:
        raise NotKept("broken")
    return end


def _name_of(item: Item) -> str:
    """What a picture is called: as it was asked for, shortened."""
    asked = item.get("revised_prompt")
    named = re.sub(r"[/\\\s]+", " ", asked) if isinstance(asked, str) else ""
    words = safe_name(named)[:NAME_LENGTH].strip(" .")
    return words or NAME


def _write(path: Path, data: bytes) -> None:
    """Anew, in one step: whoever reads it reads one picture or the other."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(data)
    new.chmod(0o600)
    new.replace(path)
