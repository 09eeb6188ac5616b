"""Our own ids, in the API's form `<prefix>_<letters>`."""

import secrets
import time


def new_id(prefix: str) -> str:
    """Return an id such as `resp_…`: 14 hex digits of Unix microseconds, then 128 random bits.

    The time makes ids of one prefix sort by age; the rest can't be guessed.
    """
    return f"{prefix}_{time.time_ns() // 1000:014x}{secrets.token_hex(16)}"


def new_ids(prefix: str, count: int) -> list[str]:
    """Return as many ids, which sort in this order."""
    first = time.time_ns() // 1000 - count
    return [f"{prefix}_{first + at:014x}{secrets.token_hex(16)}" for at in range(count)]
