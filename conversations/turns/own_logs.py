"""The events of the answers that run in this process, or ended here a short while ago."""

import asyncio

from conversations.turns.log import EventLog

KEPT_FOR_SECONDS = 60


class OwnLogs:
    """Logs by the id of their response, and those who wait for one to be begun here."""

    def __init__(self) -> None:
        self._logs: dict[str, EventLog] = {}
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def of(self, response_id: str) -> EventLog | None:
        """The log of an answer that runs here or ended a short while ago."""
        return self._logs.get(response_id)

    def add(self, response_id: str, log: EventLog) -> None:
        """An answer is begun here."""
        self._logs[response_id] = log
        for waits in self._waiting.get(response_id, ()):
            waits.set()

    def forget(self, response_id: str, log: EventLog) -> None:
        """Unless another has taken its place, the answer has no log here any more."""
        if self._logs.get(response_id) is log:
            del self._logs[response_id]

    def forget_later(self, response_id: str, log: EventLog) -> None:
        """It has ended: those who come back at once find the whole of it."""
        loop = asyncio.get_running_loop()
        loop.call_later(KEPT_FOR_SECONDS, self.forget, response_id, log)

    async def until_begun(self, response_id: str, seconds: float) -> None:
        """Wait until an answer is begun here, or for so long."""
        begun = asyncio.Event()
        waiting = self._waiting.setdefault(response_id, set())
        waiting.add(begun)
        try:
            async with asyncio.timeout(seconds):
                await begun.wait()
        except TimeoutError:
            pass  # the caller looks again
        finally:
            waiting.discard(begun)
            if not waiting and self._waiting.get(response_id) is waiting:
                del self._waiting[response_id]
