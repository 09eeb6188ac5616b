"""PostgreSQL restarts: requests fail clearly, streams go on, and messages are stored once."""

import pytest

from tests.many.page import page_on
from tests.support.many import Installation, question, text_of
from tests.support.postgres_server import OwnPostgres

UNAVAILABLE = "database_unavailable"


@pytest.mark.parametrize("kind", ["resumable", "plain"])
async def test_answers_stream_on_and_are_stored_when_it_is_back(
    installation: Installation, own_postgres: OwnPostgres, ada: str, kind: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        response_id = await page.ask(
            question([f"postgres {kind}"], deltas=400, rate=100), model=installation.models[kind]
        )
        await page.words_of(response_id, 100)
        own_postgres.stop()
        try:
            await page.words_of(response_id, 250)
        finally:
            own_postgres.start()
        answer = await page.end_of(response_id)
        row = installation.row(response_id)
        told = installation.provider.told(row["upstream_id"])
        assert row["status"] == "completed"
        assert answer.text == text_of(row) == told["text"]
        assert answer.faults == []
        assert page.closes == []
        assert told["created"] == 1


async def test_an_answer_that_ends_while_it_is_away_is_stored_when_it_is_back(
    installation: Installation, own_postgres: OwnPostgres, ada: str
) -> None:
    first, _ = installation.workers
    async with page_on(installation, first, ada) as page:
        response_id = await page.ask(question(["postgres at the end"], deltas=150, rate=100))
        await page.words_of(response_id, 100)
        own_postgres.stop()
        try:
            await page.words_of(response_id, 150)
        finally:
            own_postgres.start()
        answer = await page.end_of(response_id)
        row = installation.row(response_id)
        assert row["status"] == "completed"
        assert answer.text == text_of(row) == installation.provider.told(row["upstream_id"])["text"]


async def test_a_message_that_is_sent_while_it_is_away_is_refused_clearly_and_then_stored_once(
    installation: Installation, own_postgres: OwnPostgres, ada: str
) -> None:
    first, second = installation.workers
    async with (
        page_on(installation, first, ada) as here,
        page_on(installation, second, ada) as there,
    ):
        own_postgres.stop()
        try:
            key = here.send_question(question(["postgres away"], deltas=50))
            there.send_question(question(["postgres away"], deltas=50), client_key=key)
            for page in (here, there):
                await page.error_of(UNAVAILABLE)
        finally:
            own_postgres.start()
        ids = {await page.stored(key) for page in (here, there)}
        (row,) = installation.rows("client_key = %s", key)
        assert ids == {row["id"]}
        answer = await here.end_of(row["id"])
        assert answer.text == text_of(installation.row(row["id"]))
        assert len(installation.provider.answers_to("postgres away")) == 1
