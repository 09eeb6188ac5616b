"""All accents in one process: `python -m tests.support.all_accents` prints an address, under which
each has a base URL of its own, `/NAME/v1`, and a model of that name, until it is ended.
"""

import argparse
import asyncio
import sys
from dataclasses import replace

from tests.support.accent import ACCENTS
from tests.support.accents import Accented
from tests.support.fake_http import Connection, Listening, Request


async def _serve_all(port: int) -> None:
    providers = {name: Accented(accent, name) for name, accent in ACCENTS.items()}

    def handle(connection: Connection, request: Request) -> None:
        _, name, path = request.path.split("/", 2)
        providers[name].handle(connection, replace(request, path=f"/{path}"))

    listening = Listening(handle)
    sys.stdout.write(f"{await listening.start(port)}\n")
    sys.stdout.flush()
    await listening.server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="Providers with an accent, for tests.")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    asyncio.run(_serve_all(parser.parse_args().port))


if __name__ == "__main__":
    main()
