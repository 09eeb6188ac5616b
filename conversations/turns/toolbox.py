"""The tools that are on for an answer: what its model is told of, and what a call of it finds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from conversations.models import Response
from conversations.protocol.mcp import Rule
from conversations.protocol.mcp_asked import OWN_LABEL, servers_asked
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
    by their labels: should it call one as a function all the same, it is called from here. `rules`
    are what a script has said of tools of ours, by their names.
    """

    tools: Mapping[str, AnyTool] = field(default_factory=dict)
    hosted: Mapping[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    rules: Mapping[str, Rule] = field(default_factory=dict)

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """As a request's `tools` has them."""
        return [*(tool.definition for tool in self._told), *self.hosted.values()]

    @property
    def functions(self) -> list[str]:
        """Their names, but for those of the servers that the provider calls itself."""
        return [tool.name for tool in self._told]

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
    return Toolbox(tools, mcp_tools.hosted_tools(row, servers), _rules(row, own))


def _rules(row: Response, tools: Sequence[AnyTool]) -> dict[str, Rule]:
    server = servers_asked(row.asked).get(OWN_LABEL)
    if server is None:
        return {}
    return {
        tool.name: server.rule(tool.name, Rule.ALLOWED, reads_only=not tool.effects)
        for tool in tools
    }


def may_call(row: Response) -> bool:
    """Whether anything was switched on that this server may be asked to call."""
    return any(row.settings.get(name) for name in (SETTING, mcp_tools.SETTING))


def scripts_functions(row: Response) -> set[str]:
    """The names of the functions that a script which asks makes the calls of itself."""
    tools = row.settings.get("tools") or ()
    return {str(tool.get("name")) for tool in tools if tool.get("type") == "function"}


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
