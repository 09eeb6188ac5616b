"""What somebody says, written down by a provider that can. Nothing of it is kept."""

from conversations.models import Model, Provider
from conversations.turns.endpoint import client_of


def scribe() -> Provider | None:
    """The provider that writes down what people dictate: the default model's where it can."""
    able = Model.objects.offered().exclude(provider__transcription_model="").first()
    return able.provider if able else None


async def written_down(provider: Provider, sound: bytes, media_type: str, ending: str) -> str:
    """The words in a recording; ProviderError when there was no answer to it."""
    name = f"dictation.{ending}"
    client = client_of(provider)
    return await client.transcribe(provider.transcription_model, (name, sound, media_type))
