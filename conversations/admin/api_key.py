"""People's keys as administrators see and revoke them. Nobody can read one."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from conversations.admin.filters import OwnerFilter, conversations_of
from conversations.admin.limit import NOTHING, used_in_words
from conversations.admin.permissions import AdministratorsReadOnlyAdmin
from conversations.admin.site import site
from conversations.models import ApiKey, Use


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(AdministratorsReadOnlyAdmin):
    """Whose it is, since when, and when and from where it was last used."""

    list_display = (
        "name",
        "owner",
        "begins",
        "state",
        "created_at",
        "expires_at",
        "limits",
        "used_at",
        "used_from",
        "asked",
    )
    list_select_related = ("owner", "limit")
    list_filter = (OwnerFilter, "created_at", "used_at")
    search_fields = ("name", "owner__username", "begins")
    ordering = ("-pk",)
    fields = (
        "name",
        "owner",
        "begins",
        "state",
        "only",
        "created_at",
        "expires_at",
        "limits",
        "used_of_limits",
        "asked",
    )
    readonly_fields = ("state", "limits", "used_of_limits", "asked")
    actions = ("revoke",)

    @admin.display(description=_("state"))
    def state(self, key: ApiKey) -> str:
        return key.state

    @admin.display(description=_("conversations"))
    def asked(self, key: ApiKey) -> SafeString:
        return conversations_of(key)

    @admin.display(description=_("limits"))
    def limits(self, key: ApiKey) -> str:
        return " · ".join(key.limit.described()) if hasattr(key, "limit") else ""

    @admin.display(description=_("used"))
    def used_of_limits(self, key: ApiKey) -> str:
        if not hasattr(key, "limit"):
            return ""
        counted = Use.objects.filter(pk=key.limit.subject).first()
        return NOTHING if counted is None else used_in_words(key.limit, counted)

    @admin.action(description=_("Revoke these keys"))
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        revoked = [key for key in keys if key.revoke()]
        for key in revoked:
            self.log_change(request, key, "Revoked a key.")
        number = len(revoked)
        said = ngettext("%(number)d key was revoked.", "%(number)d keys were revoked.", number)
        self.message_user(request, said % {"number": number}, messages.SUCCESS)
