"""What a process does when it begins to serve and before it ends."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from conversations.consumers.socket import Socket
from conversations.gateway.socket import ApiSocket
from conversations.models import attachment, importing, search_facet, use
from conversations.models.database import in_database
from conversations.providers.pool import close_clients, warm_up
from conversations.turns import hints, steering
from conversations.turns.deleting import delete_expired
from conversations.turns.leftovers import remove_leftovers
from conversations.turns.running import turns
from conversations.turns.setup import offer_models
from conversations.turns.shared_log import shared_logs
from conversations.turns.stores import end_filling
from conversations.turns.takeover import take_over, watch
from conversations.turns.tasks import Tasks
from conversations.views import imports

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 2.0
DAY = 24 * 60 * 60
UPDATE_SECONDS = 5 * 60.0  # after the start no process of an older version writes any more
EXPIRY_SECONDS = 60.0

_background = Tasks()


async def startup() -> None:
    """Go on with what an earlier process left, offer the models, and warm up."""
    await shared_logs.start()
    shared_logs.on_recovered(Socket.something_was_missed)
    # A process on SQLite is alone: nobody else can be running what the database says is running.
    await take_over(alone=settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))
    await offer_models()
    sweeps = (
        *(_sweep(), _delete_expired(), _sweep_uploads()),
        *(_remove_leftovers(), _complete_search()),
    )
    for work in (*sweeps, hints.listen(_heard), warm_up()):
        _background.spawn(work)


async def shutdown() -> None:
    """Hand over or end what runs, close the sockets and the providers' connections."""
    for task in list(_background):
        task.cancel()
    imports.end()
    if settings.REDIS_URL:
        # Another process serves these pages meanwhile, whose answers may need a while to end here.
        await Socket.close_all()
    await turns.close(settings.GRACE_SECONDS)
    await end_filling()
    await Socket.close_all()
    await ApiSocket.close_all()
    await shared_logs.close()
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
        await _look_for_abandoned()


async def _look_for_abandoned() -> None:
    try:
        await take_over()
    except DatabaseError as error:
        watch.forget()
        logger.error("Abandoned answers could not be looked for: %s", error)
    except Exception:  # whatever one answer makes of it, the others must be looked for again
        logger.exception("Abandoned answers could not be looked for")


async def _sweep_uploads() -> None:
    """At the start and once a day: files and imports that nobody sent, and bytes without a row;
    and what was counted of limits in months that are over.
    """
    while True:
        try:
            if number := await in_database(attachment.sweep) + await in_database(importing.sweep):
                logger.info("%d files that nobody has in use were deleted", number)
            await in_database(use.forget_old)
        except (DatabaseError, OSError) as error:
            logger.error("Unused files could not be deleted: %s", error)
        await asyncio.sleep(DAY)


async def _complete_search() -> None:
    """What an older version wrote beside this one is found by filters as well."""
    await asyncio.sleep(UPDATE_SECONDS)
    try:
        if number := await in_database(search_facet.keep_missing):
            logger.info("%d messages are found by filters now", number)
    except DatabaseError as error:
        logger.error("Messages of an older version could not be looked for: %s", error)


async def _delete_expired() -> None:
    while True:
        try:
            if number := await delete_expired():
                logger.info("%d conversations were deleted for good", number)
        except DatabaseError as error:
            logger.error("Expired conversations could not be deleted: %s", error)
        await asyncio.sleep(EXPIRY_SECONDS)


async def _remove_leftovers() -> None:
    """What providers keep of files that are gone here."""
    while True:
        try:
            if number := await remove_leftovers():
                logger.info("%d files and stores were removed at providers", number)
        except DatabaseError as error:
            logger.error("What is left at providers could not be removed: %s", error)
        except Exception:  # whatever one of them makes of it, they must be looked for again
            logger.exception("What is left at providers could not be removed")
        await asyncio.sleep(EXPIRY_SECONDS)


def _heard(hint: Mapping[str, Any]) -> None:
    """What another process, or this one, said to all."""
    if hint["type"] == "turns.stop":
        turns.stop(hint["response_id"])
    elif hint["type"] == "turns.steer":
        _background.spawn(steering.steer(turns, hint["response_id"], hint["message_id"]))
    elif hint["type"] == "turns.offered":
        _background.spawn(_look_for_abandoned())
