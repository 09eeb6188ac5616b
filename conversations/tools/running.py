"""One call of a tool: its arguments checked, the function run within its bounds, its result a text.

Whatever goes wrong is a result as well, `{"error": "…"}`, which the model can read.
"""

import asyncio
import inspect
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_jsonable_python

from conversations.protocol.functions import picture_part
from conversations.protocol.jsontext import clean
from conversations.tools.context import Context
from conversations.tools.errors import ToolError
from conversations.tools.remote import Given, RemoteTool, read_object
from conversations.tools.tool import Tool

logger = logging.getLogger(__name__)

AnyTool = Tool | RemoteTool

MOST_ARGUMENTS = 100_000  # characters
MOST_THREADS = 8
CUT = "\n[Cut here: the result has {size:,} characters, of which these are the first {most:,}.]"

_threads = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="tool")


@dataclass(frozen=True)
class Result:
    """What the model is told of a call; `size` is how many characters there were before a cut,
    `error` what went wrong, or "". `pictures` are data URLs.
    """

    output: str
    size: int
    error: str = ""
    pictures: Sequence[str] = ()

    @property
    def told(self) -> str | list[dict[str, Any]]:
        """The `output` of the item that answers the call."""
        if not self.pictures:
            return self.output
        texts = [{"type": "input_text", "text": self.output}] if self.output else []
        return [*texts, *(picture_part(url) for url in self.pictures)]

    @classmethod
    def of_error(cls, message: str) -> "Result":
        told = clean(message)
        output = json.dumps({"error": told}, ensure_ascii=False)
        return cls(output, len(output), told)


async def run(tool: AnyTool, arguments: str, context: Context) -> Result:
    """The result of calling `tool` with `arguments`, the JSON that the model wrote."""
    try:
        async with asyncio.timeout(tool.seconds):
            return _result(await _called(tool, arguments, context), tool.most_characters)
    except ToolError as error:
        return Result.of_error(str(error))
    except TimeoutError:
        return Result.of_error(f"{tool.name} took longer than {tool.seconds:g} seconds.")
    except Exception:
        logger.exception("The tool %s failed", tool.name)
        return Result.of_error(f"{tool.name} failed.")


def read_arguments(tool: Tool, arguments: str) -> dict[str, Any]:
    """The function's arguments by name; what is null and has a default is left to that.

    ToolError says what is wrong with each.
    """
    _check_length(arguments)
    try:
        read = tool.arguments.model_validate_json(arguments or "{}")
    except ValidationError as error:
        raise ToolError(_complaint(error)) from error
    parameters = inspect.signature(tool.function).parameters
    values = {name: getattr(read, name) for name in type(read).model_fields}
    return {
        name: value
        for name, value in values.items()
        if value is not None or parameters[name].default is inspect.Parameter.empty
    }


def _check_length(arguments: str) -> None:
    if len(arguments) > MOST_ARGUMENTS:
        raise ToolError(f"The arguments are longer than {MOST_ARGUMENTS:,} characters.")


def is_asked(tool: AnyTool, arguments: str, context: Context, *, agreed: bool = False) -> bool:
    """Whether its person has to agree to this call; one that can't be read is not made anyway.

    Where effects of ours are `agreed` to from the first, that leaves what depends on the arguments.
    """
    if isinstance(tool, RemoteTool):
        return tool.asks
    has_effects = tool.effects and not agreed
    if has_effects or tool.asks is None:
        return has_effects
    try:
        return tool.asks(read_arguments(tool, arguments), context)
    except ToolError:
        return False


async def _called(tool: AnyTool, arguments: str, context: Context) -> Any:
    if isinstance(tool, RemoteTool):
        _check_length(arguments)
        return await tool.call(read_object(arguments))
    given = read_arguments(tool, arguments)
    if tool.context_parameter:
        given[tool.context_parameter] = context
    if inspect.iscoroutinefunction(tool.function):
        return await tool.function(**given)
    loop = asyncio.get_running_loop()
    # As asyncio.to_thread: but a tool that hangs keeps no thread from anybody else.
    called = partial(copy_context().run, tool.function, **given)
    return await loop.run_in_executor(_threads, called)


def _result(value: Any, most: int) -> Result:
    if isinstance(value, Given):
        return replace(_result(value.text, most), pictures=value.pictures)
    is_text = isinstance(value, str)
    text = clean(value if is_text else json.dumps(to_jsonable_python(value), ensure_ascii=False))
    size = len(text)
    return Result(text if size <= most else text[:most] + CUT.format(size=size, most=most), size)


def _complaint(error: ValidationError) -> str:
    wrong = error.errors(include_url=False, include_context=False, include_input=False)
    places = (".".join(str(part) for part in each["loc"]) for each in wrong)
    told = (
        f"{place}: {each['msg']}" if place else each["msg"]
        for place, each in zip(places, wrong, strict=True)
    )
    return f"The arguments are not valid. {'; '.join(told)}"
