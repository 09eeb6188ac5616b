"""Has a file looked at by `inspect`, in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
WITHIN_SECONDS = 30.0

# Why a file is not taken.
REASONS = frozenset(
    {"broken", "disagrees", "effort", "encoding", "locked", "pages", "pixels", "type"}
)


class Found(NamedTuple):
    """What there is to know of a file that is taken."""

    width: int | None = None
    height: int | None = None
    pages: int | None = None
    text: str = ""
    is_cut: bool = False


class NotTaken(Exception):
    """`reason` is one of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check(path: Path, name: str) -> Found:
    """Look at the file at `path`, called `name`; a picture is written anew there. NotTaken."""
    command = [sys.executable, "-P", "-m", "conversations.files.inspect", str(path), name]
    # Nothing of ours is in its environment: no key, no address of a database.
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the name is one argument)
            command,
            cwd=path.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WITHIN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTaken("effort") from error
    return _found(done.stdout) if done.returncode == 0 else _given_up(done.returncode)


def _found(output: bytes) -> Found:
    told: dict[str, Any] = json.loads(output)
    if "refused" in told:
        raise NotTaken(told["refused"])
    return Found(**told)


def _given_up(code: int) -> Found:
    # Ended by a limit (a signal), or by an error that the library does not declare.
    raise NotTaken("effort" if code < 0 else "broken")
