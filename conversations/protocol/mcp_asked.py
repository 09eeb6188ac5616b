"""The tools of this installation as a script asks for them: in the API's words for MCP servers.

An entry of a request's `tools` names a server by its label alone, perhaps some of its tools, and
which of them are to ask first. The label `chatapp` is that of our own functions. Nothing that an
administrator's rules hold back is given by it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conversations.protocol.approvals import HERE, Tool
from conversations.protocol.mcp import Rule, Rules, function_name

OWN_LABEL = "chatapp"
ALWAYS, NEVER = "always", "never"


@dataclass(frozen=True)
class ServerAsked:
    """What is asked of one server: the names of its tools, None for all that its rules allow; and
    the API's `require_approval`.
    """

    label: str
    names: Collection[str] | None
    approval: Any = None

    @classmethod
    def of(cls, tool: Mapping[str, Any]) -> "ServerAsked":
        """From an entry of a request's `tools`."""
        return cls(tool["server_label"], tool.get("allowed_tools"), tool.get("require_approval"))

    def rule(self, name: str, rule: Rule, *, reads_only: bool) -> Rule:
        """What holds for a tool for which `rule` does by itself. What it is to do unasked it may do
        unasked; where nothing is said, only what has no effects.
        """
        if rule == Rule.FORBIDDEN or (self.names is not None and name not in self.names):
            return Rule.FORBIDDEN
        said = self._said(name, reads_only=reads_only)
        is_unasked = said == NEVER or (said is None and reads_only)
        return rule if is_unasked else Rule.ASKS

    def narrowed(self, rules: Rules, reading: Collection[str]) -> Rules:
        """The rules of a server with what was asked; `reading` are its tools without effects."""
        known = {*rules.listed, *rules.by_tool, *(self.names or ()), *self._approved_by_name}
        by_tool = {
            name: self.rule(name, rules.of(name), reads_only=name in reading) for name in known
        }
        return Rules(self.rule("", rules.default, reads_only=False), by_tool, rules.listed)

    @property
    def _approved_by_name(self) -> Iterator[str]:
        filters = self.approval.values() if isinstance(self.approval, Mapping) else ()
        return (name for each in filters for name in each.get("tool_names") or ())

    def _said(self, name: str, *, reads_only: bool) -> str | None:
        if not isinstance(self.approval, Mapping):
            return None if self.approval is None else str(self.approval)
        for when in (ALWAYS, NEVER):
            if fits(self.approval.get(when), name, reads_only=reads_only):
                return when
        return None


def fits(wanted: Mapping[str, Any] | None, name: str, *, reads_only: bool) -> bool:
    """Whether a filter of the API's, by names or by whether it only reads, means this tool."""
    if not wanted:
        return False
    names, reads = wanted.get("tool_names"), wanted.get("read_only")
    return (names is None or name in names) and reads in (None, reads_only)


def servers_asked(asked: Mapping[str, Any] | None) -> dict[str, ServerAsked]:
    """By their labels, from what a script asked for; nothing where no script did."""
    tools = (asked or {}).get("tools") or ()
    servers = [ServerAsked.of(tool) for tool in tools if tool.get("type") == "mcp"]
    return {server.label: server for server in servers}


def tools_asked(asked: Mapping[str, Any] | None) -> dict[str, Tool]:
    """The tools that a script asked for by name, by what the model calls them."""
    servers = servers_asked(asked).values()
    tools = [Tool(server.label, name) for server in servers for name in server.names or ()]
    return {called(tool): tool for tool in tools}


def called(tool: Tool) -> str:
    """What the model calls a tool, ours by its own name."""
    is_ours = tool.server_label in (HERE, OWN_LABEL)
    return tool.name if is_ours else function_name(*tool)


def choice_told(choice: Any, functions: Mapping[str, Tool], hosted: Collection[str] = ()) -> Any:
    """A `tool_choice` as the provider is told it, to whom tools that are called from here are
    `functions`: those that there are, by what they are called. It knows the `hosted` servers.
    """
    if not isinstance(choice, Mapping):
        return choice
    if choice.get("type") == "allowed_tools":
        told = [each for entry in choice["tools"] for each in _chosen(entry, functions, hosted)]
        return {**choice, "tools": told} if told else "none"
    told = _chosen(choice, functions, hosted)
    if len(told) == 1:
        return told[0]
    return {"type": "allowed_tools", "mode": "required", "tools": told} if told else "auto"


def _chosen(
    entry: Mapping[str, Any], functions: Mapping[str, Tool], hosted: Collection[str]
) -> list[dict[str, Any]]:
    label, name = entry.get("server_label"), entry.get("name")
    if entry.get("type") != "mcp" or label in hosted:
        return [dict(entry)]
    return [
        {"type": "function", "name": called_so}
        for called_so, tool in functions.items()
        if tool.server_label == label and name in (None, tool.name)
    ]
