"""The trail: who read which conversation, and who changed what, in Django's own log of actions."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from conversations.admin.permissions import AdministratorsReadOnlyAdmin
from conversations.admin.site import site
from conversations.models import Conversation

# Beside Django's 1 to 3: nothing was added, changed or deleted.
READ = 4


def record_reading(user: Any, conversation: Conversation) -> None:
    """Note that `user` opened the transcript of `conversation`."""
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Conversation),
        object_id=conversation.pk,
        object_repr=f"{conversation.owner.get_username()}: {conversation}"[:200],
        action_flag=READ,
        change_message="Read.",
    )


@admin.register(LogEntry, site=site)
class TrailAdmin(AdministratorsReadOnlyAdmin):
    list_display = ("action_time", "user", "content_type", "object_repr", "message")
    list_select_related = ("user", "content_type")
    list_filter = ("action_time", "content_type")
    date_hierarchy = "action_time"
    ordering = ("-action_time",)
    list_per_page = 50
    search_fields = ("user__username", "object_repr", "object_id")
    fields = ("action_time", "user", "content_type", "object_id", "object_repr", "message")

    @admin.display(description=_("what was done"))
    def message(self, entry: LogEntry) -> str:
        return entry.get_change_message()
