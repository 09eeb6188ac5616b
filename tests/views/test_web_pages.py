"""A page of the web at a message: read once, and kept as a file of the person's."""

from typing import Any

import pytest
from django.test import AsyncClient
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Attachment
from conversations.models.database import in_database
from tests.support.listening import listening
from tests.support.pages_of_web import allow, serving
from tests.support.uploads import uploads

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")

PAGE = b"<title>Tides / today</title><nav>Menu</nav><h1>Tides</h1><p>High at noon.</p>"


async def attach(owner: User | None, url: object) -> Any:
    client = AsyncClient()
    if owner:
        await client.aforce_login(owner)
    return await client.post("/files/page/", {"url": url}, content_type="application/json")


async def test_a_page_becomes_a_file_with_its_title_its_address_and_its_words(
    owner: User, settings: Settings
) -> None:
    async with listening(serving(PAGE)) as port:
        address = allow(settings, port)
        told = await attach(owner, f" {address} ")
    assert told.status_code == 201
    assert told.json()["filename"] == "Tides today.md"
    row = await in_database(Attachment.objects.get, pk=told.json()["file_id"])
    assert row.owner_id == owner.pk
    assert row.text == f"Tides / today\n{address}\n\n# Tides\n\nHigh at noon.\n"


async def test_why_a_page_cannot_be_read_is_said_in_the_persons_language(
    owner: User, settings: Settings
) -> None:
    owner.language = "zh-hans"
    await owner.asave()
    async with listening(serving(b"GIF89a", "image/gif")) as port:
        told = await attach(owner, allow(settings, port))
    assert (told.status_code, told.json()["error"]["code"]) == (422, "page")
    assert "image/gif" in told.json()["error"]["message"]
    assert "文字网页" in told.json()["error"]["message"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "file:///etc/passwd", "no"]
)
async def test_what_is_inside_or_is_no_page_is_refused(owner: User, url: str) -> None:
    told = await attach(owner, url)
    assert told.status_code == 422
    assert not await in_database(Attachment.objects.exists)


@pytest.mark.parametrize("url", [None, 7, "", "https://example.com/" + "a" * 2_000])
async def test_what_is_no_address_is_refused(owner: User, url: object) -> None:
    assert (await attach(owner, url)).status_code == 400


async def test_nobody_has_pages_read_where_that_is_off_or_without_signing_in(
    owner: User, settings: Settings
) -> None:
    assert (await attach(None, "https://example.com/")).status_code == 401
    settings.WEB_READING = False
    assert (await attach(owner, "https://example.com/")).status_code == 403


async def test_a_page_counts_as_a_file_does(owner: User, settings: Settings) -> None:
    settings.UPLOAD_QUOTA_MB = 1
    await in_database(Attachment.objects.create, owner=owner, name="a.txt", size=2**20 - 10)
    async with listening(serving(PAGE)) as port:
        told = await attach(owner, allow(settings, port))
    assert (told.status_code, told.json()["error"]["code"]) == (413, "quota")
