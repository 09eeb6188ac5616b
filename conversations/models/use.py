"""What was used of limits: one row for whomever a limit holds for, however much is asked.

It is counted by the clock, in UTC: requests in a minute, tokens in a day, money in a month; each
begins anew with the next one. It is counted from when there is a limit. What has no known price, or
one in another currency, costs nothing here; `unpriced` says how often that was so.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models, transaction
from django.utils import timezone

from conversations.models.limit import Held
from conversations.protocol.cost import Cost

MINUTE, DAY, MONTH = "minute", "day", "month"
SKEW = timedelta(seconds=10)  # by which the clocks of two hosts may differ
MOST = 10**11  # what is more comes of a usage that can't be; nor would it be stored
COUNTED = ("minute", "requests", "day", "tokens", "month", "money", "currency", "unpriced")


class Use(models.Model):
    """How much a subject has asked since the begin of the minute, the day and the month."""

    subject = models.CharField(primary_key=True, max_length=80)
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)
    day = models.DateTimeField()
    tokens = models.PositiveBigIntegerField(default=0)
    month = models.DateTimeField(db_index=True)
    money = models.DecimalField(max_digits=20, decimal_places=8, default=Decimal(0))
    currency = models.CharField(max_length=3, blank=True)
    unpriced = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural: ClassVar = "use"

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def none_of(cls, subject: str, now: datetime) -> "Use":
        """Nothing yet."""
        begun = {window: begin_of(window, now) for window in (MINUTE, DAY, MONTH)}
        return cls(subject=subject, **begun)

    def at(self, now: datetime, currency: str = "") -> "Use":
        """The same, without what was used in times that are over, or in another currency."""
        fresh = Use.none_of(self.subject, now)
        if _lasts(self.minute, MINUTE, now):
            fresh.minute, fresh.requests = self.minute, self.requests
        if _lasts(self.day, DAY, now):
            fresh.day, fresh.tokens = self.day, self.tokens
        if _lasts(self.month, MONTH, now):
            fresh.month = self.month
            if currency in ("", self.currency):
                fresh.money, fresh.unpriced = self.money, self.unpriced
        fresh.currency = currency or self.currency
        return fresh


def begin_of(window: str, now: datetime) -> datetime:
    """When the minute, the day or the month began in which it is `now`."""
    begin = now.astimezone(UTC).replace(second=0, microsecond=0)
    if window == MINUTE:
        return begin
    begin = begin.replace(hour=0, minute=0)
    return begin if window == DAY else begin.replace(day=1)


def end_of(window: str, now: datetime) -> datetime:
    """When it ends."""
    longest = {MINUTE: timedelta(minutes=1), DAY: timedelta(days=1), MONTH: timedelta(days=31)}
    return begin_of(window, begin_of(window, now) + longest[window])


def _lasts(begun: datetime, window: str, now: datetime) -> bool:
    """Whether a time that has begun then is not over; one that begins far ahead was never so, but
    for a clock that was wrong.
    """
    return begun - SKEW <= now < end_of(window, begun)


def used_of(held: Iterable[Held]) -> dict[str, Use]:
    """What was used of these, by their subjects, in one query."""
    currencies = {one.subject: one.currency for one in held}
    now = timezone.now()
    rows = Use.objects.filter(pk__in=currencies)
    found = {use.subject: use.at(now, currencies[use.subject]) for use in rows}
    return {subject: found.get(subject) or Use.none_of(subject, now) for subject in currencies}


def locked(held: Sequence[Held]) -> dict[str, Use]:
    """The same, and nobody else counts them before this transaction ends."""
    subjects = [one.subject for one in held]
    rows = Use.objects.select_for_update().filter(pk__in=subjects).order_by("pk")
    found = list(rows)
    if len(found) < len(subjects):
        now = timezone.now()
        missing = [Use.none_of(subject, now) for subject in subjects]
        Use.objects.bulk_create(missing, ignore_conflicts=True)
        found = list(rows.all())
    now = timezone.now()
    currencies = {one.subject: one.currency for one in held}
    return {use.subject: use.at(now, currencies[use.subject]) for use in found}


def keep(uses: Collection[Use]) -> None:
    """Store what was counted of locked ones, in one statement."""
    Use.objects.bulk_update(uses, COUNTED)


def add(use: Use, tokens: int, cost: Cost | None) -> None:
    """Count what was used, as far as it is in the row's currency. (None: of no answer.)"""
    use.tokens = min(max(0, use.tokens + tokens), MOST)
    if cost is None:
        return
    if cost.amount is not None and cost.currency == use.currency:
        use.money = min(max(Decimal(0), use.money + cost.amount), Decimal(MOST))
    else:
        use.unpriced += 1


@transaction.atomic
def forget_old() -> int:
    """Delete what stands for nothing any more; how many there were. What somebody counts just now
    is let alone: to wait for it in another order than theirs would be a deadlock.
    """
    over = begin_of(MONTH, timezone.now())
    old = Use.objects.select_for_update(skip_locked=True).filter(month__lt=over)
    return Use.objects.filter(pk__in=old.values("pk")).delete()[0]
