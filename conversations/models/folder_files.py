"""The files of a folder: its owner's, given to the model with the conversations in it."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from conversations.files.kinds import MAX_PER_MESSAGE
from conversations.models.attachment import Attachment, remove_unused
from conversations.models.folder import Folder
from conversations.protocol.files import MAX_SENT

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = MAX_PER_MESSAGE  # all of them go with one message


class FolderFull(Exception):
    """It has as many files as it can have, or as many bytes as a message can give."""


def files_of(folder_id: str) -> "QuerySet[Attachment]":
    """Those of a folder, the first added first, without their texts."""
    return Attachment.objects.filter(folder=folder_id).defer("text").order_by("created_at", "pk")


@transaction.atomic
def add(attachment: Attachment, folder: Folder) -> None:
    """Store a new file as one of this folder's; FolderFull, Folder.DoesNotExist when it is gone."""
    Folder.objects.select_for_update().get(pk=folder.pk)
    sizes = list(files_of(folder.pk).values_list("size", flat=True))
    if len(sizes) >= MOST or sum(sizes) + attachment.size > MAX_SENT:
        raise FolderFull
    attachment.folder = folder
    attachment.save(force_insert=True)


def take_out(folder: Folder, file_id: str) -> bool:
    """Have a file be this folder's no longer; False when it was not. What no message has, goes."""
    own = Attachment.objects.filter(pk=file_id, folder=folder)
    if not own.update(folder=None):
        return False
    remove_unused([file_id])
    return True


def delete(folder: Folder) -> None:
    """Delete a folder, and its files but for those that messages have."""
    with transaction.atomic():
        Folder.objects.select_for_update().filter(pk=folder.pk).first()
        ids = list(files_of(folder.pk).values_list("pk", flat=True))
        folder.delete()
    remove_unused(ids)


def parts_to_give(folder_id: str, given: list[str]) -> list[dict[str, Any]]:
    """The parts that stand for those files of a folder that a model was not given yet."""
    return [row.as_part() for row in files_of(folder_id).exclude(pk__in=given)]
