"""What the processes tell each other: one that can't be followed costs none of the others."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from conversations.turns import hints


async def test_a_hint_that_cannot_be_followed_does_not_end_the_listening(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []
    has_heard = asyncio.Event()

    def hear(hint: Mapping[str, Any]) -> None:
        heard.append(hint["response_id"])
        has_heard.set()

    listening = asyncio.create_task(hints.listen(hear))
    async with asyncio.timeout(5):
        while "turns.of-another-version" not in caplog.text:  # it may not be listening yet
            await hints.send({"type": "turns.of-another-version"})
            await asyncio.sleep(0.01)
        await hints.send({"type": "turns.stop", "response_id": "resp_1"})
        await has_heard.wait()
    listening.cancel()
    assert heard == ["resp_1"]
