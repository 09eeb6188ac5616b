"""Filters that stay usable when there are thousands of people."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.models import Tag
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
