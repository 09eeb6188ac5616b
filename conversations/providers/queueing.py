"""Who asks a provider that is too busy waits in a line: one for all who ask the same model.

A limit is that of a key, so one refusal tells all who come after it, and those who waited ask one
after the other.
"""

import time

from conversations.protocol.errors import ProviderError
from conversations.providers.retry import LONGEST_WAIT

SPACING = 0.2
"""Seconds between those who ask when the limit has ended."""
LONGEST_LINE = 50


class Line:
    """The line before one model of a provider. It belongs to the event loop that first uses it."""

    def __init__(self) -> None:
        self._until = self._last = 0.0
        self._refused: ProviderError | None = None
        self.refusals = 0

    def refused(self, error: ProviderError, seconds: float) -> tuple[float, ProviderError]:
        """Nobody is to ask within these `seconds`; when it is the turn of who was told so."""
        now = time.monotonic()
        self._until = max(self._until, now + seconds)
        self._refused, self.refusals = error, self.refusals + 1
        place = self._last = max(self._until, self._last + SPACING)
        return (seconds if place == now + seconds else place - now), error

    def join(self) -> tuple[float, ProviderError] | None:
        """In how many seconds it is the turn of who comes now, and why; None: at once.

        The provider's `ProviderError` where the line is too long to be waited in.
        """
        now = time.monotonic()
        if self._refused is None or max(self._until, self._last) <= now:
            return None
        place = max(self._until, self._last + SPACING)
        if place - now > LONGEST_WAIT + LONGEST_LINE * SPACING:
            raise self._refused
        self._last = place
        return place - now, self._refused
