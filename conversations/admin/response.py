"""All answers in one list, to look for what failed, what was slow and what was expensive."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conversations.admin.fields import entry_of
from conversations.admin.filters import KeyFilter, OwnerFilter
from conversations.admin.permissions import ReadOnlyAdmin
from conversations.admin.site import site
from conversations.models import Response


@admin.register(Response, site=site)
class ResponseAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "conversation",
        "owner",
        "key",
        "model_name",
        "status",
        "rating",
        "tokens",
        "price",
        "duration",
        "sent",
    )
    list_select_related = ("conversation", "owner", "api_key")
    list_filter = (OwnerFilter, KeyFilter, "created_at", "model", "rating", "status", "sent")
    # The ids begin with their time, so this is the order of the primary key.
    ordering = ("-id",)
    list_per_page = 50
    search_fields = ("text", "conversation__title", "owner__username", "upstream_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Response]:
        """Without what only the transcript shows: one answer may be megabytes."""
        rows: QuerySet[Response] = super().get_queryset(request)
        present = rows.filter(conversation__deleted_at=None)
        return present.defer("input", "output", "text", "instructions", "settings")

    @admin.display(description=_("key"))
    def key(self, response: Response) -> str:
        return response.api_key.name if response.api_key else ""

    @admin.display(description=_("tokens"))
    def tokens(self, response: Response) -> Any:
        return entry_of(response.usage, "total_tokens")

    @admin.display(description=_("cost"), ordering="cost")
    def price(self, response: Response) -> str | None:
        """To a hundredth of a cent; None where nobody knows it."""
        return None if response.cost is None else f"{response.cost:.4f} {response.currency}"

    @admin.display(description=_("seconds"))
    def duration(self, response: Response) -> str | None:
        return None if response.seconds is None else f"{response.seconds:.1f}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Its place in the transcript, where reading is recorded."""
        response = get_object_or_404(self.get_queryset(request), pk=unquote(object_id))
        page = reverse(
            "admin:conversations_conversation_change", args=[quote(response.conversation_id)]
        )
        return redirect(f"{page}#{response.pk}")
