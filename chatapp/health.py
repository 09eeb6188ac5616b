"""Whether this process serves, and whether it can do all of its work: for proxies and supervisors.

Neither looks at who asks, and nothing here says more than a stranger may know. As every request,
it has to name a host of ORIGINS.
"""

import asyncio
import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from conversations.models.database import in_database

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0

_asking: asyncio.Task[None] | None = None


@require_safe
async def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers: that is all. A database that is away is no reason to restart it."""
    return JsonResponse({"status": "ok"})


@require_safe
async def readyz(request: HttpRequest) -> HttpResponse:
    """503 unless the database answers within two seconds. Redis may be away: answers go on."""
    database, redis = await asyncio.gather(_database(), _redis())
    ready = database == "ok"
    found = {"status": "ok" if ready else "unavailable", "database": database, "redis": redis}
    return JsonResponse(found, status=200 if ready else 503)


async def _database() -> str:
    global _asking
    if _asking is None or _asking.done():
        # One at a time: a database that hangs would otherwise take a thread for every question.
        _asking = asyncio.create_task(in_database(_ask_database))
    try:
        await asyncio.wait_for(asyncio.shield(_asking), PATIENCE_SECONDS)
    except (DatabaseError, TimeoutError) as error:
        logger.warning("Not ready: the database does not answer: %s", error)
        return "away"
    return "ok"


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


async def _redis() -> str:
    if not settings.REDIS_URL:
        return "unused"
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    # A connection of its own, so that it shares no queue with the answers.
    redis = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        await redis.ping()
    except (RedisError, OSError):
        return "away"
    finally:
        await redis.aclose()
    return "ok"
