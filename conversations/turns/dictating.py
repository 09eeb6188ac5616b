"""What somebody says, written down by a provider that can. Nothing of it is kept."""

from typing import TYPE_CHECKING

from conversations.models import Model, Provider
from conversations.turns.endpoint import client_of

if TYPE_CHECKING:
    from chatapp.accounts.models import User


def scribe(person: "User") -> Provider | None:
    """The provider that writes down what somebody dictates: their default model's where it can."""
    able = Model.objects.offered_to(person).exclude(provider__transcription_model="").first()
    return able.provider if able else None


async def written_down(provider: Provider, sound: bytes, media_type: str, ending: str) -> str:
    """The words in a recording; ProviderError when there was no answer to it."""
    name = f"dictation.{ending}"
    client = client_of(provider)
    return await client.transcribe(provider.transcription_model, (name, sound, media_type))
