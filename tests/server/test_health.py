"""What scripts/healthcheck.py says of a real server process."""

import json
import subprocess
import sys
from urllib.request import urlopen

from tests.support.processes import ROOT
from tests.support.server import Server


def check(server: Server, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/healthcheck.py"],
        cwd=ROOT,
        env=server.environment | settings,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_a_process_that_serves_is_well_and_one_that_died_is_not(server: Server) -> None:
    assert check(server).returncode == 0
    with urlopen(f"{server.url}/readyz") as answer:
        assert json.load(answer) == {"status": "ok", "database": "ok", "redis": "unused"}
    server.kill()
    server.close()
    done = check(server)
    assert done.returncode == 1
    assert "It does not answer" in done.stderr


def test_a_process_that_is_known_under_another_name_is_not_well(server: Server) -> None:
    # Whoever asks under a name that is not of ORIGINS is refused, so a wrong setting shows.
    done = check(server, ORIGINS="https://chat.example")
    assert done.returncode == 1
    assert "It answers 400." in done.stderr
