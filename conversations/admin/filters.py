"""Filters that stay usable when there are thousands of people."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.models import ApiKey, Response, Tag
from conversations.models.tag import compared

SHOWN = 20


class OwnerFilter(admin.SimpleListFilter):
    """The people who signed in last, and whoever is chosen; the search finds the others."""

    title = _("person")
    parameter_name = column = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        everybody = get_user_model()._default_manager
        latest = everybody.filter(last_login__isnull=False).order_by("-last_login")[:SHOWN]
        wanted = Q(pk__in=list(latest.values_list("pk", flat=True)))
        if (chosen := self.value()) and chosen.isdecimal():
            wanted |= Q(pk=chosen)
        return [(str(one.pk), one.get_username()) for one in everybody.filter(wanted)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(**{self.column: chosen}) if chosen.isdecimal() else queryset.none()


class AnsweredPersonFilter(OwnerFilter):
    """Of what belongs to an answer."""

    column = "response__owner"


class KeyFilter(admin.SimpleListFilter):
    """Answers by whether a script asked, and through which key: those used last, and whichever is
    chosen, as it is from the list of keys.
    """

    title = _("key")
    parameter_name = "key"
    ANY, NONE = "any", "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        keys = ApiKey.objects.select_related("owner")
        latest = keys.filter(used_at__isnull=False).order_by("-used_at")[:SHOWN]
        wanted = Q(pk__in=latest.values("pk")) | Q(pk=self.value() or "")
        offered = [(key.pk, f"{key} ({key.owner.get_username()})") for key in keys.filter(wanted)]
        return [(self.ANY, _("through a key")), (self.NONE, _("in the chat")), *offered]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen in (self.ANY, self.NONE):
            return self.told(queryset, is_any=chosen == self.ANY)
        return self.through(queryset, chosen)

    def told(self, queryset: QuerySet[Any], is_any: bool) -> QuerySet[Any]:
        return queryset.filter(api_key__isnull=not is_any)

    def through(self, queryset: QuerySet[Any], key_id: str) -> QuerySet[Any]:
        return queryset.filter(api_key=key_id)


class BegunThroughKeyFilter(KeyFilter):
    """Conversations by how they were begun; by a key those in which it asked at all."""

    def told(self, queryset: QuerySet[Any], is_any: bool) -> QuerySet[Any]:
        return queryset.exclude(key_name="") if is_any else queryset.filter(key_name="")

    def through(self, queryset: QuerySet[Any], key_id: str) -> QuerySet[Any]:
        asked = Response.objects.filter(api_key=key_id)
        return queryset.filter(pk__in=asked.values("conversation"))


def conversations_of(key: ApiKey) -> SafeString:
    """A link to those in which a key asked."""
    listed = reverse("admin:conversations_conversation_changelist")
    query = urlencode({KeyFilter.parameter_name: key.pk})
    return format_html('<a href="{}?{}">{}</a>', listed, query, _("Look at them"))


class TagFilter(admin.SimpleListFilter):
    """The tag that was chosen in the list, whoever gave it, in whatever case and width."""

    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        chosen = self.value()
        return [(chosen, chosen)] if chosen else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if not chosen:
            return queryset
        # No join: it would multiply what the other filters join.
        tags = Tag.conversations.through.objects.filter(tag__compared=compared(chosen))
        return queryset.filter(pk__in=tags.values("conversation"))
