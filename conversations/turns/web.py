"""Pages of the web for a model's tool: as far as the administrator lets it, each read apart."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop as _

from conversations.files.checking import NotTaken, looked_at
from conversations.network.fetching import Fetched, NotFetched, fetch
from conversations.network.reach import PORTS, Reach
from conversations.tools.context import Link, Page
from conversations.tools.errors import ToolError

READ_WITHIN = 12.0
MOST_AT_ONCE = 2

_readers = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="page")

NOT_READ = _(
    "There is a page, but it can't be read: it is broken, locked, or takes too much effort."
)
NO_TEXT = _(
    "The page has no text of its own. It may show something only where its scripts run, or want"
    " people to sign in."
)


async def read_page(url: str) -> Page:
    """What the page at an address says, for a tool; ToolError where there is nothing to read."""
    try:
        return await page_at(url)
    except NotFetched as error:
        raise ToolError(str(error)) from error


async def page_at(url: str) -> Page:
    """What the page at an address says; NotFetched."""
    fetched = await fetch(url, reach())
    try:
        found = await asyncio.get_running_loop().run_in_executor(_readers, _read, fetched)
    except NotTaken as error:
        raise NotFetched(NOT_READ) from error
    if not found["text"]:
        raise NotFetched(NO_TEXT)
    links = tuple(Link(*link) for link in found["links"])
    return Page(fetched.url, found["title"], found["text"], links)


def reach() -> Reach:
    """Which hosts may be read, as the environment says: never this app itself."""
    return Reach(
        only=settings.WEB_HOSTS,
        never=settings.WEB_FORBIDDEN_HOSTS,
        inside=settings.WEB_INTERNAL_HOSTS,
        own=frozenset(place for origin in settings.ORIGINS for place in _places(origin)),
    )


def _places(origin: str) -> list[tuple[str, int]]:
    """Where an origin is; what is at the usual ports may lead there from both."""
    parts = urlsplit(origin)
    ports = [parts.port] if parts.port else PORTS
    return [(parts.hostname or "", port) for port in ports]


def _read(fetched: Fetched) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        path = Path(folder) / "page"
        path.write_bytes(fetched.body)
        told: dict[str, Any] = looked_at(
            "page", path, fetched.media_type, fetched.charset, fetched.url, within=READ_WITHIN
        )
        return told
