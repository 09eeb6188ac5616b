"""What a person has beside conversations, to take along and to bring: folders and memory notes.

Both are told to models, and a file may be anybody's: what is here already is never changed by one,
and the report names what was taken, for its person to look through.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from conversations.models.conversation import Conversation
from conversations.models.folder import MOST_FOLDERS, NAME_LENGTH, Folder
from conversations.models.folder_files import files_of
from conversations.models.memory import Memory, compared, remember
from conversations.models.organising import move
from conversations.protocol.imports.chat import list_of, object_of, text_of, texts_of

if TYPE_CHECKING:
    from chatapp.accounts.models import User

FOLDERS, MEMORY = "folders.json", "memory.json"
INSTRUCTIONS_LENGTH = 20_000


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
    for entry in map(object_of, list_of(folders)):
        before = Folder.objects.visible_to(person).count()
        named = folder_named(person, text_of(entry.get("name")), text_of(entry.get("instructions")))
        is_new = Folder.objects.visible_to(person).count() > before
        counts["folders_left" if named is None else "folders" if is_new else "folders_known"] += 1
        counts["files_left"] += len(texts_of(entry.get("files")))
    counts.update(_remembered(person, list_of(memory)))
    return {what: number for what, number in counts.items() if number}


def folder_named(person: "User", name: str, instructions: str = "") -> Folder | None:
    """Theirs of this name, as it is, or a new one; None where there can be none."""
    name = " ".join(name.split())
    own = Folder.objects.visible_to(person)
    if found := own.filter(name=name).first():
        return found
    is_fit = 0 < len(name) <= NAME_LENGTH and len(instructions) <= INSTRUCTIONS_LENGTH
    if not is_fit or own.count() >= MOST_FOLDERS:
        return None
    given = {"instructions": instructions}
    return Folder.objects.get_or_create(owner=person, name=name, defaults=given)[0]


def put_away(conversation: Conversation, name: str) -> int:
    """Into the folder of this name, if there is a name; how many folders could not be."""
    if not name:
        return 0
    if (folder := folder_named(conversation.owner, name)) is None:
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
