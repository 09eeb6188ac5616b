"""The calls that an answer makes of our tools, between one response of its provider and the next.

Only calls of a response that has ended are made, and whole ones; each gets an output, if only to
say why there is none. Calls without effects are made at the same time, the others one after the
other, and only those that their person has allowed: about the rest the answer ends with a question.
"""

import asyncio
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from conversations.models import Response
from conversations.models.approval import allowed_in
from conversations.models.said import said_until
from conversations.protocol.approvals import Tool as AskedTool
from conversations.protocol.approvals import own_request
from conversations.protocol.functions import Call, calls_in, open_calls_in, output_of
from conversations.protocol.ids import new_id
from conversations.protocol.mcp import Rule
from conversations.protocol.rounds import begun_at, is_between
from conversations.tools.context import Context
from conversations.tools.running import AnyTool, Result, is_asked, run
from conversations.tools.tool import Tool
from conversations.turns import calls
from conversations.turns.answer import Answer
from conversations.turns.calls import Due
from conversations.turns.limits import Room, alike, beyond, is_exhausted
from conversations.turns.storing import persistently
from conversations.turns.toolbox import (
    Toolbox,
    context_of,
    may_call,
    scripts_functions,
    toolbox_of,
)

if TYPE_CHECKING:
    from conversations.protocol.items import Item

DENIED = "The person did not allow this."
CUT = "This call was cut before it was whole, and was not made."


class Calling:
    """Makes the calls of one answer, and puts their outputs into it."""

    def __init__(self, row: Response, answer: Answer) -> None:
        self._row = row
        self._answer = answer
        self._open: dict[int, tuple[Due, Item]] = {}
        self._is_busy = self._has_effects = False
        self._toolbox = Toolbox()
        self._room = Room(answer.output)

    @property
    def is_busy(self) -> bool:
        """Whether calls are being made, so that nothing runs at the provider."""
        return self._is_busy

    @property
    def can_be_left(self) -> bool:
        """Whether they can be made again elsewhere: nothing that has effects runs."""
        return self._is_busy and not self._has_effects

    @property
    def has_tools(self) -> bool:
        """Whether the answer may call something."""
        return may_call(self._row)

    async def due(self) -> list[Due]:
        """The calls to be made before the provider is asked: those that its last round has left
        open, or those that their person has decided on.
        """
        row = self._row
        await self._look()
        if is_between(row.rounds):
            return self.called()
        return [] if row.rounds else await persistently(row.pk, calls.decided, row)

    def called(self) -> list[Due]:
        """The open calls of the round that has ended which are to be made here; none where no tools
        are on.
        """
        if not self._toolbox.tools:
            return []
        theirs = scripts_functions(self._row)
        return [Due(call, self._row.pk) for call in self._open_calls() if call.name not in theirs]

    async def make(self, due: Sequence[Due]) -> bool:
        """Make them, but for those that their person has to be asked about first; True where the
        answer ends with that, or with calls that a script has to make.
        """
        self._is_busy = True
        await self._look()
        asked = await self._asked(due)
        for one in due:
            if one not in asked:
                item = output_of(one.call, new_id("fco")) | one.about
                self._open[self._answer.put(item)] = one, item
        await self._make_open()
        for one in asked:
            self._answer.put(own_request(one.call, self._toolbox.tools[one.call.name].asked_as))
        self._is_busy = False
        return bool(asked) or self._awaits_script()

    async def give_up(self) -> None:
        """Say of each call that still runs that it was stopped, and record it."""
        if not self._open:
            return
        stopped = Result.of_error(calls.STOPPED)
        for place, (_, item) in self._open.items():
            self._answer.put({**item, "output": stopped.output, "status": "incomplete"}, place)
        ids = {one.response_id for one, _ in self._open.values()}
        await persistently(self._row.pk, calls.stop, ids)

    async def _look(self) -> None:
        """See which tools there are now: what holds for those of MCP servers may have changed."""
        if self.has_tools:
            self._toolbox = await persistently(self._row.pk, toolbox_of, self._row)

    def _open_calls(self) -> list[Call]:
        return open_calls_in(self._answer.output, begun_at(self._row.rounds))

    def _awaits_script(self) -> bool:
        theirs = scripts_functions(self._row)
        return any(call.name in theirs for call in self._open_calls())

    def _tool(self, one: Due) -> AnyTool | None:
        return self._toolbox.tools.get(one.call.name)

    async def _asked(self, due: Sequence[Due]) -> list[Due]:
        """Those of which their person has to be asked."""
        row = self._row
        tools = [self._tool(one) for one in due]
        allowed = await self._allowed()
        context = context_of(row)
        if any(isinstance(tool, Tool) and tool.asks for tool in tools):
            context = replace(context, said=await persistently(row.pk, said_until, row.pk))
        return [one for one in due if self._asks(one, allowed, context)]

    async def _allowed(self) -> Set[AskedTool]:
        """What was allowed in the page holds there: a script says itself what it allows."""
        row = self._row
        if row.asked is not None:
            return set()
        return await persistently(row.pk, allowed_in, row.conversation_id)

    def _asks(self, one: Due, allowed: Set[AskedTool], context: Context) -> bool:
        tool = self._tool(one)
        if tool is None or one.decision or self._refusal(one):
            return False
        rule = self._toolbox.rules.get(tool.name)
        if rule == Rule.ASKS:
            return True
        agreed = rule == Rule.ALLOWED
        is_due = is_asked(tool, one.call.arguments, context, agreed=agreed)
        return tool.asked_as not in allowed and is_due

    async def _make_open(self) -> None:
        effective = [place for place, (one, _) in self._open.items() if self._is_effective(one)]
        async with asyncio.TaskGroup() as group:
            for place in self._open.keys() - effective:
                group.create_task(self._make(place))
        for place in effective:
            self._has_effects = True
            await self._make(place)
        self._has_effects = False

    def _is_effective(self, one: Due) -> bool:
        tool = self._tool(one)
        return tool is not None and tool.effects

    async def _make(self, place: int) -> None:
        one, item = self._open[place]
        result = await self._result(one)
        self._answer.put({**item, "output": result.told, "status": "completed"}, place)
        del self._open[place]

    async def _result(self, one: Due) -> Result:
        if refusal := self._refusal(one):
            return Result.of_error(refusal)
        row, tool = self._row, self._toolbox.tools[one.call.name]
        if one.decision == calls.Decision.DENIED:
            await persistently(row.pk, calls.deny, one, tool)
            return Result.of_error(DENIED)
        begun = await persistently(row.pk, calls.begin, one, tool)
        if begun is None:
            return Result.of_error(calls.UNKNOWN)
        if known := calls.result_of(begun):
            return self._room.bounded(known)
        result = self._room.bounded(await run(tool, one.call.arguments, context_of(row)))
        await persistently(row.pk, calls.end, begun, result)
        return result

    def _refusal(self, one: Due) -> str:
        """Why a call is not made; "" where it is."""
        call, row = one.call, self._row
        if not call.whole:
            return CUT
        if call.name not in self._toolbox.tools:
            return f"There is no tool named {call.name[:64]}."
        if one.response_id != row.pk:
            return ""
        made = calls_in(self._answer.output)
        ours = [one for one in made if one.name in self._toolbox.tools]
        return is_exhausted(row) or beyond(call, ours, row) or alike(call, made)
