"""Streams read through `/v1/responses` of a real server process: what a script does."""

import asyncio
import json
from urllib.parse import urlsplit

from tests.bench import figures
from tests.bench.deltas import Seen, now
from tests.bench.figures import Figures
from tests.bench.plan import Plan

DELTA = "response.output_text.delta"
# Daphne sends each event as a chunk of its own, so no line of data is cut by the head of another.
DATA = b"data: {"


async def measure(url: str, pid: int, key: str, plan: Plan) -> Figures:
    """Measure the server at this address: one key asks for all streams."""

    async def run(plan: Plan) -> list[Seen]:
        async def one(_: int, seen: Seen) -> None:
            await _ask(url, key, plan.question(), seen)

        return await plan.run(one)

    return await figures.measure(pid, plan, run)


async def _ask(url: str, key: str, question: str, seen: Seen) -> None:
    """Ask one question and read its stream, with next to nothing in cost."""
    host = urlsplit(url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port, limit=1 << 22)
    try:
        seen.ask()
        writer.write(_request(host.netloc, key, question))
        async for line in reader:
            if line.startswith(DATA):
                _take(json.loads(line[len(DATA) - 1 :]), seen)
            elif line.startswith(b"data: [DONE]"):
                return
    finally:
        writer.close()


def _take(event: dict[str, str], seen: Seen) -> None:
    if event["type"] == DELTA:
        seen.frames += 1
        seen.delta(event["delta"], now())
    seen.ended = event["type"]


def _request(host: str, key: str, question: str) -> bytes:
    body = json.dumps({"model": "fake-model", "input": question, "stream": True})
    head = (
        f"POST /v1/responses HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()
