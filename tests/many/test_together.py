"""Two processes are one application: whatever is done at one holds at the other."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.many.page import PATIENCE, page_on
from tests.support.many import Installation, question, text_of


@pytest.mark.parametrize("kind", ["resumable", "plain"])
async def test_an_answer_is_stopped_from_a_tab_on_another_process(
    installation: Installation, ada: str, kind: str
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        response_id = await here.ask(
            question([f"stop-{kind}"], deltas=3000, rate=100), model=installation.models[kind]
        )
        there.follow(response_id)
        await there.words_of(response_id, 30)
        assert installation.owner(response_id) is first
        seen = there.answers[response_id].text
        there.send({"type": "response.cancel", "response_id": response_id})
        answers = [await page.end_of(response_id) for page in (here, there)]
        row = installation.row(response_id)
        assert row["status"] == "cancelled"
        assert text_of(row).startswith(seen)
        told = await _stopped_at_the_provider(installation, row["upstream_id"])
        assert told["text"].startswith(text_of(row))
        for answer in answers:
            assert answer.text == text_of(row)
            assert answer.faults == []


async def _stopped_at_the_provider(installation: Installation, upstream_id: str) -> dict[str, Any]:
    """How the answer stands there once it goes on no more: what is not read costs all the same."""
    async with asyncio.timeout(PATIENCE):
        while True:
            told = installation.provider.told(upstream_id)
            await asyncio.sleep(0.3)
            if installation.provider.told(upstream_id) == told:
                return told


async def test_a_message_that_both_processes_are_sent_at_once_is_stored_and_answered_once(
    installation: Installation, ada: str
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        keys = [str(uuid.uuid4()) for _ in range(8)]
        asking = [
            page.ask(question([key], deltas=20), client_key=key)
            for key in keys
            for page in (here, there)
        ]
        ids = await asyncio.gather(*asking)
        assert ids[::2] == ids[1::2]
        assert len(set(ids)) == len(keys)
        for key, response_id in zip(keys, ids[::2], strict=True):
            texts = {(await page.end_of(response_id)).text for page in (here, there)}
            (row,) = installation.rows("client_key = %s", key)
            assert row["status"] == "completed"
            assert texts == {text_of(row)}
            assert len(installation.provider.answers_to(key)) == 1


async def test_an_answer_reads_the_same_on_both_processes(
    installation: Installation, ada: str
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        response_id = await here.ask(question(["same"], deltas=600, rate=300))
        await here.words_of(response_id, 150)
        there.follow(response_id)
        for page in (here, there):
            answer = await page.end_of(response_id)
            assert answer.faults == []
            assert answer.text == text_of(installation.row(response_id))
        assert installation.owner(response_id) is None or not there.closes


async def test_a_message_that_waits_is_answered_though_the_process_of_the_one_before_it_was_killed(
    installation: Installation, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        model = installation.models["plain"]
        before = await page.ask(question(["before"], deltas=3000, rate=100), model=model)
        await page.words_of(before, 30)
        waiting = await page.ask(
            question(["waiting"], deltas=30), model=model, previous_response_id=before
        )
        assert installation.row(waiting)["waiting"]
        assert installation.provider.answers_to("waiting") == []
        first.kill()
        assert (await page.end_of(before)).status == "incomplete"
        answer = await page.end_of(waiting)
        row = installation.row(waiting)
        assert row["status"] == "completed"
        assert row["previous_response_id"] == before
        assert not row["waiting"]
        (asked,) = installation.provider.answers_to("waiting")
        assert answer.text == text_of(row) == installation.provider.told(asked)["text"]
