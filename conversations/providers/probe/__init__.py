"""The test of an endpoint: what it can do is found out by having it done."""

from collections.abc import AsyncIterator

from conversations.protocol.abilities import Ability, Found, Reason
from conversations.providers.client import ProviderClient
from conversations.providers.probe.asking import Probe, tried
from conversations.providers.probe.background import runs_in_background
from conversations.providers.probe.conversing import converses
from conversations.providers.probe.giving import can_be_given

MOST_TOKENS = 6_000
"""What a test may cost at most, in and out, where the endpoint heeds `max_output_tokens`."""


MOST_NAMED = 8


async def probed(client: ProviderClient, model: str) -> AsyncIterator[Found]:
    """Try every ability of the endpoint, with this model; each found as soon as it is made.

    An endpoint that gives no answer has nothing else tried of it.
    """
    probe = Probe(client, model)
    yield await tried(Ability.MODELS, _lists(client))
    is_answering = False
    async for found in converses(probe):
        is_answering = is_answering or (found.ability is Ability.ANSWER and found.holds is True)
        yield found
    if not is_answering:
        return
    async for found in runs_in_background(probe):
        yield found
    async for found in can_be_given(probe):
        yield found


async def _lists(client: ProviderClient) -> Found:
    names = await client.models()
    if not names:
        return Found(Ability.MODELS, False, Reason.SILENT)
    return Found(Ability.MODELS, True, Reason.SEEN, ", ".join(names[:MOST_NAMED]))
