"""What a provider makes and we keep as files: where it comes in, and what stands there instead.

A picture comes as base64 in `image_generation_call.result` or as a data: URL among the outputs of
`code_interpreter_call`; other files are cited, by `container_file_citation`, in a container of the
provider's that is gone after some twenty minutes. In their place we have `file`, the part that
stands for a file in a message, too (`protocol.files.stored_part`), or `not_kept`, with the reason.
A picture that is still being drawn is a file of its own, which `partial_image_id` names.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from conversations.protocol.events import LIFECYCLE, TERMINAL, Event
from conversations.protocol.items import Item
from conversations.protocol.shapes import as_items, as_list

PARTIAL = "response.image_generation_call.partial_image"
# All that may carry what is made. No delta of a text is among them.
CARRYING = (
    LIFECYCLE | TERMINAL | {PARTIAL, "response.output_item.added", "response.output_item.done"}
)
OURS = ("file", "not_kept", "partial_image_id")
ID = re.compile(r"\w{1,60}", re.ASCII)
UNFINISHED = re.compile(r"\w{1,60}-(\d{1,6})-\d{1,9}", re.ASCII)
DATA = "data:image/"
# Why something was not kept; beside them the REASONS for which an upload is not taken.
GONE, LATE, MANY, QUOTA, SIZE, STORAGE = "gone", "late", "many", "quota", "size", "storage"

# What becomes of one: `{"file": part}` or `{"not_kept": reason}`.
Outcome = Mapping[str, Any]


class Unfinished(NamedTuple):
    """A picture that is being drawn: its id, and its place in the output."""

    id: str
    output_index: int


class Cited(NamedTuple):
    """A file in a container of the provider's."""

    container_id: str
    file_id: str
    name: str


def pictures_in(event: Event) -> list[tuple[str, Item]]:
    """The pictures that an event carries, each as it is written there, with the item it is of."""
    items = _items_of(event)
    return [(text, item) for item in items for text in _texts_of(item)]


def with_pictures(event: Event, kept: Mapping[str, Outcome]) -> Event:
    """The event with what became of its pictures in their place. What is ours to say of an item,
    its provider does not.
    """

    def replaced(item: Any) -> Any:
        return _with_pictures(item, kept) if isinstance(item, dict) else item

    return _with_items(event, replaced)


def cited_in(items: Iterable[Item]) -> list[Cited]:
    """The files that items cite, each once, in order."""
    found = (_cited(annotation) for item in items for annotation in _annotations(item))
    return list(dict.fromkeys(cited for cited in found if cited is not None))


def unfetched_in(item: Item) -> list[Cited]:
    """The files that an item cites and of which it is not known what became of them."""
    open_ = (one for one in _annotations(item) if "file" not in one and "not_kept" not in one)
    return [cited for cited in map(_cited, open_) if cited is not None]


def with_cited(item: Item, kept: Mapping[Cited, Outcome]) -> Item:
    """The item with what became of the files that it cites."""
    if not any(map(_cited, _annotations(item))):
        return item
    return {**item, "content": [_part_with_cited(part, kept) for part in item["content"]]}


def output_of(event: Event, known: Sequence[Item]) -> list[Item]:
    """The items of the response that an event ends, of which `known` came before it."""
    response = event.get("response")
    return as_items(response.get("output") if isinstance(response, dict) else None) or [*known]


def made_files(items: Any) -> Iterator[dict[str, Any]]:
    """What is said of the files that were made, in order."""
    for item in as_list(items):
        if isinstance(item, dict):
            files = (holder.get("file") for holder in _holders(item))
            yield from (file for file in files if isinstance(file, dict))


def made_parts(items: Any) -> Iterator[dict[str, Any]]:
    """Those of them that stand for files of ours; each may be changed in its item."""
    yield from filter(_is_ours, made_files(items))


def made_ids(items: Any) -> list[str]:
    return [part["file_id"] for part in made_parts(items)]


def made_names(items: Any) -> list[str]:
    """What they are called, each once."""
    return list(dict.fromkeys(str(part.get("filename") or "") for part in made_parts(items)))


def is_drawn(item: Any) -> bool:
    """Whether this is a picture that was drawn and kept."""
    is_picture = isinstance(item, Mapping) and item.get("type") == "image_generation_call"
    return is_picture and _is_ours(item.get("file"))


