"""A place for conversations that belong together, with what each of them is told."""

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from conversations.protocol.ids import new_id

if TYPE_CHECKING:
    from chatapp.accounts.models import User

NAME_LENGTH = 80
INSTRUCTIONS_LENGTH = 20_000
MOST_FOLDERS = 200


class FolderQuerySet(models.QuerySet["Folder"]):
    def visible_to(self, user: "User") -> "FolderQuerySet":
        """The only question of who may see a folder: its owner."""
        return self.filter(owner=user)


class Folder(models.Model):
    """Its `instructions` go before those of each answer in it, which stores what was used."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "folder"), editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=NAME_LENGTH)
    instructions = models.TextField(blank=True, max_length=INSTRUCTIONS_LENGTH)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FolderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="folder_of_owner")
        ]

    def __str__(self) -> str:
        return self.name


def folders_of(user: "User") -> list[dict[str, Any]]:
    """Those of the sidebar, by name."""
    rows = Folder.objects.visible_to(user).only("name")[:MOST_FOLDERS]
    return [{"id": folder.id, "name": folder.name} for folder in rows]
