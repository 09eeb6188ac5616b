"""`manage.py translations`: bring the catalogues up to what the templates and the code say."""

from typing import Any

from django.core.management.base import BaseCommand

from chatapp.translation.catalogues import catalogues, compile_all, update
from chatapp.translation.extracting import sentences


class Command(BaseCommand):
    help = "Adds new sentences to the catalogues, takes out old ones, and compiles them."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        found = sentences()
        for path in catalogues():
            empty = update(path, found)
            self.stdout.write(f"{path.parent.parent.name}: {empty} of {len(found)} to translate")
        compile_all()
