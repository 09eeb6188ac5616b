"""What a server process has in memory."""

from pathlib import Path

from tests.support.server import Server

MEGABYTE = 1024 * 1024
PAGE_BYTES = 4096


def memory_of(server: Server) -> int:
    """The resident bytes of the server's process."""
    return int(Path(f"/proc/{server.pid}/statm").read_text().split()[1]) * PAGE_BYTES
