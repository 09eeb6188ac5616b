"""One installation on several processes, with a real PostgreSQL and a real Redis behind them."""

import json
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg.rows import DictRow, dict_row

from conversations.protocol.items import output_text
from tests.support.processes import start
from tests.support.server import START, FakeProvider, Server, add_people, bound_socket, prepare

LOOK_AGAIN = 0.02
READY = "Chatapp is at "
WORKERS = ("first", "second")
RUNNING = ("queued", "in_progress")

# Both are the same fake provider; the app is told that only one of them keeps its answers.
CONNECT = """
import json
from conversations.models import Model, Provider
models = {{}}
for name, background in {{"resumable": True, "plain": False}}.items():
    provider = Provider.objects.create(
        name=name, base_url={url!r}, api_key="sk-fake", background=background
    )
    models[name] = Model.objects.create(
        provider=provider, name="fake-model", label=name, background=background
    ).id
print(json.dumps(models))
"""

OFFER_FIRST = """
from conversations.models import Model
Model.objects.update(is_default=False)
Model.objects.filter(pk={model!r}).update(is_default=True)
"""


class Worker(Server):
    """One of the processes. Others may answer at its address, so it is asked for in its log."""

    started_at = 0

    def start(self) -> None:
        self.started_at = len(self.log_text())
        super().start()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START
        while READY not in self.log_text()[self.started_at :]:
            if time.monotonic() > deadline or self.process is None or self.process.poll():
                raise RuntimeError(f"{self.name} doesn't start:\n{self.log_text()[-4000:]}")
            time.sleep(LOOK_AGAIN)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While the block runs the process does nothing, and nobody can know that."""
        os.kill(self.pid, signal.SIGSTOP)
        while _state(self.pid) != "T":
            time.sleep(0.001)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


class Upstream(Worker):
    """One that listens at a port of its own, where nobody does while it is down."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str], name: str) -> None:
        super().__init__(data_dir, settings, name)
        self._socket.close()

    @property
    def address(self) -> str:
        return self.url.removeprefix("http://")

    def start(self) -> None:
        self.started_at = len(self.log_text())
        with self.log.open("ab") as log:
            self._process = start(["manage.py", "serve"], self.environment, log)
        self.wait_until_ready()


class Installation:
    """Two processes at one address: either may be killed, and the other goes on.

    `models` are ids: "resumable" runs answers in the background and keeps them, "plain" does not.
    """

    def __init__(self, data_dir: Path, settings: Mapping[str, str], provider: FakeProvider) -> None:
        self.data_dir, self.settings, self.provider = data_dir, dict(settings), provider
        self.workers = self._make_workers()
        self.url = self.workers[0].url
        self.models: dict[str, str] = json.loads(
            self.manage("shell", "-c", CONNECT.format(url=provider.base_url)).splitlines()[-1]
        )

    def _make_workers(self) -> Sequence[Worker]:
        listening = bound_socket()
        return [Worker(self.data_dir, self.settings, name, listening) for name in WORKERS]

    def start(self) -> None:
        """Start the processes that do not run."""
        for worker in self.workers:
            if not worker.is_running:
                worker.start()

    def close(self) -> None:
        for worker in self.workers:
            worker.close()

    @contextmanager
    def only(self, worker: Worker) -> Iterator[None]:
        """Who connects while the block runs is answered by this process: the other stands still."""
        other = self.other(worker)
        with other.frozen() if other.is_running else nullcontext():
            yield

    def other(self, worker: Worker) -> Worker:
        return next(one for one in self.workers if one is not worker)

    def owner(self, response_id: str) -> Worker | None:
        """The process that runs this answer, as the database has it."""
        return self.worker_called(self.row(response_id)["worker"])

    def worker_called(self, name: str) -> Worker | None:
        """The running process of this id, `<host>.<pid>.<random>`; None for nobody."""
        pid = name.rsplit(".", 2)[-2:-1]
        return next((one for one in self.workers if one.is_running and [str(one.pid)] == pid), None)

    def row(self, response_id: str) -> DictRow:
        """What the database holds of an answer."""
        (row,) = self.rows("id = %s", response_id)
        return row

    def rows(self, where: str = "TRUE", *values: object) -> list[DictRow]:
        """The answers for which this condition holds, oldest first."""
        query = f"SELECT * FROM conversations_response WHERE {where} ORDER BY created_at"
        with self.database() as database:
            return database.execute(query.encode(), values).fetchall()

    def database(self) -> psycopg.Connection[DictRow]:
        """A connection of the test's own, which commits each statement."""
        url = self.settings["DATABASE_URL"]
        return psycopg.connect(url, autocommit=True, row_factory=dict_row)

    def offer_first(self, kind: str) -> None:
        """Have pages choose this kind of model unless told otherwise."""
        self.manage("shell", "-c", OFFER_FIRST.format(model=self.models[kind]))

    def people(self, *names: str) -> dict[str, str]:
        """New accounts' session keys by name."""
        return add_people(self.data_dir, names, **self.settings)

    def manage(self, *arguments: str) -> str:
        return self.workers[0].manage(*arguments)

    def log_text(self) -> str:
        return "\n".join(f"--- {one.name}\n{one.log_text()}" for one in self.workers)


class BehindProxy(Installation):
    """Two processes with an address each; a proxy gives them the one that ORIGINS names."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str], provider: FakeProvider) -> None:
        super().__init__(data_dir, settings, provider)
        self.url = settings["ORIGINS"]

    def _make_workers(self) -> Sequence[Upstream]:
        self.upstreams = [Upstream(self.data_dir, self.settings, name) for name in WORKERS]
        return self.upstreams


@contextmanager
def installation(
    folder: Path, database_url: str, redis_url: str, provider: FakeProvider, **settings: str
) -> Iterator[Installation]:
    """Make one in an empty database, and start its processes."""
    settings |= {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    prepare(folder, **settings)
    with _running(Installation(folder, settings, provider)) as made:
        yield made


@contextmanager
def behind_proxy(
    folder: Path, database_url: str, redis_url: str, provider: FakeProvider, url: str
) -> Iterator[BehindProxy]:
    """The same for a proxy at this address, which the caller starts."""
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    settings |= {"ORIGINS": url, "TRUST_PROXY": "1"}
    prepare(folder, **settings)
    with _running(BehindProxy(folder, settings, provider)) as made:
        yield made


Kind = TypeVar("Kind", bound=Installation)


@contextmanager
def _running(made: Kind) -> Iterator[Kind]:
    try:
        made.start()
        yield made
    finally:
        made.close()


def text_of(row: Mapping[str, Any]) -> str:
    """The answer's text, as its row or its response object has it."""
    return output_text(row["output"])


def is_running(row: Mapping[str, Any]) -> bool:
    return row["status"] in RUNNING


def question(words: Sequence[str] = (), **controls: int) -> str:
    """A question to the fake provider; see fake_answer for what these make it do."""
    return " ".join([*(f"{name}={value}" for name, value in controls.items()), *words])


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
