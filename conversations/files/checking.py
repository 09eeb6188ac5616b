"""Has a file looked at, by `inspect` or `page`, in a process of its own."""

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
    return Found(**looked_at("inspect", path, name))


def looked_at(module: str, path: Path, *arguments: str, within: float = WITHIN_SECONDS) -> Any:
    """What a module of this package tells of the file at `path`; NotTaken."""
    command = [sys.executable, "-P", "-m", f"{__package__}.{module}", str(path), *arguments]
    # Nothing of ours is in its environment: no key, no address of a database.
    environment = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 (our own program; each argument is one)
            command,
            cwd=path.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=within,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotTaken("effort") from error
    if done.returncode:
        # Ended by a limit (a signal), or by an error that the library does not declare.
        raise NotTaken("effort" if done.returncode < 0 else "broken")
    return _told(done.stdout)


def _told(output: bytes) -> Any:
    told: dict[str, Any] = json.loads(output)
    if "refused" in told:
        raise NotTaken(told["refused"])
    return told
