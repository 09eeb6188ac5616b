"""The answers that this process runs: started, stopped, found again, and handed over at its end."""

import asyncio
import logging
import os
import secrets
import socket

from django.db import DatabaseError

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.approvals import open_requests
from conversations.turns import notices, steering
from conversations.turns.allowed import go_on_as_allowed
from conversations.turns.checkpoints import keep_writing
from conversations.turns.claims import next_in_line
from conversations.turns.ending import Ending
from conversations.turns.handover import hand_over, pass_on_stop
from conversations.turns.own_logs import OwnLogs
from conversations.turns.remembering import note_what_was_said
from conversations.turns.request import NewResponse, RequestError, companions, store
from conversations.turns.shared_log import shared_logs
from conversations.turns.tasks import Tasks
from conversations.turns.title import make_title
from conversations.turns.turn import Turn

logger = logging.getLogger(__name__)

STORE_WITHIN_SECONDS = 3.0
NAMED_WITHIN_SECONDS = 5.0
LOOK_AGAIN = 0.05


class Turns:
    """The turns of one process and event loop, by the id of their response."""

    def __init__(self) -> None:
        self.worker = f"{socket.gethostname()[:60]}.{os.getpid()}.{secrets.token_hex(4)}"
        self._turns: dict[str, Turn] = {}
        self.logs = OwnLogs()
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
            if not new.branch and not new.beside:
                await steering.offer(self, row)
            # Unless the answer before it has ended in between: then nobody else would begin it.
            await self.begin_next(row.previous_response_id)
        elif is_new:
            self.begin(Turn(row))
            for other in await in_database(companions, row) if new.beside else ():
                self.begin(Turn(other))
        return row

    def begin(self, turn: Turn) -> None:
        """Run a turn of a stored question that this process has claimed."""
        row = turn.row
        self._turns[row.id] = turn
        self.logs.add(row.id, turn.log)
        shared_logs.publish(row.id, row.lease, turn.log)
        if self._closing:
            turn.leave()
        self.tasks.spawn(self._run(turn))
        self._keep_writing()

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

    def get(self, response_id: str) -> Turn | None:
        """The turn of an answer that runs here."""
        return self._turns.get(response_id)

    def owner_of(self, response_id: str) -> int | None:
        """The person whose answer runs here, without a query."""
        turn = self._turns.get(response_id)
        return turn.row.owner_id if turn else None

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
            await self._go_on_as_allowed(row)
            await self.begin_next(row.id)
            await notices.conversation_updated(row.conversation)
            # A script pays for what it asks alone.
            if not self._closing and row.asked is None:
                self._titles.spawn(self._title(row))
                self._titles.spawn(note_what_was_said(row))
        await turn.aftermath()

    async def _go_on_as_allowed(self, row: Response) -> None:
        """What was allowed for the whole conversation is not asked for again."""
        if not open_requests(row.output) or row.asked is not None:
            return  # a script decides itself
        # What is stored while this process closes is for another one, or for its next life.
        worker = "" if self._closing else self.worker
        try:
            follower = await self.tasks.finish(in_database(go_on_as_allowed, row, worker))
        except (RequestError, DatabaseError) as error:
            logger.warning("%s: what it asks for is left to its person: %s", row.id, error)
            return
        if follower is not None and follower.worker:
            self.begin(Turn(follower))

    async def _settle(self, turn: Turn) -> None:
        """It does not run here any more; where it was left, another process may have it."""
        if turn.is_lost:
            await hand_over(turn)
            self.logs.forget(turn.row.id, turn.log)
        else:
            self.logs.forget_later(turn.row.id, turn.log)
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

    def _keep_writing(self) -> None:
        if self._writer is None or self._writer.done():
            writing = keep_writing(self._turns.values(), self.tasks)
            self._writer = asyncio.create_task(writing)


turns = Turns()
