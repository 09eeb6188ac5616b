"""What each type of event does to a snapshot: one small function a kind, and the table of them.

The browser's twin is static/chat/models/handlers.js.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conversations.protocol import places
from conversations.protocol.shapes import ENDED, RUNNING, as_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.protocol.events import Event
    from conversations.protocol.places import Place
    from conversations.protocol.snapshot import Snapshot

    Handler = Callable[[Snapshot, Event], None]


def _started(status: str) -> Handler:
    def handle(snapshot: Snapshot, event: Event) -> None:
        given = _response_in(event)
        snapshot.take_fields(given)
        # Never an end: some providers announce a response with the status it is to have.
        named = given.get("status")
        snapshot.begin(named if named in RUNNING else status, given.get("output"))

    return handle


def _ended(status: str) -> Handler:
    def handle(snapshot: Snapshot, event: Event) -> None:
        given = _response_in(event)
        snapshot.take_fields(given)
        snapshot.take_output(given.get("output"))
        named = given.get("status")
        error = given.get("error") or event.get("error")
        end = named if named in ENDED else status
        snapshot.end(end, as_error(error) if error else None)

    return handle


def _error(snapshot: Snapshot, event: Event) -> None:
    snapshot.end("failed", as_error(event.get("error") or event))


def _added(snapshot: Snapshot, event: Event) -> None:
    snapshot.add_item(event)


def _done(snapshot: Snapshot, event: Event) -> None:
    snapshot.finish_item(event)


def _delta(place: Place) -> Handler:
    kind, index = place.item, place.index

    def handle(snapshot: Snapshot, event: Event) -> None:
        delta = event.get("delta")
        if type(delta) is not str:
            delta = _text_in(delta)
        if delta:
            item = snapshot.item_for(event, kind)
            if item is not None:
                item.append(place, event.get(index, 0), delta)

    return handle


def _whole(place: Place) -> Handler:
    def handle(snapshot: Snapshot, event: Event) -> None:
        whole = event.get(place.field)
        if isinstance(whole, str) and whole:
            item = snapshot.item_for(event, place.item)
            if item is not None:
                item.settle(place, event.get(place.index, 0), whole)

    return handle


def _part(index: str, kind: str) -> Handler:
    """Parts say by their type whose they are; one without a type is of `kind`."""

    def handle(snapshot: Snapshot, event: Event) -> None:
        part = event.get("part")
        named = part.get("type") if isinstance(part, dict) else None
        own = places.PLACES_OF_PARTS[kind]
        place = places.PLACES_OF_PARTS.get(named, own) if isinstance(named, str) else own
        if isinstance(part, (dict, str)):
            item = snapshot.item_for(event, place.item)
            if item is not None:
                item.put_part(event.get(index, 0), part, kind)

    return handle


def _annotation(snapshot: Snapshot, event: Event) -> None:
    item = snapshot.item_for(event, "message")
    if item is not None:
        at, number = event.get("content_index", 0), event.get("annotation_index")
        item.annotate(at, number, event.get("annotation"))


def _status(kind: str, status: str) -> Handler:
    def handle(snapshot: Snapshot, event: Event) -> None:
        item = snapshot.item_for(event, kind)
        if item is not None:
            item.set(status=status)

    return handle


def _partial_image(snapshot: Snapshot, event: Event) -> None:
    """Each partial image replaces the one before: they are large, and only the last is of use."""
    item = snapshot.item_for(event, "image_generation_call")
    pictures = ("partial_image_b64", "partial_image_id")
    if item is not None and any(isinstance(event.get(field), str) for field in pictures):
        fields = (*pictures, "partial_image_index", "output_format")
        item.set(**{field: event[field] for field in fields if event.get(field) is not None})


def _shell_output_delta(snapshot: Snapshot, event: Event) -> None:
    delta = event.get("delta")
    for place in (places.STDOUT, places.STDERR):
        text = delta.get(place.field) if isinstance(delta, dict) else None
        if isinstance(text, str) and text:
            item = snapshot.item_for(event, place.item)
            if item is not None:
                item.append(place, event.get(place.index, 0), text)


def _shell_output_done(snapshot: Snapshot, event: Event) -> None:
    item = snapshot.item_for(event, places.STDOUT.item)
    if item is not None:
        item.put_shell_output(event.get("command_index", 0), event.get("output"))


def _ignored(snapshot: Snapshot, event: Event) -> None:
    """Sound and its transcript have no place in a response's output."""


def _response_in(event: Event) -> dict[str, Any]:
    given = event.get("response")
    if isinstance(given, dict):
        return given
    # Some send the response itself as the event.
    bare = isinstance(event.get("output"), list)
    return {k: v for k, v in event.items() if k not in _ENVELOPE} if bare else {}


