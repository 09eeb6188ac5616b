"""The tools that are on for an answer: what its model is told of, and what a call of it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from conversations.models import Response
from conversations.tools.context import Context
from conversations.tools.running import AnyTool
from conversations.tools.table import BY_NAME
from conversations.tools.tool import Tool
from conversations.turns import mcp_tools
from conversations.turns.searching import search_conversations, search_files
from conversations.turns.web import read_page

SETTING = "functions"


@dataclass(frozen=True)
class Toolbox:
    """The tools by their names; `hosted` are the MCP servers whose tools the provider calls itself,
    by their labels: should it call one as a function all the same, it is called from here.
    """

    tools: Mapping[str, AnyTool] = field(default_factory=dict)
    hosted: Mapping[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """As a request's `tools` has them."""
        return [*(tool.definition for tool in self._told), *self.hosted.values()]

    @property
    def has_effects(self) -> bool:
        """Whether one of them asks before it is used."""
        return any(tool.effects for tool in self._told)

    @property
    def _told(self) -> list[AnyTool]:
        tools = self.tools.values()
        return [tool for tool in tools if tool.asked_as.server_label not in self.hosted]


def offered() -> list[Tool]:
    """What a person may switch on."""
    anywhere = Context(person_id=0, conversation_id="", response_id="", **_abilities())
    return [tool for tool in BY_NAME.values() if tool.is_possible(anywhere)]


def toolbox_of(row: Response) -> Toolbox:
    """What was switched on for this answer, as far as it is still there; where MCP servers were,
    the database is asked.
    """
    names = row.settings.get(SETTING) or ()
    context = context_of(row)
    there = (tool for tool in BY_NAME.values() if tool.is_possible(context))
    servers = mcp_tools.servers_of(row)
    own: list[AnyTool] = [tool for tool in there if tool.name in names]
    tools = {tool.name: tool for tool in [*own, *mcp_tools.remote_tools(row, servers)]}
    return Toolbox(tools, mcp_tools.hosted_tools(row, servers))


def may_call(row: Response) -> bool:
    """Whether anything was switched on that this server may be asked to call."""
    return any(row.settings.get(name) for name in (SETTING, mcp_tools.SETTING))


def context_of(row: Response) -> Context:
    """What its tools may know."""
    return Context(
        person_id=row.owner_id,
        conversation_id=row.conversation_id,
        response_id=row.pk,
        time_zone=row.time_zone or settings.TIME_ZONE,
        **_abilities(),
    )


def _abilities() -> dict[str, Any]:
    """What this server lets tools do, whoever asks."""
    return {
        "read_page": read_page if settings.WEB_READING else None,
        "search_conversations": search_conversations if settings.MEMORY else None,
        "search_files": search_files,
    }
