"""What a person dictates: a recording comes in, its words go out, and nothing is stored."""

import asyncio

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chatapp.accounts.models import User
from conversations.files.kinds import MAX_BYTES
from conversations.models.database import in_database
from conversations.models.failure import told_of
from conversations.protocol.errors import ProviderError
from conversations.turns.dictating import scribe, written_down
from conversations.views.api import Refused, for_people

# What browsers record, and the ending by which providers know it.
ENDINGS = {
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
}


@require_POST
@for_people
async def transcribe(request: HttpRequest, user: User) -> HttpResponseBase:
    """Write down the recording that is the body of the request."""
    media_type = (request.content_type or "").lower()
    ending = ENDINGS.get(media_type)
    if ending is None:
        raise Refused(415, "type", _("Only recordings of sound can be written down."))
    provider = await in_database(scribe, user)
    if provider is None:
        raise Refused(404, "no_transcription", _("No provider here writes down what is said."))
    sound = await asyncio.to_thread(request.read, MAX_BYTES + 1)
    if len(sound) > MAX_BYTES:
        raise Refused(413, "size", _("A recording may have 25 MB at the most."))
    if not sound:
        raise Refused(422, "empty", _("This recording is empty."))
    try:
        text = await written_down(provider, sound, media_type, ending)
    except ProviderError as error:
        raise Refused(502, error.kind.value, told_of(error.as_error())) from error
    return JsonResponse({"text": text.strip()})
