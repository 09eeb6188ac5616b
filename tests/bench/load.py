"""Real websockets into a real server process: what a browser does, without the drawing."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from typing import Any

from tests.bench import figures
from tests.bench.deltas import Seen, now
from tests.bench.figures import Figures
from tests.bench.plan import Plan
from tests.bench.websocket import WebSocket

DELTA = "response.output_text.delta"
TERMINAL = ("response.completed", "response.incomplete", "response.failed")
ACK_BYTES = 64 * 1024
ACK_AFTER = 1_000_000  # microseconds


class Reader:
    """One person's tab: asks one question, reads the answer, and acknowledges what it read."""

    def __init__(self, url: str, session: str, seen: Seen) -> None:
        self._url = url
        self._session = session
        self._seen = seen
        self._unacknowledged = 0
        self._acknowledged_at = now()
        self._done = asyncio.get_running_loop().create_future()

    async def ask(self, question: str) -> None:
        """Open a socket, ask, and return after the answer's terminal event."""
        await self._connect()
        try:
            self._seen.ask()
            self._socket.send(json.dumps(_create(question)))
            await self._done
        finally:
            self._socket.close()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        address = self._url.removeprefix("http://").split(":")
        url, cookie = f"{self._url}/ws", f"sessionid={self._session}"
        _, self._socket = await loop.create_connection(
            lambda: WebSocket(url, cookie, self._frame, self._closed), address[0], int(address[1])
        )
        await self._socket.opened

    def _frame(self, payload: bytes) -> None:
        at = now()
        deltas = len(self._seen.latencies)
        event: dict[str, Any] = {}
        for line in payload.split(b"\n"):
            event = json.loads(line)
            self._event(event, at)
        self._seen.frames += len(self._seen.latencies) > deltas
        self._acknowledge(event, len(payload), at)

    def _event(self, event: dict[str, Any], at: int) -> None:
        kind = event["type"]
        if kind == DELTA:
            self._seen.delta(event["delta"], at)
        elif kind in TERMINAL:
            self._finish(kind)
        elif kind == "error":
            self._finish(f"error: {event['error']['message']}")

    def _acknowledge(self, event: dict[str, Any], size: int, at: int) -> None:
        self._unacknowledged += size
        due = self._unacknowledged >= ACK_BYTES or at - self._acknowledged_at >= ACK_AFTER
        if "stream_id" not in event or not (due or event["type"] in TERMINAL):
            return
        self._unacknowledged, self._acknowledged_at = 0, at
        acknowledgement = {
            "type": "response.ack",
            "response_id": event["stream_id"],
            "sequence_number": event["sequence_number"],
        }
        self._socket.send(json.dumps(acknowledgement))

    def _closed(self, code: int) -> None:
        self._finish(f"closed: {code}")

    def _finish(self, how: str) -> None:
        if not self._done.done():
            self._seen.ended = how
            self._done.set_result(None)


async def measure(url: str, pid: int, sessions: Sequence[str], plan: Plan) -> Figures:
    """Measure the server at this address: as many people as sessions, each with one answer."""

    async def run(plan: Plan) -> list[Seen]:
        async def one(number: int, seen: Seen) -> None:
            await Reader(url, sessions[number], seen).ask(plan.question())

        return await plan.run(one)

    return await figures.measure(pid, plan, run)


def _create(question: str) -> dict[str, Any]:
    return {
        "type": "response.create",
        "client_key": str(uuid.uuid4()),
        "input": question,
        "model": None,
        "conversation": None,
        "previous_response_id": None,
        "retry_of": None,
    }
