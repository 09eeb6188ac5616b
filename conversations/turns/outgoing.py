"""From the stored path to the request that a provider is sent."""

from collections.abc import Sequence
from typing import Any

from conversations.models import Response
from conversations.protocol.chain import Request, Step, build_request


def request_of(row: Response, *, may_chain: bool = True) -> Request:
    """Build the request for a stored question; without `may_chain` the whole path is in it.

    Where the provider's own memory can be chained on, only the parent is read: the cost does not
    grow with the length of the conversation.
    """
    if row.previous_response_id is None:
        return _build(row, [], may_chain=False)
    parent = Response.objects.filter(pk=row.previous_response_id)
    if may_chain and row.provider is not None and row.provider.stateful:
        request = _build(row, list(parent), may_chain=True)
        if request.sent == "chained":
            return request
    return _build(row, Response.objects.path_to(row.previous_response_id), may_chain=False)


def _build(row: Response, path: Sequence[Response], *, may_chain: bool) -> Request:
    assert row.model is not None, "a turn begins with a model"
    assert row.provider is not None, "and so with a provider"
    return build_request(
        [_step(response) for response in path],
        new_input=row.input,
        model=row.model.name,
        instructions=row.instructions,
        settings=_settings(row),
        provider=str(row.provider.pk),
        stateful=row.provider.stateful,
        may_chain=may_chain,
    )


def _settings(row: Response) -> dict[str, Any]:
    """As they were chosen; only what the provider keeps can run in the background."""
    settings: dict[str, Any] = dict(row.settings)
    if row.background:
        settings |= {"background": True, "store": True}
    elif row.provider is not None and not row.provider.stateful:
        # One that stores nothing need not be asked not to.
        settings.pop("store", None)
    return settings


def _step(response: Response) -> Step:
    details = response.incomplete_details or {}
    return Step(
        input=response.input,
        output=response.output,
        # What it was asked not to store, nothing can be chained on.
        upstream_id=(response.settings.get("store") is not False and response.upstream_id) or None,
        status=response.status,
        provider=str(response.provider_id),
        model=response.model_name,
        incomplete_reason=details.get("reason"),
        is_stored=response.background or response.settings.get("store") is not False,
    )
