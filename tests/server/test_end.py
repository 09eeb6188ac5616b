"""How a real server process ends, and what the next one finds."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
from typing import Any
from urllib.parse import urlsplit

from tests.support.server import Server, add_people
from tests.support.websocket import Socket, connect

QUESTION = "try: slow 20 long 2000"


async def ask(server: Server) -> Socket:
    """Open a page, ask what takes a while, and wait for the first words."""
    session = add_people(server.data_dir, ["ada"])["ada"]
    page = await connect(server.url, session)
    page.send(json.dumps({"type": "response.create", "client_key": "k", "input": QUESTION}))
    async with asyncio.timeout(20):
        while "response.output_text.delta" not in await page.receive():
            pass
    return page


async def ended(server: Server) -> int:
    """Wait for the process's end, and give back its exit code."""
    assert server.process is not None
    return await asyncio.to_thread(server.process.wait, 25)


def stored(server: Server) -> dict[str, Any]:
    with sqlite3.connect(server.data_dir / "chatapp.sqlite3") as database:
        database.row_factory = sqlite3.Row
        (row,) = database.execute("SELECT * FROM conversations_response").fetchall()
    return dict(row)


async def test_sigterm_stores_what_runs_and_tells_the_pages(server: Server) -> None:
    page = await ask(server)
    os.kill(server.pid, signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await page.closed == 4012
    assert await ended(server) == 0
    row = stored(server)
    assert row["status"] == "incomplete"
    assert json.loads(row["incomplete_details"]) == {"reason": "interrupted"}
    assert row["text"].startswith(f"{QUESTION}\n\n")


async def test_half_an_upload_does_not_hold_up_the_end(server: Server) -> None:
    await ask(server)
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port or 80)) as peer:
        head = f"POST /accounts/sign-in/ HTTP/1.1\r\nHost: {address.netloc}\r\n"
        peer.sendall(f"{head}Content-Length: 1000\r\n\r\nhalf".encode())
        await asyncio.sleep(0.3)
        os.kill(server.pid, signal.SIGTERM)
        assert await ended(server) == 0
    assert stored(server)["status"] == "incomplete"


async def test_after_a_kill_the_next_process_marks_the_answer_and_keeps_its_text(
    server: Server,
) -> None:
    page = await ask(server)
    await asyncio.sleep(2.5)
    server.kill()
    assert stored(server)["status"] == "in_progress"
    server.start()
    row = stored(server)
    assert row["status"] == "incomplete"
    assert json.loads(row["incomplete_details"]) == {"reason": "interrupted"}
    (item,) = json.loads(row["output"])
    kept = item["content"][0]["text"]
    # At 20 ms a delta the last second is 50 of them.
    assert page.text.startswith(kept)
    assert page.deltas_after(kept) <= 100
    assert kept in row["text"]
