"""A process that looks at one file which may be hostile: what it may use, and how it answers."""

import json
import resource
import sys
from collections.abc import Callable
from typing import Any

CPU_SECONDS = 20
MEMORY_BYTES = 768 * 1024 * 1024
WRITTEN_BYTES = 64 * 1024 * 1024


class Refused(Exception):
    """The file is not taken; `reason` is one of `checking.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def answer(look: Callable[[], dict[str, Any]]) -> None:
    """Write what is found as one line of JSON, or `{"refused": reason}`."""
    try:
        found = look()
    except Refused as refused:
        found = {"refused": refused.reason}
    except MemoryError:
        found = {"refused": "effort"}
    sys.stdout.write(json.dumps(found))


def limit_this_process(cpu_seconds: int = CPU_SECONDS) -> None:
    """Have it be ended, or fail, when it uses more."""
    for limit, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (most, most))
