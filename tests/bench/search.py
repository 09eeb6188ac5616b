"""How long a search takes: ``make bench-search ARGS="--messages 200000"``.

An installation is filled with messages, half of them one person's, in which words are as frequent
as in a language: on SQLite, and on PostgreSQL where there is one. Then that person
searches: for words, by filters, and for a word by filters.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.postgres_server import NoPostgres, postgres_server
from tests.support.processes import output_of
from tests.support.server import environment, prepare

FILLING = 3600.0  # seconds that filling a database may take
NAME = "chatapp_bench_search"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-search", description="Measure a search.")
    parser.add_argument("--messages", type=int, default=200_000, help="questions with an answer")
    messages = parser.parse_args().messages
    measured = {"SQLite": _measured(messages, {})}
    with suppress(NoPostgres), _postgres() as url:
        measured["PostgreSQL"] = _measured(messages, {"DATABASE_URL": url})
    sys.stdout.write(_table(messages, measured))
    return 0


@contextmanager
def _postgres() -> Iterator[str]:
    with postgres_server(os.environ.get("DATABASE_URL", "")) as server:
        yield server.create_database(NAME)
        server.drop_database(NAME)


def _measured(messages: int, settings: Mapping[str, str]) -> dict[str, list[float]]:
    """Seconds of each try, by what was searched for."""
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        data_dir = Path(folder)
        prepare(data_dir, **settings)
        arguments = ["-m", "tests.bench.searching", str(messages)]
        found = output_of(arguments, environment(data_dir) | dict(settings), FILLING)
        return dict(json.loads(found))


def _table(messages: int, measured: Mapping[str, Mapping[str, list[float]]]) -> str:
    lines = [f"{messages:,} messages; milliseconds, the middle one and the longest of all tries"]
    lines.append(f"{'':40}" + "".join(f"{name:>24}" for name in measured))
    for query in next(iter(measured.values())):
        tries = [sorted(found[query]) for found in measured.values()]
        figures = (f"{one[len(one) // 2] * 1000:.1f} / {one[-1] * 1000:.1f}" for one in tries)
        lines.append(f"{query:40}" + "".join(f"{figure:>24}" for figure in figures))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
