"""Limits, which administrators set, and what was used of them.

What holds for everyone is used by each person alone: only what has limits of its own shows its use.
"""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conversations.admin.permissions import AdministratorsAdmin
from conversations.admin.site import site
from conversations.models import Limit, Use
from conversations.models.limit import LEAST_MONEY, in_digits
from conversations.models.use import COUNTED

NOTHING = "-"


@admin.register(Limit, site=site)
class LimitAdmin(AdministratorsAdmin):
    """Whom it is for, how much they may ask, and how much they have."""

    list_display = (
        "whose",
        "requests_per_minute",
        "tokens_per_day",
        "money_per_month",
        "currency",
        "used",
    )
    list_select_related = ("key__owner", "user", "group")
    search_fields = ("key__name", "user__username", "group__name")
    ordering = ("subject",)
    autocomplete_fields = ("key", "user", "group")
    fields = (
        "key",
        "user",
        "group",
        "requests_per_minute",
        "tokens_per_day",
        "money_per_month",
        "currency",
        "used",
    )
    readonly_fields = ("used",)

    @admin.display(description=_("for"))
    def whose(self, limit: Limit) -> str:
        return f"{limit} · {limit.key.owner}" if limit.key else str(limit)

    @admin.display(description=_("used"))
    def used(self, limit: Limit) -> str:
        counted = {name: getattr(limit, f"counted_{name}", None) for name in COUNTED}
        if counted["minute"] is None:
            return NOTHING
        return used_in_words(limit, Use(subject=limit.subject, **counted))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Limit]:
        rows: QuerySet[Limit] = super().get_queryset(request)
        use = Use.objects.filter(pk=OuterRef("subject"))
        return rows.annotate(**{f"counted_{name}": use.values(name) for name in COUNTED})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)


def used_in_words(limit: Limit, counted: Use) -> str:
    """What was used of each limit, and how many answers had no price that counts here."""
    use = counted.at(timezone.now(), limit.currency)
    said = []
    if limit.requests_per_minute is not None:
        said.append(
            gettext("%(number)s requests this minute") % {"number": in_digits(use.requests)}
        )
    if limit.tokens_per_day is not None:
        said.append(gettext("%(number)s tokens today") % {"number": in_digits(use.tokens)})
    if limit.money_per_month is not None:
        amount = f"{in_digits(use.money.quantize(LEAST_MONEY))} {use.currency}"
        said.append(gettext("%(amount)s this month") % {"amount": amount})
        if use.unpriced:
            said.append(_unpriced(use.unpriced))
    return " · ".join(said) or NOTHING


def _unpriced(number: int) -> str:
    said = ngettext(
        "and %(number)s answer whose price in this currency is not known, which is not counted",
        "and %(number)s answers whose price in this currency is not known, which are not counted",
        number,
    )
    return said % {"number": in_digits(number)}
