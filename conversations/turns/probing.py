"""The test of a provider: run, remembered line by line, and used from then on."""

import asyncio
import logging
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from conversations.models import Model, Provider
from conversations.models.database import in_database
from conversations.models.finding import forget, learn
from conversations.protocol.abilities import Ability, Found
from conversations.providers.client import ProviderClient
from conversations.providers.config import Deadlines
from conversations.providers.probe import probed
from conversations.turns.endpoint import config_of
from conversations.turns.tasks import Tasks

logger = logging.getLogger(__name__)

LONGEST = timedelta(minutes=10)
"""A test that takes longer is broken off, or was with the process that ran it."""

DEADLINES = Deadlines(first_event=60, liveness=60)

_running = Tasks()


async def begin(provider: Provider) -> bool:
    """Test a provider in a task of this process; False where it has no model to be asked, or is
    being tested already.

    Its findings are stored as they are made.
    """
    model = await in_database(model_to_ask, provider)
    if model is None or not await in_database(_claim, provider):
        return False
    _running.spawn(_run(model))
    return True


async def run(model: Model) -> list[Found]:
    """Test a provider with one of its models, and remember each finding."""
    provider, found = model.provider, []
    client = ProviderClient(config_of(provider, DEADLINES))
    await in_database(forget, provider)
    try:
        async for one in probed(client, model.name):
            found.append(one)
            await in_database(learn, provider, one, model)
    finally:
        await client.aclose()
    return found


def is_broken(found: list[Found]) -> bool:
    """Whether a conversation can't be held with it at all."""
    return not any(one.ability is Ability.ANSWER and one.holds for one in found)


def is_running(provider: Provider) -> bool:
    """Whether it is being tested now, by whichever process."""
    began = provider.test_began_at
    return began is not None and began > timezone.now() - LONGEST


def model_to_ask(provider: Provider, name: str = "") -> Model | None:
    """The model to test it with: the one of that name, else its default, else the first that is
    offered, else any.
    """
    models = provider.models.select_related("provider").order_by("-is_default", "-enabled", "name")
    return (models.filter(name=name) if name else models).first()


async def _run(model: Model) -> None:
    try:
        async with asyncio.timeout(LONGEST.total_seconds()):
            await run(model)
    except (DatabaseError, TimeoutError) as error:
        logger.warning("%s: its test was broken off: %r", model.provider, error)
    finally:
        await in_database(_release, model.provider)


def _claim(provider: Provider) -> bool:
    now = timezone.now()
    free = Provider.objects.filter(pk=provider.pk).exclude(test_began_at__gt=now - LONGEST)
    return bool(free.update(test_began_at=now))


def _release(provider: Provider) -> None:
    Provider.objects.filter(pk=provider.pk).update(test_began_at=None)
