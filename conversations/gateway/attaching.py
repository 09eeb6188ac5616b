"""The files that a request brings in itself, or by an address: kept as the person's own.

So a message names them by an id, as those of the chat do: no bytes get into a row, every provider
can be sent them, and whoever reviews sees what was seen.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from django.db.models import Q

from conversations.gateway.asking import Asked
from conversations.gateway.given_files import Given, given_by, is_inline
from conversations.gateway.refusals import Refusal
from conversations.gateway.unstored import refusal_of_file
from conversations.models import ApiKey, Attachment
from conversations.models.attachment import remove_unused
from conversations.models.database import in_database
from conversations.protocol.files import LISTS
from conversations.protocol.items import Item
from conversations.turns.errors import RequestError
from conversations.turns.limiting import may_ask
from conversations.turns.uploading import NotStored, check_name, stored, write_bytes

MOST = 50


@asynccontextmanager
async def attached(key: ApiKey, asked: Asked, *, briefly: bool = False) -> AsyncIterator[Asked]:
    """What is asked, with its files as of `attached_items`; Refusal where the key has asked enough
    for now, before any is fetched or looked at.
    """
    await may_bring(key, asked.input)
    async with attached_items(key, asked.input, briefly=briefly) as items:
        yield replace(asked, input=items)


async def may_bring(key: ApiKey, items: list[Item]) -> None:
    """Refusal where the key has asked enough for now and the items bring files with them."""
    if any(True for item in items for _ in _inline_parts(item)):
        await in_database(_check_limits, key)


@asynccontextmanager
async def attached_items(
    key: ApiKey, items: list[Item], param: str = "input", *, briefly: bool = False
) -> AsyncIterator[list[Item]]:
    """The items, with their files as the person's own, for as long as it takes to store them: if
    that fails, or is not meant (`briefly`), none of them stays. `param` is where they were given.
    Refusal for what is no file, or can't be had.
    """
    attaching, stays = _Attaching(key, param), False
    try:
        yield await attaching.items(items)
        stays = not briefly
    finally:
        if not stays:
            # Also of a client that has gone: to the end, whatever else is cancelled meanwhile.
            await asyncio.shield(in_database(remove_unused, attaching.kept))


def _check_limits(key: ApiKey) -> None:
    try:
        may_ask(key.owner_id, key.pk)
    except RequestError as error:
        raise Refusal.of_request(error) from error


class _Attaching:
    """`kept` are the files that are new."""

    def __init__(self, key: ApiKey, param: str) -> None:
        self._key, self._param = key, param
        self.kept: list[str] = []
        self._known: dict[tuple[str, str], str] = {}

    async def items(self, items: list[Item]) -> list[Item]:
        brought = sum(1 for item in items for _ in _inline_parts(item))
        if not brought:
            return items
        if brought > MOST:
            said = f"A request may bring {MOST} files at the most."
            raise Refusal(400, said, "too_many_files", self._param)
        return [await self._item(item, f"{self._param}[{at}]") for at, item in enumerate(items)]

    async def _item(self, item: Item, at: str) -> Item:
        new = dict(item)
        for field, n, part in _inline_parts(item):
            about = {name: part[name] for name in ("type", "detail") if name in part}
            file_id = await self._file_id(part, f"{at}.{field}[{n}]")
            new[field] = [*new[field][:n], {**about, "file_id": file_id}, *new[field][n + 1 :]]
        return new

    async def _file_id(self, part: dict[str, Any], at: str) -> str:
        """The file that a part brings; the same one where it is there already."""
        given = await given_by(part, at)
        known = (given.sha256, given.name)
        if known not in self._known:
            row = await in_database(_again, self._key, given) or await self._stored(given)
            self._known[known] = row.pk
        return self._known[known]

    async def _stored(self, given: Given) -> Attachment:
        def save(row: Attachment) -> None:
            row.given_sha256 = given.sha256
            row.save(force_insert=True)
            self.kept.append(row.pk)

        try:
            check_name(given.name)
            return await stored(
                self._key.owner, given.name, lambda path: write_bytes(given.data, path), save
            )
        except NotStored as error:
            raise refusal_of_file(error, given.param, is_image=given.is_image) from error


def _again(key: ApiKey, given: Given) -> Attachment | None:
    """What was given before and a message has: clients tell a conversation again and again."""
    own = Attachment.objects.owned_by(key.owner).usable_by(key.owner_id).with_use()
    same = own.filter(Q(is_used=True), given_sha256=given.sha256, name=given.name)
    return same.defer("text").first()


def _inline_parts(item: Item) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Where in an item a file is brought, and the part that brings it."""
    for field in LISTS:
        parts = item.get(field)
        for n, part in enumerate(parts if isinstance(parts, list) else ()):
            if is_inline(part):
                yield field, n, part
