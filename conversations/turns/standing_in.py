"""Where a provider can't answer, the next in the order of the administrators does."""

import logging
from typing import Any

from conversations.models import Model, Response
from conversations.models.database import in_database
from conversations.protocol.approvals import answers_in
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.settings import flattened, without
from conversations.providers.retry import is_repeatable
from conversations.turns.endpoint import provider_of
from conversations.turns.mcp_tools import tools_there

logger = logging.getLogger(__name__)

# What is wrong with a provider, and not with what it was asked.
ITS_OWN = {
    ErrorKind.UNREACHABLE,
    ErrorKind.CERTIFICATE,
    ErrorKind.KEY_REFUSED,
    ErrorKind.QUOTA,
    ErrorKind.RATE_LIMITED,
    ErrorKind.OVERLOADED,
    ErrorKind.SERVER,
    ErrorKind.NOT_AN_ENDPOINT,
}


async def stands_in(row: Response, error: ProviderError) -> bool:
    """Have the next provider answer `row`, of which nothing was shown; False where none does.

    It says in `instead_of` who did not answer, and why.
    """
    if error.kind not in ITS_OWN or not _may_be_asked_elsewhere(row, error):
        return False
    return await in_database(_hand_on, row, error)


def _may_be_asked_elsewhere(row: Response, error: ProviderError) -> bool:
    """Nor may anything happen twice: what was asked may have been taken before it failed."""
    if row.only_this or row.is_compaction or answers_in(row.input):
        return False
    body = {"tools": tools_there(row), "background": row.background}
    return is_repeatable(body, error)


def _hand_on(row: Response, error: ProviderError) -> bool:
    model = next_model(row)
    if model is None:
        return False
    failed, before = provider_of(row), row.instead_of or {}
    lacking = [name for name in flattened(row.settings) if name in model.lacks]
    changes: dict[str, Any] = {
        "provider": model.provider,
        "model": model,
        "model_name": model.name,
        "background": row.background and model.can_background,
        "settings": without(row.settings, lacking) if lacking else row.settings,
        "unsupported": [*row.unsupported, *lacking],
        "instead_of": {
            "by": model.provider.name,
            "asked": before.get("asked", row.model_id),
            **error.as_said(),
        },
        "upstream_id": "",
        "upstream_sequence_number": None,
    }
    held = Response.objects.filter(pk=row.pk).held_by(row.worker, row.lease)
    if not held.update(**changes):
        return False
    for name, value in changes.items():
        setattr(row, name, value)
    logger.warning("%s: %s answers instead of %s: %s", row.pk, model.provider, failed, error)
    return True


def next_model(row: Response) -> Model | None:
    """The model that answers next: of the next provider in the order that has one its person may
    use; of several the one of the same name, else the first.
    """
    order = provider_of(row).fallback_order
    if order is None:
        return None
    behind = Model.objects.offered_to(row.owner).filter(provider__fallback_order__gt=order)
    models = list(behind.order_by("provider__fallback_order", "provider_id", "-is_default", "name"))
    of_next = [model for model in models if model.provider_id == models[0].provider_id]
    same = (model for model in of_next if _bare(model.name) == _bare(row.model_name))
    return next(same, None) or next(iter(of_next), None)


def _bare(name: str) -> str:
    """A model's name without its maker's: some providers write `openai/gpt-5`."""
    return name.rpartition("/")[2].lower()
