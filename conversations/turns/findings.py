"""What a finding says to an administrator, in words."""

from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Provider
from conversations.protocol.abilities import Ability, Reason


def title_of(ability: str) -> str:
    """What is tried, in a few words."""
    return {
        Ability.MODELS: _("Lists its models"),
        Ability.ANSWER: _("Answers"),
        Ability.STREAM: _("Streams its answers"),
        Ability.USAGE: _("Reports the tokens used"),
        Ability.STORE: _("Says that it stores answers"),
        Ability.CHAIN: _("Remembers the conversation"),
        Ability.RETRIEVE: _("Gives an answer again"),
        Ability.BACKGROUND: _("Runs answers in the background"),
        Ability.RESUME: _("Streams the rest of one that was left"),
        Ability.CANCEL: _("Stops one in the background"),
        Ability.COUNT: _("Counts tokens beforehand"),
        Ability.COMPACT: _("Compacts conversations"),
        Ability.FUNCTIONS: _("Calls functions"),
        Ability.MCP: _("Calls MCP servers"),
        Ability.IMAGES: _("Sees images"),
        Ability.FILES: _("Reads files"),
        Ability.SCHEMA: _("Obeys a JSON schema"),
        Ability.FILE_SEARCH: _("Keeps files to search in"),
    }[Ability(ability)]


def limits_of(provider: Provider) -> list[dict[str, Any]]:
    """What is left of its limits, a line each, as far as it has said so."""
    titles = {"requests": _("Requests"), "tokens": _("Tokens")}
    told = provider.rate_limits or {}
    return [{"title": titles[kind], **told[kind]} for kind in titles if kind in told]


def said_of(reason: str, detail: str) -> str:
    """Why it can or can't, with the detail where there is one; what was seen needs no reason."""
    said = {
        Reason.SEEN: "",
        Reason.REFUSED: _("It refused."),
        Reason.TROUBLE: _("It could not be tried."),
        Reason.SLOW: _("It did not answer in time."),
        Reason.SILENT: _("It took the request, and did nothing of the kind."),
        Reason.FORGOT: _("It says that it does, and knew nothing."),
        Reason.UNSEEN: _("It took it, and did not know what was in it."),
        Reason.MISSING: _("Its answers do not say."),
        Reason.OTHERWISE: _("In a way of its own, which is understood."),
        Reason.UNTRIED: _("Not tried: it needs what is missing above."),
        Reason.REMEMBERED: _("Seen while it answered somebody."),
    }[Reason(reason)]
    if not said:
        return detail
    return f"{said} ({detail})" if detail else said
