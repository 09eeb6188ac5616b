"""From the stored path to the request that a provider is sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from conversations.models import Provider, Response
from conversations.models.response import Status
from conversations.protocol import compaction
from conversations.protocol.approvals import for_provider
from conversations.protocol.chain import Request, Step, build_request
from conversations.protocol.items import Item, user_message
from conversations.protocol.mcp_asked import choice_told, tools_asked
from conversations.protocol.replay import Plain, as_input
from conversations.protocol.rounds import begun_at, ended_last, is_last
from conversations.protocol.visibility import SEALED
from conversations.turns import mcp_tools
from conversations.turns.files import as_sent
from conversations.turns.folder_files import Once
from conversations.turns.pseudonyms import pseudonyms_of
from conversations.turns.toolbox import SETTING, Toolbox, toolbox_of


def request_of(
    row: Response, *, may_chain: bool = True, halvings: int = 0, plain: Plain = Plain.NOT
) -> Request:
    """Build the request for a stored question; without `may_chain` the whole path is in it.

    Where the provider's own memory can be chained on, only the parent is read: the cost does not
    grow with the length of the conversation. One without a memory is told everything each time,
    which is as long as the conversation by its nature. Of one that is too long to be summarised
    its earlier half is left out, `halvings` times; `plain` leaves out what it refused to read.
    """
    if row.rounds and ended_last(row.rounds):
        return _next_round(row, may_chain, plain)
    if not row.is_compaction:
        return _following(row, row.previous_response_id, _said(row), _told(row), may_chain, plain)
    asked = [user_message(compaction.REQUEST)]
    if not halvings:
        return _following(row, row.compacts_id, asked, compaction.INSTRUCTIONS, may_chain, plain)
    path = _whole_path(row, row.compacts_id)
    kept = path[len(path) - max(1, len(path) >> halvings) :]
    return _build(row, kept, asked, compaction.INSTRUCTIONS, may_chain=False, plain=plain)


def compaction_of(row: Response, *, may_chain: bool = True) -> Request:
    """Build the request for a provider's own compaction; `sent` says how the history travels."""
    request = _following(row, row.compacts_id, [], "", may_chain)
    body = {key: request.body[key] for key in COMPACTED if request.body.get(key)}
    return Request(body, request.sent)


# https://platform.openai.com/docs/api-reference/responses/compact
COMPACTED = ("model", "input", "previous_response_id")


MARGIN = 1  # days before a provider forgets that it is not relied on any more


def steps_of(path: Sequence[Response]) -> list[Step]:
    """What each of the stored responses contributes to a request."""
    return _steps(path, Once())


def _steps(path: Sequence[Response], once: Once) -> list[Step]:
    return [
        _step(response, once.input_of(response, for_provider(response.input))) for response in path
    ]


def _said(row: Response) -> list[Item]:
    """What is asked, and what the calls gave that its person has decided on with it."""
    return [*for_provider(row.input), *as_input(row.output[: begun_at(row.rounds)])]


def _next_round(row: Response, may_chain: bool, plain: Plain) -> Request:
    """What the calls of the answer have given: behind its own last round, or behind everything."""
    assert row.provider is not None, "a turn begins with a provider"
    if may_chain and row.provider.stateful:
        request = _build(row, [row], [], _told(row), may_chain=True, plain=plain)
        if request.sent == "chained":
            return request
    path = [*_whole_path(row, row.previous_response_id), row]
    return _build(row, path, [], _told(row), may_chain=False, plain=plain)


def _told(row: Response) -> str:
    """What is remembered of the person, then the instructions: neither is inherited by a chain."""
    return "\n\n".join(filter(None, [row.memory, row.instructions]))


def _following(
    row: Response,
    previous_id: str | None,
    new_input: Sequence[Item],
    instructions: str,
    may_chain: bool,
    plain: Plain = Plain.NOT,
) -> Request:
    if previous_id is None:
        return _build(row, [], new_input, instructions, may_chain=False)
    if may_chain and row.provider is not None and row.provider.stateful:
        parent = Response.objects.get(pk=previous_id)
        if _still_has(row.provider, parent):
            request = _build(row, [parent], new_input, instructions, may_chain=True)
            if request.sent == "chained":
                return request
    path = _whole_path(row, previous_id)
    return _build(row, path, new_input, instructions, may_chain=False, plain=plain)


def _whole_path(row: Response, previous_id: str | None) -> list[Response]:
    """The path to a response; in the place of a compaction that the model of `row` can't read, what
    was compacted.
    """
    path = list(Response.objects.path_to(previous_id)) if previous_id else []
    while path and (before := _compacted(row, path[0])):
        path = [*Response.objects.path_to(before), *path[1:]]
    return path


