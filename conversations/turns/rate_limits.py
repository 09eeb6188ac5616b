"""What is left of a provider's limits, noted for its administrators."""

import logging
import time
from typing import Any

from django.db import DatabaseError

from conversations.models import Provider
from conversations.models.database import in_database

logger = logging.getLogger(__name__)

EVERY = 30  # seconds

_noted: dict[int, float] = {}


async def note_rate_limits(provider: Provider, told: dict[str, dict[str, Any]]) -> None:
    """Store what a provider has said: seldom, for every answer says it; at once where a limit is
    reached.
    """
    now = time.time()
    is_reached = any(kind["remaining"] == 0 for kind in told.values())
    if not told or (now - _noted.get(provider.pk, 0) < EVERY and not is_reached):
        return
    _noted[provider.pk] = now
    try:
        await in_database(_note, provider.pk, {**told, "at": int(now)})
    except DatabaseError as error:
        logger.warning("%s: its limits could not be noted: %s", provider, error)


def _note(provider_id: int, limits: dict[str, Any]) -> None:
    Provider.objects.filter(pk=provider_id).update(rate_limits=limits)
