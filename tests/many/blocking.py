"""Holds the app up at a statement of its own, so that a process can be killed right there."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import DictRow

from tests.support.many import Installation

WITHIN = 20.0  # seconds
LOOK_AGAIN = 0.02
WAITING = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s
"""
CUT_OFF = f"SELECT pg_terminate_backend(pid) FROM ({WAITING}) AS waiting"
LOCK_ROW = "SELECT FROM conversations_response WHERE id = ANY(%s) FOR UPDATE"
LOCK_INSERTS = "LOCK TABLE conversations_response IN EXCLUSIVE MODE"
LOCK_ALL = "LOCK TABLE conversations_response IN ACCESS EXCLUSIVE MODE"
INSERT = 'INSERT INTO "conversations_response"%'
END = 'UPDATE "conversations_response" SET%"completed_at"%'


@contextmanager
def held_up_before_the_end(installation: Installation, ids: list[str]) -> Iterator["Held"]:
    """While the block runs nothing can be written about these answers. What waited to be written
    when it ends is not written at all: whoever wanted to is supposed to be dead by then.
    """
    database = installation.database
    with database() as looking, database() as locking, locking.transaction():
        locking.execute(LOCK_ROW, [ids])
        yield Held(looking)
        looking.execute(CUT_OFF, ["%"])


class Held:
    """What waits in the database."""

    def __init__(self, looking: psycopg.Connection[DictRow]) -> None:
        self._looking = looking

    def wait_for(self, pattern: str, number: int) -> None:
        """Return when so many statements like this one wait."""
        deadline = time.monotonic() + WITHIN
        while (found := len(self._looking.execute(WAITING, [pattern]).fetchall())) < number:
            assert time.monotonic() < deadline, f"{found} of {number} wait: {pattern}"
            time.sleep(LOOK_AGAIN)


@contextmanager
def held_up_once_stored(installation: Installation, number: int) -> Iterator["Gate"]:
    """While the block runs new answers are not stored; after `Gate.store` so many of them are, and
    whoever stored them can read or write about answers only when the block has ended.
    """
    database = installation.database
    with database() as looking, database() as first, database() as second:
        gate = Gate(first, second, Held(looking), number)
        try:
            yield gate
        finally:
            gate.open()


class Gate:
    """The database keeps those who wait in line: the inserts, then ourselves, then all others."""

    def __init__(
        self,
        first: psycopg.Connection[DictRow],
        second: psycopg.Connection[DictRow],
        held: Held,
        number: int,
    ) -> None:
        self._first, self._second, self._held, self._number = first, second, held, number
        first.execute("BEGIN")
        first.execute(LOCK_INSERTS)
        second.execute("BEGIN")
        self._behind = threading.Thread(target=second.execute, args=[LOCK_ALL])

    def store(self) -> None:
        """Return when the answers are stored, and nobody gets any further."""
        self._held.wait_for(INSERT, self._number)
        self._behind.start()
        self._held.wait_for(f"{LOCK_ALL}%", 1)
        self._first.execute("COMMIT")
        self._behind.join(WITHIN)
        assert not self._behind.is_alive(), "the inserts did not come to their end"

    def open(self) -> None:
        for connection in (self._first, self._second):
            connection.execute("ROLLBACK")
