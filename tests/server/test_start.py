"""What a real server process says at its start, and what it leaves on disk."""

import re
import shutil
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.processes import ROOT, running
from tests.support.server import Server, add_people, environment, prepare, running_server

WELCOME = re.compile(r"Chatapp is at (\S+)/\nMake the owner's account here, once: (\S+)\n")


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "data"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def status_of(port: int, address: str) -> int:
    """The answer's status when a browser opens this address, which leads to our port."""
    parts = urlsplit(address)
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", parts.path, headers={"Host": parts.netloc})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"ORIGINS": "http://chat.example:9000,http://chat.test"}, "http://chat.example:9000"),
        ({"ORIGINS": ""}, "http://127.0.0.1:{port}"),
    ],
)
def test_the_addresses_it_prints_are_ones_that_it_answers(
    folder: Path, settings: dict[str, str], address: str
) -> None:
    port = free_port()
    variables = environment(folder) | {"HOST": "0.0.0.0", "PORT": str(port)} | settings
    with running(["manage.py", "serve"], variables) as process:
        assert process.stdout
        lines = process.stdout.readline() + process.stdout.readline()
        said = WELCOME.fullmatch(lines.decode())
        assert said
        assert said[1] == address.format(port=port)
        assert said[2].startswith(f"{said[1]}/accounts/")
        assert status_of(port, said[1]) == 302
        assert status_of(port, said[2]) == 200


def test_on_an_inherited_socket_it_prints_the_sockets_address(server: Server) -> None:
    said = WELCOME.search(server.log_text())
    assert said
    assert said[1] == server.url


def test_a_port_that_is_taken_is_said_in_a_line(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=environment(folder) | {"PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert (
        done.stderr == f"CommandError: Can't listen at 127.0.0.1:{port}: Address already in use.\n"
    )


def test_in_a_folder_that_others_can_open_the_data_is_still_its_owners_alone(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    prepare(folder)
    with running_server(folder, {}) as process:
        add_people(folder, ["ada"])
        assert process.pid
        found = [path for path in folder.rglob("*") if path != process.log]
        assert folder / "chatapp.sqlite3-wal" in found
        assert [path for path in found if path.stat().st_mode & 0o077] == []
