"""The providers that are there from the start: the guide, and the one of the environment."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from conversations.models import Model, Provider
from conversations.models.database import in_database
from conversations.models.finding import forget
from conversations.protocol.errors import ProviderError
from conversations.protocol.known_models import AS_OF, known_model, takes_images
from conversations.protocol.presets import Preset, preset_at
from conversations.turns.endpoint import client_of

logger = logging.getLogger(__name__)

GUIDE = "Guide"
GUIDE_CONTEXT = 16_000
LIST_WITHIN_SECONDS = 5.0

# What a list of models names besides those that answer a conversation.
NOT_FOR_CHAT = (
    "audio",
    "babbage",
    "dall-e",
    "davinci",
    "embed",
    "image",
    "moderation",
    "realtime",
    "rerank",
    "sora",
    "transcribe",
    "tts",
    "whisper",
)


async def offer_models() -> None:
    """Make the guide's model, and those of the environment's provider, ready to be chosen."""
    await in_database(_offer_guide)
    provider = await in_database(_environment_provider)
    if provider is None:
        return
    if settings.OPENAI_MODELS:
        await in_database(_offer_only, provider, settings.OPENAI_MODELS)
        return
    try:
        async with asyncio.timeout(LIST_WITHIN_SECONDS):
            names = await client_of(provider).models()
    except (ProviderError, TimeoutError) as error:
        logger.warning(
            "%s did not list its models (%s). Name them in OPENAI_MODEL.", provider.name, error
        )
        return
    await in_database(offer, provider, for_chat(names))


def known_at(base_url: str) -> dict[str, Any]:
    """The columns of a provider at this address, as far as it is known what is there."""
    preset = preset_at(base_url)
    return known_of(preset) if preset else {}


def known_of(preset: Preset) -> dict[str, Any]:
    """The columns that a provider of this kind begins with."""
    return {"dialect": preset.dialect, **preset.abilities}


def for_chat(names: Sequence[str]) -> list[str]:
    """Those of a provider's models that answer a conversation, as far as their names tell."""
    return [name for name in names if not any(word in name.lower() for word in NOT_FOR_CHAT)]


@transaction.atomic
def offer(provider: Provider, names: Sequence[str]) -> None:
    """Offer these models of a provider; the first is the default unless another one already is."""
    known = set(provider.models.values_list("name", flat=True))
    for name in names:
        if name not in known:
            Model.objects.create(provider=provider, name=name, **_known(provider, name))
    chosen = Model.objects.offered().filter(is_default=True, provider__embedded=False)
    if not chosen.exists():
        Model.objects.update(is_default=False)
        provider.models.filter(name__in=names[:1]).update(is_default=True)


def _known(provider: Provider, name: str) -> dict[str, Any]:
    """What a model's name tells of it; of its prices only where its maker sells it."""
    known, images = known_model(name), takes_images(name)
    # What reads text alone reads files as text; what sees takes those that its provider does.
    parts = {"takes_images": images, "takes_files": False if images is False else None}
    if known is None:
        return parts
    sizes = {"context_window": known.context_window, "max_output": known.max_output, **parts}
    if urlsplit(provider.base_url).hostname != "api.openai.com":
        return sizes
    prices = {
        "input_price": known.input,
        "cached_price": known.cached,
        "output_price": known.output,
        "priced_at": AS_OF,
    }
    return sizes | prices


@transaction.atomic
def _offer_only(provider: Provider, names: Sequence[str]) -> None:
    """What the environment names is all that is offered of its provider."""
    provider.models.exclude(name__in=names).update(enabled=False, is_default=False)
    provider.models.filter(name__in=names).update(enabled=True)
    offer(provider, names)


def _offer_guide() -> None:
    can = {"background": True, "takes_images": False}
    provider, _ = Provider.objects.update_or_create(
        embedded=True,
        defaults=can,
        create_defaults={
            "name": GUIDE,
            "base_url": "http://guide.embedded/v1",
            "embedded": True,
            **can,
        },
    )
    Model.objects.get_or_create(provider=provider, name="guide", defaults={"label": GUIDE})
    # What an administrator has said of it stays.
    for name, value in (("context_window", GUIDE_CONTEXT), ("input_price", 0), ("output_price", 0)):
        provider.models.filter(**{name: None}).update(**{name: value})


def _environment_provider() -> Provider | None:
    """As the environment says now; one that it no longer names is no longer used."""
    if not settings.OPENAI_CONNECTED:
        Provider.objects.filter(from_environment=True).update(enabled=False)
        return None
    values: dict[str, Any] = {"base_url": settings.OPENAI_BASE_URL, "enabled": True}
    if settings.OPENAI_BACKGROUND is not None:
        values["background"] = settings.OPENAI_BACKGROUND
    first = {
        "from_environment": True,
        "name": _free_name(),
        **known_at(settings.OPENAI_BASE_URL),
    } | values
    before = Provider.objects.filter(from_environment=True).exclude(base_url=values["base_url"])
    for moved in before:
        forget(moved)
    before.update(headers="")  # they may be secrets, and were for another address
    provider, _ = Provider.objects.update_or_create(
        from_environment=True, defaults=values, create_defaults=first
    )
    return provider


def _free_name() -> str:
    """The provider's name in the environment, told apart from one that was connected by hand."""
    preset = preset_at(settings.OPENAI_BASE_URL)
    host = urlsplit(settings.OPENAI_BASE_URL).hostname or ""
    name = preset.label if preset else host[:60]
    taken = Provider.objects.filter(name=name).exists()
    return f"{name} (environment)" if taken else name