def _text_in(delta: Any) -> str:
    """Some providers wrap a piece of text in an object."""
    fields = (delta.get("content"), delta.get("text")) if isinstance(delta, dict) else ()
    return next((text for text in fields if isinstance(text, str)), "")


_ENVELOPE = ("response", "sequence_number", "stream_id", "type")

HANDLERS: dict[str, Handler] = {
    "error": _error,
    "response.audio.delta": _ignored,
    "response.audio.done": _ignored,
    "response.audio.transcript.delta": _ignored,
    "response.audio.transcript.done": _ignored,
    "response.cancelled": _ended("cancelled"),
    "response.code_interpreter_call.completed": _status("code_interpreter_call", "completed"),
    "response.code_interpreter_call.in_progress": _status("code_interpreter_call", "in_progress"),
    "response.code_interpreter_call.interpreting": _status("code_interpreter_call", "interpreting"),
    "response.code_interpreter_call_code.delta": _delta(places.CODE),
    "response.code_interpreter_call_code.done": _whole(places.CODE),
    "response.compaction.compacting": _status("compaction", "compacting"),
    "response.completed": _ended("completed"),
    "response.content_part.added": _part("content_index", "output_text"),
    "response.content_part.done": _part("content_index", "output_text"),
    "response.created": _started("in_progress"),
    "response.custom_tool_call_input.delta": _delta(places.INPUT),
    "response.custom_tool_call_input.done": _whole(places.INPUT),
    "response.delta": _delta(places.TEXT),
    "response.done": _ended("completed"),
    "response.failed": _ended("failed"),
    "response.file_search_call.completed": _status("file_search_call", "completed"),
    "response.file_search_call.in_progress": _status("file_search_call", "in_progress"),
    "response.file_search_call.searching": _status("file_search_call", "searching"),
    "response.function_call_arguments.delta": _delta(places.ARGUMENTS),
    "response.function_call_arguments.done": _whole(places.ARGUMENTS),
    "response.image_generation_call.completed": _status("image_generation_call", "completed"),
    "response.image_generation_call.generating": _status("image_generation_call", "generating"),
    "response.image_generation_call.in_progress": _status("image_generation_call", "in_progress"),
    "response.image_generation_call.partial_image": _partial_image,
    "response.in_progress": _started("in_progress"),
    "response.incomplete": _ended("incomplete"),
    "response.mcp_call.completed": _status("mcp_call", "completed"),
    "response.mcp_call.failed": _status("mcp_call", "failed"),
    "response.mcp_call.in_progress": _status("mcp_call", "in_progress"),
    "response.mcp_call_arguments.delta": _delta(places.MCP_ARGUMENTS),
    "response.mcp_call_arguments.done": _whole(places.MCP_ARGUMENTS),
    "response.mcp_list_tools.completed": _status("mcp_list_tools", "completed"),
    "response.mcp_list_tools.failed": _status("mcp_list_tools", "failed"),
    "response.mcp_list_tools.in_progress": _status("mcp_list_tools", "in_progress"),
    "response.output_item.added": _added,
    "response.output_item.done": _done,
    "response.output_text.annotation.added": _annotation,
    "response.output_text.delta": _delta(places.TEXT),
    "response.output_text.done": _whole(places.TEXT),
    "response.queued": _started("queued"),
    "response.reasoning.delta": _delta(places.REASONING),
    "response.reasoning.done": _whole(places.REASONING),
    "response.reasoning_summary_part.added": _part("summary_index", "summary_text"),
    "response.reasoning_summary_part.done": _part("summary_index", "summary_text"),
    "response.reasoning_summary_text.delta": _delta(places.SUMMARY),
    "response.reasoning_summary_text.done": _whole(places.SUMMARY),
    "response.reasoning_text.delta": _delta(places.REASONING),
    "response.reasoning_text.done": _whole(places.REASONING),
    "response.refusal.delta": _delta(places.REFUSAL),
    "response.refusal.done": _whole(places.REFUSAL),
    "response.shell_call_command.added": _whole(places.COMMAND),
    "response.shell_call_command.delta": _delta(places.COMMAND),
    "response.shell_call_command.done": _whole(places.COMMAND),
    "response.shell_call_output_content.delta": _shell_output_delta,
    "response.shell_call_output_content.done": _shell_output_done,
    "response.web_search_call.completed": _status("web_search_call", "completed"),
    "response.web_search_call.in_progress": _status("web_search_call", "in_progress"),
    "response.web_search_call.searching": _status("web_search_call", "searching"),
}
"""Every type that the API documents, and those of other dialects. Others change nothing."""