def unfinished(item: Item) -> Unfinished | None:
    """What there is of a picture that was not drawn to its end."""
    if item.get("type") != "image_generation_call":
        return None
    name = item.get("partial_image_id")
    match = UNFINISHED.fullmatch(name) if isinstance(name, str) else None
    return Unfinished(match[0], int(match[1])) if match else None


def _is_ours(part: Any) -> bool:
    return (
        isinstance(part, Mapping)
        and part.get("type") in ("input_image", "input_file")
        and isinstance(part.get("file_id"), str)
        and ID.fullmatch(part["file_id"]) is not None
    )


def _holders(item: Item) -> Iterator[dict[str, Any]]:
    """What of an item may have been made and kept."""
    if item.get("type") == "image_generation_call":
        yield item
    elif item.get("type") == "code_interpreter_call":
        yield from (one for one in as_list(item.get("outputs")) if isinstance(one, dict))
    else:
        yield from filter(_cited, _annotations(item))


def _items_of(event: Event) -> list[Item]:
    response = event.get("response")
    output = response.get("output") if isinstance(response, dict) else event.get("output")
    return [item for item in (event.get("item"), *as_list(output)) if isinstance(item, dict)]


def _texts_of(item: Item) -> list[str]:
    kind = item.get("type")
    if kind == "image_generation_call":
        result = item.get("result")
        return [result] if isinstance(result, str) and result else []
    if kind == "code_interpreter_call":
        return [output["url"] for output in as_list(item.get("outputs")) if _is_drawn(output)]
    return []


def _is_drawn(output: Any) -> bool:
    url = output.get("url") if isinstance(output, dict) else None
    return isinstance(url, str) and url.startswith(DATA)


def _with_pictures(item: Item, kept: Mapping[str, Outcome]) -> Item:
    kind = item.get("type")
    if kind == "image_generation_call":
        result = item.get("result")
        outcome = kept.get(result, {}) if isinstance(result, str) else {}
        return {**_without(item, *OURS, *(["result"] if outcome else [])), **outcome}
    if kind == "code_interpreter_call" and isinstance(item.get("outputs"), list):
        return {**item, "outputs": [_output(output, kept) for output in item["outputs"]]}
    return item


def _output(output: Any, kept: Mapping[str, Outcome]) -> Any:
    if not isinstance(output, dict):
        return output
    outcome = kept.get(output["url"], {}) if _is_drawn(output) else {}
    return {**_without(output, *OURS, *(["url"] if outcome else [])), **outcome}


def _with_items(event: Event, change: Callable[[Any], Any]) -> Event:
    if "item" in event:
        event = {**event, "item": change(event["item"])}
    if isinstance(event.get("output"), list):
        event = {**event, "output": [change(item) for item in event["output"]]}
    response = event.get("response")
    if isinstance(response, dict) and response.get("output"):
        output = [change(item) for item in as_list(response["output"])]
        event = {**event, "response": {**response, "output": output}}
    return event


def _annotations(item: Item) -> Iterator[dict[str, Any]]:
    for part in as_list(item.get("content")) if item.get("type") == "message" else ():
        if isinstance(part, dict):
            yield from (one for one in as_list(part.get("annotations")) if isinstance(one, dict))


def _cited(annotation: Any) -> Cited | None:
    if not isinstance(annotation, dict) or annotation.get("type") != "container_file_citation":
        return None
    ids = annotation.get("container_id"), annotation.get("file_id")
    if not all(isinstance(id_, str) and id_ for id_ in ids):
        return None
    return Cited(str(ids[0]), str(ids[1]), str(annotation.get("filename") or ""))


def _part_with_cited(part: Any, kept: Mapping[Cited, Outcome]) -> Any:
    if not isinstance(part, dict) or not part.get("annotations"):
        return part

    def replaced(annotation: Any) -> Any:
        cited = _cited(annotation)
        outcome = kept.get(cited) if cited else None
        return annotation if outcome is None else {**_without(annotation, *OURS), **outcome}

    return {**part, "annotations": [replaced(one) for one in as_list(part["annotations"])]}


def _without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: entry for key, entry in value.items() if key not in names}
