"""Whether somebody may ask, and what they have asked: counted in the database, for all processes.

It holds for whatever is stored to be answered, in the page and through a key. Titles, what is
noted of a person, and what is dictated are not counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from conversations.models import Response
from conversations.models.key_use import tokens_of
from conversations.models.limit import Held, held_by
from conversations.models.use import DAY, MINUTE, MONTH, Use, add, end_of, keep, locked, used_of
from conversations.protocol.cost import Cost, cost_of
from conversations.protocol.marking import gettext_noop
from conversations.protocol.rounds import begun_at, is_between, total_usage
from conversations.protocol.tokens import item_tokens
from conversations.turns.errors import RequestError

TOO_OFTEN, USED_UP = "rate_limit_exceeded", "insufficient_quota"
LEAST = Decimal("0.00000001")
SENTENCES = {
    MINUTE: gettext_noop(
        "As much was asked as may be in a minute. It is possible again in %(wait)s."
    ),
    DAY: gettext_noop("All tokens of this day are used up. It is possible again in %(wait)s."),
    MONTH: gettext_noop(
        "What may be spent in this month is used up. It is possible again in %(wait)s."
    ),
}


class Left(NamedTuple):
    """Of a limit: of requests in a MINUTE, tokens in a DAY, or money in a MONTH, which ends in so
    many seconds.
    """

    window: str
    limit: Decimal
    remaining: Decimal
    seconds: float


def may_ask(owner_id: int, key_id: str | None, number: int = 1) -> Sequence[Held]:
    """What holds for a person, or one of their keys; RequestError where so many more requests are
    too much now.
    """
    held = held_by(owner_id, key_id)
    if held:
        _check(held, used_of(held), number)
    return held


def count_requests(held: Sequence[Held], number: int = 1) -> None:
    """Count what is about to be asked, in the transaction that stores it; RequestError where others
    were faster.
    """
    if not held:
        return
    uses = locked(held)
    _check(held, uses, number)
    for use in uses.values():
        use.requests += number
    keep(uses.values())


@transaction.atomic
def count_one(owner_id: int, key_id: str | None) -> None:
    """Count a request that nothing is stored of; RequestError where it is one too many."""
    count_requests(may_ask(owner_id, key_id))


def count_answer(row: Response, cost: Cost) -> None:
    """Count what an answer has used, in the transaction that stores its end. What its provider has
    not said is counted by what was said: answers that are broken off are not for nothing.
    """
    told = _told(row)
    _count(row, tokens_of(told), cost if told is row.usage else _cost(row, told))


def count_more(row: Response, usage: Any, cost: Cost) -> None:
    """Count what it is known later to have used, beyond what was counted when it ended."""
    told = _told(row)
    before = row.cost if told is row.usage else _cost(row, told).amount
    tokens = tokens_of(usage) - tokens_of(told)
    if cost.amount is None:
        _count(row, tokens, None)
    else:
        _count(row, tokens, Cost(cost.amount - (before or 0), cost.currency))


def _told(row: Response) -> Any:
    """The usage of an answer; where it, or its last round, was begun and not counted, with about
    what that is at least.
    """
    has_open_round = bool(row.rounds) and not is_between(row.rounds)
    begun = begun_at(row.rounds) if has_open_round else 0
    if not row.output[begun:] or (tokens_of(row.usage) and not has_open_round):
        return row.usage
    parts = [*row.input, *row.output[:begun]], row.output[begun:]
    given, said = (sum(map(item_tokens, items)) for items in parts)
    about = {"input_tokens": given, "output_tokens": said}
    return total_usage(row.rounds, about) if has_open_round else about


def _cost(row: Response, usage: Any) -> Cost:
    return cost_of(usage, row.model.price if row.model else None)


def _count(row: Response, tokens: int, cost: Cost | None) -> None:
    held = held_by(row.owner_id, row.api_key_id)
    if not held:
        return
    uses = locked(held)
    for use in uses.values():
        add(use, tokens, cost)
    keep(uses.values())


def left(held: Sequence[Held], uses: Mapping[str, Use]) -> Sequence[Left]:
    """What is left of each limit."""
    now = timezone.now()
    return [one for each in held for one in _left_of(each, uses[each.subject], now)]


def _left_of(held: Held, use: Use, now: datetime) -> Iterator[Left]:
    for window, begun, limit, used in (
        (MINUTE, use.minute, held.requests, use.requests),
        (DAY, use.day, held.tokens, use.tokens),
        (MONTH, use.month, held.money, use.money),
    ):
        if limit is not None:
            seconds = (end_of(window, begun) - now).total_seconds()
            yield Left(window, Decimal(limit), max(Decimal(0), limit - Decimal(used)), seconds)


def _check(held: Sequence[Held], uses: Mapping[str, Use], number: int) -> None:
    """RequestError for what is used up; of several, for what is so for longest."""
    used_up = [one for one in left(held, uses) if one.remaining < _needed(one, number)]
    if used_up:
        raise _refused(max(used_up, key=lambda one: one.seconds))


def _needed(left: Left, number: int) -> Decimal:
    """What an answer will use is not known before its end: anything is enough to begin it."""
    return min(Decimal(number), left.limit) if left.window == MINUTE else LEAST


def _refused(left: Left) -> RequestError:
    code = USED_UP if left.window == MONTH else TOO_OFTEN
    wait = max(left.seconds, 0.001)
    return RequestError(SENTENCES[left.window], code, status=429, retry_after=wait)
