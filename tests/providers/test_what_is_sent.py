"""Only what belongs to the request leaves this machine."""

from typing import Any

import httpx2
import pytest

from conversations.protocol.errors import ProviderError
from conversations.providers.client import ProviderClient
from conversations.providers.connection import proxy_for
from tests.providers.asking import KEY, asking, config_for, events_of, failure
from tests.support.misbehaving import MisbehavingProvider, answer, error, reply, stream

ENVIRONMENT = {
    "OPENAI_ORG_ID": "org-secret",
    "OPENAI_PROJECT_ID": "proj-secret",
    "OPENAI_API_KEY": "sk-of-the-environment",
    "OPENAI_CUSTOM_HEADERS": "X-Secret: 1\nAuthorization: Bearer stolen",
}


async def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    async with asking(stream(answer("Hi"))) as (client, provider):
        await events_of(client)
    headers = provider.requests[0].headers
    assert set(headers) <= {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    }
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept-encoding"] == "identity"


async def test_the_request_is_sent_as_it_is_whatever_its_parameters() -> None:
    request: dict[str, Any] = {
        "max_tokens": 5,
        "input": [{"role": "user", "content": "中文"}],
        "store": None,
    }
    async with asking(stream(answer("Hi"))) as (client, provider):
        await events_of(client, **request)
    sent = provider.requests[0]
    assert (sent.method, sent.path) == ("POST", "/v1/responses")
    assert sent.body == {"model": "m", **request, "stream": True}


async def test_a_provider_without_key_is_asked_without_one_of_ours() -> None:
    async with asking(stream(answer("Hi")), api_key="") as (client, provider):
        await events_of(client)
    assert provider.requests[0].headers["authorization"] == "Bearer -"


async def test_the_models_are_listed_by_name() -> None:
    listing = {"object": "list", "data": [{"id": "a", "owned_by": "x"}, {"id": "b"}, "odd"]}
    async with asking(reply(200, listing)) as (client, provider):
        assert await client.models() == ["a", "b"]
    assert (provider.requests[0].method, provider.requests[0].path) == ("GET", "/v1/models")


@pytest.mark.parametrize("content", [{"models": []}, [], "text", b"<html>"])
async def test_no_list_of_models_is_no_endpoint(content: bytes) -> None:
    async with asking(reply(200, content)) as (client, _):
        with pytest.raises(ProviderError, match="did not answer like a Responses API"):
            await client.models()


async def test_a_refused_list_of_models_is_a_provider_error() -> None:
    async with asking(error(401, "No.")) as (client, _):
        with pytest.raises(ProviderError, match="ModelVerse refused the key"):
            await client.models()


async def test_another_transport_can_stand_in_for_the_network() -> None:
    seen: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"data": [{"id": "m"}]})

    client = ProviderClient(config_for("http://nowhere/v1"), httpx2.MockTransport(handle))
    assert await client.models() == ["m"]
    assert seen[0].url == "http://nowhere/v1/models"
    await client.aclose()


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "inside.example")
    assert proxy_for("https://api.example.org/v1") == "http://proxy.example:3128"
    assert proxy_for("https://inside.example/v1") is None
    assert proxy_for("https://127.0.0.1:8443/v1") is None
    assert proxy_for("http://api.example.org/v1") is None


async def test_what_an_administrator_has_a_provider_sent_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: theirs\nX-Secret: 1")
    own: Any = {"organization": "org-1", "headers": (("X-Team", "research"),)}
    async with asking(stream(answer("Hi")), **own) as (client, provider):
        await events_of(client)
    headers = provider.requests[0].headers
    assert headers["openai-organization"] == "org-1"
    assert headers["x-team"] == "research"
    assert headers["authorization"] == f"Bearer {KEY}"
    assert not {"openai-project", "x-secret"} & set(headers)


async def test_an_authorization_of_its_own_takes_the_place_of_the_keys() -> None:
    own: Any = {"api_key": "", "headers": (("authorization", "Basic abc"),)}
    async with asking(stream(answer("Hi")), **own) as (client, provider):
        await events_of(client)
    assert provider.requests[0].headers["authorization"] == "Basic abc"


async def test_a_providers_own_proxy_goes_before_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with MisbehavingProvider(stream(answer("Hi"))) as proxy:
        config = config_for("http://api.example/v1", proxy=proxy.url.removesuffix("/v1"))
        client = ProviderClient(config)
        await events_of(client)
        await client.aclose()
    assert proxy.requests[0].path == "http://api.example/v1/responses"


@pytest.mark.parametrize("form", ["{}", '"{}"', "Bearer {}", "for http://me:{}@proxy.example"])
async def test_no_secret_of_its_own_is_told_or_logged(form: str) -> None:
    secret = 'to"p-secret'
    own: Any = {"headers": (("X-Key", f"Token {secret}"),), "proxy": ""}
    _, caught = await failure(error(400, form.format(secret)), **own)
    told = [caught.message, caught.detail, str(caught.as_error())]
    assert "p-secret" not in " ".join([*told, repr(config_for("", **own))])
