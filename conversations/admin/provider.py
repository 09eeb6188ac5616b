"""Providers as administrators see them. A key goes in and never comes out."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.admin.permissions import AdministratorsAdmin
from conversations.admin.site import site
from conversations.models import Provider
from conversations.models.connection import CONNECTION
from conversations.models.finding import forget
from conversations.protocol.dialects import DIALECTS
from conversations.turns.connection_form import ConnectionForm
from conversations.turns.endpoint import settled_in_environment

ABILITIES = (
    *("stateful", "keeps_days", "background", "steerable"),
    *("counts_tokens", "compacts", "calls_functions", "calls_mcp"),
)
FILES = ("takes_images", "takes_files", "searches_files")
ABLE = (*ABILITIES, *FILES, "transcription_model", "fallback_order")


class ProviderForm(ConnectionForm):
    """A provider's entries, with a field for a new key in place of the stored one."""

    dialect = forms.ChoiceField(
        label=_("Dialect"), choices=[(one.name, one.label) for one in DIALECTS.values()]
    )
    new_api_key = forms.CharField(
        label=_("New API key"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty keeps the stored one, unless the base URL changes: then it is removed."),
    )

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"]
        return url.rstrip("/")

    def save(self, commit: bool = True) -> Provider:
        """Store the key, or drop the old one rather than send it to an address it wasn't for; nor
        was anything found out about that one.
        """
        if not _is_settled_elsewhere(self.instance):
            is_elsewhere, new_key = self.is_elsewhere(), self.cleaned_data["new_api_key"]
            if new_key or is_elsewhere:
                self.instance.api_key = new_key
            if is_elsewhere:
                forget(self.instance)
        return super().save(commit)

    def has_key(self) -> bool:
        kept = not self.is_elsewhere() and super().has_key()
        return bool(self.cleaned_data.get("new_api_key")) or kept


@admin.register(Provider, site=site)
class ProviderAdmin(AdministratorsAdmin):
    """Changes to the providers there are; they are connected on the page of the providers."""

    form = ProviderForm
    list_display = ("name", "base_url", "has_key", "enabled", "stateful")
    list_filter = ("enabled",)
    search_fields = ("name", "base_url")
    ordering = ("embedded", "name")
    fields = (
        "name",
        "base_url",
        "has_key",
        "new_api_key",
        "dialect",
        *ABLE,
        "enabled",
    )
    readonly_fields = ("has_key",)

    @admin.display(description=_("API key is set"), boolean=True)
    def has_key(self, provider: Provider) -> bool:
        return bool(provider.api_key)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is settled elsewhere; of the guide, which is built in, all but its switch."""
        if obj is not None and obj.embedded:
            return ("has_key", "name", "base_url", "dialect", *ABLE)
        if obj is not None and _is_settled_elsewhere(obj):
            return ("has_key", "name", "base_url")
        return ("has_key",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """No field for a key where none is stored."""
        if obj is not None and obj.embedded:
            return ("name", "enabled")
        if obj is not None and _is_settled_elsewhere(obj):
            return ("name", "base_url", "dialect", *ABLE, "enabled")
        return ProviderAdmin.fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """How it is reached is folded: few providers need more than an address and a key."""
        usual = (None, {"fields": self.get_fields(request, obj)})
        if obj is None or obj.embedded:
            return [usual]
        settled = settled_in_environment(obj)
        names = [name for name in CONNECTION if name not in settled]
        return [usual, (_("Connection"), {"classes": ("collapse",), "fields": names})]


def _is_settled_elsewhere(provider: Provider) -> bool:
    """Whether name, address and key come from the program or the environment, not from here."""
    return provider.embedded or provider.from_environment
