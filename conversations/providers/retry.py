"""When a failed request may be sent again. Pure; a request is only repeated before its first event.

A repeated request must not be accepted twice: a refused connection and a 429 were certainly not
accepted. A 5xx may have been, so it is repeated only when a duplicate would have no effect: one in
the background would go on, unseen, to its end and its bill.
"""

import math
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from conversations.protocol.approvals import answers_in
from conversations.protocol.errors import ErrorKind, ProviderError

MAX_ATTEMPTS = 3
LONGEST_WAIT = 60.0
BACKOFF = {
    ErrorKind.UNREACHABLE: 0.5,
    ErrorKind.RATE_LIMITED: 1.0,
    ErrorKind.OVERLOADED: 0.5,
    ErrorKind.SERVER: 0.5,
}
MAYBE_ACCEPTED = {ErrorKind.OVERLOADED, ErrorKind.SERVER}
# Waiting does not help in seconds: names are looked up again by nobody so soon, and who did not
# answer for as long as connecting may take was given time enough.
FINAL_CODES = {"host_not_found", "connect_timeout"}
# Tools that run at the provider and may change something in the world.
EFFECTIVE_TOOLS = {"mcp", "computer", "computer_use", "computer_use_preview", "shell"}


def delay_before_retry(error: ProviderError, attempt: int) -> float | None:
    """Seconds to wait before sending the request again, or None when it must not be.

    `attempt` counts the requests that were sent, the failed one included (so from 1).
    """
    backoff = BACKOFF.get(error.kind)
    if backoff is None or attempt >= MAX_ATTEMPTS or error.code in FINAL_CODES:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= LONGEST_WAIT else None
    # Jitter keeps many waiting answers from coming back in the same instant.
    return float(backoff * 2 ** (attempt - 1) * random.uniform(0.8, 1.2))  # noqa: S311 - no secret


def is_repeatable(request: Mapping[str, Any], error: ProviderError) -> bool:
    """Whether sending `request` again after `error` can't make anything happen twice."""
    if error.kind not in MAYBE_ACCEPTED:
        return True
    if request.get("background") and error.kind is ErrorKind.SERVER:
        return False
    if answers_in(request.get("input")):
        return False  # the tool that was allowed may have been used
    return not any(tool.get("type") in EFFECTIVE_TOOLS for tool in request.get("tools") or ())


def asked_wait(status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds that the provider asks us to wait: retry-after, else the reset of its limits."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if (number := _number(headers.get(name, ""))) is not None:
            return max(0.0, number * unit)
    if (date := _date(headers.get("retry-after", ""))) is not None:
        # By the provider's own clock, where it tells: ours may differ.
        now = _date(headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (date - now).total_seconds())
    if status != 429:
        return None  # how long the limits last is no answer to another problem
    resets = [
        seconds
        for name in ("x-ratelimit-reset-requests", "x-ratelimit-reset-tokens")
        if (seconds := duration(headers.get(name, ""))) is not None
    ]
    return max(resets, default=None)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(text: str) -> datetime | None:
    """A date as HTTP headers have it, or None."""
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def duration(text: str) -> float | None:
    """Seconds in a duration as Go writes it ("1s", "6m0s", "350ms"), or None."""
    if not re.fullmatch(r"(?:\d+(?:\.\d+)?(?:h|ms|m|s))+", text):
        return None
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(n) * units[unit] for n, unit in re.findall(r"(\d+(?:\.\d+)?)(h|ms|m|s)", text))
