"""What a person has beside conversations, to take along and to bring: folders and memory notes.

Both are told to models, and a file may be anybody's: what is here already is never changed by one,
and the report names what was taken, for its person to look through.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from conversations.models.conversation import Conversation
from conversations.models.folder import INSTRUCTIONS_LENGTH, MOST_FOLDERS, NAME_LENGTH, Folder
from conversations.models.folder_files import files_of
from conversations.models.memory import MOST as MOST_NOTES
from conversations.models.memory import Memory, compared, remember
from conversations.models.organising import move
from conversations.protocol.imports.chat import list_of, object_of, text_of, texts_of

if TYPE_CHECKING:
    from chatapp.accounts.models import User

FOLDERS, MEMORY = "folders.json", "memory.json"


def folders_as_json(person: "User") -> list[dict[str, Any]]:
    """Each folder with its instructions, and where in the archive its files are."""
    return [
        {
            "name": folder.name,
            "instructions": folder.instructions,
            "files": [f"files/{file.pk}/{file.name}" for file in files_of(folder.pk)],
        }
        for folder in Folder.objects.visible_to(person)
    ]


def memory_as_json(person: "User") -> list[dict[str, Any]]:
    """Each note, and when it was made."""
    notes = Memory.objects.of(person)
    return [{"text": note.text, "created_at": note.created_at.isoformat()} for note in notes]


@transaction.atomic
def bring(person: "User", folders: Any, memory: Any) -> dict[str, int]:
    """Take what those two wrote, as far as it is not here; how much of it was, by what became."""
    counts: Counter[str] = Counter()
    entries, notes = list_of(folders), list_of(memory)
    for entry in map(object_of, entries[:MOST_FOLDERS]):
        _, outcome = _folder(person, text_of(entry.get("name")), text_of(entry.get("instructions")))
        counts[outcome] += 1
        counts["files_left"] += len(texts_of(entry.get("files")))
    counts["folders_left"] += len(entries[MOST_FOLDERS:])
    counts["notes_left"] += len(notes[MOST_NOTES:])
    counts.update(_remembered(person, notes[:MOST_NOTES]))
    return {what: number for what, number in counts.items() if number}


def _folder(person: "User", name: str, instructions: str) -> tuple[Folder | None, str]:
    """Theirs of this name, as it is, or a new one, None where there can be none; and which."""
    name = " ".join(name.split())
    own = Folder.objects.visible_to(person)
    if found := own.filter(name=name).first():
        return found, "folders_known"
    is_fit = 0 < len(name) <= NAME_LENGTH and len(instructions) <= INSTRUCTIONS_LENGTH
    if not is_fit or own.count() >= MOST_FOLDERS:
        return None, "folders_left"
    given = {"instructions": instructions}
    return Folder.objects.get_or_create(owner=person, name=name, defaults=given)[0], "folders"


def put_away(conversation: Conversation, name: str) -> int:
    """Into the folder of this name, if there is a name; how many folders could not be."""
    if not name:
        return 0
    folder, _ = _folder(conversation.owner, name, "")
    if folder is None:
        return 1
    move([conversation.pk], folder.pk)
    return 0


def _remembered(person: "User", entries: list[Any]) -> dict[str, int]:
    texts = [" ".join(text_of(object_of(entry).get("text")).split()) for entry in entries]
    own = Memory.objects.of(person)
    known = {compared(text) for text in own.values_list("text", flat=True)}
    there = sum(compared(text) in known for text in texts)
    taken = len(remember(person, texts)) if settings.MEMORY else 0
    return {"notes": taken, "notes_known": there, "notes_left": len(texts) - there - taken}
