"""From a stored provider to the client that speaks to it."""

from typing import Any

from django.conf import settings

from conversations.models import Provider, Response
from conversations.models.connection import CONNECTION
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.headers import parsed
from conversations.providers.client import ProviderClient
from conversations.providers.config import Deadlines, ProviderConfig
from conversations.providers.pool import client_for

USUAL = Deadlines()
MISSING_STATUSES = {404, 405, 501}
MISSING_KINDS = {ErrorKind.NOT_AN_ENDPOINT, ErrorKind.NOT_FOUND}


def client_of(provider: Provider) -> ProviderClient:
    """The client of this process and event loop for a provider, as it is configured now."""
    return client_for(config_of(provider))


def provider_of(row: Response) -> Provider:
    """The provider that answers it."""
    assert row.provider is not None, "a turn begins with a provider"
    return row.provider


def is_missing(error: ProviderError) -> bool:
    """Whether a provider says that it has no such endpoint."""
    if error.code == "model_not_found":
        return False
    return error.status in MISSING_STATUSES or error.kind in MISSING_KINDS


def config_of(provider: Provider, usual: Deadlines = USUAL) -> ProviderConfig:
    """What the client needs to know; `usual` are the deadlines where nothing else is said.

    The environment's key is never stored, and goes to no other address than the environment's.
    """
    if provider.from_environment:
        base_url, api_key = settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY
    else:
        base_url, api_key = provider.base_url, provider.api_key
    connection = _connection(provider)
    return ProviderConfig(
        name=provider.name,
        base_url=base_url,
        api_key=api_key,
        organization=connection["organization"],
        project=connection["project"],
        headers=parsed(connection["headers"]),
        proxy=connection["proxy"],
        dialect=provider.dialect,
        embedded=provider.embedded,
        deadlines=_deadlines(connection, usual),
    )


def settled_in_environment(provider: Provider) -> dict[str, Any]:
    """What of its connection the environment says, which then holds."""
    return settings.OPENAI_CONNECTION if provider.from_environment else {}


def _connection(provider: Provider) -> dict[str, Any]:
    own = {name: getattr(provider, name) for name in CONNECTION}
    return own | settled_in_environment(provider)


def _deadlines(connection: dict[str, Any], usual: Deadlines) -> Deadlines:
    """Who may be silent for long may think for as long."""
    silence = connection["silence_seconds"] or usual.liveness
    return Deadlines(
        connect=connection["connect_seconds"] or usual.connect,
        first_event=connection["first_event_seconds"] or usual.first_event,
        liveness=silence,
        progress=max(usual.progress, silence),
        total=connection["total_seconds"] or usual.total,
    )
