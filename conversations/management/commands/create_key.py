from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatapp.accounts.models import User
from conversations.models import ApiKey
from conversations.models.api_key import MOST, NAME_LENGTH, TooMany


class Command(BaseCommand):
    help = "Make a key with which a person's scripts ask at /v1, and print it, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("name", metavar="NAME", help="what will use it")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"].strip()
        if not 0 < len(name) <= NAME_LENGTH:
            raise CommandError(f"A name has 1 to {NAME_LENGTH} characters.")
        person = User.objects.filter(username=options["username"], is_active=True).first()
        if person is None:
            raise CommandError(f"No active person is called {options['username']!r}.")
        try:
            _, secret = ApiKey.make(person, name)
        except TooMany as error:
            raise CommandError(f"{person} has {MOST} keys, which is the most.") from error
        self.stdout.write(secret)
