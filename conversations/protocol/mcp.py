"""MCP servers in the words of the API: which of their tools may be called, and who is asked.

https://platform.openai.com/docs/guides/tools-connectors-mcp
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LABEL = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
"""A server's label; without two underscores in a row, for those stand before a tool's name."""
LONGEST_LABEL = 24

HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
HEADER_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]{1,4000}")
# What the connection says of itself.
HEADERS_OF_THE_CONNECTION = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
    | {"last-event-id", "mcp-protocol-version", "mcp-session-id", "transfer-encoding"}
)


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


class BadHeaders(ValueError):
    """`args[0]` is the line that is none."""


def read_headers(text: str) -> dict[str, str]:
    """The headers that are written as one "Name: value" a line; BadHeaders for what is none."""
    headers: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, value = (part.strip() for part in line.partition(":"))
        is_header = colon and HEADER_NAME.fullmatch(name) and HEADER_VALUE.fullmatch(value)
        if not is_header or name.lower() in HEADERS_OF_THE_CONNECTION:
            raise BadHeaders(name[:40])
        headers[name] = value
    return headers


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
