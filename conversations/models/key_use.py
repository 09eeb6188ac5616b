"""What was answered to each key in a month: how often, in how many tokens, for how much money.

It is counted when an answer ends: it is known at once, however much was asked, and stays when what
was asked is deleted. A month is that of UTC.
"""

from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.api_key import ApiKey
from conversations.models.response import Response
from conversations.protocol.cost import Cost

MOST = 10**11  # tokens; what is more comes of a usage that can't be; nor would it be stored


class KeyUse(models.Model):
    """Of one key in one month, in one currency: none where the cost is not known."""

    key = models.ForeignKey(
        ApiKey, models.CASCADE, db_index=False, related_name="uses", verbose_name=_("key")
    )
    month = models.DateField(_("month"), db_index=True)
    currency = models.CharField(max_length=3, blank=True)
    answers = models.PositiveIntegerField(_("answers"), default=0)
    tokens = models.PositiveBigIntegerField(_("tokens"), default=0)
    cost = models.DecimalField(max_digits=20, decimal_places=8, default=Decimal(0))

    class Meta:
        verbose_name = _("use of a key")
        verbose_name_plural = _("use of keys")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "month", "currency"], name="key_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.month:%Y-%m}"


def this_month() -> date:
    """Its first day."""
    return timezone.now().astimezone(UTC).date().replace(day=1)


def uses_of_this_month() -> "Prefetch[Any]":
    """For a list of keys: what each has used, in one query for all of them."""
    rows = KeyUse.objects.filter(month=this_month()).order_by("-currency")
    return Prefetch("uses", rows)


def count_answer(row: Response, cost: Cost) -> None:
    """Count an answer that ends, in the transaction that stores that; nothing if no key asked."""
    if row.api_key_id is not None:
        _add(row.api_key_id, cost.currency, 1, tokens_of(row.usage), cost.amount or Decimal(0))


def count_more(row: Response, usage: Any, cost: Cost) -> None:
    """Count what an answer turns out to have used, beyond what its row says."""
    if row.api_key_id is None:
        return
    more = max(0, tokens_of(usage) - tokens_of(row.usage))
    paid = max(Decimal(0), (cost.amount or Decimal(0)) - (row.cost or Decimal(0)))
    _add(row.api_key_id, cost.currency, 0, more, paid)


def tokens_of(usage: Any) -> int:
    """All of an answer, as far as its provider has counted them."""
    counted = usage if isinstance(usage, Mapping) else {}
    counts = (counted.get("input_tokens"), counted.get("output_tokens"))
    return min(MOST, sum(one for one in counts if isinstance(one, int) and one > 0))


def _add(key_id: str, currency: str, answers: int, tokens: int, cost: Decimal) -> None:
    which = {"key_id": key_id, "month": this_month(), "currency": currency}
    rows = KeyUse.objects.filter(**which)
    change = {"answers": F("answers") + answers, "tokens": F("tokens") + tokens}
    if not rows.update(cost=F("cost") + cost, **change):
        # Another process may be about to make it, too.
        KeyUse.objects.bulk_create([KeyUse(**which)], ignore_conflicts=True)
        rows.update(cost=F("cost") + cost, **change)
