"""Ask the guide, without pauses."""

from typing import Any

from conversations.protocol.events import Event
from conversations.protocol.items import output_text
from conversations.providers.client import ProviderClient
from conversations.providers.config import GUIDE
from conversations.providers.guide.transport import GuideTransport


def guide() -> ProviderClient:
    """A client of a guide that remembers nothing yet."""
    return ProviderClient(GUIDE, GuideTransport(pace=0))


async def ask(client: ProviderClient, given: Any, **request: Any) -> dict[str, Any]:
    """The whole response to a streamed request."""
    response: dict[str, Any] = (await events(client, given, **request))[-1]["response"]
    return response


async def events(client: ProviderClient, given: Any, **request: Any) -> list[Event]:
    """All events of the answer."""
    stream = client.stream({"model": "guide", "input": given, **request})
    return [event async for event in stream]


async def said(given: Any, client: ProviderClient | None = None, **request: Any) -> str:
    """The text of the answer of a new guide, or of `client`."""
    return output_text((await ask(client or guide(), given, **request))["output"])
