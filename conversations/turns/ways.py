"""What to do about an answer that was refused: ask in another way, and remember why."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from conversations.models import Response
from conversations.models.database import in_database
from conversations.models.finding import learn
from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.chain import Request
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.mcp import label_of
from conversations.protocol.refused_parts import has_part, refused_part
from conversations.protocol.replay import Plain
from conversations.protocol.rounds import ended_last
from conversations.protocol.settings import refused_in, tools_meant, without
from conversations.protocol.tokens import window_in
from conversations.turns.endpoint import provider_of
from conversations.turns.pseudonyms import NAMES
from conversations.turns.storing import remember

logger = logging.getLogger(__name__)

OURS = {*NAMES, "include", "stream"}  # sent though nobody chose them

REFUSED = {
    ErrorKind.BAD_REQUEST,
    ErrorKind.ITEM_REFUSED,
    ErrorKind.NOT_FOUND,
    ErrorKind.UNSUPPORTED_PARAMETER,
}
MOST = 6  # halvings of what is summarised: a sixty-fourth of the conversation is left
SETTLING = (1, 2, 4, 8, 15)  # seconds between looks for a response that is not found yet
IGNORED = "chain_ignored"


@dataclass
class Way:
    """How a question is asked: each refusal leaves fewer ways."""

    may_chain: bool = True
    halvings: int = 0
    plain: Plain = Plain.NOT
    waits: int = 0


async def another_way(row: Response, request: Request, error: ProviderError, way: Way) -> bool:
    """Change `way`, or `row` itself, to what may be accepted; False where there is nothing left.

    What a refusal tells of the provider or the model is remembered.
    """
    await _learn_window(row, error)
    if kind := _refused_part(row, request, error):
        # Nothing tells what the provider remembers: then it is told all anew.
        way.may_chain = way.may_chain and has_part(request.body["input"], kind)
        await _does_not_take(row, kind)
    elif error.kind == ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND and request.sent == "chained":
        await _lose_the_chain(row, error, way)
    elif error.kind == ErrorKind.ITEM_REFUSED:
        return _plainer(row, request, error, way)
    elif error.kind == ErrorKind.NO_BACKGROUND and row.background:
        logger.warning("%s: no background at %s", row.id, provider_of(row))
        row.background = False
        await _found(row, Ability.BACKGROUND, error.message)
    elif error.kind == ErrorKind.CONTEXT_LENGTH and row.is_compaction and way.halvings < MOST:
        way.halvings += 1
    else:
        return await _can_do_without(row, request, error)
    return True


def ignored(row: Response) -> ProviderError:
    """The refusal that a provider does not say, when it answers as if nothing came before."""
    name = provider_of(row).name
    return ProviderError(
        ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND, f"{name} ignored the conversation.", code=IGNORED
    )


async def keeps_nothing(row: Response, detail: str) -> None:
    """The provider says that nothing can be chained on this answer: the next message tells all."""
    if provider_of(row).stateful:
        await _found(row, Ability.CHAIN, detail)


async def _lose_the_chain(row: Response, error: ProviderError, way: Way) -> None:
    """All is told from now on; in a moment where the provider may only not have it yet."""
    if error.code in ("unsupported_parameter", IGNORED):
        logger.warning("%s: %s chains no responses", row.id, provider_of(row))
        await _found(row, Ability.CHAIN, "" if error.code == IGNORED else error.message)
    elif way.waits < len(SETTLING) and await in_database(_is_settling, row):
        way.waits += 1
        await asyncio.sleep(SETTLING[way.waits - 1])
        return
    else:
        logger.info("%s: the provider forgot the chain; replaying it", row.id)
    way.may_chain = False


def _is_settling(row: Response) -> bool:
    """Whether the answer before has only just ended, at a provider that is slow to find it."""
    parent = row.previous_response
    settles = DIALECTS[provider_of(row).dialect].settles
    if settles and ended_last(row.rounds):
        return True  # a round before this one
    if not settles or parent is None or parent.completed_at is None:
        return False
    return (timezone.now() - parent.completed_at).total_seconds() < settles


def _plainer(row: Response, request: Request, error: ProviderError, way: Way) -> bool:
    """Without the provider's own memory, then without its ids, then without what it thought."""
    if request.sent == "chained":
        way.may_chain = False
    elif way.plain < Plain.REASONING:
        way.plain = Plain(way.plain + 1)
    else:
        return False
    logger.info("%s: an item was refused, asked again without: %s", row.id, error.detail)
    return True


