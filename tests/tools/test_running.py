"""Calls of tools: whatever a model writes, it gets a result, within the bounds of the tool."""

import asyncio
import json
import threading
from typing import Annotated

import pytest
from pydantic import Field

from conversations.tools.context import Context
from conversations.tools.errors import ToolError
from conversations.tools.running import MOST_ARGUMENTS, Result, run
from conversations.tools.tool import Tool

HERE = Context(person_id=7, conversation_id="conv", response_id="resp")


def add(first: int, second: Annotated[int, Field(le=10)], times: int = 1) -> int:
    """Add."""
    return (first + second) * times


async def whose(context: Context) -> dict[str, int]:
    """Tell who asks."""
    await asyncio.sleep(0)
    return {"person": context.person_id}


async def called(function: object, arguments: str = "{}", **bounds: float) -> Result:
    assert callable(function)
    return await run(Tool(function, "Label", "Meaning.", **bounds), arguments, HERE)  # type: ignore[arg-type]


def error_of(result: Result) -> str:
    told = json.loads(result.output)["error"]
    assert result.error == told
    return str(told)


async def test_a_function_gets_its_arguments_and_its_value_is_the_result() -> None:
    result = await called(add, '{"first": 1, "second": 2, "times": 3}')

    assert result == Result("9", 1)


@pytest.mark.parametrize("more", [', "times": null', ""])
async def test_null_stands_for_the_default_and_so_does_nothing(more: str) -> None:
    assert (await called(add, f'{{"first": 1, "second": 2{more}}}')).output == "3"


async def test_a_tool_is_told_who_asks() -> None:
    assert (await called(whose)).output == '{"person": 7}'


async def test_a_text_is_given_as_it_is() -> None:
    def greet() -> str:
        """Greet."""
        return "Grüß Gott"

    assert (await called(greet)).output == "Grüß Gott"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ('{"first": 1}', "second: Field required"),
        ('{"first": "one", "second": 2, "times": null}', "first: Input should be a valid integer"),
        ('{"first": 1, "second": 20, "times": null}', "second: Input should be less than"),
        ('{"first": 1, "second": 2, "times": 1, "more": 1}', "more: Extra inputs"),
        ("[1, 2]", "should be an object"),
        ('{"first": 1', "Invalid JSON"),
        ("", "first: Field required"),
        ('{"first": ' + "1" * MOST_ARGUMENTS, "longer than"),
    ],
)
async def test_arguments_that_do_not_fit_are_refused_with_the_reason(
    arguments: str, complaint: str
) -> None:
    assert complaint in error_of(await called(add, arguments))


async def test_a_refusal_repeats_nothing_of_the_arguments() -> None:
    assert "hunter2" not in (await called(add, '{"first": "hunter2", "second": 2}')).output


async def test_what_a_tool_says_went_wrong_is_the_result() -> None:
    def refuse() -> str:
        """Refuse."""
        raise ToolError("There is nothing there.")

    assert error_of(await called(refuse)) == "There is nothing there."


async def test_a_tool_that_breaks_tells_nothing_of_the_inside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> str:
        """Break."""
        raise RuntimeError("secret path")

    assert error_of(await called(broken)) == "broken failed."
    assert "secret path" in caplog.text


async def test_a_tool_that_takes_too_long_is_given_up() -> None:
    async def forever() -> str:
        """Wait."""
        await asyncio.Event().wait()
        return "never"

    assert error_of(await called(forever, seconds=0.01)) == "forever took longer than 0.01 seconds."


async def test_a_function_that_is_not_async_holds_nobody_up() -> None:
    until = threading.Event()

    def blocking() -> str:
        """Wait."""
        until.wait(10)
        return "done"

    running = asyncio.create_task(called(blocking))
    assert (await called(add, '{"first": 1, "second": 2, "times": null}')).output == "3"
    until.set()
    assert (await running).output == "done"


async def test_a_long_result_is_cut_and_says_so() -> None:
    def long() -> str:
        """Talk."""
        return "x" * 5000

    result = await called(long, most_characters=100)

    assert result.size == 5000
    assert result.output.startswith("x" * 100 + "\n[Cut here: the result has 5,000 characters")


async def test_a_call_that_is_stopped_ends_at_once() -> None:
    async def forever() -> str:
        """Wait."""
        await asyncio.Event().wait()
        return "never"

    running = asyncio.create_task(called(forever))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
