"""The table of parameters as the page has it: in the reader's language."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext

from conversations.protocol.parameters import GROUPS, PARAMETERS, Parameter
from conversations.turns.toolbox import offered


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


def _choices(one: Parameter) -> dict[str, Any]:
    """Of those that the table can't name: which tools there are."""
    return {"choices": list(tools()), "told": tools()} if one.kind == "functions" else {}


def parameter_groups() -> dict[str, str]:
    """The headings under which they stand, in order."""
    return {name: gettext(heading) for name, heading in GROUPS.items()}
