"""The tools that are on for an answer: what its model is told of, and what a call of it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from conversations.models import Response
from conversations.tools.context import Context
from conversations.tools.table import BY_NAME
from conversations.tools.tool import Tool
from conversations.turns.searching import search_conversations, search_files
from conversations.turns.web import read_page

SETTING = "functions"


@dataclass(frozen=True)
class Toolbox:
    """The tools by their names."""

    tools: Mapping[str, Tool] = field(default_factory=dict)

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """As a request's `tools` has them."""
        return [tool.definition for tool in self.tools.values()]

    @property
    def has_effects(self) -> bool:
        """Whether one of them asks before it is used."""
        return any(tool.effects for tool in self.tools.values())


def offered() -> list[Tool]:
    """What a person may switch on."""
    anywhere = Context(person_id=0, conversation_id="", response_id="", **_abilities())
    return [tool for tool in BY_NAME.values() if tool.is_possible(anywhere)]


def toolbox_of(row: Response) -> Toolbox:
    """What was switched on for this answer, as far as it is still there."""
    names = row.settings.get(SETTING) or ()
    context = context_of(row)
    there = (tool for tool in BY_NAME.values() if tool.is_possible(context))
    return Toolbox({tool.name: tool for tool in there if tool.name in names})


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
