"""Child processes of tests: started in the repository, ended with whoever started them."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
GRACE = 10.0  # seconds between asking a process to end and killing it


@contextmanager
def running(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python with these arguments until the block is left; its output can be read."""
    process = start(arguments, environment, subprocess.PIPE)
    try:
        yield process
    finally:
        end(process)


def start(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None,
    output: IO[bytes] | int,
    fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start Python with these arguments.

    ``environment`` replaces the parent's; a file given as ``output`` takes the errors too;
    ``fds`` are inherited.
    """
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output == subprocess.PIPE else subprocess.STDOUT,
        pass_fds=fds,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end; kill it when it doesn't."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def output_of(arguments: Sequence[str], environment: Mapping[str, str], timeout: float) -> str:
    """What Python prints with these arguments; raises CalledProcessError, TimeoutExpired."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=timeout,
    )
    return done.stdout
