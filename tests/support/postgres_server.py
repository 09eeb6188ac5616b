"""PostgreSQL for tests: a cluster of their own that may be stopped, killed and frozen, where its
programs are installed; otherwise the server that DATABASE_URL names.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.support.server import free_port

WITHIN = 30.0  # seconds that the server may take to answer or to end
LOOK_AGAIN = 0.05
ACCOUNTS = ("postgres", "nobody")  # whom root lets it run as, because it refuses to run as root
# Nothing here has to survive a power cut. No sockets in the file system: their folder may lack.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "track_activity_query_size": "64kB",  # tests look for statements that wait
}


class NoPostgres(Exception):
    """There is neither a PostgreSQL to start nor one that DATABASE_URL names."""


class Postgres:
    """A server that somebody else runs: databases can be made there, and nothing else be done."""

    def __init__(self, url: str) -> None:
        self.url = url

    def create_database(self, name: str) -> str:
        """Make an empty database, in place of one that a test left behind; its URL."""
        self.drop_database(name)
        self._execute("CREATE DATABASE {}", name)
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop_database(self, name: str) -> None:
        """Whoever is connected to it is cut off."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, name: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


class OwnPostgres(Postgres):
    """A cluster in a folder of its own, at a port of its own, that tests may do anything to."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._data, self._log = programs, folder / "data", folder / "log"
        self._as = _account_for(folder)
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(f"postgres://postgres@127.0.0.1:{self._port}/postgres")

    def make(self) -> None:
        """Make the cluster's files."""
        command = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "postgres"]
        options = ["-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL, **self._as)

    def start(self) -> None:
        """Start it, and return when it answers."""
        options = [f"--{name}={value}" for name, value in OPTIONS.items()]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen[bytes](
                [*command, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it as the shutdown of its machine would: whoever is connected is cut off."""
        self._end(signal.SIGINT)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start it; "immediate" leaves it to recover as after a crash."""
        self._end(signal.SIGQUIT if mode == "immediate" else signal.SIGINT)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Meanwhile it neither answers nor hangs up."""
        self._signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal_all(signal.SIGCONT)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + WITHIN
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError as error:
                assert self._process
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(self._log.read_text()[-4000:]) from error
                time.sleep(LOOK_AGAIN)
            else:
                return

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(WITHIN)
        self._process = None

    def _signal_all(self, number: signal.Signals) -> None:
        """To the server and the processes that serve its connections."""
        assert self._process
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in [pid, *map(int, children)]:
            with suppress(ProcessLookupError):  # a connection that was just closed
                os.kill(process, number)


@contextmanager
def postgres_server(url: str = "") -> Iterator[Postgres]:
    """A cluster of the caller's own, or else the server at this URL; raises NoPostgres."""
    programs = _programs()
    if programs is None:
        if not url:
            raise NoPostgres("There is no PostgreSQL: install it, or name one in DATABASE_URL.")
        yield Postgres(url)
        return
    with tempfile.TemporaryDirectory(prefix="chatapp-postgres-") as folder:
        server = OwnPostgres(programs, Path(folder))
        server.make()
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps those of each version off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    path = os.pathsep.join([*map(str, reversed(debian)), os.environ.get("PATH", "")])
    found = shutil.which("initdb", path=path)
    return Path(found).resolve().parent if found else None


def _account_for(folder: Path) -> dict[str, Any]:
    """As whom it runs, in `subprocess`' words; the folder becomes theirs."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = next(known[name] for name in ACCOUNTS if name in known)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": folder}
