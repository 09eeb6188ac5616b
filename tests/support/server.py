"""The app and the fake provider as real processes, for the browser tests and the bench."""

import json
import os
import signal
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from tests.support.processes import end, output_of, running, start

if TYPE_CHECKING:
    import subprocess

START = 60.0  # seconds that a command of manage.py or the first page may take
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


@contextmanager
def fake_provider() -> Iterator["FakeProvider"]:
    """A fake provider's process."""
    with running(["-m", "tests.support.fake_provider"]) as process:
        assert process.stdout
        yield FakeProvider(process.stdout.readline().decode().strip(), process.pid)


class FakeProvider:
    """Where the fake provider listens, and what it was asked."""

    def __init__(self, base_url: str, pid: int) -> None:
        self.base_url = base_url
        self.pid = pid

    def requests(self) -> list[dict[str, Any]]:
        """The requests for a response so far, oldest first; see fake_provider for their shape."""
        with urlopen(f"{self.base_url.removesuffix('/v1')}/_requests", timeout=10) as answer:
            requests: list[dict[str, Any]] = json.load(answer)["requests"]
            return requests

    def asked(self, text: str) -> list[dict[str, Any]]:
        """The requests in whose input this text stands."""
        return [found for found in self.requests() if text in json.dumps(found["body"]["input"])]


class Server:
    """One installation: a data folder, a bound port, and a process that can die and come back."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str]) -> None:
        self.data_dir = data_dir
        # The socket outlives the process: no port race, and a restart keeps the address.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = environment(data_dir) | {"PORT": str(port), **settings}
        self.log = data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        return self._process

    def start(self) -> None:
        """Start the process and wait for its first answer."""
        fd = self._socket.fileno()
        with self.log.open("ab") as log:
            arguments = ["manage.py", "serve", "--fd", str(fd)]
            self._process = start(arguments, self.environment, log, [fd])
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Return when anything was answered; the bound socket makes the client wait meanwhile."""
        try:
            with urlopen(self.url, timeout=START):
                pass
        except OSError as error:
            raise RuntimeError(f"The server doesn't answer:\n{self.log_text()[-4000:]}") from error

    def stop(self) -> None:
        if self._process:
            end(self._process)
        self._process = None

    def kill(self) -> None:
        """kill -9: nothing is told, nothing is flushed."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._process
        self._process.wait()
        self._process = None

    def close(self) -> None:
        self.stop()
        self._socket.close()

    def manage(self, *arguments: str, **settings: str) -> str:
        """What ``manage.py`` prints with these arguments, run beside the server."""
        return manage(self.environment | settings, *arguments)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@contextmanager
def running_server(data_dir: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """The app's process on a prepared data folder, with these environment variables."""
    app = Server(data_dir, settings)
    try:
        app.start()
        yield app
    finally:
        app.close()


def environment(data_dir: Path) -> dict[str, str]:
    """A clean environment: what a tester has set for their own app must not reach ours."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {
        "DATA_DIR": str(data_dir),
        "HOST": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "default",
    }


def connected_to(provider: FakeProvider) -> dict[str, str]:
    """The environment variables that connect the app to a fake provider."""
    return {
        "OPENAI_API_KEY": "sk-fake",
        "OPENAI_BASE_URL": provider.base_url,
        "OPENAI_MODEL": "fake-model,fake-model-large",
    }


def prepare(data_dir: Path) -> None:
    """Make a data folder as ``make run`` does: secrets, and the database migrated."""
    output_of(["-m", "chatapp.data_dir"], environment(data_dir), START)
    manage(environment(data_dir), "migrate", "-v0")


def manage(variables: Mapping[str, str], *arguments: str) -> str:
    return output_of(["manage.py", *arguments], variables, START)


def add_people(data_dir: Path, names: Sequence[str]) -> dict[str, str]:
    """Accounts without a password, each signed in; their session keys by name."""
    arguments = ["-m", "tests.support.add_people", *names]
    return dict(json.loads(output_of(arguments, environment(data_dir), START)))
