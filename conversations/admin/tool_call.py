"""What models have had this server's tools do, for whom, and how long it took."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conversations.admin.filters import AnsweredPersonFilter
from conversations.admin.permissions import ReadOnlyAdmin
from conversations.admin.site import site
from conversations.models import ToolCall


@admin.register(ToolCall, site=site)
class ToolCallAdmin(ReadOnlyAdmin):
    """Without arguments and results: those are read in the transcript, which leaves a trail."""

    list_display = (
        "began_at",
        "name",
        "conversation",
        "person",
        "effects",
        "decision",
        "size",
        "duration",
        "went_well",
    )
    list_select_related = ("response__conversation", "response__owner")
    list_filter = (AnsweredPersonFilter, "began_at", "name", "effects", "decision")
    list_per_page = 50
    ordering = ("-id",)
    search_fields = ("name", "response__owner__username", "response__conversation__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ToolCall]:
        """Of conversations that nobody has deleted."""
        rows: QuerySet[ToolCall] = super().get_queryset(request)
        present = rows.filter(response__conversation__deleted_at=None)
        return present.defer(
            "arguments", "output", "pictures", "response__input", "response__output"
        )

    @admin.display(description=_("conversation"))
    def conversation(self, call: ToolCall) -> str:
        return str(call.response.conversation)

    @admin.display(description=_("person"), ordering="response__owner__username")
    def person(self, call: ToolCall) -> str:
        return call.response.owner.get_username()

    @admin.display(description=_("seconds"))
    def duration(self, call: ToolCall) -> str | None:
        return None if call.seconds is None else f"{call.seconds:.1f}"

    @admin.display(description=_("went well"), boolean=True)
    def went_well(self, call: ToolCall) -> bool | None:
        """None where it was not made, or is not known."""
        return None if call.ended_at is None else not call.error

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Its answer's place in the transcript, where reading is recorded."""
        call = get_object_or_404(self.get_queryset(request), pk=object_id)
        page = reverse(
            "admin:conversations_conversation_change", args=[quote(call.response.conversation_id)]
        )
        return redirect(f"{page}#{call.response_id}")
