"""What a process does when it begins to serve and before it ends."""

import asyncio
import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from conversations.consumers import Socket
from conversations.providers.pool import close_clients, warm_up
from conversations.turns.recovery import recover
from conversations.turns.running import turns
from conversations.turns.setup import offer_models

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
GRACE_SECONDS = 20.0

_background: set[asyncio.Task[None]] = set()


async def startup() -> None:
    """Settle what an earlier process left, offer the models, and warm up."""
    # A process on SQLite is alone: nobody else can be running what the database says is running.
    await recover(alone=settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))
    await offer_models()
    for work in (_sweep(), warm_up()):
        task = asyncio.create_task(work)
        _background.add(task)
        task.add_done_callback(_background.discard)


async def shutdown() -> None:
    """Store what runs as interrupted, close the sockets and the providers' connections."""
    for task in list(_background):
        task.cancel()
    await turns.close(GRACE_SECONDS)
    await Socket.close_all()
    await close_clients()


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """ASGI's lifespan protocol, for servers that speak it (Daphne does not)."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await startup()
            await send({"type": "lifespan.startup.complete"})
        else:
            await shutdown()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _sweep() -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await recover()
        except DatabaseError as error:
            logger.error("Abandoned answers could not be looked for: %s", error)
