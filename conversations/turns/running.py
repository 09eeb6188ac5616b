"""The answers that this process runs: started, stopped, found again, and handed over at its end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from django.db import DatabaseError

from conversations.models import Response
from conversations.models.database import in_database
from conversations.turns import notices
from conversations.turns.checkpoints import keep_writing
from conversations.turns.ending import Ending
from conversations.turns.log import EventLog
from conversations.turns.request import NewResponse, RequestError, store
from conversations.turns.title import make_title
from conversations.turns.turn import Turn

logger = logging.getLogger(__name__)

T = TypeVar("T")

LOG_KEPT_FOR_SECONDS = 60


class Turns:
    """The turns of one process and event loop, by the id of their response."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._logs: dict[str, EventLog] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._titles: set[asyncio.Task[Any]] = set()
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    async def start(self, new: NewResponse) -> Response:
        """Store a question and begin to answer it; asked twice, it is answered once.

        RequestError when it can't be carried out; the question is stored before this returns.
        """
        if self._closing:
            raise RequestError(
                "The server is restarting. Your message is kept here.", "restarting", status=503
            )
        # A task of its own: whoever asks may go away, but what is stored must be answered.
        return await asyncio.shield(self._spawn(self._start(new)))

    async def _start(self, new: NewResponse) -> Response:
        row, is_new = await in_database(store, new)
        if is_new:
            turn = Turn(row)
            self._turns[row.id], self._logs[row.id] = turn, turn.log
            if self._closing:
                turn.stop(Ending.interrupted())
            self._spawn(self._run(turn))
            self._keep_writing()
        return row

    def stop(self, response_id: str) -> bool:
        """End an answer at its person's wish; False when this process does not run it."""
        turn = self._turns.get(response_id)
        if turn:
            turn.stop()
        return turn is not None

    def log_of(self, response_id: str) -> EventLog | None:
        """The events of an answer that runs here or ended a short while ago."""
        return self._logs.get(response_id)

    def owner_of(self, response_id: str) -> int | None:
        """The person whose answer runs here, without a query."""
        turn = self._turns.get(response_id)
        return turn.row.owner_id if turn else None

    def running_ids(self) -> list[str]:
        """The answers that run here."""
        return list(self._turns)

    async def close(self, grace: float) -> None:
        """Take no more, end what runs as interrupted, and wait until all of it is stored."""
        self._closing = True
        for turn in self._turns.values():
            turn.stop(Ending.interrupted())
        for task in self._titles:
            task.cancel()
        try:
            async with asyncio.timeout(grace):
                while self._tasks or self._titles:
                    await asyncio.wait(self._tasks | self._titles)
        except TimeoutError:
            logger.error("%d answers could not be stored before the end", len(self._turns))

    async def _run(self, turn: Turn) -> None:
        row = turn.row
        await notices.conversation_updated(row.conversation)
        try:
            await turn.run()
        finally:
            del self._turns[row.id]
            asyncio.get_running_loop().call_later(LOG_KEPT_FOR_SECONDS, self._forget, row.id)
        await notices.conversation_updated(row.conversation)
        if not self._closing:
            self._spawn(self._title(row), self._titles)

    async def _title(self, row: Response) -> None:
        if await make_title(row):
            await notices.conversation_updated(row.conversation)

    def _forget(self, response_id: str) -> None:
        self._logs.pop(response_id, None)

    def _keep_writing(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_while_running())

    async def _write_while_running(self) -> None:
        writing = asyncio.create_task(keep_writing(self._turns.values()))
        try:
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            writing.cancel()

    def _spawn(
        self, work: Coroutine[Any, Any, T], tasks: set[asyncio.Task[Any]] | None = None
    ) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        among = self._tasks if tasks is None else tasks
        among.add(task)
        task.add_done_callback(among.discard)
        task.add_done_callback(_log_a_fault)
        return task


def _log_a_fault(task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, (RequestError, DatabaseError)):
        logger.error("A turn broke", exc_info=error)


turns = Turns()
