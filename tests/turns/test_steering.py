"""A message sent during an answer that can be steered changes its course: over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from django.db import OperationalError

from chatapp.accounts.models import User
from conversations.models import Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.items import output_text
from conversations.providers.pool import close_clients
from conversations.turns import files, steering
from conversations.turns.running import turns
from tests.support.asking import ask, stored, until_event, until_settled
from tests.support.models import make_model
from tests.support.server import FakeProvider, fake_provider


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        yield provider


@pytest_asyncio.fixture(autouse=True)
async def _steerable(
    fake: FakeProvider, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    monkeypatch.setattr(turns, "_closing", False)  # put back after the test

    def offer() -> None:
        where = {"base_url": fake.base_url, "api_key": "sk-fake", "steerable": True}
        Provider.objects.create(name="Steerable", **where)
        make_model("fake-model", "Steerable", is_default=True)

    await in_database(offer)
    yield
    await turns.close(grace=0)
    await close_clients()
    await asyncio.sleep(0.1)  # sockets are closed in the loop's next rounds


async def asked_during(owner: User, first: str, second: str) -> tuple[Response, Response]:
    """The rows of an answer that was running when a message was sent, and of that message."""
    running = await ask(owner, first)
    await until_event(running, "response.output_text.delta")
    waiting = await ask(owner, second, previous_response_id=running.id)
    await until_settled()
    return await stored(running), await stored(waiting)


async def test_the_steered_answer_and_its_successor_are_two_responses(
    owner: User, fake: FakeProvider
) -> None:
    first, second = await asked_during(owner, "steer-1 deltas=5000 rate=100", "Shorter!")
    assert (first.status, first.incomplete_details) == (Status.INCOMPLETE, {"reason": "steered"})
    assert output_text(first.output).startswith("w1 w2 ")
    assert second.status == Status.COMPLETED
    assert output_text(second.output).strip() == "You asked: Shorter!"
    assert second.previous_response_id == first.id
    assert second.upstream_id not in ("", first.upstream_id)
    assert second.sent == "chained"
    assert len(fake.asked("steer-1")) == 1


async def test_a_message_is_said_though_the_database_is_away_for_a_moment(
    owner: User, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = [OperationalError("away")]

    def as_sent(*given: Any) -> Any:
        if faults:
            raise faults.pop()
        return files.as_sent(*given)

    monkeypatch.setattr(steering, "as_sent", as_sent)
    first, second = await asked_during(owner, "steer-9 deltas=5000 rate=100", "Shorter!")
    assert first.incomplete_details == {"reason": "steered"}
    assert second.status == Status.COMPLETED


async def test_what_an_answer_does_not_take_goes_next(owner: User, fake: FakeProvider) -> None:
    first, second = await asked_during(owner, "steer-2 deltas=40 rate=100 nosteer=1", "And then?")
    assert first.status == Status.COMPLETED
    assert output_text(first.output).split()[-1] == "w40"
    assert second.status == Status.COMPLETED
    assert output_text(second.output).strip() == "You asked: And then?"


async def test_an_edited_question_is_never_said_into_the_answer_that_runs(
    owner: User, fake: FakeProvider
) -> None:
    running = await ask(owner, "steer-5 deltas=40 rate=100")
    await until_event(running, "response.output_text.delta")
    plain = await ask(owner, "As a branch.", previous_response_id=running.id, branch=True)
    await until_settled()
    assert (await stored(running)).status == Status.COMPLETED
    assert output_text((await stored(plain)).output).strip() == "You asked: As a branch."


async def test_what_was_said_into_an_answer_can_be_stopped_before_it_is_begun(
    owner: User, fake: FakeProvider
) -> None:
    running = await ask(owner, "steer-6 deltas=5000 rate=100")
    await until_event(running, "response.output_text.delta")
    said = await ask(owner, "Shorter!", previous_response_id=running.id)
    while said.id not in turns.running_ids() and turns.tasks:
        await asyncio.wait(turns.tasks, return_when=asyncio.FIRST_COMPLETED)
    turns.stop(said.id)
    await until_settled()
    assert (await stored(running)).incomplete_details == {"reason": "steered"}
    assert (await stored(said)).status in {Status.CANCELLED, Status.COMPLETED}


async def test_stop_ends_a_steerable_answer_and_what_waits_goes_next(
    owner: User, fake: FakeProvider
) -> None:
    running = await ask(owner, "steer-3 deltas=5000 rate=100 nosteer=1")
    await until_event(running, "response.output_text.delta")
    waiting = await ask(owner, "Next.", previous_response_id=running.id)
    turns.stop(running.id)
    await until_settled()
    assert (await stored(running)).status == Status.CANCELLED
    assert output_text((await stored(waiting)).output).strip() == "You asked: Next."


async def test_an_answer_that_is_not_disturbed_is_as_any_other(
    owner: User, fake: FakeProvider
) -> None:
    response = await ask(owner, "steer-4 deltas=50")
    await until_settled()
    row = await stored(response)
    assert row.status == Status.COMPLETED
    assert output_text(row.output).split() == [f"w{number}" for number in range(1, 51)]
