"""The body of a request: so long at the most, and JSON."""

import asyncio
from typing import Any

from django.http import HttpRequest

from conversations.gateway.refusals import Refusal
from conversations.protocol.jsontext import BadJSON, loads

MEGABYTE = 1024 * 1024
MAX_MEGABYTES = 20
AT_ONCE = 256 * 1024  # longer ones are read beside the event loop


async def body_of(request: HttpRequest) -> Any:
    """What the body says; Refusal where it says nothing, or is too long."""
    body = request.read(MAX_MEGABYTES * MEGABYTE + 1)
    if len(body) > MAX_MEGABYTES * MEGABYTE:
        said = f"The body of a request may have {MAX_MEGABYTES} MB at the most."
        raise Refusal(413, said, "request_too_large", retry=False)
    try:
        return loads(body) if len(body) < AT_ONCE else await asyncio.to_thread(loads, body)
    except BadJSON as error:
        said = f"We could not parse the JSON body of your request. {error}"
        raise Refusal(400, said[:300], "invalid_json") from error
