"""What a person is told of an error that is stored, in the language that is spoken."""

from typing import Any

from django.utils.translation import gettext

from conversations.protocol.failures import told


def told_of(error: Any) -> str:
    """The sentences of an `error`; one that was stored without its kind as it was written."""
    if not isinstance(error, dict):
        return ""
    failure = error.get("failure")
    said = told(failure, gettext) if isinstance(failure, dict) else ""
    return said or str(error.get("message") or "")
