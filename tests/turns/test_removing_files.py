"""A file that is removed at the moment at which a message takes it: one of the two is too late.

In each test one holds the file, the other comes, and the first ends its transaction.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from chatapp.accounts.models import User
from conversations.models import Attachment, Model, Response
from conversations.models.attachment import link
from conversations.turns.errors import RequestError
from tests.support.models import make_conversation, make_response
from tests.support.uploads import uploads
from tests.turns.test_files import ask, asking, attach
from tests.turns.test_locks import until_waiting

__all__ = ["uploads"]  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("uploads")]


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[Future[Any]]:
    """Has `work` come to the file, in a thread of its own, while the block's transaction has it."""
    came = threading.Event()

    def noticed(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith(("BEGIN", "DELETE")) or "FOR UPDATE" in sql:
            came.set()
        return execute(sql, *more)

    def watched() -> object:
        try:
            with connection.execute_wrapper(noticed):
                return work()
        finally:
            came.set()
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        done: Future[Any] = Future()
        yield done
        working = thread.submit(watched)
        assert came.wait(10)
        if connection.vendor == "postgresql":
            until_waiting(working)
        working.add_done_callback(lambda it: _hand_on(it, done))


def _hand_on(one: Future[Any], other: Future[Any]) -> None:
    if error := one.exception():
        other.set_exception(error)
    else:
        other.set_result(one.result())


def test_a_file_that_a_message_has_just_taken_is_not_removed(owner: User) -> None:
    file = attach(owner)
    response = make_response(make_conversation(owner), input=asking(file))
    drafts = Attachment.objects.filter(pk=file.pk).unused()
    with meanwhile(drafts.remove) as removed:
        link([response])
    assert removed.result(10) == 0
    assert file.path.read_bytes() == b"bytes"
    assert list(response.attachments.all()) == [file]


def test_a_message_whose_file_is_removed_at_that_moment_is_refused_whole(
    owner: User, model: Model, uploads: Path
) -> None:
    file = attach(owner)
    drafts = Attachment.objects.filter(pk=file.pk).unused()
    with meanwhile(lambda: ask(owner, file)) as asked:
        assert drafts.remove() == 1
    with pytest.raises(RequestError, match="Attach it again"):
        asked.result(10)
    assert not Response.objects.exists()
    assert not list(uploads.iterdir())


def test_what_is_removed_twice_at_once_is_counted_once(owner: User, uploads: Path) -> None:
    file = attach(owner)
    drafts = Attachment.objects.filter(pk=file.pk).unused()
    with meanwhile(drafts.remove) as second:
        assert drafts.remove() == 1
    assert second.result(10) == 0
    assert not list(uploads.iterdir())
