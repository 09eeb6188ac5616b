"""The answers that this process runs: started, stopped, found again, and handed over at its end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

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

LOG_KEPT_FOR_SECONDS = 60


class Turns:
    """The turns of one process and event loop, by the id of their response."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}
        self._logs: dict[str, EventLog] = {}
        self._tasks: set[asyncio.Task[None]] = set()
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
        row, is_new = await in_database(store, new)
        if is_new:
            turn = Turn(row)
            self._turns[row.id], self._logs[row.id] = turn, turn.log
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

    async def close(self, grace: float) -> None:
        """Take no more, end what runs as interrupted, and wait until all of it is stored."""
        self._closing = True
        for turn in self._turns.values():
            turn.stop(Ending.interrupted())
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        if self._turns:
            logger.error("%d answers could not be stored before the end", len(self._turns))

    async def _run(self, turn: Turn) -> None:
        row = turn.row
        try:
            await notices.conversation_updated(row.conversation)
            await turn.run()
        finally:
            del self._turns[row.id]
            asyncio.get_running_loop().call_later(LOG_KEPT_FOR_SECONDS, self._forget, row.id)
        await notices.conversation_updated(row.conversation)
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

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("A turn broke", exc_info=error)


turns = Turns()
