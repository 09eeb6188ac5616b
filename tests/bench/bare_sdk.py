"""The bare SDK as the yardstick: ``python -m tests.bench.bare_sdk typed|raw BASE_URL PLAN``.

It reads the same provider with nothing behind it, and prints its figures as JSON. "typed" reads the
SDK's own event objects, "raw" the bytes of its connection, decoded with the standard library.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Any

from openai import AsyncOpenAI

from tests.bench import figures
from tests.bench.deltas import Seen, now
from tests.bench.figures import Figures
from tests.bench.plan import Plan
from tests.support.processes import running

DELTA = "response.output_text.delta"
Read = Callable[[AsyncOpenAI, str, Seen], Awaitable[None]]


def measure(kind: str, base_url: str, plan: Plan) -> Figures:
    """Measure in a process of its own, so that its processor time and memory are its own."""
    arguments = ["-m", "tests.bench.bare_sdk", kind, base_url, json.dumps(asdict(plan))]
    with running(arguments) as process:
        output, _ = process.communicate(timeout=60 + 2 * plan.time_limit())
    return Figures(**json.loads(output))


async def read_typed(client: AsyncOpenAI, question: str, seen: Seen) -> None:
    async with await client.responses.create(
        model="fake-model", input=question, stream=True
    ) as stream:
        async for event in stream:
            if event.type == "response.output_text.delta":
                seen.frames += 1
                seen.delta(event.delta, now())
            seen.ended = event.type


async def read_raw(client: AsyncOpenAI, question: str, seen: Seen) -> None:
    request = client.responses.with_streaming_response.create(
        model="fake-model", input=question, stream=True
    )
    async with request as response:
        async for events in _events(response.iter_bytes(), seen):
            at = now()
            for event in events:
                if event["type"] == DELTA:
                    seen.delta(event["delta"], at)
                seen.ended = event["type"]


async def _events(chunks: AsyncIterator[bytes], seen: Seen) -> AsyncIterator[list[dict[str, Any]]]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n\n")
        seen.frames += 1
        yield [json.loads(message.partition(b"\ndata: ")[2]) for message in whole]


async def main(read: Read, base_url: str, plan: Plan) -> Figures:
    async with AsyncOpenAI(api_key="sk-fake", base_url=base_url, max_retries=0) as client:

        async def run(plan: Plan) -> list[Seen]:
            async def one(number: int, seen: Seen) -> None:
                seen.ask()
                await read(client, plan.question(), seen)

            return await plan.run(one)

        return await figures.measure(os.getpid(), plan, run)


if __name__ == "__main__":
    kind, base_url, plan = sys.argv[1:]
    read = {"typed": read_typed, "raw": read_raw}[kind]
    result = asyncio.run(main(read, base_url, Plan(**json.loads(plan))))
    sys.stdout.write(json.dumps(asdict(result)))
