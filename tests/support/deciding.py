"""A person decides on what an answer asks for."""

from collections.abc import Mapping
from typing import Any

from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.approvals import answer, own_requests
from conversations.turns.request import NewResponse
from conversations.turns.running import turns
from tests.support.asking import until_settled


def decision(
    asked: Response, *verdicts: bool, chosen: Mapping[str, Any], always: bool = False
) -> NewResponse:
    """One verdict for each that is asked for, in their order."""
    ids = list(own_requests(asked.output))
    return NewResponse(
        owner=asked.owner,
        client_key=f"decision on {asked.pk}"[:60],
        input=[answer(id_, approve=may) for id_, may in zip(ids, verdicts, strict=True)],
        always=ids if always else (),
        previous_response_id=asked.pk,
        chosen=chosen,
    )


async def decided(new: NewResponse) -> Response:
    """What comes of it, when nothing runs any more."""
    response = await turns.start(new)
    await until_settled()
    return await in_database(Response.objects.select_related("owner").get, pk=response.pk)
