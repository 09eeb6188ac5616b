"""Answers that go on without us: begun, read on, cancelled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import is_terminal
from conversations.providers.probe.asking import Answered, Probe, tried

COUNT = "Count from one to ten in words."
COUNT_LONG = "Count from one to two hundred in words."
LOOK_SECONDS = 1.0
LOOKS = 20
RUNNING = ("queued", "in_progress")


async def runs_in_background(probe: Probe) -> AsyncIterator[Found]:
    """Whether an answer goes on when nobody reads it, can be read on, and be stopped."""
    begun: list[Answered] = []
    found = await tried(Ability.BACKGROUND, _goes_on(probe, begun))
    yield found
    if not found.holds:
        yield Found(Ability.RESUME, False, Reason.UNTRIED)
        yield Found(Ability.CANCEL, False, Reason.UNTRIED)
        return
    yield await tried(Ability.RESUME, _resumes(probe, begun[0]))
    yield await tried(Ability.CANCEL, _cancels(probe))


async def _goes_on(probe: Probe, begun: list[Answered]) -> Found:
    answered = await _begin(probe, COUNT)
    begun.append(answered)
    if answered.response["status"] not in RUNNING:
        return Found(Ability.BACKGROUND, False, Reason.SILENT)
    for _ in range(LOOKS):
        status = (await probe.client.retrieve(answered.id)).get("status")
        if status not in RUNNING:
            break
        await asyncio.sleep(LOOK_SECONDS)
    if status not in ("completed", "incomplete"):
        return Found(Ability.BACKGROUND, False, Reason.SILENT, str(status or ""))
    return Found(Ability.BACKGROUND, True, Reason.SEEN)


async def _begin(probe: Probe, said: str) -> Answered:
    """Ask in the background, and leave as soon as the answer has a name."""
    answered = Answered()
    stream = probe.client.stream(probe.body(said, background=True))
    async with aclosing(stream) as events:
        async for event in events:
            answered.add(event)
            if answered.id:
                return answered
    raise ProviderError(ErrorKind.GARBAGE, "The answer has no id.")


async def _resumes(probe: Probe, begun: Answered) -> Found:
    number = begun.events[-1].get("sequence_number")
    seen = number if isinstance(number, int) else None
    rest = Answered()
    async for event in probe.client.resume(begun.id, seen):
        rest.add(event)
    if not rest.events or not is_terminal(rest.events[-1]):
        return Found(Ability.RESUME, False, Reason.SILENT)
    numbers = [event.get("sequence_number") for event in rest.events]
    if seen is not None and any(isinstance(n, int) and n <= seen for n in numbers):
        return Found(Ability.RESUME, True, Reason.OTHERWISE, f"from 0, not from {seen}")
    return Found(Ability.RESUME, True, Reason.SEEN)


async def _cancels(probe: Probe) -> Found:
    begun = await _begin(probe, COUNT_LONG)
    stopped = await probe.client.cancel(begun.id)
    status = str(stopped.get("status") or "")
    if status == "cancelled":
        return Found(Ability.CANCEL, True, Reason.SEEN)
    if status == "incomplete":
        return Found(Ability.CANCEL, True, Reason.OTHERWISE, status)
    return Found(Ability.CANCEL, False, Reason.SILENT, status)
