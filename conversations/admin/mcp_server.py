"""MCP servers as administrators see them. What lets us in there is shown nowhere."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.admin.permissions import AdministratorsAdmin
from conversations.admin.site import site
from conversations.models import McpServer

READ = ("label", "url", "transport", "called_by", "lets_us_in", "number", "looked_at", "page")


@admin.register(McpServer, site=site)
class McpServerAdmin(AdministratorsAdmin):
    """Who may use which, and whether at all; they are named, and told apart, on their own page."""

    list_display = ("name", "label", "url", "called_by", "audience", "rule", "enabled")
    list_filter = ("enabled", "called_by", "audience")
    search_fields = ("name", "label", "url")
    fields = ("name", *READ, "enabled", "audience", "groups", "rule")
    readonly_fields = READ

    @admin.display(description=_("Token or headers are set"), boolean=True)
    def lets_us_in(self, server: McpServer) -> bool:
        return server.has_secrets

    @admin.display(description=_("Tools"))
    def number(self, server: McpServer) -> int:
        return len(server.known_tools)

    @admin.display(description=_("Its page"))
    def page(self, server: McpServer) -> SafeString:
        address = reverse("conversations:mcp-server", args=[server.pk])
        return format_html('<a href="{}">{}</a>', address, _("Address, secrets and tools"))
