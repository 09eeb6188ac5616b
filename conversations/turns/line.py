"""The websocket of an answer that can be steered, handed on from the answer to its successor."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import Item

if TYPE_CHECKING:
    from conversations.providers.steering import SteerableAnswer


class Line:
    """One answer's use of a websocket; without one, whatever is asked of it is refused."""

    def __init__(self) -> None:
        self.answer: SteerableAnswer | None = None
        self._has_successor = False
        self._is_read = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether something may be said into the answer while it is given."""
        return self.answer is not None and not self._is_read.is_set()

    async def steer(self, items: Sequence[Item]) -> None:
        """Say something into the answer, whose successor then has the websocket.

        ProviderError when the provider did not take it.
        """
        if self.answer is None or self._is_read.is_set():
            raise ProviderError(ErrorKind.STEER_REFUSED, "The answer has ended meanwhile.")
        self._has_successor = True  # until it is known: the answer may end before
        has_taken_it = False
        try:
            await self.answer.steer(items)
            has_taken_it = True
        finally:
            if not has_taken_it:
                await self.release()

    async def read(self, *, is_whole: bool) -> None:
        """The answer has been read, to its end if it `is_whole`; only then has it a successor."""
        self._is_read.set()
        if not (is_whole and self._has_successor):
            await self.hang_up()

    async def handed_on(self) -> "SteerableAnswer | None":
        """The websocket for the successor, when the answer has been read; None if it is closed."""
        await self._is_read.wait()
        answer, self.answer = self.answer, None
        return answer

    async def release(self) -> None:
        """There is no successor, or none any more."""
        self._has_successor = False
        if self._is_read.is_set():
            await self.hang_up()

    async def hang_up(self) -> None:
        """Close the websocket, if there is one."""
        answer, self.answer = self.answer, None
        if answer is not None:
            await answer.aclose()
