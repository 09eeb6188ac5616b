"""What the chat page's scripts know that is the same for everybody in a language."""

from typing import Any

from django.conf import settings
from django.template import Library

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
