"""The whole tree of a conversation on one sheet: every place where it parts, and every end.

What lies between two of them, where nothing parts, is one entry that says how many messages it
stands for; so a sheet is as long as the tree is wide, and not as the conversation is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models.functions import Left

from conversations.models.branch import marked
from conversations.models.conversation import Conversation
from conversations.models.response import Response
from conversations.protocol.approvals import answers_in
from conversations.protocol.items import input_text, output_text

EXCERPT = 140
READ = 2_000  # characters of a text in which an excerpt of its answer is looked for
SHORTEST_RUN = 3
BATCH = 500

Below = Mapping[str | None, Sequence[str]]


class Place(NamedTuple):
    """Where a response is in the tree."""

    id: str
    parent: str | None
    retry_of: str | None
    selected: str | None


class Entry(NamedTuple):
    """A response, or a run of them; `parent` is the first one of the entry above."""

    ids: Sequence[str]
    parent: str | None

    @property
    def run(self) -> int:
        """How many responses it stands for, if it is a run."""
        return len(self.ids) if len(self.ids) > 1 else 0


def tree_map(
    conversation: Conversation, through: str | None = None, opened: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The entries of the sheet, each below its parent and siblings oldest first.

    `through` names a response of the branch that is shown, if that is not the remembered one;
    `opened` are the first responses of runs whose responses are to be entries of their own.
    """
    rows = Response.objects.filter(conversation=conversation).order_by("pk")
    columns = ("id", "previous_response_id", "retry_of_id", "selected_child_id")
    places = {row[0]: Place(*row) for row in rows.values_list(*columns)}
    below: dict[str | None, list[str]] = {}
    for place in places.values():
        below.setdefault(place.parent, []).append(place.id)
    shown = _shown(places, below, conversation.selected_root_id, through)
    marks = {mark["id"]: mark for mark in marked(conversation)}
    entries = list(_entries(places, below, marks, opened))
    read = _read([entry.ids[0] for entry in entries if not entry.run])
    return [
        {
            "id": entry.ids[0],
            "parent": entry.parent,
            "retry_of": places[entry.ids[0]].retry_of,
            "run": entry.run,
            "shown": entry.ids[0] in shown,
            "here": entry.ids[0] == shown[-1],
            **({} if entry.run else read[entry.ids[0]]),
            **marks.get(entry.ids[0], {}),
        }
        for entry in entries
        if entry.run or entry.ids[0] in read  # else it was deleted in between
    ]


def _shown(
    places: Mapping[str, Place], below: Below, root: str | None, through: str | None
) -> list[str]:
    """The branch that is shown, root first."""
    shown: list[str] = []
    at = places.get(through or "")
    while at is not None:
        shown.append(at.id)
        at = places.get(at.parent or "")
    shown.reverse()
    while children := below.get(shown[-1] if shown else None):
        selected = places[shown[-1]].selected if shown else root
        shown.append(selected if selected and selected in children else children[-1])
    return shown


def _entries(
    places: Mapping[str, Place], below: Below, marks: Collection[str], opened: Collection[str]
) -> Iterator[Entry]:
    waiting: list[tuple[str, str | None]] = [(id_, None) for id_ in reversed(below.get(None, ()))]
    while waiting:
        id_, parent = waiting.pop()
        run = _run(places[id_], below, marks)
        if len(run) >= SHORTEST_RUN and id_ not in opened:
            yield Entry(run, parent)
            parent = id_
        else:
            run = run or [id_]
            for each in run:
                yield Entry([each], parent)
                parent = each
        waiting += [(child, parent) for child in reversed(below.get(run[-1], ()))]


def _run(place: Place, below: Below, marks: Collection[str]) -> list[str]:
    """The responses from this one on where nothing begins, parts, ends or has a name."""
    if place.parent is None or len(below[place.parent]) > 1:
        return []
    run, at = [], place.id
    while at not in marks and len(following := below.get(at, ())) == 1:
        run.append(at)
        (at,) = following
    return run


def _read(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the sheet says of these responses."""
    read: dict[str, dict[str, Any]] = {}
    columns = ("pk", "input", "model_id", "model_name", "status", "continues", "created_at")
    for start in range(0, len(ids), BATCH):
        rows = Response.objects.filter(pk__in=ids[start : start + BATCH])
        rows = rows.annotate(beginning=Left("text", READ))
        for row in rows.only(*columns):
            question = input_text(row.input)
            read[row.pk] = {
                "question": "" if row.continues else _excerpt(question),
                "answer": _excerpt(_answer(row, question)),
                "continues": row.continues,
                "decides": bool(answers_in(row.input)),
                "model": row.model_name,
                "model_id": row.model_id,
                "status": row.status,
                "created_at": row.created_at.timestamp(),
            }
    return read


def _answer(row: Any, question: str) -> str:
    """How the answer begins; it stands behind the question, wherever that is short enough."""
    behind: str = row.beginning[len(question) :].strip()
    return behind or (output_text(row.output) if len(question) >= READ else "")


def _excerpt(text: str) -> str:
    words = " ".join(text[: 4 * EXCERPT].split())
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1]}…"
