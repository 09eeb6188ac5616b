"""MCP servers in the words of the API: which of their tools may be called, and who is asked.

https://platform.openai.com/docs/guides/tools-connectors-mcp
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from conversations.protocol.secrets import AUTHORIZATION, secrets_in

LABEL = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
"""A server's label; without two underscores in a row, for those stand before a tool's name."""
LONGEST_LABEL = 24
LONGEST_FUNCTION = 64
MARK = 8

# What the connection says of itself.
RESERVED_HEADERS = frozenset({"last-event-id", "mcp-protocol-version", "mcp-session-id"})


class Rule(StrEnum):
    """Whether a tool may be called."""

    ALLOWED = "allowed"
    ASKS = "asks"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True)
class Rules:
    """`default` holds for each tool that `by_tool` does not name; `listed` are those there are, as
    far as it is known.
    """

    default: Rule
    by_tool: Mapping[str, Rule] = field(default_factory=dict)
    listed: Iterable[str] = ()

    def of(self, name: str) -> Rule:
        """What holds for a tool."""
        return self.by_tool.get(name, self.default)

    def named(self, rule: Rule) -> list[str]:
        """The tools that are known by name, for which this holds."""
        known = dict.fromkeys([*self.listed, *self.by_tool])
        return [name for name in known if self.of(name) == rule]


def function_name(label: str, tool: str) -> str:
    """What a model calls a tool of a server that is called from here: always the same, and by it
    nothing else. A name that no function can have is made one, with a mark that tells it apart.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", tool)
    name = f"mcp__{label}__{plain}"
    if plain == tool and len(name) <= LONGEST_FUNCTION:
        return name
    mark = hashlib.sha256(tool.encode()).hexdigest()[:MARK]
    return f"{name[: LONGEST_FUNCTION - MARK - 1]}_{mark}"


def label_of(function: str) -> str:
    """The server whose tool a model calls so; "" for a function that is of none."""
    first, _, rest = function.partition("__")
    label, _, tool = rest.partition("__")
    return label if first == "mcp" and tool else ""


def hosted_tool(
    label: str,
    url: str,
    rules: Rules,
    *,
    description: str = "",
    token: str = "",
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The entry of a request's `tools` by which a provider calls a server itself."""
    told: dict[str, Any] = {"type": "mcp", "server_label": label, "server_url": url}
    if description:
        told["server_description"] = description
    if token:
        told["authorization"] = token
    if headers:
        told["headers"] = dict(headers)
    if not _is_everything_allowed(rules):
        told["allowed_tools"] = [*rules.named(Rule.ALLOWED), *rules.named(Rule.ASKS)]
    return {**told, "require_approval": _approval(rules)}


def secrets_of(tools: Iterable[Mapping[str, Any]]) -> list[str]:
    """What lets a provider in where these tools are, and is to be seen nowhere else."""
    sent = [tool for tool in tools if tool.get("type") == "mcp"]
    tokens = [(AUTHORIZATION, tool["authorization"]) for tool in sent if "authorization" in tool]
    return secrets_in([*tokens, *(h for tool in sent for h in tool.get("headers", {}).items())])


def _is_everything_allowed(rules: Rules) -> bool:
    return rules.default != Rule.FORBIDDEN and not rules.named(Rule.FORBIDDEN)


def _approval(rules: Rules) -> Any:
    allowed, asks = rules.named(Rule.ALLOWED), rules.named(Rule.ASKS)
    if rules.default == Rule.ALLOWED and not asks:
        return "never"
    if not allowed:
        return "always"
    by_rule = (("always", asks), ("never", allowed))
    return {when: {"tool_names": names} for when, names in by_rule if names}
