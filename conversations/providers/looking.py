"""Servers that answer nearby: each address is asked for its models, all of them side by side."""

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import httpx2

from conversations.network.transport import NetworkTransport
from conversations.protocol.presets import Preset, preset_of
from conversations.providers.connection import GuardedTransport

WITHIN_SECONDS = 2.0
LARGEST_LIST = 1024 * 1024
NEEDS_KEY = (401, 403)

Address = tuple[str, int]


@dataclass(frozen=True)
class LocalServer:
    """One that answered. Its `preset` is known where it told; `models` are how many it lists."""

    base_url: str
    preset: Preset | None
    models: int = 0
    needs_key: bool = False


async def look(addresses: Collection[Address]) -> list[LocalServer]:
    """Those of the addresses, a host and a port each, at which a list of models is served.

    Nothing is sent but the question, without any key; who is silent for two seconds is not there.
    """
    transport = GuardedTransport(NetworkTransport())
    async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
        found = await asyncio.gather(*(_at(client, address) for address in addresses))
    return [server for server in found if server]


async def _at(client: httpx2.AsyncClient, address: Address) -> LocalServer | None:
    host, port = address
    base_url = f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"
    try:
        async with (
            asyncio.timeout(WITHIN_SECONDS),
            client.stream("GET", f"{base_url}/models", follow_redirects=False) as answer,
        ):
            return _told(base_url, answer, await _body(answer))
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError):
        return None


async def _body(answer: httpx2.Response) -> Any:
    """What it says in JSON; None for anything else."""
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > LARGEST_LIST:
            return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _told(base_url: str, answer: httpx2.Response, body: Any) -> LocalServer | None:
    if not isinstance(body, dict):
        return None
    if answer.status_code in NEEDS_KEY:
        return LocalServer(base_url, preset_of((), answer.headers), needs_key=True)
    # One without any model says null.
    models = body["data"] or [] if "data" in body else None
    if answer.status_code != 200 or not isinstance(models, list):
        return None
    owners = [model.get("owned_by") for model in models if isinstance(model, dict)]
    return LocalServer(base_url, preset_of(owners, answer.headers), len(models))
