"""SIGTERM, as at a deploy: running answers go to another process, and nothing of them is lost."""

import asyncio

from tests.many.page import page_on
from tests.support.many import Installation, question, text_of

RESTARTING = 4012


async def test_at_sigterm_the_provider_is_not_interrupted_and_the_other_process_reads_on(
    installation: Installation, ada: str
) -> None:
    first, second = installation.workers
    async with page_on(installation, first, ada) as page:
        ids = [
            await page.ask(
                question([f"handed over {controls}"], rate=100, **controls),
                model=installation.models["resumable"],
            )
            for controls in (
                {"deltas": 500},
                {"wait": 3000, "deltas": 50},
                {"mcp": 3, "deltas": 50},
            )
        ]
        await page.words_of(ids[0], 50)
        await page.item_of(ids[2], "mcp_call")
        assert await asyncio.to_thread(first.terminate) == 0
        assert page.closes == [RESTARTING]
        assert {installation.owner(response_id) for response_id in ids} <= {second, None}
        for response_id in ids:
            answer = await page.end_of(response_id)
            row = installation.row(response_id)
            told = installation.provider.told(row["upstream_id"])
            assert row["status"] == answer.status == told["status"] == "completed"
            assert answer.text == text_of(row) == told["text"]
            assert answer.faults == []
            assert told["created"] == 1


async def test_at_sigterm_an_answer_that_cannot_be_handed_over_is_written_to_its_end(
    installation: Installation, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        response_id = await page.ask(
            question(["to its end"], deltas=300, rate=100), model=installation.models["plain"]
        )
        await page.words_of(response_id, 50)
        assert await asyncio.to_thread(first.terminate) == 0
        answer = await page.end_of(response_id)
        row = installation.row(response_id)
        assert row["status"] == "completed"
        assert answer.text == text_of(row) == installation.provider.told(row["upstream_id"])["text"]
        assert answer.faults == []


async def test_one_that_takes_longer_than_the_grace_is_kept_as_far_as_it_came_and_says_so(
    installation: Installation, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        response_id = await page.ask(
            question(["too long"], deltas=100_000, rate=100), model=installation.models["plain"]
        )
        await page.words_of(response_id, 50)
        seen = page.answers[response_id].text
        assert await asyncio.to_thread(first.terminate) == 0
        answer = await page.end_of(response_id)
        row = installation.row(response_id)
        assert row["status"] == "incomplete"
        assert row["incomplete_details"] == {"reason": "interrupted"}
        assert answer.text == text_of(row)
        assert text_of(row).startswith(seen)
        assert installation.provider.told(row["upstream_id"])["text"].startswith(text_of(row))


async def test_a_rolling_restart_loses_nothing_and_asks_for_nothing_twice(
    installation: Installation, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        running = await page.ask(
            question(["rolling"], deltas=1200, rate=100), model=installation.models["resumable"]
        )
        await page.words_of(running, 50)
        asked = []
        for number, worker in enumerate(installation.workers):
            assert await asyncio.to_thread(worker.terminate) == 0
            asked.append(await page.ask(question([f"meanwhile {number}"], deltas=50, rate=100)))
            await asyncio.to_thread(worker.start)
        for response_id in [running, *asked]:
            answer = await page.end_of(response_id)
            row = installation.row(response_id)
            told = installation.provider.told(row["upstream_id"])
            assert row["status"] == told["status"] == "completed"
            assert answer.text == text_of(row) == told["text"]
            assert answer.faults == []
            assert told["created"] == 1
