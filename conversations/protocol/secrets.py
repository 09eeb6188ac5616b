"""What lets us in somewhere, found in what others say of it, and covered."""

from collections.abc import Iterable, Sequence
from typing import Any

COVER = "[secret]"
SHORTEST = 6
"""What is shorter stands in many texts by chance."""
SCHEMES = {"basic", "bearer"}


def secrets_in(values: Iterable[str]) -> list[str]:
    """Those that the values of headers hold."""
    words = dict.fromkeys(word for value in values for word in value.split())
    return [word for word in words if len(word) >= SHORTEST and word.lower() not in SCHEMES]


def covered(value: Any, secrets: Sequence[str]) -> Any:
    """A value of JSON with a cover on each of the secrets in its texts."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, COVER)
        return value
    if isinstance(value, list):
        return [covered(entry, secrets) for entry in value]
    if isinstance(value, dict):
        return {key: covered(entry, secrets) for key, entry in value.items()}
    return value
