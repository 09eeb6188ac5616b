"""The test of a stored provider."""

import asyncio
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from conversations.models import Finding, Model, Provider
from conversations.models.database import in_database
from conversations.protocol.abilities import Ability
from conversations.turns import probing
from tests.support.accent import ACCENTS
from tests.support.accents import Accented
from tests.support.models import make_model

pytestmark = pytest.mark.django_db(transaction=True)


def stored(url: str) -> Model:
    model = make_model()
    Provider.objects.filter(pk=model.provider.pk).update(base_url=url)
    return Model.objects.select_related("provider").get(pk=model.pk)


async def over(provider: Provider) -> None:
    while probing.is_running(provider):
        await asyncio.sleep(0.02)
        await in_database(provider.refresh_from_db)


async def test_what_it_can_not_do_is_switched_off_and_what_it_can_on() -> None:
    async with Accented(ACCENTS["ignoring"]) as server:
        provider = (await in_database(stored, server.url)).provider
        assert await probing.begin(provider)
        await in_database(provider.refresh_from_db)
        await over(provider)
    assert (provider.stateful, provider.background, provider.compacts) == (False, False, False)
    asked = await in_database(provider.models.get)
    assert (asked.takes_images, asked.takes_files) == (True, True)
    assert not provider.takes_files, "what one model reads, another may not"
    assert await in_database(Finding.objects.filter(provider=provider).count) == len(Ability)


async def test_it_is_tested_once_at_a_time() -> None:
    async with Accented(ACCENTS["standard"]) as server:
        provider = (await in_database(stored, server.url)).provider
        assert await probing.begin(provider)
        assert not await probing.begin(provider)
        await in_database(provider.refresh_from_db)
        await over(provider)
        assert await probing.begin(provider)
        await in_database(provider.refresh_from_db)
        await over(provider)


def test_a_test_whose_process_ended_is_over_some_day() -> None:
    provider = make_model().provider
    provider.test_began_at = timezone.now() - probing.LONGEST + timedelta(seconds=5)
    assert probing.is_running(provider)
    provider.test_began_at = timezone.now() - probing.LONGEST - timedelta(seconds=5)
    assert not probing.is_running(provider)


def test_it_is_asked_of_its_default_model() -> None:
    model = make_model()
    chosen = Model.objects.create(provider=model.provider, name="z", enabled=False)
    assert probing.model_to_ask(model.provider) == model
    Model.objects.update(is_default=False)
    Model.objects.filter(pk=chosen.pk).update(is_default=True)
    assert probing.model_to_ask(model.provider) == chosen
    assert probing.model_to_ask(model.provider, model.name) == model
    assert probing.model_to_ask(model.provider, "none") is None


async def called(name: str) -> str:
    out = StringIO()
    await asyncio.to_thread(call_command, "probe_provider", name, stdout=out)
    return out.getvalue()


async def test_the_command_prints_a_line_for_each_ability() -> None:
    async with Accented(ACCENTS["claiming"]) as server:
        model = await in_database(stored, server.url)
        lines = (await called(model.provider.name)).splitlines()
    assert len(lines) == len(Ability)
    assert " no  Remembers the conversation: It says that it does, and knew nothing." in lines
    assert "yes  Calls functions" in lines


def test_the_command_fails_where_nobody_answers() -> None:
    model = stored("http://127.0.0.1:9/v1")
    with pytest.raises(CommandError, match="gives no answer"):
        call_command("probe_provider", model.provider.name, stdout=StringIO())


def test_the_command_names_the_providers_that_there_are() -> None:
    name = make_model().provider.name
    with pytest.raises(CommandError, match=f"There are: .*{name}"):
        call_command("probe_provider", "nobody", stdout=StringIO())
