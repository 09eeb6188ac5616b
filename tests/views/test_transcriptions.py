"""What is dictated, written down by a provider that can."""

from typing import Any

import pytest
from django.test import AsyncClient, Client

from chatapp.accounts.models import User
from conversations.models import Model, Provider
from conversations.models.database import in_database
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.views import transcriptions
from tests.support.scripted import ScriptedProvider

SOUND = b"\x1aE\xdf\xa3 sound"


@pytest.fixture
async def client(owner: User) -> AsyncClient:
    client = AsyncClient()
    await client.aforce_login(owner)
    return client


@pytest.fixture
async def scribe(provider: ScriptedProvider) -> ScriptedProvider:
    await in_database(Provider.objects.update, transcription_model="writes-down")
    return provider


async def dictate(
    client: AsyncClient, sound: bytes = SOUND, media_type: str = "audio/webm;codecs=opus"
) -> tuple[int, dict[str, Any]]:
    # As a header: for an empty body the client sends no other.
    headers = {"content-type": media_type}
    response = await client.post("/transcriptions/", sound, media_type, headers=headers)
    return response.status_code, response.json()


async def code_of(client: AsyncClient, *sent: Any) -> tuple[int, str]:
    status, answer = await dictate(client, *sent)
    return status, answer["error"]["code"]


async def test_a_recording_becomes_text(client: AsyncClient, scribe: ScriptedProvider) -> None:
    scribe.said = " Good morning. "
    assert await dictate(client) == (200, {"text": "Good morning."})
    assert scribe.recordings == [("writes-down", "dictation.webm", SOUND, "audio/webm")]


async def test_only_those_signed_in_dictate(scribe: ScriptedProvider) -> None:
    assert await code_of(AsyncClient()) == (401, "signed_out")
    assert scribe.recordings == []


@pytest.mark.parametrize("media_type", ["text/plain", "video/webm", "audio/midi", ""])
async def test_what_is_no_recording_is_refused(
    client: AsyncClient, scribe: ScriptedProvider, media_type: str
) -> None:
    assert await code_of(client, SOUND, media_type) == (415, "type")


async def test_an_empty_recording_is_refused(client: AsyncClient, scribe: ScriptedProvider) -> None:
    assert await code_of(client, b"") == (422, "empty")


async def test_a_recording_that_is_too_large_is_refused(
    client: AsyncClient, scribe: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcriptions, "MAX_BYTES", len(SOUND) - 1)
    assert await code_of(client) == (413, "size")
    assert scribe.recordings == []


async def test_where_nobody_writes_it_is_said(
    client: AsyncClient, provider: ScriptedProvider
) -> None:
    assert await code_of(client) == (404, "no_transcription")


async def test_a_provider_that_is_not_offered_writes_nothing_down(
    client: AsyncClient, scribe: ScriptedProvider
) -> None:
    await in_database(Model.objects.update, enabled=False)
    assert await code_of(client) == (404, "no_transcription")


async def test_a_provider_that_fails_is_named(
    client: AsyncClient, scribe: ScriptedProvider
) -> None:
    scribe.said = ProviderError(ErrorKind.OVERLOADED, "Fake is overloaded at the moment.")
    status, answer = await dictate(client)
    error = {"code": "overloaded", "message": "Fake is overloaded at the moment."}
    assert (status, answer) == (502, {"error": error})


@pytest.mark.parametrize("name", ["", "writes-down"])
def test_the_page_knows_whether_it_can_dictate(owner: User, model: Model, name: str) -> None:
    Provider.objects.update(transcription_model=name)
    signed_in = Client()
    signed_in.force_login(owner)
    page = signed_in.get("/").context["page"]
    assert page["transcribes"] is bool(name)
