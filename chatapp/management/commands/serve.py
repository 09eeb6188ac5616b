"""`manage.py serve`: the app, from its start to its orderly end."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatapp.accounts.setup import owner_link
from conversations.models.database import in_database


class Command(BaseCommand):
    help = "Serve the app; SIGTERM ends it once the running answers are stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        environment = settings.ENVIRONMENT
        parser.add_argument("--host", default=environment.host, help="address to listen on")
        parser.add_argument("--port", type=int, default=environment.port, help="port to listen on")
        parser.add_argument("--fd", type=int, help="a bound socket to listen on, inherited")

    def handle(self, *args: Any, **options: Any) -> None:
        # Twisted's reactor comes with the import, and must be the first of the process.
        from chatapp.server import ChatServer

        if options["fd"] is not None:
            endpoint, address = _inherited(options["fd"])
        else:
            endpoint, address = _own(options["host"], options["port"])

        from chatapp.asgi import application
        from chatapp.lifespan import shutdown, startup

        async def started() -> None:
            await startup()
            link = await in_database(owner_link)
            self._welcome(address, link)

        server = ChatServer(application, [endpoint], started, shutdown)
        server.run()
        if server.failed:
            raise CommandError("The server could not start.")

    def _welcome(self, address: str, link: str | None) -> None:
        self.stdout.write(f"Chatapp is at {address}/")
        if link:
            self.stdout.write(f"Make the owner's account here, once: {address}{link}")
        self.stdout.flush()


def _own(host: str, port: int) -> tuple[str, str]:
    _require_free(host, port)
    shown = f"[{host}]" if ":" in host else host
    interface = host.replace(":", r"\:")
    public = "127.0.0.1" if host in ("0.0.0.0", "::") else shown  # noqa: S104 (compared only)
    return f"tcp:port={port}:interface={interface}", f"http://{public}:{port}"


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Can't listen at {host}:{port}: {error.strerror}.") from error


def _inherited(fd: int) -> tuple[str, str]:
    with socket.socket(fileno=fd) as bound:
        host, port = bound.getsockname()[:2]
        bound.detach()
    return f"fd:fileno={fd}", f"http://{host}:{port}"
