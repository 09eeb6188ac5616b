"""The clients of this process: one for each provider and event loop, closed at shutdown.

A client's connections belong to the event loop that opened them, and must not be used in another.
"""

import asyncio
from importlib import import_module
from weakref import WeakKeyDictionary

from conversations.providers.client import ProviderClient
from conversations.providers.config import GUIDE, ProviderConfig

# Weak: a loop that is gone takes its clients with it, there is nothing left to close them in.
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[ProviderConfig, ProviderClient]] = (
    WeakKeyDictionary()
)


def client_for(config: ProviderConfig) -> ProviderClient:
    """The client for `config` in the running event loop; made at the first call."""
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if config not in clients:
        clients[config] = ProviderClient(config)
    return clients[config]


async def close_clients() -> None:
    """Close the running event loop's clients. A later `client_for` makes new ones."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


async def warm_up() -> None:
    """Pay for the SDK's import and its first request now, so that the first answer needn't wait."""
    # In a thread: the import takes more than a second, in which the loop would serve nobody.
    await asyncio.to_thread(import_module, "openai.resources.responses")
    request = {"model": "guide", "input": "Hello", "max_output_tokens": 1}
    async for _ in client_for(GUIDE).stream(request):
        pass
