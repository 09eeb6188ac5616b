from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from conversations.admin.permissions import AdministratorsAdmin
from conversations.admin.site import site
from conversations.models import Model
from conversations.models.provider import MODEL_FACTS


@admin.register(Model, site=site)
class ModelAdmin(AdministratorsAdmin):
    list_display = ("__str__", "name", "provider", "enabled", "is_default")
    list_select_related = ("provider",)
    list_filter = ("enabled", "restricted", "provider")
    search_fields = ("name", "label")
    ordering = ("provider__name", "name")
    fields = (
        "provider",
        "name",
        "label",
        "enabled",
        "is_default",
        "restricted",
        "groups",
        *MODEL_FACTS,
        "unsupported",
    )
    filter_horizontal = ("groups",)
    readonly_fields = ("provider", "name")

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """A new default takes the place of the old one."""
        with transaction.atomic():
            if obj.is_default:
                Model.objects.exclude(pk=obj.pk).update(is_default=False)
            super().save_model(request, obj, form, change)
