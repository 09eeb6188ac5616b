"""What an answer that called tools is made of: the provider's responses, one after the other.

An answer is one response of ours, in whose output stand the calls, their outputs and what the
model made of them. Its `rounds` are the provider's responses, oldest first, each a dict: `at` is
where its items begin in the output; once it has ended, `until` where they end, and its
`upstream_id` and `usage`. What follows `until` is what its calls gave, which the next round tells
the provider. The `last` one may call nothing more. An answer that called nothing has no rounds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from conversations.protocol.events import Event
from conversations.protocol.items import Item
from conversations.protocol.shapes import DONE, as_item, as_items, is_blank

Round = dict[str, Any]

CALLS = ("function_call", "custom_tool_call")
WHOLE = ("response.completed", "response.done")


def begun_at(rounds: Sequence[Round]) -> int:
    """Where in the output the items begin of the round that runs, or that ended last."""
    return int(rounds[-1]["at"]) if rounds else 0


def is_between(rounds: Sequence[Round]) -> bool:
    """Whether the last round has ended: what runs are the calls that it made."""
    return bool(rounds) and "until" in rounds[-1]


def is_last(rounds: Sequence[Round]) -> bool:
    """Whether the round that runs, or that ended last, was to call nothing more."""
    return bool(rounds) and bool(rounds[-1].get("last"))


def with_end(rounds: Sequence[Round], until: int, upstream_id: str, usage: Any) -> list[Round]:
    """The rounds, the last of which has ended now."""
    ended = {"at": 0, **(rounds[-1] if rounds else {})}
    return [*rounds[:-1], {**ended, "until": until, "upstream_id": upstream_id, "usage": usage}]


def with_next(rounds: Sequence[Round], at: int, *, last: bool = False) -> list[Round]:
    """The rounds, and one that begins now."""
    return [*rounds, {"at": at, "last": True} if last else {"at": at}]


def ended_last(rounds: Sequence[Round]) -> Round | None:
    """The round that ended last."""
    return next((one for one in reversed(rounds) if "until" in one), None)


def total_usage(rounds: Sequence[Round], usage: Any) -> Any:
    """The usage of all rounds together, where `usage` is that of the one that runs: sums of what
    was reported, None where nothing was.
    """
    running = [] if is_between(rounds) else [usage]
    reported = [one.get("usage") for one in rounds if "until" in one] + running
    usages = [one for one in reported if isinstance(one, Mapping)]
    return _sum(usages) if len(usages) > 1 else next(iter(usages), None)


def last_usage(rounds: Sequence[Round], usage: Any) -> Any:
    """What was reported of the last round of an answer: of all that was before the model then."""
    return rounds[-1].get("usage") if rounds else usage


def is_whole(event: Event) -> bool:
    """Whether a terminal event says that all which was begun is done."""
    response = event.get("response")
    status = response.get("status") if isinstance(response, dict) else None
    return event.get("type") in WHOLE and status not in ("incomplete", "failed", "cancelled")


def of_answer(event: Event, earlier: Sequence[Item], index: int) -> Event:
    """An event of a round as one of the whole answer: its items follow the `earlier` ones, and
    begin at this `output_index`.
    """
    at, response = event.get("output_index"), event.get("response")
    if index and type(at) is int:
        return {**event, "output_index": at + index}
    if earlier and isinstance(response, dict) and as_items(response.get("output")):
        output = [*earlier, *as_items(response["output"])]
        return {**event, "response": {**response, "output": output}}
    return event


def next_index(items: Sequence[Item]) -> int:
    """The `output_index` behind these items of an answer that runs."""
    return _index(items, len(items) - 1) + 1 if items else 0


def closing(items: Sequence[Item], begun: int, event: Event) -> list[Event]:
    """What a terminal event says of the items of its round, which are those from `begun` on, as
    events that end no answer: each item is done.

    Items are told apart by their type and order. A call that is not done by then is incomplete:
    its arguments may be.
    """
    response = event.get("response")
    given = as_items(response.get("output")) if isinstance(response, dict) else []
    ends: list[tuple[int, Item | None]] = []
    for position in range(begun, len(items)):
        final = next((one for one in given if one.get("type") == items[position].get("type")), None)
        if final is not None:
            given.remove(final)
        ends.append((_index(items, position), _end_of(items[position], final)))
    ends += enumerate(given, next_index(items))
    return [
        {"type": "response.output_item.done", "output_index": index, "item": item}
        for index, item in ends
        if item is not None
    ]


def _end_of(item: Item, final: Item | None) -> Item | None:
    """What is to be told of an item at its end; None where all of it is known."""
    is_open = "status" in item and item["status"] not in DONE
    if final is not None:
        is_known = all(is_blank(value) or item.get(key) == value for key, value in final.items())
        return final if is_open or not is_known else None
    if not is_open:
        return None
    return as_item({**item, "status": "incomplete" if item.get("type") in CALLS else "completed"})


def _index(items: Sequence[Item], position: int) -> int:
    return int(items[position].get("output_index", position))


def _sum(usages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(name for usage in usages for name in usage)
    return {name: _sum_of([usage.get(name) for usage in usages]) for name in names}


def _sum_of(values: Sequence[Any]) -> Any:
    """Numbers added, counts within counts too; of anything else the last that was said."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, Mapping) for value in known):
        return _sum(known)
    if known and all(type(value) in (int, float) for value in known):
        return sum(known)
    return known[-1] if known else None
