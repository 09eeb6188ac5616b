"""Whatever writes to a conversation at the same moment locks it first, so that none waits for ever.

Each test holds the first lock and looks, while the other waits for it, whether it holds a second.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Response, Use
from conversations.models.response import Status
from conversations.models.use import forget_old
from conversations.protocol.items import user_message
from conversations.turns import queue
from conversations.turns.checkpoints import Checkpoint, _update
from conversations.turns.deleting import _delete
from conversations.turns.request import store
from conversations.turns.storing import _save_ending
from conversations.views.branches import _keep
from tests.support.asking import question
from tests.support.models import make_conversation, make_response

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one lock for the whole of a database"
)


@pytest.fixture
def running(owner: User) -> Response:
    conversation = make_conversation(owner)
    return make_response(conversation, status=Status.IN_PROGRESS, worker="here.1")


def locks(wanted: QuerySet[Any], then: QuerySet[Any], work: Callable[[], object]) -> None:
    """Pass if `work` waits for the rows that are `wanted` while those of `then` are still free."""
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            list(wanted.select_for_update())
            working = thread.submit(work)
            until_waiting(working)
            list(then.select_for_update(nowait=True))
        working.result(10)
        thread.submit(connection.close)


def until_waiting(working: Future[object]) -> None:
    while not working.done():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail(f"It waited for nobody: {working.exception() or working.result()}")


def conversation_of(row: Response) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=row.conversation_id)


def only(row: Response) -> QuerySet[Response]:
    return Response.objects.filter(pk=row.pk)


def test_an_answer_that_ends_locks_its_conversation_before_itself(running: Response) -> None:
    running.status = Status.COMPLETED
    locks(conversation_of(running), only(running), partial(_save_ending, running))
    assert not only(running).get().is_running


def test_a_question_locks_its_conversation_before_the_answer_that_it_goes_on_from(
    owner: User, model: Model, running: Response
) -> None:
    new = question(owner, previous_response_id=running.pk)
    locks(conversation_of(running), only(running), partial(store, new, "here.1"))
    assert running.next_responses.count() == 1


@pytest.mark.parametrize(
    "change", [partial(queue.edit, items=[user_message("Edited.")]), queue.withdraw]
)
def test_a_change_of_what_waits_locks_the_conversation_before_it(
    owner: User, running: Response, change: Callable[..., object]
) -> None:
    waiting = make_response(running.conversation, previous=running, waiting=True, status="queued")
    work = partial(change, owner=owner, response_id=waiting.pk)
    locks(conversation_of(waiting), only(waiting), work)


def test_who_keeps_one_of_several_answers_locks_the_conversation_before_it(
    running: Response,
) -> None:
    locks(conversation_of(running), only(running), partial(_keep, running.conversation, running))


def test_a_conversation_is_locked_before_its_answers_are_deleted(running: Response) -> None:
    found = Conversation.objects.filter(pk=running.conversation_id)
    locks(conversation_of(running), only(running), partial(_delete, found))
    assert not only(running).exists()


def test_checkpoints_are_written_in_one_order_whichever_they_come_in(
    owner: User, running: Response
) -> None:
    later = make_response(make_conversation(owner), status=Status.IN_PROGRESS, worker="here.1")
    due = [Checkpoint(row, {"output": []}, 1) for row in (later, running)]
    locks(only(running), only(later), partial(_update, due))


@pytest.mark.usefixtures("owner")
def test_what_is_counted_just_now_is_not_waited_for_by_who_forgets_what_is_old() -> None:
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    for name in ("user:1", "user:2"):
        Use.none_of(name, long_ago).save()
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            list(Use.objects.select_for_update().filter(pk="user:1"))
            assert thread.submit(forget_old).result(10) == 1
        assert Use.objects.get().pk == "user:1"
        thread.submit(connection.close)
