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

    def refused(self, error: ProviderError, seconds: float) -> None:
        """Nobody is to ask within these `seconds`."""
        self._until = max(self._until, time.monotonic() + seconds)
        self._refused = error

    def join(self) -> tuple[float, ProviderError] | None:
        """In how many seconds it is the turn of who comes now, and why; None: at once.

        The provider's `ProviderError` where that is too long to be waited for.
        """
        return self._place(max(self._until, self._last))

    def stay(self) -> tuple[float, ProviderError] | None:
        """The same for somebody whose turn has come, or who was refused: None unless it was put off
        meanwhile.
        """
        return self._place(self._until)

    def _place(self, busy_until: float) -> tuple[float, ProviderError] | None:
        now = time.monotonic()
        if self._refused is None or busy_until <= now:
            return None
        place = max(self._until, self._last + SPACING)
        if place - now > LONGEST_WAIT + LONGEST_LINE * SPACING:
            raise self._refused
        self._last = place
        return place - now, self._refused
