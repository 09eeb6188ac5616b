"""The manual's page of parameters: ``python -m tests.support.parameters_manual`` prints it."""

import sys
from collections.abc import Iterator

from conversations.protocol.parameters import GROUPS, PARAMETERS, REASONS, Parameter

INTRODUCTION = """\
# Parameters

What can be set for the next answer, by the sliders in the box or `Ctrl+Shift+E`, and in an
assistant. What is not set is not sent: the provider's default holds. A model that refuses a
parameter is not offered it any more. This page is made from the table that the app itself uses.
"""
OTHERS = """\
## Parameters that can't be set

The API has these as well:
"""


def manual() -> str:
    """The whole page."""
    sections = [_section(group, heading) for group, heading in GROUPS.items()]
    others = "\n".join(f"- `{name}`: {reason}." for name, reason in sorted(REASONS.items()))
    return "\n".join([INTRODUCTION, *sections, OTHERS, others]) + "\n"


def _section(group: str, heading: str) -> str:
    rows = [_row(one) for one in PARAMETERS if one.group == group]
    head = "| Parameter | Name | Values | Default | Meaning |\n|---|---|---|---|---|"
    return "\n".join([f"## Parameters: {heading.lower()}\n", head, *rows, ""])


def _row(one: Parameter) -> str:
    default = "" if one.default is None else f"`{str(one.default).lower()}`"
    return f"| {one.label} | `{one.name}` | {', '.join(_values(one))} | {default} | {one.meaning} |"


def _values(one: Parameter) -> Iterator[str]:
    if one.choices:
        yield from (f"`{choice}`" for choice in one.choices)
    elif one.kind == "switch":
        yield "on, off"
    elif one.kind == "text":
        yield f"a text of at most {one.most:,.0f} characters"
    elif one.kind == "functions":
        yield "a list of names"
    elif one.kind == "pairs":
        yield f"at most {one.most:g} pairs"
    else:
        yield f"{one.least:,.0f} to {one.most:,.0f}"


if __name__ == "__main__":
    sys.stdout.write(manual())
