"""Who runs an answer: at most one process, and never nobody for long."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from conversations.models import Response
from conversations.models.response import Status
from conversations.turns.claims import (
    DEAD_AFTER,
    LOOKED_WITHIN,
    Claim,
    Watch,
    next_in_line,
    running_elsewhere,
    take,
)
from tests.support.models import make_conversation, make_response

ALIVE = Claim("resp_1", "other.1", 0, 7)


def left_behind(owner: User, **fields: object) -> Response:
    defaults = {"status": Status.IN_PROGRESS, "worker": "other.1", "answer": "Half of it"}
    return make_response(make_conversation(owner), **(defaults | fields))  # type: ignore[arg-type]


def looks(from_: float, until: float) -> list[float]:
    """When a process looks that is not held up: each second, and at the very end."""
    return [from_ + second for second in range(int(until - from_) + 1)] + [until]


def test_a_heartbeat_that_stands_still_long_enough_means_death() -> None:
    watch = Watch()
    for now in looks(from_=100, until=100 + DEAD_AFTER - 0.1):
        assert not watch.abandoned([ALIVE], now)
    assert watch.abandoned([ALIVE], now=100 + DEAD_AFTER) == [ALIVE]


def test_a_heartbeat_that_moves_means_life() -> None:
    watch = Watch()
    watch.abandoned([ALIVE], now=100)
    beaten = ALIVE._replace(heartbeat=8)
    for now in looks(from_=101, until=100.9 + DEAD_AFTER):
        assert not watch.abandoned([beaten], now)


def test_who_did_not_look_for_a_while_saw_no_heart_stand_still() -> None:
    watch = Watch()
    watch.abandoned([ALIVE], now=100)
    assert not watch.abandoned([ALIVE], now=100 + DEAD_AFTER + LOOKED_WITHIN)
    for now in looks(from_=100 + DEAD_AFTER + LOOKED_WITHIN, until=105 + DEAD_AFTER * 2):
        assert not watch.abandoned([ALIVE], now)
    assert watch.abandoned([ALIVE], now=106 + DEAD_AFTER * 2) == [ALIVE]


def test_what_is_offered_is_taken_at_once() -> None:
    offered = ALIVE._replace(worker="")
    assert Watch().abandoned([offered], now=5) == [offered]


def test_while_the_database_is_away_nobody_dies() -> None:
    watch = Watch()
    watch.abandoned([ALIVE], now=100)
    watch.forget()
    assert not watch.abandoned([ALIVE], now=100 + DEAD_AFTER * 3)


def test_an_answer_that_ended_meanwhile_is_forgotten() -> None:
    watch = Watch()
    watch.abandoned([ALIVE], now=100)
    watch.abandoned([], now=101)
    assert not watch.abandoned([ALIVE], now=100 + DEAD_AFTER)


def test_what_runs_here_and_what_waits_is_not_looked_at(owner: User) -> None:
    here = left_behind(owner, worker="me.1")
    there = left_behind(owner)
    left_behind(owner, status=Status.QUEUED, waiting=True, worker="")
    left_behind(owner, status=Status.COMPLETED)
    assert [claim.id for claim in running_elsewhere([here.pk])] == [there.pk]


def test_of_many_processes_that_claim_at_once_one_gets_it(owner: User) -> None:
    row = left_behind(owner)
    (claim,) = running_elsewhere([])

    def claimed(number: int) -> bool:
        try:
            return take(claim, f"rival.{number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as rivals:
        assert sum(rivals.map(claimed, range(8))) == 1
    row.refresh_from_db()
    assert row.lease == 1
    assert row.worker.startswith("rival.")


def test_a_heart_that_beat_after_the_last_look_saves_the_owner(owner: User) -> None:
    row = left_behind(owner)
    (claim,) = running_elsewhere([])
    Response.objects.filter(pk=row.pk).update(heartbeat=1)
    assert take(claim, "rival.1") is None


def test_what_waits_is_begun_once_and_only_after_the_answer_before_it(owner: User) -> None:
    running = left_behind(owner)
    waiting = make_response(
        running.conversation,
        previous=running,
        status=Status.QUEUED,
        waiting=True,
        answer="",
    )
    assert next_in_line("me.1") == []
    Response.objects.filter(pk=running.pk).update(status=Status.COMPLETED)
    assert next_in_line("me.1", after=running.pk) == [waiting]
    assert next_in_line("rival.1") == []
    waiting.refresh_from_db()
    assert (waiting.waiting, waiting.worker) == (False, "me.1")
    assert waiting.started_at is not None, "it may be asked again for an hour from now on"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's plans follow its figures")
def test_looking_for_what_runs_does_not_read_what_has_ended(owner: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        running_elsewhere([])
        next_in_line("me.1")
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = str(cursor.fetchall())
        assert "responses_by_status" in plan
        assert "SCAN conversations_response" not in plan
