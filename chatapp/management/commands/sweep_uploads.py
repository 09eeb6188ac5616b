"""`manage.py sweep_uploads`: what the app does once a day, now."""

from typing import Any

from django.core.management.base import BaseCommand

from conversations.models import attachment, importing


class Command(BaseCommand):
    help = "Delete uploaded files that were never sent, and bytes that belong to no file."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Deleted: {attachment.sweep() + importing.sweep()}")
