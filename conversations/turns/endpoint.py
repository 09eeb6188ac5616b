"""From a stored provider to the client that speaks to it."""

from django.conf import settings

from conversations.models import Provider, Response
from conversations.providers.client import ProviderClient
from conversations.providers.config import ProviderConfig
from conversations.providers.pool import client_for


def client_of(provider: Provider) -> ProviderClient:
    """The client of this process and event loop for a provider, as it is configured now."""
    return client_for(config_of(provider))


def provider_of(row: Response) -> Provider:
    """The provider that answers it."""
    assert row.provider is not None, "a turn begins with a provider"
    return row.provider


def config_of(provider: Provider) -> ProviderConfig:
    """What the client needs to know.

    The environment's key is never stored, and goes to no other address than the environment's.
    """
    if provider.from_environment:
        base_url, api_key = settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY
    else:
        base_url, api_key = provider.base_url, provider.api_key
    return ProviderConfig(
        name=provider.name,
        base_url=base_url,
        api_key=api_key,
        dialect=provider.dialect,
        embedded=provider.embedded,
    )
