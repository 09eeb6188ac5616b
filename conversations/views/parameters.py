"""The table of parameters as the page has it: in the reader's language."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext

from conversations.protocol.parameters import GROUPS, PARAMETERS


def parameters() -> list[dict[str, Any]]:
    """Every parameter that a person may set, with its meaning and its default."""
    return [
        asdict(one) | {"label": gettext(one.label), "meaning": gettext(one.meaning)}
        for one in PARAMETERS
    ]


def parameter_groups() -> dict[str, str]:
    """The headings under which they stand, in order."""
    return {name: gettext(heading) for name, heading in GROUPS.items()}
