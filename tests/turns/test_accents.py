"""Conversations with providers of every accent, over real sockets: nothing is ever forgotten."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from chatapp.accounts.models import User
from conversations.models import Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.items import output_text
from conversations.providers.pool import close_clients
from conversations.turns.running import turns
from tests.support.accents import ACCENTS, Accented
from tests.support.asking import ask, events_of, stored

pytestmark = pytest.mark.django_db(transaction=True)
SAID = ["one", "two", "three", "four", "five"]
# One that claims to have chained is found out by the provider's test alone.
REMEMBERING = sorted(ACCENTS.keys() - {"claiming"})


def connect(model: Model, url: str, dialect: str) -> None:
    Provider.objects.filter(pk=model.provider_id).update(base_url=url, dialect=dialect)


@asynccontextmanager
async def provider_of(
    model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Accented]:
    """A provider with this accent, of which the model is."""
    monkeypatch.setattr(turns, "_closing", False)
    async with Accented(ACCENTS[name]) as server:
        dialect = name if name in DIALECTS else "standard"
        await in_database(connect, model, server.url, dialect)
        yield server
        await turns.close(grace=0)
        await close_clients()


async def talk(owner: User) -> list[Response]:
    rows: list[Response] = []
    for said in SAID:
        before = rows[-1].pk if rows else None
        row = await ask(owner, said, previous_response_id=before)
        events = await events_of(row)
        assert events[-1]["type"] == "response.completed"
        rows.append(await stored(row))
    return rows


@pytest.mark.parametrize("name", REMEMBERING)
async def test_five_turns_are_all_known_to_the_model(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch):
        rows = await talk(owner)
    assert {row.status for row in rows} == {Status.COMPLETED}
    assert output_text(rows[-1].output) == "You said: " + " | ".join(SAID)
    assert output_text(rows[0].output) == "You said: one"


async def test_one_that_keeps_no_state_is_asked_to_chain_only_once(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, "refusing", monkeypatch) as server:
        await talk(owner)
    chained = [body for body in server.requests if body.get("previous_response_id")]
    assert len(chained) == 1


async def test_one_that_forgets_is_chained_on_while_it_remembers_and_told_all_where_not(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, "forgetful", monkeypatch):
        rows = await talk(owner)
        branch = await ask(owner, "six", previous_response_id=rows[0].pk, branch=True)
        await events_of(branch)
        row = await stored(branch)
    assert {row.sent for row in rows[1:]} == {"chained"}
    assert row.sent == "replayed"
    assert output_text(row.output) == "You said: one | six"


async def test_without_a_report_of_usage_none_is_made_up(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, "unreporting", monkeypatch):
        rows = await talk(owner)
    assert {row.usage for row in rows} == {None}
    assert {row.cost for row in rows} == {None}
