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

from tests.support.fake_answer import is_title
from tests.support.processes import end, output_of, running, start

if TYPE_CHECKING:
    import subprocess

START = 60.0  # seconds that a command of manage.py or the first page may take
ORDERLY_END = 30.0  # seconds that a process has between SIGTERM and its end
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
        requests: list[dict[str, Any]] = self._told("_requests")["requests"]
        return requests

    def told(self, response_id: str) -> dict[str, Any]:
        """How an answer of its own goes, whoever reads it; see fake_provider for the shape."""
        return self._told(f"_responses/{response_id}")

    def answers_to(self, text: str) -> list[str]:
        """The ids of the answers, titles left out, that it began to a question with this text."""
        asked = [found for found in self.answered(text) if found["kind"] == "create"]
        return [found["response_id"] for found in asked]

    def answered(self, text: str) -> list[dict[str, Any]]:
        """The requests for an answer, titles left out, in whose input this text stands."""
        asked = [found for found in self.asked(text) if found["body"].get("stream")]
        return [found for found in asked if not is_title(found["body"])]

    def asked(self, text: str) -> list[dict[str, Any]]:
        """The requests in whose input this text stands; a compaction may have none."""
        requests = self.requests()
        return [found for found in requests if text in json.dumps(found["body"].get("input"))]

    def _told(self, path: str) -> dict[str, Any]:
        with urlopen(f"{self.base_url.removesuffix('/v1')}/{path}", timeout=10) as answer:
            return dict(json.load(answer))


class Server:
    """One installation: a data folder, a bound port, and a process that can die and come back.

    Several processes of one installation share the socket that they listen at.
    """

    def __init__(
        self,
        data_dir: Path,
        settings: Mapping[str, str],
        name: str = "server",
        listening: socket.socket | None = None,
    ) -> None:
        self.data_dir, self.name = data_dir, name
        self._socket = listening or bound_socket()
        port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = environment(data_dir) | {"PORT": str(port), **settings}
        self.log = data_dir / f"{name}.log"
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

    def terminate(self) -> int:
        """SIGTERM, as a deploy does it: wait for the orderly end, and give back the exit code."""
        assert self._process
        self._process.terminate()
        code = self._process.wait(ORDERLY_END)
        self._process = None
        return code

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


def bound_socket() -> socket.socket:
    """A socket that outlives the processes listening at it: no port race, and one address."""
    return socket.create_server(("127.0.0.1", 0), backlog=512)


def free_port() -> int:
    """A port of this machine that nobody listens at now."""
    with bound_socket() as probe:
        return int(probe.getsockname()[1])


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


def prepare(data_dir: Path, **settings: str) -> None:
    """Make a data folder as ``make run`` does: secrets, and the database migrated."""
    output_of(["-m", "chatapp.data_dir"], environment(data_dir), START)
    manage(environment(data_dir) | settings, "migrate", "-v0")


def manage(variables: Mapping[str, str], *arguments: str) -> str:
    return output_of(["manage.py", *arguments], variables, START)


def add_people(
    data_dir: Path, names: Sequence[str], role: str = "member", **settings: str
) -> dict[str, str]:
    """Accounts without a password, each signed in; their session keys by name."""
    arguments = ["-m", "tests.support.add_people", role, *names]
    return dict(json.loads(output_of(arguments, environment(data_dir) | settings, START)))
