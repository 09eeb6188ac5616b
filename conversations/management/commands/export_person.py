import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatapp.accounts.models import User
from conversations.models.archive_of_person import archive_of


class Command(BaseCommand):
    help = "Write everything of a person's as a zip archive, which can be imported again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="NAME")
        parser.add_argument("--to", metavar="FILE", help="where to; the standard output without it")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"Nobody is called {options['username']!r}.")
        if options["to"]:
            with Path(options["to"]).open("wb") as file:
                file.writelines(archive_of(person))
        else:
            sys.stdout.buffer.writelines(archive_of(person))
