"""The answers that this process runs: started, stopped, found again, and handed over at its end."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Iterable

from django.db import DatabaseError

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.errors import ProviderError
from conversations.turns import hints, notices
from conversations.turns.checkpoints import keep_writing
from conversations.turns.claims import next_in_line, put_back, said_into
from conversations.turns.ending import Ending
from conversations.turns.handover import hand_over, pass_on_stop
from conversations.turns.log import EventLog
from conversations.turns.request import NewResponse, RequestError, store
from conversations.turns.shared_log import shared_logs
from conversations.turns.storing import persistently
from conversations.turns.tasks import Tasks
from conversations.turns.title import make_title
from conversations.turns.turn import Turn

logger = logging.getLogger(__name__)

LOG_KEPT_FOR_SECONDS = 60
STEER_WITHIN_SECONDS = 5.0
STORE_WITHIN_SECONDS = 3.0
NAMED_WITHIN_SECONDS = 5.0
LOOK_AGAIN = 0.05


class Turns:
    """The turns of one process and event loop, by the id of their response."""

    def __init__(self) -> None:
        self.worker = f"{socket.gethostname()[:60]}.{os.getpid()}.{secrets.token_hex(4)}"
        self._turns: dict[str, Turn] = {}
        self._logs: dict[str, EventLog] = {}
        self._begun: dict[str, asyncio.Event] = {}
        self.tasks, self._titles = Tasks(), Tasks()
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
        # Whoever asks may go away, but what is stored must be answered.
        return await self.tasks.finish(self._start(new))

    async def _start(self, new: NewResponse) -> Response:
        row, is_new = await in_database(store, new, self.worker)
        if is_new and row.waiting:
            await notices.conversation_updated(row.conversation)
            if not new.branch:
                await self._offer_to_steer(row)
            # Unless the answer before it has ended in between: then nobody else would begin it.
            await self.begin_next(row.previous_response_id)
        elif is_new:
            self.begin(Turn(row))
        return row

    def begin(self, turn: Turn) -> None:
        """Run a turn of a stored question that this process has claimed."""
        row = turn.row
        self._turns[row.id], self._logs[row.id] = turn, turn.log
        if begun := self._begun.pop(row.id, None):
            begun.set()
        shared_logs.publish(row.id, row.lease, turn.log)
        if self._closing:
            turn.leave()
        self.tasks.spawn(self._run(turn))
        self._keep_writing()

    async def steer(self, response_id: str, message_id: str) -> None:
        """Say a message that waits for this answer into it, if it runs here and takes it.

        What it does not take goes on waiting for its end.
        """
        before = self._turns.get(response_id)
        if before is not None and before.can_be_steered:
            await self.tasks.finish(self._steer(before, message_id))

    async def _steer(self, before: Turn, message_id: str) -> None:
        row = await in_database(said_into, message_id, self.worker)
        if row is None:
            return
        turn = Turn(row, after=before)
        try:
            async with asyncio.timeout(STEER_WITHIN_SECONDS):
                await before.steer(row.input)
        except (ProviderError, TimeoutError) as error:
            logger.info("%s: not steered: %s", before.row.id, error)
            await persistently(row.id, put_back, row)
            await self.begin_next(before.row.id)
        else:
            self.begin(turn)

    async def _offer_to_steer(self, row: Response) -> None:
        before = row.previous_response_id
        if before is None or row.provider is None or not row.provider.steerable:
            return
        if before in self._turns:
            self.tasks.spawn(self.steer(before, row.id))
        else:
            hint = {"type": "turns.steer", "response_id": before, "message_id": row.id}
            await hints.send(hint)

    async def cancel(self, response_id: str) -> None:
        """End an answer at its person's wish, whichever process runs it."""
        if not self.stop(response_id):
            await pass_on_stop(response_id)

    def cancel_upstream(self, row: Response) -> None:
        """Have the provider stop what was deleted, unless the turn that runs it here does."""
        if row.id not in self._turns:
            turn = Turn(row, fresh=False)
            self.tasks.spawn(turn.abandon())

    def stop(self, response_id: str) -> bool:
        """End an answer at its person's wish; False when this process does not run it."""
        turn = self._turns.get(response_id)
        if turn is None or turn.is_lost:
            return False
        turn.stop()
        return True

    def log_of(self, response_id: str) -> EventLog | None:
        """The events of an answer that runs here or ended a short while ago."""
        return self._logs.get(response_id)

    def owner_of(self, response_id: str) -> int | None:
        """The person whose answer runs here, without a query."""
        turn = self._turns.get(response_id)
        return turn.row.owner_id if turn else None

    async def until_begun(self, response_id: str, seconds: float) -> None:
        """Wait until an answer is begun here, or for so long."""
        begun = self._begun.setdefault(response_id, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await begun.wait()
        except TimeoutError:
            pass  # the caller looks again
        finally:
            begun.set()  # for others who wait
            if self._begun.get(response_id) is begun:
                del self._begun[response_id]

    def running_ids(self) -> list[str]:
        """The answers that run here."""
        return list(self._turns)

    async def close(self, grace: float) -> None:
        """Take no more; hand over what another process can go on with, let the rest end within
        the `grace` (seconds), and then keep it as interrupted. Returns when all of it is stored.
        """
        self._closing = True
        for task in self._titles:
            task.cancel()
        ends_at = asyncio.get_running_loop().time() + grace
        await self._leave()
        await self._wait(ends_at - asyncio.get_running_loop().time())
        for turn in self._turns.values():
            turn.stop(Ending.interrupted())
        await self._wait(STORE_WITHIN_SECONDS)
        if self._turns:
            logger.error("%d answers could not be stored before the end", len(self._turns))

    async def _leave(self) -> None:
        """Leave what can be left: one whose id is about to be told, only when it is, because
        another process would ask, and pay, again.
        """
        deadline = asyncio.get_running_loop().time() + NAMED_WITHIN_SECONDS
        while True:
            can_be_left = [turn for turn in self._turns.values() if turn.can_be_left]
            is_late = asyncio.get_running_loop().time() >= deadline
            nameless = [] if is_late else [turn for turn in can_be_left if turn.is_nameless]
            for turn in can_be_left:
                if turn not in nameless:
                    turn.leave()
            if not nameless:
                return
            await asyncio.sleep(LOOK_AGAIN)

    async def _wait(self, seconds: float) -> None:
        deadline = asyncio.get_running_loop().time() + seconds
        while tasks := self.tasks | self._titles:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return
            await asyncio.wait(tasks, timeout=left)

    async def _run(self, turn: Turn) -> None:
        row = turn.row
        self.tasks.spawn(notices.conversation_updated(row.conversation))
        try:
            await turn.run()
        finally:
            await self._settle(turn)
        if not turn.is_lost:
            await self.begin_next(row.id)
            await notices.conversation_updated(row.conversation)
            if not self._closing:
                self._titles.spawn(self._title(row))
        await turn.aftermath()

    async def _settle(self, turn: Turn) -> None:
        """It does not run here any more; where it was left, another process may have it."""
        if turn.is_lost:
            await hand_over(turn)
            self._forget(turn)
        else:
            asyncio.get_running_loop().call_later(LOG_KEPT_FOR_SECONDS, self._forget, turn)
        if self._turns.get(turn.row.id) is turn:
            del self._turns[turn.row.id]

    async def begin_next(self, after: str | None = None) -> None:
        """Begin what waited for an answer that has ended (None: for any); what is missed here,
        the sweep finds.
        """
        if self._closing:
            return
        try:
            await self.tasks.finish(self._begin_next(after))
        except DatabaseError as error:
            logger.error("What waits for %s could not be begun yet: %s", after, error)

    async def _begin_next(self, after: str | None) -> None:
        for row in await in_database(next_in_line, self.worker, after):
            self.begin(Turn(row))

    async def _title(self, row: Response) -> None:
        if await make_title(row):
            await notices.conversation_updated(row.conversation)

    def _forget(self, turn: Turn) -> None:
        if self._logs.get(turn.row.id) is turn.log:
            del self._logs[turn.row.id]

    def _keep_writing(self) -> None:
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_while_running())

    async def _write_while_running(self) -> None:
        writing = asyncio.create_task(keep_writing(self._running()))
        try:
            while self.tasks:
                await asyncio.wait(self.tasks)
        finally:
            writing.cancel()

    def _running(self) -> Iterable[Turn]:
        return self._turns.values()


turns = Turns()
