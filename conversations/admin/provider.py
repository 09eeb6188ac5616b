"""Providers as administrators see them. A key goes in and never comes out."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from conversations.admin.permissions import AdministratorsAdmin
from conversations.admin.site import site
from conversations.models import Provider

if TYPE_CHECKING:
    _ProviderForm = forms.ModelForm[Provider]  # generic for the type checker alone
else:
    _ProviderForm = forms.ModelForm


class ProviderForm(_ProviderForm):
    new_api_key = forms.CharField(
        label=_("New API key"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty keeps the stored one, unless the base URL changes: then it is removed."),
    )

    def save(self, commit: bool = True) -> Provider:
        """Store the key, or drop the old one rather than send it to an address it wasn't for."""
        new_key = self.cleaned_data["new_api_key"]
        if not self.instance.embedded and (new_key or "base_url" in self.changed_data):
            self.instance.api_key = new_key
        return super().save(commit)


@admin.register(Provider, site=site)
class ProviderAdmin(AdministratorsAdmin):
    form = ProviderForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("name", "base_url", "has_key", "enabled", "stateful")
    list_filter = ("enabled",)
    search_fields = ("name", "base_url")
    ordering = ("embedded", "name")
    fields = ("name", "base_url", "has_key", "new_api_key", "dialect", "stateful", "enabled")
    readonly_fields = ("has_key",)

    @admin.display(description=_("API key is set"), boolean=True)
    def has_key(self, provider: Provider) -> bool:
        return bool(provider.api_key)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The guide lives in this process: it has no address and no key to change."""
        if obj is not None and obj.embedded:
            return ("has_key", "name", "base_url", "dialect", "stateful")
        return ("has_key",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is not None and obj.embedded:
            return ("name", "enabled")
        return ProviderAdmin.fields
