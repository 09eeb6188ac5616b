"""What lets us in somewhere, found in what others say of it, and covered."""

from collections.abc import Iterable, Sequence
from typing import Any

COVER = "[secret]"
SHORTEST = 6
"""What is shorter stands in many texts by chance."""
SCHEMES = {"basic", "bearer"}
AUTHORIZATION = "authorization"

# What items and events are told apart and joined by; what is covered are texts.
NAMING = frozenset(
    {
        "call_id",
        "encrypted_content",
        "id",
        "model",
        "name",
        "object",
        "phase",
        "role",
        "server_label",
        "status",
        "type",
    }
)


def secrets_in(headers: Iterable[tuple[str, str]]) -> list[str]:
    """Those that these names and values of headers hold: the value as a whole, for a word of it may
    be anybody's; where it authorises, what follows the scheme.
    """
    found = dict.fromkeys(_secret(name, value.strip()) for name, value in headers)
    return sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True)


def _secret(name: str, value: str) -> str:
    words = value.split()
    is_key = name.lower() == AUTHORIZATION or (len(words) > 1 and words[0].lower() in SCHEMES)
    return words[-1] if words and is_key else value


def covered(value: Any, secrets: Sequence[str]) -> Any:
    """A value of JSON with a cover on each of the secrets in its texts."""
    if not secrets:
        return value
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, COVER)
        return value
    if isinstance(value, list):
        return [covered(entry, secrets) for entry in value]
    if isinstance(value, dict):
        return {
            key: entry if _is_naming(key, entry) else covered(entry, secrets)
            for key, entry in value.items()
        }
    return value


def _is_naming(key: str, value: Any) -> bool:
    return isinstance(value, str) and (key in NAMING or key.endswith("_id"))
