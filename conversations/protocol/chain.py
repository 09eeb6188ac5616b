"""The next request of a conversation: chained on the provider's state, or all of it replayed.

What a provider remembers is an accelerator. Wherever it can't be relied on, the path's items
are sent again, by the rules of `replay`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from conversations.protocol.compaction import is_compaction, told
from conversations.protocol.events import Event
from conversations.protocol.items import Item
from conversations.protocol.pairs import open_calls
from conversations.protocol.replay import Origin, Plain, as_input, replayed, replayed_text

# What a caller's settings can't say: this module does.
_OWN = frozenset(
    {"conversation", "input", "instructions", "model", "previous_response_id", "stream", "tools"}
)


@dataclass(frozen=True)
class Step:
    """What one stored response of the path contributes.

    `provider` is any key that tells providers apart, `upstream_id` the provider's id of the
    response, `incomplete_reason` the reason in `incomplete_details`; `is_stored` is False where the
    provider was asked not to keep it. `untold` is the end of the output that it does not know: what
    calls have given since.
    """

    input: Sequence[Item]
    output: Sequence[Item]
    upstream_id: str | None
    status: str
    provider: str
    model: str
    incomplete_reason: str | None = None
    is_stored: bool = True
    untold: Sequence[Item] = ()

    @property
    def is_compaction(self) -> bool:
        """Whether its output stands for all that was said before it."""
        return is_compaction(self.input)

    @property
    def is_whole(self) -> bool:
        """Whether the provider ended it itself, so that it stands as the model meant it."""
        if self.status == "incomplete":
            return self.incomplete_reason == "max_output_tokens"
        return self.status == "completed"


@dataclass(frozen=True)
class Request:
    """The body to send, and how the history travels in it."""

    body: dict[str, Any]
    sent: Literal["first", "chained", "replayed"]


def build_request(
    path: Sequence[Step],
    *,
    new_input: Sequence[Item],
    model: str,
    instructions: str | None,
    settings: Mapping[str, Any],
    provider: str,
    stateful: bool,
    may_chain: bool = True,
    plain: Plain = Plain.NOT,
) -> Request:
    """Return the request that follows `path`, root first; for a retry that ends at its parent.

    `settings` are parameters of the API; those that are None are not sent. `stateful` says that
    the provider stores responses, `may_chain` is False once it has forgotten this path; `plain`
    says what it has refused to read of it.
    Instructions and tools are not inherited along a chain, so every request has them.
    """
    chained = stateful and may_chain and _can_chain(path, new_input, provider)
    history: dict[str, Any] = {}
    if chained:
        history["previous_response_id"] = path[-1].upstream_id
        history["input"] = [*as_input(path[-1].untold), *new_input]
    else:
        history["input"] = _replay(path, Origin(provider, model), new_input, plain)
    # Caches of prompts match from the start: what seldom changes comes first.
    body = {
        "model": model,
        **_given({"instructions": instructions or None, "tools": settings.get("tools") or None}),
        **_given({key: settings[key] for key in sorted(settings) if key not in _OWN}),
        **history,
    }
    if stateful:
        body.setdefault("store", True)
    return Request(body, "chained" if chained else "replayed" if path else "first")


def ignores_chain(begun: Event) -> bool:
    """Whether the beginning of a chained answer says that nothing was chained: providers without a
    memory take a `previous_response_id` as well, and answer without what was said before.
    """
    response = begun.get("response")
    if not isinstance(response, dict) or "previous_response_id" not in response:
        return False
    return not response["previous_response_id"]


def keeps_nothing(begun: Event, request: Request) -> bool:
    """Whether the beginning of an answer says that it is not stored, though that was asked for."""
    response = begun.get("response")
    is_refused = isinstance(response, dict) and response.get("store") is False
    return is_refused and request.body.get("store") is True


def reuses_id(begun: Event, request: Request) -> bool:
    """Whether an answer has the id of the one that it follows: then nothing tells them apart."""
    response = begun.get("response")
    name = response.get("id") if isinstance(response, dict) else None
    return bool(name) and name == request.body.get("previous_response_id")


def _can_chain(path: Sequence[Step], new_input: Sequence[Item], provider: str) -> bool:
    if not path:
        return False
    parent = path[-1]
    if parent.provider != provider or not parent.upstream_id or not parent.is_whole:
        return False
    # What a compaction itself followed is just what is not to be sent any more.
    if not parent.is_stored or parent.is_compaction:
        return False
    # A provider refuses to go on while a call of its own has no answer.
    return not open_calls([*parent.output, *new_input])


def _replay(
    path: Sequence[Step], target: Origin, new_input: Sequence[Item], plain: Plain
) -> list[Item]:
    items: list[tuple[Item, Origin]] = []
    for step in path:
        origin = Origin(step.provider, step.model)
        output = step.output if step.is_whole else replayed_text(step.output)
        said = told(output) if step.is_compaction else (*step.input, *output)
        items += [(item, origin) for item in said]
    return replayed(items, target, new_input, plain)


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value is not None}
