"""An administrator looks for servers nearby, and connects one."""

import pytest
from django.test import AsyncClient, Client
from django.urls import reverse
from pytest_django import Settings

from chatapp.accounts.models import Role
from conversations.models import Provider
from conversations.models.database import in_database
from conversations.turns import local_servers
from tests.support.misbehaving import MisbehavingProvider, error, reply
from tests.support.people import make_person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

LOOK, PROVIDERS = reverse("conversations:providers-look"), reverse("conversations:providers")
VLLM = {"data": [{"id": "qwen", "owned_by": "vllm"}]}
OTHER = {"data": [{"id": "m"}]}


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs at the usual ports of the machine of the tests is not theirs."""
    monkeypatch.setattr(local_servers, "LOCAL_PORTS", ())


@pytest.fixture
async def admin() -> AsyncClient:
    client = AsyncClient()
    person = await in_database(make_person, role=Role.ADMINISTRATOR)
    await client.aforce_login(person)
    return client


def hosts(*servers: MisbehavingProvider) -> list[str]:
    return [server.url.removeprefix("http://").removesuffix("/v1") for server in servers]


async def test_what_answers_is_listed_and_connected_with_one_click(
    admin: AsyncClient, settings: Settings
) -> None:
    async with (
        MisbehavingProvider(reply(200, VLLM)) as vllm,
        MisbehavingProvider(reply(200, OTHER)) as other,
    ):
        settings.LOCAL_HOSTS = hosts(vllm, other)
        answer = await admin.post(LOOK)
        page = answer.content.decode()
        for kind in ("vLLM", "A server"):
            assert f"<strong>{kind}</strong>" in page

        fields = {"kind": "vllm", "base_url": vllm.url}
        assert (await admin.post(PROVIDERS, fields)).status_code == 302
        provider = await in_database(Provider.objects.get)
        assert (provider.name, provider.base_url, provider.stateful) == ("vLLM", vllm.url, False)

        again = (await admin.post(LOOK)).content.decode()
        assert "<strong>A server</strong>" in again, "it is not connected yet"
        assert f'value="{vllm.url}"' not in again, "it is connected already"


async def test_a_server_that_wants_a_key_has_a_field_for_it(
    admin: AsyncClient, settings: Settings
) -> None:
    async with MisbehavingProvider(error(401, "No.")) as server:
        settings.LOCAL_HOSTS = hosts(server)
        page = (await admin.post(LOOK)).content.decode()
    assert "asks for a key" in page
    assert page.count('name="api_key"') == 2, "its own, and that of the form below"


async def test_its_own_port_is_not_asked(admin: AsyncClient, settings: Settings) -> None:
    async with MisbehavingProvider(reply(200, OTHER)) as server:
        settings.LOCAL_HOSTS = hosts(server)
        settings.PORT = int(hosts(server)[0].rpartition(":")[2])
        page = (await admin.post(LOOK)).content.decode()
        assert server.requests == []
    assert "No server answered that is not connected already." in page


async def test_nobody_is_asked_before_the_button_is_pressed(
    admin: AsyncClient, settings: Settings
) -> None:
    async with MisbehavingProvider(reply(200, OTHER)) as server:
        settings.LOCAL_HOSTS = hosts(server)
        page = (await admin.get(PROVIDERS)).content.decode()
        assert (await admin.get(LOOK)).status_code == 405
        assert server.requests == []
    assert "No server answered" not in page


def test_this_machine_is_asked_at_the_usual_ports(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(local_servers, "LOCAL_PORTS", (11434, 8000))
    settings.PORT, settings.LOCAL_HOSTS = 8000, ["host.docker.internal", "[::1]:9"]
    assert local_servers._addresses() == [
        ("127.0.0.1", 11434),
        ("host.docker.internal", 11434),
        ("host.docker.internal", 8000),
        ("::1", 9),
    ]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER])
def test_nobody_but_an_administrator_looks(role: Role, settings: Settings) -> None:
    assert signed_in(make_person(role=role)).post(LOOK).status_code == 404
    assert Client().post(LOOK).status_code == 302
