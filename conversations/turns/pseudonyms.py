"""Who speaks, and in which conversation, as a provider is told it: by names that lead to nobody.

A provider that sees abuse can say whose it is without knowing them, and finds what it has cached of
a conversation: https://platform.openai.com/docs/guides/safety-best-practices,
https://platform.openai.com/docs/guides/prompt-caching.
"""

from django.utils.crypto import salted_hmac

from conversations.models import Response

NAMES = ("safety_identifier", "prompt_cache_key")
"""The parameters, each of 64 characters, which is the most that any provider takes."""


def pseudonyms_of(row: Response) -> dict[str, str]:
    """Those that the model of `row` takes, by parameter."""
    assert row.model is not None, "a turn begins with a model"
    known = dict(zip(NAMES, (str(row.owner_id), row.conversation_id), strict=True))
    lacking = row.model.lacks
    return {name: _hidden(name, value) for name, value in known.items() if name not in lacking}


def _hidden(name: str, value: str) -> str:
    return salted_hmac(f"conversations.{name}", value, algorithm="sha256").hexdigest()