def _compacted(row: Response, root: Response) -> str | None:
    """The end of what `root` stands for, if `row` can't read that and it is still there."""
    if not root.is_compaction or _can_read(row, root):
        return None
    while root.compacts_id is None and (forked := root.conversation.forked_from_id):
        # A copy: what it stands for is where it was copied from.
        root = Response.objects.path_to(forked)[0]
    return root.compacts_id


def _can_read(row: Response, compacted: Response) -> bool:
    if not compaction.is_sealed(compacted.output):
        return bool(compaction.told(compacted.output))
    same_model = row.model is not None and row.model.name == compacted.model_name
    return same_model and row.provider_id == compacted.provider_id


def _build(
    row: Response,
    path: Sequence[Response],
    new_input: Sequence[Item],
    instructions: str,
    *,
    may_chain: bool,
    plain: Plain = Plain.NOT,
) -> Request:
    assert row.model is not None, "a turn begins with a model"
    assert row.provider is not None, "and so with a provider"
    once = Once()
    request = build_request(
        _steps(path, once),
        new_input=once.input_of(row, new_input),
        model=row.model.name,
        instructions=instructions,
        settings={**_thinking_aloud(row, _settings(row)), **pseudonyms_of(row)},
        provider=str(row.provider.pk),
        stateful=row.provider.stateful,
        may_chain=may_chain,
        plain=plain,
    )
    request.body["input"] = as_sent(request.body["input"], row)
    return request


def _settings(row: Response) -> dict[str, Any]:
    """As they were chosen; only what the provider keeps can run in the background. A summary is
    written without them: one that fits a schema would be none.
    """
    if row.is_compaction:
        return {name: value for name, value in row.settings.items() if name == "store"}
    settings: dict[str, Any] = dict(row.settings)
    for name in (SETTING, mcp_tools.SETTING):
        settings.pop(name, None)
    toolbox = toolbox_of(row)
    if toolbox.definitions:
        settings["tools"] = [*settings.get("tools", ()), *toolbox.definitions]
    if toolbox.definitions or tools_asked(row.asked):
        settings |= _use_of_tools(row, toolbox)
    if not settings.get("tools"):
        settings.pop("tool_choice", None)  # there is nothing to choose from
    if toolbox.has_effects:
        settings.setdefault("parallel_tool_calls", False)  # each is asked about by itself
    if row.background:
        settings |= {"background": True, "store": True}
    elif row.provider is not None and not row.provider.stateful:
        # One that stores nothing need not be asked not to.
        settings.pop("store", None)
    return settings


def _thinking_aloud(row: Response, settings: dict[str, Any]) -> dict[str, Any]:
    """With its thoughts, sealed, in the answer of a provider that is to keep nothing: it is given
    them back with the next message.
    """
    assert row.model is not None, "a turn begins with a model"
    is_kept = settings.get("store") is not False
    if is_kept or row.is_compaction or "include" in row.model.lacks:
        return settings
    return {**settings, "include": sorted({*settings.get("include", ()), SEALED})}


def _use_of_tools(row: Response, toolbox: Toolbox) -> dict[str, Any]:
    """What was to use a tool has used it, once there are results."""
    if is_last(row.rounds):
        return {"tool_choice": "none"}
    asked = row.settings.get("tool_choice")
    tools = tools_asked(row.asked)
    functions = {name: tools[name] for name in toolbox.functions if name in tools}
    choice = choice_told(asked, functions, toolbox.hosted)
    if row.rounds:
        choice = _of_its_own_accord(choice)
    return {} if choice == asked else {"tool_choice": choice}


def _of_its_own_accord(choice: Any) -> Any:
    """The choice without having to."""
    if not isinstance(choice, dict):
        return "auto" if choice == "required" else choice
    return {**choice, "mode": "auto"} if choice["type"] == "allowed_tools" else "auto"


def _still_has(provider: Provider, parent: Response) -> bool:
    """Whether it is not so old that a provider has forgotten it, or will within the next day."""
    if provider.keeps_days is None:
        return True
    return timezone.now() - parent.created_at < timedelta(days=provider.keeps_days - MARGIN)


def _step(response: Response, said: Sequence[Item]) -> Step:
    details = response.incomplete_details or {}
    known = ended_last(response.rounds)
    # One that runs is in the path of its own next round.
    status = Status.COMPLETED if response.is_running and known else response.status
    upstream_id = known["upstream_id"] if known else response.upstream_id
    is_kept = response.settings.get("store") is not False and not response.unchained
    untold = response.output[known["until"] :] if known else []
    return Step(
        input=said,
        output=for_provider(response.output),
        # What it was asked not to store, nothing can be chained on, nor on what is not so any more.
        upstream_id=(is_kept and upstream_id) or None,
        status=status,
        provider=str(response.provider_id),
        model=response.model_name,
        incomplete_reason=details.get("reason"),
        is_stored=response.background or response.settings.get("store") is not False,
        untold=for_provider(untold),
    )
