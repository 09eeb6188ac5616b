"""Redis for tests: a server of their own that may be stopped, killed, frozen and emptied, where its
program is installed; otherwise the one that REDIS_URL names.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis

from tests.support.server import free_port

WITHIN = 20.0  # seconds that the server may take to answer or to end
LOOK_AGAIN = 0.02


class NoRedis(Exception):
    """There is neither a Redis to start nor one that REDIS_URL names."""


class Redis:
    """A server that somebody else runs: tests add what lives for a while, and do nothing else."""

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def client(self) -> Iterator["redis.Redis"]:
        """A connection of the test's own."""
        with redis.Redis.from_url(self.url, decode_responses=True, protocol=2) as client:
            yield client

    def entries(self, stream: str) -> list[tuple[str, dict[str, str]]]:
        """What a stream holds: ids and fields."""
        with self.client() as client:
            found: Any = client.xrange(stream)
        return list(found)


class OwnRedis(Redis):
    """A server at a port of its own that keeps nothing, and that tests may do anything to."""

    def __init__(self, program: str, folder: Path, password: str = "") -> None:
        self._port, self._log = free_port(), folder / "log"
        self.command = [program, "--port", str(self._port), "--bind", "127.0.0.1"]
        self.command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        self.command += ["--requirepass", password] if password else []
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(f"redis://{f':{password}@' * bool(password)}127.0.0.1:{self._port}/0")

    def start(self) -> None:
        """Start it unless it runs, and return when it answers."""
        if self._process and self._process.poll() is None:
            return
        with self._log.open("ab") as log:
            self._process = subprocess.Popen[bytes](
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it as the shutdown of its machine would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as the kernel would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill and start it: it has forgotten everything."""
        self.kill()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Meanwhile it neither answers nor hangs up."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Have it forget everything."""
        with self.client() as client:
            client.flushall()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + WITHIN
        while True:
            with suppress(redis.ConnectionError), self.client() as client:
                client.ping()
                return
            assert self._process
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self._log.read_text()[-4000:])
            time.sleep(LOOK_AGAIN)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process and process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def redis_server(url: str = "", password: str = "") -> Iterator[Redis]:
    """A server of the caller's own, or else the one at this URL; raises NoRedis."""
    program = shutil.which("redis-server")
    if program is None:
        if not url:
            raise NoRedis("There is no Redis: install redis-server, or name one in REDIS_URL.")
        yield Redis(url)
        return
    with tempfile.TemporaryDirectory(prefix="chatapp-redis-") as folder:
        server = OwnRedis(program, Path(folder), password)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def is_required() -> bool:
    """Whether a Redis that lacks fails the tests instead of leaving some out."""
    return bool(os.environ.get("CI"))
