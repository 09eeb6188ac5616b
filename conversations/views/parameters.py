"""The table of parameters as the page has it: in the reader's language."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from conversations.models import McpServer
from conversations.protocol.parameters import GROUPS, PARAMETERS, TOLD_TOOLS, Parameter
from conversations.turns.toolbox import SETTING, offered

if TYPE_CHECKING:
    from chatapp.accounts.models import User


def parameters() -> list[dict[str, Any]]:
    """Every parameter that a person may set, with its meaning and its default."""
    return [
        asdict(one)
        | {"label": gettext(one.label), "meaning": gettext(one.meaning), **_choices(one)}
        for one in PARAMETERS
    ]


def tools() -> dict[str, dict[str, str]]:
    """This server's tools by their names: what each is called, and what it does."""
    return {
        tool.name: {"label": gettext(tool.label), "meaning": gettext(tool.meaning)}
        for tool in offered()
    }


def servers(user: "User") -> dict[str, dict[str, str]]:
    """The MCP servers that a person may switch on, by their labels, told as tools are."""
    found = McpServer.objects.usable_by(user).values_list("label", "name", "description")
    return {label: {"label": name, "meaning": meaning} for label, name, meaning in found}


def hosted() -> dict[str, dict[str, str]]:
    """The tools that providers have, by their types, told as ours are."""
    return {
        kind: {"label": gettext(label), "meaning": gettext(meaning)}
        for kind, (label, meaning) in TOLD_TOOLS.items()
    }


def _choices(one: Parameter) -> dict[str, Any]:
    """Which tools there are, and what they are called. The page knows of the servers."""
    if one.kind == "tools":
        return {"told": hosted()}
    return {"choices": list(tools()), "told": tools()} if one.name == SETTING else {}


def parameter_groups() -> dict[str, str]:
    """The headings under which they stand, in order."""
    return {name: gettext(heading) for name, heading in GROUPS.items()}
