"""Assistants and prompts as administrators see them: whose they are, and who may use them."""

from django.contrib import admin

from conversations.admin.permissions import AdministratorsReadOnlyAdmin
from conversations.admin.site import site
from conversations.models import Assistant, Prompt


@admin.register(Assistant, site=site)
class AssistantAdmin(AdministratorsReadOnlyAdmin):
    list_display = ("name", "owner", "model", "audience", "group", "updated_at")
    list_select_related = ("owner", "model", "group")
    list_filter = ("audience", "group")
    search_fields = ("name", "description", "instructions", "owner__username")
    ordering = ("-updated_at",)


@admin.register(Prompt, site=site)
class PromptAdmin(AdministratorsReadOnlyAdmin):
    list_display = ("title", "command", "owner", "audience", "group", "updated_at")
    list_select_related = ("owner", "group")
    list_filter = ("audience", "group")
    search_fields = ("title", "command", "text", "owner__username")
    ordering = ("-updated_at",)
