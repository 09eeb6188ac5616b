"""What the chat page's scripts know that is the same for everybody in a language."""

from typing import Any

from django.conf import settings
from django.template import Library
from django.utils.translation import gettext

from conversations.tools.table import TOOLS
from conversations.views.files import limits
from conversations.views.parameters import parameter_groups, parameters

register = Library()


@register.simple_tag
def installation() -> dict[str, Any]:
    """`{% installation as known %}`: of settings and tables of ours, never of the database."""
    return {
        "files": limits(),
        "parameters": parameters(),
        "parameter_groups": parameter_groups(),
        "reads_pages": settings.WEB_READING,
        "temporary_hours": settings.TEMPORARY_HOURS,
    }


@register.simple_tag
def tool_labels() -> list[tuple[str, str]]:
    """`{% tool_labels as labels %}`: what this server's tools are called, also those that are off:
    earlier answers may have used them.
    """
    return [(tool.name, gettext(tool.label)) for tool in TOOLS]
