"""A tool: a Python function that a model may call, and what bounds it.

    async def weather(
        place: Annotated[str, Field(description="A town, as people call it.", max_length=100)],
        context: Context,
    ) -> str:
        '''Tell today's weather at a place. Use it whenever ...'''

Its name, its docstring and its typed parameters are what the model is told. It returns a text, or
whatever JSON can write. `ToolError` tells the model what went wrong.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from conversations.protocol.approvals import HERE
from conversations.protocol.approvals import Tool as AskedTool
from conversations.tools.context import Context
from conversations.tools.schema import arguments_of, context_parameter, strict_schema

SECONDS = 20.0
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Tool:
    """`label` and `meaning` are for people, marked for translation; `seconds` is how long a call
    may take, `most_characters` what the model gets of its result at the most. One that has
    `effects`, on anything outside this conversation, is not called before its person agrees.
    `asks` says the same of a call without effects, by its arguments: of one that tells something to
    others. One that `needs` a field of the `Context` is not there where that is None.

    A function that is not async runs in a thread, which nothing can stop: it has to end by itself.
    """

    function: Callable[..., Any]
    label: str
    meaning: str
    effects: bool = False
    asks: Callable[[Mapping[str, Any], Context], bool] | None = None
    needs: str = ""
    seconds: float = SECONDS
    most_characters: int = MOST_CHARACTERS

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def asked_as(self) -> AskedTool:
        """What its person is asked about."""
        return AskedTool(HERE, self.name)

    def is_possible(self, context: Context) -> bool:
        """Whether there is what it needs."""
        return not self.needs or getattr(context, self.needs) is not None

    @cached_property
    def description(self) -> str:
        """What the model is told of it: the docstring."""
        return inspect.getdoc(self.function) or ""

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """What reads the arguments of a call."""
        return arguments_of(self.function)

    @cached_property
    def context_parameter(self) -> str | None:
        """The parameter that takes the `Context`, which the model is not told of."""
        return context_parameter(self.function)

    @cached_property
    def definition(self) -> dict[str, Any]:
        """The entry of a request's `tools`."""
        return {
            "type": "function",
            "name": self.name,
            "description": self.description,
            "parameters": strict_schema(self.arguments),
            "strict": True,
        }
