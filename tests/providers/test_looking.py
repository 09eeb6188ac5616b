"""Servers that answer nearby."""

import asyncio
from typing import Any

import pytest

from conversations.protocol.presets import BY_ID
from conversations.providers.looking import LocalServer, look
from tests.support.misbehaving import Behaviour, MisbehavingProvider, body, error, reply, silence

OLLAMA = {"object": "list", "data": [{"id": "gemma3:4b", "owned_by": "library"}]}


async def seen(behaviour: Behaviour) -> tuple[list[LocalServer], MisbehavingProvider]:
    """What one server is taken for."""
    async with MisbehavingProvider(behaviour) as server:
        return await look([("127.0.0.1", port_of(server))]), server


def port_of(server: MisbehavingProvider) -> int:
    return int(server.url.removesuffix("/v1").rpartition(":")[2])


def listing(owner: str) -> dict[str, Any]:
    return {"object": "list", "data": [{"id": "a", "owned_by": owner}, "odd"]}


@pytest.mark.parametrize(
    ("owner", "kind"),
    [
        ("library", "ollama"),
        ("organization_owner", "lmstudio"),
        ("llamacpp", "llamacpp"),
        ("vllm", "vllm"),
        ("sglang", "sglang"),
        ("somebody", None),
        ("", None),
    ],
)
async def test_a_server_is_known_by_whom_it_says_its_models_are_owned_by(
    owner: str, kind: str | None
) -> None:
    (server,), _ = await seen(reply(200, listing(owner)))
    assert (server.preset and server.preset.id) == kind
    assert server.models == 2


async def test_one_is_known_by_its_header_also_if_it_wants_a_key_first() -> None:
    refusing = error(401, "No api key passed in.", headers={"x-litellm-version": "1.9"})
    (server,), _ = await seen(refusing)
    assert server.preset == BY_ID["litellm"]
    assert server.needs_key


async def test_a_server_without_models_is_one_all_the_same() -> None:
    (server,), _ = await seen(reply(200, {"object": "list", "data": None}))
    assert server.models == 0


@pytest.mark.parametrize(
    "behaviour",
    [
        reply(200, b"<html>", "text/html"),
        reply(200, {"models": []}),
        reply(200, []),
        reply(200, {"data": "none"}),
        reply(200, b"[" * 2_000),
        reply(401, b"Sign in", "text/html"),
        error(404),
        error(500),
        reply(307, OLLAMA, headers={"location": "http://127.0.0.1:1/v1/models"}),
        reply(200, OLLAMA, headers={"content-encoding": "gzip"}),
        reply(200, b'{"data": [' + b'"m", ' * 300_000 + b'"m"]}'),
        body(b""),
    ],
)
async def test_whatever_else_answers_is_none(behaviour: Behaviour) -> None:
    found, _ = await seen(behaviour)
    assert found == []


async def test_only_the_question_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    _, server = await seen(reply(200, OLLAMA))
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/v1/models")
    assert "authorization" not in request.headers


async def test_all_are_asked_at_once_and_who_is_silent_is_not_waited_for_long() -> None:
    async with MisbehavingProvider(silence) as silent, MisbehavingProvider(silence) as mute:
        addresses = [("127.0.0.1", port_of(server)) for server in (silent, mute)]
        looking = asyncio.create_task(look([*addresses, ("no such host", 1), ("127.0.0.1", 1)]))
        await asyncio.gather(silent.asked.wait(), mute.asked.wait())
        assert not looking.done(), "neither has kept the other waiting"
        assert await looking == []
