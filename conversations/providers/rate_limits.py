"""What a provider says is left of its limits: in the headers of its answers, refusals among them.

https://platform.openai.com/docs/guides/rate-limits
"""

from collections.abc import Mapping
from typing import Any

from conversations.providers.retry import duration

KINDS = ("requests", "tokens")


def rate_limits_in(headers: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What is left by kind, each with `limit`, `remaining` and in how many seconds it is whole
    again (`reset`), the first and the last where they are told; {} where nothing is.

    Some answer with -1, or with a limit of 0, where they limit nothing.
    """
    found = {kind: _told(headers, kind) for kind in KINDS}
    return {kind: told for kind, told in found.items() if told}


def _told(headers: Mapping[str, str], kind: str) -> dict[str, Any]:
    limit, remaining = (_count(headers, f"{name}-{kind}") for name in ("limit", "remaining"))
    if remaining is None or remaining < 0 or (remaining == 0 and not limit):
        return {}
    if limit is not None and limit < max(remaining, 1):
        return {}
    told = {"limit": limit, "remaining": remaining}
    reset = duration(headers.get(f"x-ratelimit-reset-{kind}", ""))
    return {name: value for name, value in {**told, "reset": reset}.items() if value is not None}


def _count(headers: Mapping[str, str], name: str) -> int | None:
    try:
        return int(headers.get(f"x-ratelimit-{name}", ""))
    except ValueError:
        return None
