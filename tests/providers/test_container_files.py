"""A file in a container of the provider's is fetched, within bounds."""

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.client import ProviderClient
from tests.providers.asking import asking, config_for
from tests.support import fake_making as making
from tests.support.misbehaving import Behaviour, error, reply
from tests.support.server import fake_provider


@pytest.mark.parametrize("content_type", ["application/binary", "text/html", "application/json"])
async def test_its_bytes_come_as_they_are_whatever_they_are_called(content_type: str) -> None:
    async with asking(reply(200, b"<p>\0\xff", content_type)) as (client, provider):
        assert await client.container_file("cntr_1", "cfile_1", 100) == b"<p>\0\xff"
    assert provider.requests[0].path == "/v1/containers/cntr_1/files/cfile_1/content"


async def test_its_ids_lead_nowhere_else() -> None:
    async with asking(reply(200, b"x")) as (client, provider):
        await client.container_file("../../models?a=", "b/../c#d", 100)
    path = provider.requests[0].path
    assert path.startswith("/v1/containers/")
    assert path.count("/") == 6
    assert "?" not in path


@pytest.mark.parametrize(
    ("behaviour", "ids", "kind"),
    [
        (error(404), ("cntr_1", "cfile_1"), ErrorKind.NOT_FOUND),
        (error(401), ("cntr_1", "cfile_1"), ErrorKind.KEY_REFUSED),
        (reply(200, b"x" * 101), ("cntr_1", "cfile_1"), ErrorKind.TOO_LARGE),
        (reply(200, b"x"), ("..", "cfile_1"), ErrorKind.NOT_FOUND),
        (reply(200, b"x"), ("cntr_1", ""), ErrorKind.NOT_FOUND),
    ],
)
async def test_every_failure_is_one_of_the_providers(
    behaviour: Behaviour, ids: tuple[str, str], kind: ErrorKind
) -> None:
    async with asking(behaviour) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await client.container_file(*ids, 100)
    assert caught.value.kind is kind


async def test_the_fake_provider_has_the_one_that_it_cites() -> None:
    with fake_provider() as provider:
        client = ProviderClient(config_for(provider.base_url))
        found = await client.container_file(making.CONTAINER, making.FILE, 100)
        await client.aclose()
    assert found == making.CONTENT
