"""Who is let in by a key, and what a script is told of the limits that hold for it.

Many wrong keys from one address are refused for what is left of the minute, and cost no more than a
look from then on. A right one is let in meanwhile, so that nobody is locked out by who shares their
address; that gives nothing away, for a key can't be guessed.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import ceil

from django.db import transaction

from chatapp.accounts.throttle import network
from conversations.gateway.refusals import WRONG_KEY, Refusal
from conversations.models import ApiKey
from conversations.models.api_key import key_of
from conversations.models.limit import Held, held_by
from conversations.models.use import DAY, MINUTE, used_of
from conversations.turns.errors import RequestError
from conversations.turns.limiting import Left, count_requests, left

WRONG_KEYS_PER_MINUTE = 20
NAMES = {MINUTE: "requests", DAY: "tokens"}


def let_in(secret: str, address: str) -> ApiKey:
    """The key that works; Refusal for a wrong one, and for many of them from one address."""
    key = key_of(secret, address)
    if key is None:
        raise _wrong_key(address)
    return key


def headers_for(key: ApiKey) -> dict[str, str]:
    """The API's headers of what is left, where there is a limit; nothing, in one query, else."""
    held = held_by(key.owner_id, key.pk)
    return dict(_headers(left(held, used_of(held)))) if held else {}


def _headers(known: Sequence[Left]) -> Iterator[tuple[str, str]]:
    for window, name in NAMES.items():
        least = min(
            (one for one in known if one.window == window),
            key=lambda one: (one.remaining, one.limit),
            default=None,
        )
        if least is not None:
            yield f"x-ratelimit-limit-{name}", str(least.limit)
            yield f"x-ratelimit-remaining-{name}", str(least.remaining)
            yield f"x-ratelimit-reset-{name}", duration(least.seconds)


def duration(seconds: float) -> str:
    """A time as the API writes it: `1s`, `6m0s`, `1h2m3s`."""
    minutes, rest = divmod(max(1, ceil(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"


def _wrong_key(address: str) -> Refusal:
    """The answer to a wrong key, which is counted until it is one too many."""
    held = Held(f"address:{network(address)}", requests=WRONG_KEYS_PER_MINUTE)
    (known,) = left([held], used_of([held]))
    if known.remaining > 0:
        with suppress(RequestError), transaction.atomic():  # others from there may be faster
            count_requests([held])
            return WRONG_KEY
    said = "Too many requests with incorrect API keys have come from your address."
    return Refusal(429, said, "too_many_wrong_keys", retry_after=known.seconds)
