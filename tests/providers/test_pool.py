"""One client for each provider and event loop."""

import asyncio
import gc
import subprocess
import sys
from typing import Any

import pytest

from conversations.providers.config import GUIDE, Deadlines
from conversations.providers.pool import client_for, close_clients, warm_up
from tests.providers.asking import config_for, events_of, text_of
from tests.support.misbehaving import MisbehavingProvider, answer, stream


async def test_a_provider_has_one_client() -> None:
    a, b = config_for("http://a/v1"), config_for("http://b/v1")
    assert client_for(a) is client_for(config_for("http://a/v1"))
    assert client_for(a) is not client_for(b)
    await close_clients()


@pytest.mark.parametrize(
    "changed",
    [
        {"api_key": "new"},
        {"organization": "org-1"},
        {"project": "proj_1"},
        {"headers": (("X-Team", "research"),)},
        {"proxy": "http://proxy.example"},
        {"deadlines": Deadlines(total=60)},
    ],
)
async def test_whatever_changes_makes_another_client(changed: dict[str, Any]) -> None:
    old = client_for(config_for("http://a/v1"))
    assert client_for(config_for("http://a/v1", **changed)) is not old
    await close_clients()


async def test_closed_clients_are_replaced() -> None:
    async with MisbehavingProvider(stream(answer("Hi"))) as provider:
        config = config_for(provider.url)
        first = client_for(config)
        await events_of(first)
        await close_clients()
        assert client_for(config) is not first
        assert text_of(await events_of(client_for(config))) == "Hi"
        await close_clients()


def test_a_client_of_a_dead_loop_is_left_behind() -> None:
    async def ask() -> None:
        async with MisbehavingProvider(stream(answer("Hi"))) as provider:
            assert text_of(await events_of(client_for(config_for(provider.url)))) == "Hi"

    for _ in range(2):
        asyncio.run(ask())
        gc.collect()
    asyncio.run(close_clients())


async def test_warming_up_makes_the_first_answer_quick() -> None:
    await warm_up()
    async with asyncio.timeout(5):
        assert text_of(await events_of(client_for(GUIDE)))
    await close_clients()


def test_importing_the_providers_does_not_import_the_sdk() -> None:
    code = (
        "import sys; import conversations.providers.pool; "
        "sys.exit('openai' in sys.modules or 'django' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
