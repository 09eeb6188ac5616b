"""What a message will take of the context, and what it will cost, before it is sent."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from conversations.models import Attachment, Provider, Response
from conversations.models.database import in_database
from conversations.models.memory import recalled
from conversations.protocol.cost import NO_PRICE, Cost, cost_ahead
from conversations.protocol.errors import ProviderError
from conversations.protocol.files import file_parts, given_message
from conversations.protocol.jsontext import dumps
from conversations.protocol.rounds import last_usage
from conversations.protocol.tokens import (
    TOKENS_A_FILE,
    answer_tokens,
    context_tokens,
    file_tokens,
    item_tokens,
    text_tokens,
)
from conversations.turns.endpoint import client_of, is_missing
from conversations.turns.folder_files import input_with
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

    `context_window` is the model's, None where nobody has said it. Of several `models`, the cost is
    that of all of them, the rest that of the one whose context would be the fullest.
    """

    input_tokens: int
    output_tokens: int
    exact: bool
    context_window: int | None
    cost: Cost
    models: int = 1

    @property
    def share(self) -> float:
        """How full the context would be; 0 where its size is not known."""
        return self.input_tokens / self.context_window if self.context_window else 0.0

    def as_json(self) -> dict[str, Any]:
        amount, currency = self.cost.amount, self.cost.currency
        cost = None if amount is None else {"amount": str(amount), "currency": currency}
        several = {"models": self.models} if self.models > 1 else {}
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "exact": self.exact,
            "context_window": self.context_window,
            "cost": cost,
            **several,
        }


async def estimate(new: NewResponse, *, exact: bool) -> Estimate:
    """Of a message that is not sent yet; `exact` has its provider count, where it can.

    RequestError when it names what is not there.
    """
    asked = [new.model_id, *new.beside]
    each = [replace(new, model_id=model, beside=()) for model in asked]
    return together(await asyncio.gather(*(_of_one(one, exact=exact) for one in each)))


def together(estimates: Sequence[Estimate]) -> Estimate:
    """What the same message takes that several models are asked; exact where all have counted."""
    fullest = max(estimates, key=lambda one: (one.share, one.input_tokens))
    amounts = [one.cost.amount for one in estimates if one.cost.amount is not None]
    cost = fullest.cost
    if len(amounts) == len(estimates) and len({one.cost.currency for one in estimates}) == 1:
        cost = Cost(sum(amounts, Decimal()), cost.currency)
    elif len(estimates) > 1:
        cost = Cost(None, reason=NO_PRICE)
    exact = all(one.exact for one in estimates)
    return replace(fullest, cost=cost, exact=exact, models=len(estimates))


async def _of_one(new: NewResponse, *, exact: bool) -> Estimate:
    row, tokens, said = await in_database(_looked_at, new)
    counted = await _counted(row) if exact and row.input else None
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


def _looked_at(new: NewResponse) -> tuple[Response, int, int]:
    row = drafted(new)
    return row, *_about(row, is_told=not new.temporary and new.api_key is None)


def _about(row: Response, *, is_told: bool = True) -> tuple[int, int]:
    """The tokens of what would be read, and of an answer such as the last ones were; what is
    remembered of its person is among them where the model `is_told`.
    """
    path = _back_to_a_report(row.previous_response)
    usages = [last_usage(response.rounds, response.usage) for response in path]
    tokens = context_tokens(steps_of(path), usages)
    if path and path[0].usage and not path[0].is_compaction:
        # What was reported has the memory and the instructions in it, as they were then.
        row.memory = path[-1].memory if is_told else ""
        new = text_tokens(row.instructions) - text_tokens(path[0].instructions)
        return tokens + max(0, new) + _asked_tokens(row), answer_tokens(usages)
    before = row.previous_response
    if is_told and not (before and before.conversation.is_temporary):
        row.memory = recalled(row.owner)
    told = text_tokens(row.memory) + text_tokens(row.instructions)
    return tokens + told + _asked_tokens(row), answer_tokens(usages)


def _asked_tokens(row: Response) -> int:
    """Of the question, with its files and those of its folder that are given with it."""
    items = input_with(row.folder_files, row.input)
    parts = list(file_parts(items))
    words = sum(map(item_tokens, items)) - TOKENS_A_FILE * len(parts)
    return words + sum(_tokens_of(row, parts)) if parts else words


def _tokens_of(row: Response, parts: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    assert row.model is not None, "a draft has a model"
    found = Attachment.objects.filter(pk__in=[part["file_id"] for part in parts])
    texts = dict(found.values_list("pk", "text"))
    for part in parts:
        yield file_tokens(
            part,
            texts.get(part["file_id"], ""),
            takes_images=row.model.sees_images,
            takes_files=row.model.reads_files,
        )


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
    parts = file_parts([*row.input, given_message(row.folder_files)])
    if sum(part.get("size") or 0 for part in parts) > MOST_SENT:
        return None
    request = await in_database(request_of, row)
    body = {name: value for name, value in request.body.items() if name in COUNTED}
    if "tools" in body:
        # No server is to be visited for a count, nor told of what lets one in.
        body["tools"] = [tool for tool in body["tools"] if tool["type"] != "mcp"]
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
