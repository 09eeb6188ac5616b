"""What was answered to people's keys, month by month."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.admin.filters import OwnerFilter
from conversations.admin.permissions import AdministratorsReadOnlyAdmin
from conversations.admin.site import site
from conversations.models.key_use import KeyUse


class KeysPersonFilter(OwnerFilter):
    """Of what belongs to a key."""

    column = "key__owner"


@admin.register(KeyUse, site=site)
class KeyUseAdmin(AdministratorsReadOnlyAdmin):
    """Which key has used how much, the last month first."""

    list_display = ("when", "name", "person", "answers", "tokens", "price")
    list_display_links = None
    list_filter = (KeysPersonFilter, ("month", admin.AllValuesFieldListFilter))
    list_per_page = 50
    ordering = ("-month", "-tokens")
    search_fields = ("key__name", "key__owner__username")

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeyUse]:
        rows: QuerySet[KeyUse] = super().get_queryset(request)
        return rows.select_related("key__owner")

    @admin.display(description=_("month"), ordering="month")
    def when(self, use: KeyUse) -> str:
        return f"{use.month:%Y-%m}"

    @admin.display(description=_("key"), ordering="key__name")
    def name(self, use: KeyUse) -> str:
        return use.key.name

    @admin.display(description=_("person"), ordering="key__owner__username")
    def person(self, use: KeyUse) -> str:
        return use.key.owner.get_username()

    @admin.display(description=_("cost"), ordering="cost")
    def price(self, use: KeyUse) -> str | None:
        """To a hundredth of a cent; None where nobody knows it."""
        return f"{use.cost:.4f} {use.currency}" if use.currency else None
