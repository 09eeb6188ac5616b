from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatapp.accounts import links
from chatapp.accounts.models import User
from chatapp.accounts.setup import owner_link


class Command(BaseCommand):
    help = "Print a one-time link that makes the owner's account, or sets somebody's new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--reset", metavar="USERNAME", help="set a new password for this person instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["reset"]
        path = self.password_path(username) if username else owner_link()
        if path is None:
            raise CommandError("Somebody has an account already. Use --reset USERNAME to get in.")
        self.stdout.write(links.absolute(path))

    def password_path(self, username: str) -> str:
        try:
            return links.password_path(User.objects.get(username=username, is_active=True))
        except User.DoesNotExist as error:
            raise CommandError(f"No active person is called {username!r}.") from error
