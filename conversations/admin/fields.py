from typing import Any


def entry_of(value: Any, name: str) -> Any:
    """An entry of a stored JSON object, or None: a provider may have sent something else there."""
    return value.get(name) if isinstance(value, dict) else None
