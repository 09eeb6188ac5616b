"""The websocket of a steerable answer: one reads from it at a time, and the last one closes it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import Item, user_message
from conversations.turns.line import Line

if TYPE_CHECKING:
    from conversations.providers.steering import SteerableAnswer

MORE = [user_message("Shorter!")]


class Given:
    """An answer that takes what is said into it, or does not."""

    def __init__(self, *, takes_it: bool = True) -> None:
        self.takes_it = takes_it
        self.said: list[Sequence[Item]] = []
        self.closed = 0

    async def steer(self, items: Sequence[Item]) -> None:
        if not self.takes_it:
            raise ProviderError(ErrorKind.STEER_REFUSED, "Not now.")
        self.said.append(items)

    async def aclose(self) -> None:
        self.closed += 1


def line_with(answer: Given) -> Line:
    line = Line()
    line.answer = cast("SteerableAnswer", answer)
    return line


async def test_an_answer_that_nobody_steered_is_hung_up_when_it_is_read() -> None:
    line = line_with(answer := Given())
    await line.read(is_whole=True)
    assert (answer.closed, line.is_open) == (1, False)
    assert await line.handed_on() is None


async def test_a_steered_answer_is_handed_on_open() -> None:
    line = line_with(answer := Given())
    await line.steer(MORE)
    await line.read(is_whole=True)
    assert await line.handed_on() is cast("object", answer)
    assert (answer.said, answer.closed) == ([MORE], 0)
    await line.hang_up()
    assert answer.closed == 0, "it is the successor's now"


async def test_what_was_not_taken_leaves_the_answer_as_it_was() -> None:
    line = line_with(answer := Given(takes_it=False))
    with pytest.raises(ProviderError):
        await line.steer(MORE)
    assert (answer.closed, line.is_open) == (0, True)
    await line.read(is_whole=True)
    assert answer.closed == 1


async def test_a_broken_answer_has_no_successor() -> None:
    line = line_with(answer := Given())
    await line.steer(MORE)
    await line.read(is_whole=False)
    assert answer.closed == 1
    assert await line.handed_on() is None


@pytest.mark.parametrize("is_read_first", [True, False])
async def test_a_successor_that_is_stopped_before_it_begins_lets_go(is_read_first: bool) -> None:
    line = line_with(answer := Given())
    await line.steer(MORE)
    if is_read_first:
        await line.read(is_whole=True)
        await line.release()
    else:
        await line.release()
        assert answer.closed == 0, "the first answer is still read"
        await line.read(is_whole=True)
    assert answer.closed == 1


async def test_nothing_can_be_said_into_what_has_ended_or_has_no_websocket() -> None:
    ended = line_with(Given())
    await ended.read(is_whole=True)
    for line in (ended, Line()):
        with pytest.raises(ProviderError) as refused:
            await line.steer(MORE)
        assert refused.value.kind == ErrorKind.STEER_REFUSED
