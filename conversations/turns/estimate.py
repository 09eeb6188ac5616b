"""What a message will take of the context, and what it will cost, before it is sent."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from conversations.models import Provider, Response
from conversations.models.database import in_database
from conversations.protocol.cost import Cost, cost_ahead
from conversations.protocol.errors import ProviderError
from conversations.protocol.jsontext import dumps
from conversations.protocol.tokens import answer_tokens, context_tokens, item_tokens, text_tokens
from conversations.turns.compacting import is_missing
from conversations.turns.endpoint import client_of
from conversations.turns.outgoing import request_of, steps_of
from conversations.turns.request import NewResponse, drafted

logger = logging.getLogger(__name__)

COUNT_WITHIN_SECONDS = 10.0
LEAST_SHARE = 0.3
MOST_SENT = 500_000  # characters: files and long histories are not sent for a count alone
# An answer without a report is rare; so many of them are looked through for one.
MOST_LOOKED_AT = 50
# https://platform.openai.com/docs/api-reference/responses/input-tokens: all that it takes.
COUNTED = frozenset(
    {
        "input",
        "instructions",
        "model",
        "parallel_tool_calls",
        "previous_response_id",
        "reasoning",
        "text",
        "tool_choice",
        "tools",
        "truncation",
    }
)


@dataclass(frozen=True)
class Estimate:
    """What the model will read, and what it may say; `exact` where its provider has counted.

    `context_window` is the model's, None where nobody has said it.
    """

    input_tokens: int
    output_tokens: int
    exact: bool
    context_window: int | None
    cost: Cost

    def as_json(self) -> dict[str, Any]:
        amount, currency = self.cost.amount, self.cost.currency
        cost = None if amount is None else {"amount": str(amount), "currency": currency}
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "exact": self.exact,
            "context_window": self.context_window,
            "cost": cost,
        }


async def estimate(new: NewResponse, *, exact: bool) -> Estimate:
    """Of a message that is not sent yet; `exact` has its provider count, where it can.

    RequestError when it names what is not there.
    """
    row = await in_database(drafted, new)
    tokens, said = await in_database(_about, row)
    counted = await _counted(row) if exact else None
    if counted is not None and counted < tokens * LEAST_SHARE:
        counted = None  # it can't have counted what the message follows
    return _estimate(row, counted or tokens, said, exact=counted is not None)


def _estimate(row: Response, tokens: int, said: int, *, exact: bool) -> Estimate:
    model = row.model
    assert model is not None, "a draft has a model"
    longest = row.settings.get("max_output_tokens") or model.max_output
    said = min(said, longest) if isinstance(longest, int) else said
    cost = cost_ahead(tokens, said, model.price)
    return Estimate(tokens, said, exact, model.context_window, cost)


def _about(row: Response) -> tuple[int, int]:
    """The tokens of what would be read, and of an answer such as the last ones were."""
    path = _back_to_a_report(row.previous_response)
    usages = [response.usage for response in path]
    tokens = context_tokens(steps_of(path), usages)
    # What was reported has the instructions in it.
    if not any(usages):
        tokens += text_tokens(row.instructions)
    return tokens + sum(map(item_tokens, row.input)), answer_tokens(usages)


def _back_to_a_report(response: Response | None) -> list[Response]:
    """The end of a path, from the last response whose provider reported all that was before it."""
    path: list[Response] = []
    while response is not None and len(path) < MOST_LOOKED_AT:
        path.insert(0, response)
        if response.usage or response.is_compaction:
            break
        response = response.previous_response
    return path


async def _counted(row: Response) -> int | None:
    """As the provider counts it; None where it can't."""
    provider = row.provider
    assert provider is not None, "a draft has a provider"
    if provider.counts_tokens is False:
        return None
    request = await in_database(request_of, row)
    body = {name: value for name, value in request.body.items() if name in COUNTED}
    if len(dumps(body)) > MOST_SENT:
        return None
    try:
        async with asyncio.timeout(COUNT_WITHIN_SECONDS):
            counted = await client_of(provider).count_input_tokens(body)
    except ProviderError as error:
        logger.info("%s did not count: %s", provider, error.detail or error.message)
        if is_missing(error):
            await in_database(_remember, provider, counts_tokens=False)
        return None
    except TimeoutError:
        return None
    await in_database(_remember, provider, counts_tokens=True)
    return counted


def _remember(provider: Provider, *, counts_tokens: bool) -> None:
    if provider.counts_tokens != counts_tokens:
        Provider.objects.filter(pk=provider.pk).update(counts_tokens=counts_tokens)
