"""A search of files that a provider makes for its model, in place of that of this server.

A provider has its own ids and names of the files that it keeps. What it says of them is joined with
ours: a citation gets our `attachment_id` and the name that its person knows, a result the name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import TERMINAL, Event

FUNCTION = "search_files"
"""The tool of this server that it takes the place of."""
RESULTS = "file_search_call.results"
KEY = "attachment"
"""The attribute of a stored file that holds our id of it."""

TELLING = TERMINAL | {
    "response.content_part.done",
    "response.output_item.added",
    "response.output_item.done",
    "response.output_text.annotation.added",
}
REFUSALS = {
    ErrorKind.BAD_REQUEST,
    ErrorKind.FAILED,
    ErrorKind.NOT_FOUND,
    ErrorKind.UNSUPPORTED_PARAMETER,
}
STORE = re.compile(r"vector.?stores?\b", re.I)
GONE = re.compile(r"not found|not exist|no such|expired|deleted|could not find", re.I)
TOOL = re.compile(r"file.?search|vector.?store|^tools\b", re.I)


@dataclass(frozen=True)
class Hosted:
    """The stores in which a model may search; `only` are our ids of the files that it may find
    there, where there are others. `with_results` asks for the passages that are found.
    """

    ids: tuple[str, ...]
    only: tuple[str, ...] = ()
    with_results: bool = True


class Own(NamedTuple):
    """A file of ours: its id and its name."""

    id: str
    name: str


def is_wanted(tools: Sequence[Any]) -> bool:
    """Whether the tools of a request have the search that can be made elsewhere."""
    return any(map(_is_ours, tools))


def searching(body: Mapping[str, Any], there: Hosted) -> dict[str, Any]:
    """The request `body`, in which its provider searches there instead of this server here."""
    search: dict[str, Any] = {"type": "file_search", "vector_store_ids": list(there.ids)}
    if there.only:
        search["filters"] = _one_of(there.only)
    tools = [search if _is_ours(tool) else tool for tool in body["tools"]]
    more = {"include": sorted({*body.get("include", ()), RESULTS})} if there.with_results else {}
    return {**body, "tools": tools, **more}


def is_gone(error: ProviderError) -> bool:
    """Whether a request was refused because there is no such store any more."""
    said = _said(error)
    return error.kind in REFUSALS and bool(STORE.search(said) and GONE.search(said))


def is_refused(error: ProviderError) -> bool:
    """Whether a request was refused because of this search."""
    return error.kind in REFUSALS and bool(
        TOOL.search(_said(error)) or TOOL.search(error.param or "")
    )


def has_failed(event: Event) -> bool:
    """Whether an answer has failed because of this search."""
    if event.get("type") != "response.failed":
        return False
    error = (event.get("response") or {}).get("error") or {}
    return bool(TOOL.search(f"{error.get('code')} {error.get('message')}"))


def files_in(event: Event) -> set[str]:
    """The provider's ids of the files that an event tells of."""
    return {str(place["file_id"]) for place in _places(event)}


def with_own(event: Event, own: Mapping[str, Own]) -> Event:
    """`event` with our names for those files; the same object where it tells of none of them."""
    if not any(str(place["file_id"]) in own for place in _places(event)):
        return event
    renamed: Event = _renamed(event, own)
    return renamed


def _is_ours(tool: Any) -> bool:
    return (
        isinstance(tool, Mapping)
        and tool.get("type") == "function"
        and tool.get("name") == FUNCTION
    )


def _one_of(ids: Sequence[str]) -> dict[str, Any]:
    each = [{"type": "eq", "key": KEY, "value": one} for one in ids]
    return each[0] if len(each) == 1 else {"type": "or", "filters": each}


def _said(error: ProviderError) -> str:
    return f"{error.code or ''} {error.message} {error.detail}"


def _places(event: Event) -> Iterator[Mapping[str, Any]]:
    """Wherever an event names a file: in citations, and in what a search has found."""
    if event.get("type") not in TELLING:
        return
    response = event.get("response")
    items = response.get("output") if isinstance(response, Mapping) else [event.get("item")]
    parts = [event.get("part"), {"annotations": [event.get("annotation")]}]
    for item in _objects(items):
        yield from _named(item.get("results"))
        parts.extend(_listed(item.get("content")))
    for part in _objects(parts):
        yield from _named(part.get("annotations"))


def _named(entries: Any) -> Iterator[Mapping[str, Any]]:
    for entry in _objects(entries):
        if isinstance(entry.get("file_id"), str):
            yield entry


def _renamed(value: Any, own: Mapping[str, Own]) -> Any:
    if isinstance(value, list):
        return [_renamed(entry, own) for entry in value]
    if not isinstance(value, dict):
        return value
    file = own.get(value["file_id"]) if isinstance(value.get("file_id"), str) else None
    if file is None:
        return {key: _renamed(entry, own) for key, entry in value.items()}
    # A result is told to its provider again, which may not know a field of ours.
    added = {"attachment_id": file.id} if value.get("type") == "file_citation" else {}
    return {**value, "filename": file.name, **added}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in _listed(value) if isinstance(entry, Mapping)]
