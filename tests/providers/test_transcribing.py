"""A recording goes out as a file, and its words come back."""

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.client import ProviderClient
from tests.providers.asking import asking, config_for
from tests.support.misbehaving import Behaviour, error, reply
from tests.support.server import fake_provider

RECORDING = ("dictation.webm", b"\x1aE\xdf\xa3 sound", "audio/webm")


async def test_the_recording_is_sent_with_the_model_that_writes_it_down() -> None:
    async with asking(reply(200, b'{"text": "Good morning."}')) as (client, provider):
        assert await client.transcribe("writes-down", RECORDING) == "Good morning."
    sent = provider.requests[0]
    assert sent.path == "/v1/audio/transcriptions"
    assert sent.headers["content-type"].startswith("multipart/form-data")
    for piece in (b"writes-down", b'filename="dictation.webm"', b"audio/webm", RECORDING[1]):
        assert piece in sent.body


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (error(401), ErrorKind.KEY_REFUSED),
        (error(404), ErrorKind.NOT_FOUND),
        (reply(200, b'{"words": []}'), ErrorKind.NOT_AN_ENDPOINT),
        (reply(200, b"Hello"), ErrorKind.NOT_AN_ENDPOINT),
    ],
)
async def test_every_failure_is_a_sentence(behaviour: Behaviour, kind: ErrorKind) -> None:
    async with asking(behaviour) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await client.transcribe("writes-down", RECORDING)
    assert caught.value.kind is kind
    assert "ModelVerse" in caught.value.message


async def test_the_fake_provider_writes_down_too() -> None:
    with fake_provider() as provider:
        client = ProviderClient(config_for(provider.base_url))
        assert await client.transcribe("any", RECORDING) == "I heard a recording."
        await client.aclose()
