"""`manage.py serve`: the app, from its start to its orderly end."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatapp.accounts.links import absolute
from chatapp.accounts.setup import owner_link
from conversations.models.database import in_database


class Command(BaseCommand):
    help = "Serve the app; SIGTERM ends it once the running answers are stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fd", type=int, help="an inherited, bound socket to listen on instead of HOST, PORT"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Twisted's reactor comes with the import, and must be the first of the process.
        from chatapp.server import ChatServer

        endpoint = _own_endpoint() if options["fd"] is None else f"fd:fileno={options['fd']}"

        from chatapp.asgi import application
        from chatapp.lifespan import shutdown, startup

        async def started() -> None:
            await startup()
            self._welcome(await in_database(owner_link))

        server = ChatServer(application, [endpoint], started, shutdown)
        server.run()
        if server.failed:
            raise CommandError("The server could not start.")

    def _welcome(self, link: str | None) -> None:
        # Not the address listened at: Django and the socket refuse those that are no origin.
        self.stdout.write(f"Chatapp is at {absolute('/')}")
        if link:
            self.stdout.write(f"Make the owner's account here, once: {absolute(link)}")
        self.stdout.flush()


def _own_endpoint() -> str:
    """Twisted's name for HOST and PORT; raises CommandError when they can't be had."""
    _require_free(settings.HOST, settings.PORT)
    interface = settings.HOST.replace(":", r"\:")
    return f"tcp:port={settings.PORT}:interface={interface}"


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Can't listen at {host}:{port}: {error.strerror}.") from error
