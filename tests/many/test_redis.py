"""Redis restarts, hangs, forgets or is away: answers go on, and no message is lost."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.many.page import Page, page_on
from tests.support.many import Installation, question, text_of
from tests.support.redis_server import OwnRedis

FROZEN_SECONDS = 4  # longer than the app waits for any of its answers


def hang(redis: OwnRedis) -> None:
    with redis.frozen():
        time.sleep(FROZEN_SECONDS)


@pytest.mark.parametrize("fault", [OwnRedis.restart, hang, OwnRedis.flush])
async def test_readers_on_both_processes_get_all_of_an_answer(
    installation: Installation, own_redis: OwnRedis, ada: str, fault: Callable[[OwnRedis], None]
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        asked = question([f"redis {fault.__name__}"], deltas=650, rate=100)
        response_id = await here.ask(asked, model=installation.models["plain"])
        there.follow(response_id)
        await there.words_of(response_id, 50)
        await asyncio.to_thread(fault, own_redis)
        await complete(installation, response_id, here, there)
        assert here.closes == there.closes == []


async def test_a_message_that_is_sent_while_it_is_away_is_answered_in_every_tab(
    installation: Installation, own_redis: OwnRedis, ada: str
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        own_redis.stop()
        try:
            response_id = await here.ask(question(["redis away"], deltas=300, rate=100))
            there.follow(response_id)
            await there.words_of(response_id, 50)
        finally:
            own_redis.start()
        await complete(installation, response_id, here, there)


async def test_a_process_may_die_while_it_is_away(
    installation: Installation, own_redis: OwnRedis, ada: str
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        response_id = await here.ask(
            question(["redis and process"], deltas=600, rate=100),
            model=installation.models["resumable"],
        )
        there.follow(response_id)
        await here.words_of(response_id, 250)  # some have been checkpoints for a while
        own_redis.stop()
        try:
            first.kill()
            await complete(installation, response_id, here, there)
        finally:
            own_redis.start()
        assert len(installation.provider.answers_to("redis and process")) == 1


async def complete(installation: Installation, response_id: str, *pages: Page) -> None:
    """Wait until it has ended in every tab; it is all there, as the provider sent it."""
    answers = [await page.end_of(response_id) for page in pages]
    row = installation.row(response_id)
    told = installation.provider.told(row["upstream_id"])
    assert row["status"] == told["status"] == "completed"
    assert text_of(row) == told["text"]
    for answer in answers:
        assert answer.text == told["text"]
        assert answer.faults == []