def _refused_part(row: Response, request: Request, error: ProviderError) -> str | None:
    """The type of part that the model takes none of, as it turns out; None for any other error."""
    kind = refused_part(error.message) if error.kind in REFUSED else None
    if kind is None or row.model is None:
        return None
    was_taken = row.model.sees_images if kind == "input_image" else row.model.reads_files
    is_sent = request.sent == "chained" or has_part(request.body["input"], kind)
    return kind if was_taken and is_sent else None


async def _does_not_take(row: Response, kind: str) -> None:
    """It is told of these parts instead, or sent their text; remembered of the model."""
    assert row.model is not None, "asked before"
    logger.warning("%s: %s takes no %s", row.id, row.model, kind)
    row.unsupported = [*row.unsupported, kind]
    await remember(row, row.model.refuses_part, kind)


async def _learn_window(row: Response, error: ProviderError) -> None:
    """A provider that refuses what is too long may say what would not be."""
    window = window_in(error.detail) if error.kind == ErrorKind.CONTEXT_LENGTH else None
    if window is not None and row.model is not None:
        await remember(row, row.model.takes, window)


async def _can_do_without(row: Response, request: Request, error: ProviderError) -> bool:
    """Leave out what the provider does not take, and remember it of the model; False if it can't
    be done without.
    """
    if error.kind != ErrorKind.UNSUPPORTED_PARAMETER or row.model is None:
        return False
    if error.param == "store" and "store" not in row.settings:
        return await _runs_without_store(row)
    param, sent = error.param or "", request.body.get("tools") or ()
    names = refused_in(row.settings, param, sent)
    if not names:
        return await _runs_without_ours(row, param)
    if names == ["mcp_servers"] and await _runs_without_server(row, error, sent):
        return True
    logger.warning("%s: %s does not take %s", row.id, row.model, ", ".join(names))
    row.settings = without(row.settings, names)
    row.unsupported = [*row.unsupported, *names]
    await remember(row, row.model.refuses, names)
    return True


async def _runs_without_server(
    row: Response, error: ProviderError, sent: Sequence[Mapping[str, Any]]
) -> bool:
    """Where the provider was to call servers, they are called from here then. Where it refuses one
    tool of a server, which says nothing of others, that server is left out of this answer.
    """
    param = error.param or ""
    meant = tools_meant(param, sent)
    if any(tool.get("type") == "mcp" for tool in meant):
        await _found(row, Ability.MCP, error.message)
        return True
    if meant is sent:
        return False
    label = label_of(meant[0]["name"])
    logger.warning("%s: %s does not take %s of %s", row.id, row.model, param, label)
    others = [each for each in row.settings["mcp_servers"] if each != label]
    row.settings = {**row.settings, "mcp_servers": others}
    row.unsupported = [*row.unsupported, f"mcp_servers.{label}"]
    return True


async def _runs_without_ours(row: Response, param: str) -> bool:
    """Nobody chose it, so nobody misses it: remembered of the model alone."""
    assert row.model is not None, "asked before"
    name = param.partition("[")[0].partition(".")[0]
    if name not in OURS or name in row.model.lacks:
        return False
    await remember(row, row.model.refuses, [name])
    return True


async def _runs_without_store(row: Response) -> bool:
    """The provider keeps nothing, and does not know the word: remembered; False if it was known."""
    provider = provider_of(row)
    if not provider.stateful:
        return False
    logger.warning("%s: %s keeps no responses", row.id, provider)
    provider.stateful = row.background = False
    await _found(row, Ability.CHAIN, "store")
    return True


async def _found(row: Response, ability: Ability, detail: str) -> None:
    """What an answer has shown that its provider can't do."""
    found = Found(ability, False, Reason.REMEMBERED, detail[:300])
    await remember(row, learn, provider_of(row), found)
