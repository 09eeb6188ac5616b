"""What SQLite's one lock hides: the tests of who may write what, once more on PostgreSQL."""

import os
import subprocess
import sys

from tests.support.postgres_server import Postgres

PLACES = ("tests/models", "tests/consumers/test_queue.py")
TURNS = ("claims", "conversing", "limiting", "locks", "request")
FILES = tuple(f"tests/turns/test_{name}.py" for name in TURNS)


def test_the_tests_of_the_database_hold_on_postgresql(postgres: Postgres) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *PLACES, *FILES],
        env=os.environ | {"TEST_DATABASE_URL": postgres.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
