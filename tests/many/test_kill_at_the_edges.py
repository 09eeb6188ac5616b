"""kill -9 just after a question was stored, and just before an answer's end would have been."""

import asyncio

from tests.many.blocking import END, held_up_before_the_end, held_up_once_stored
from tests.many.page import page_on
from tests.support.many import Installation, question, text_of

ENDS = {"resumable": "completed", "plain": "incomplete"}


async def test_a_question_that_was_stored_and_not_yet_asked_is_asked_once(
    installation: Installation, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as one, page_on(installation, first, ada) as two:
        pages = {"resumable": one, "plain": two}
        with held_up_once_stored(installation, len(pages)) as gate:
            keys = {
                kind: page.send_question(
                    question([f"stored-{kind}"], deltas=60, rate=100),
                    model=installation.models[kind],
                )
                for kind, page in pages.items()
            }
            await asyncio.to_thread(gate.store)
            first.kill()
        for kind, page in pages.items():
            # It was never told, so it sends its message again: to the other process, which has it.
            answer = await page.end_of(await page.stored(keys[kind]))
            (row,) = installation.rows("client_key = %s", keys[kind])
            (asked,) = installation.provider.answers_to(f"stored-{kind}")
            assert row["status"] == "completed"
            assert text_of(row) == answer.text == installation.provider.told(asked)["text"]
            assert answer.faults == []


async def test_an_end_that_was_not_stored_is_read_again_or_else_all_of_the_text_stays(
    installation: Installation, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        ids = {
            kind: await page.ask(question([f"end-{kind}"], deltas=90, rate=30), model=model)
            for kind, model in installation.models.items()
        }
        for response_id in ids.values():
            await page.words_of(response_id, 60)
        with held_up_before_the_end(installation, list(ids.values())) as held:
            await asyncio.to_thread(held.wait_for, END, len(ids))
            first.kill()
        for kind, response_id in ids.items():
            answer = await page.end_of(response_id)
            row = installation.row(response_id)
            (asked,) = installation.provider.answers_to(f"end-{kind}")
            assert row["status"] == answer.status == ENDS[kind]
            assert text_of(row) == answer.text == installation.provider.told(asked)["text"]
            assert answer.faults == []
