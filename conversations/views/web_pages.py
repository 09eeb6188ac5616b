"""Pages of the web that people attach to a message: read once, as a file of text."""

import asyncio
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chatapp.accounts.models import User
from conversations.files.kinds import safe_name
from conversations.network.fetching import NotFetched
from conversations.tools.context import Page
from conversations.turns.web import page_at
from conversations.views.api import Refused, body_of, for_people
from conversations.views.files import kept, told

LONGEST_ADDRESS = 2_000
LONGEST_TITLE = 80
AT_ONCE = asyncio.Semaphore(4)


@require_POST
@for_people
async def attach(request: HttpRequest, user: User) -> HttpResponseBase:
    """The page at `url` as a file that can be sent; 422 says why it can't be read."""
    url = body_of(request).get("url")
    if not settings.WEB_READING:
        raise Refused(403, "no_pages", _("Pages of the web are not read here."))
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST_ADDRESS:
        raise Refused(400, "invalid_url", _("This is no address of a page."))
    try:
        async with AT_ONCE:
            page = await page_at(url.strip())
    except NotFetched as error:
        raise Refused(422, "page", _(error.sentence).format(**error.values)) from error
    return JsonResponse(told(await kept(user, _name(page), partial(_write, page))), status=201)


def _name(page: Page) -> str:
    title = page.title.replace("/", " ").replace("\\", " ").strip()[:LONGEST_TITLE]
    return safe_name(f"{title or urlsplit(page.url).hostname}.md")


def _write(page: Page, path: Path) -> int:
    """What it says below where it was read; how many bytes that is."""
    data = f"{page.title}\n{page.url}\n\n{page.text}\n".encode()
    path.write_bytes(data)
    path.chmod(0o600)
    return len(data)
