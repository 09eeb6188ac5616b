"""Files of messages: a row each, and its bytes in the data folder.

A file belongs to whoever uploaded it, or whose answer it was made in, and is kept as long as a
message, an answer or a folder has it, or was given it with those of its folder; one that a script
uploaded by itself also until it expires. The bytes are named by a UUID and stand under no folder
that a web server serves.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Sum
from django.utils import timezone

from conversations.files.kinds import OTHER, Kind, kind_of
from conversations.models.folder import Folder
from conversations.models.response import Response
from conversations.protocol.files import file_ids, stored_part
from conversations.protocol.ids import new_id
from conversations.protocol.made import made_ids

if TYPE_CHECKING:
    from chatapp.accounts.models import User

UNUSED_FOR = timedelta(days=8)  # a day longer than a message waits in a browser to be sent
STRAY_FOR = timedelta(hours=1)
USER_DATA = "user_data"
INCOMING = ".incoming-"
BESIDE = ("", ".thumbnail", ".sent")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def owned_by(self, user: "User") -> "AttachmentQuerySet":
        return self.filter(owner=user)

    def visible_to(self, user: "User") -> "AttachmentQuerySet":
        """Who may see a file: who may use it, and staff, who review, once it is in a message."""
        if not user.is_staff:
            return self.usable_by(user.pk)
        seen = models.Exists(_uses()) | models.Exists(_gifts())
        return self.filter(models.Q(owner=user) & _is_not_deleted() | seen)

    def usable_by(self, user_id: int) -> "AttachmentQuerySet":
        """Those that may be in a message of theirs: their own, and what their messages have.

        What stands in a message alone proves nothing: an imported one says what it likes.
        """
        theirs = _uses().filter(response__conversation__owner=user_id)
        own = models.Q(owner=user_id) & _is_not_deleted()
        return self.filter(own | models.Exists(theirs))

    def held_by(self, user_id: int) -> "AttachmentQuerySet":
        """The same, and those of conversations that were deleted and may be taken back: what is
        being answered in them goes on.
        """
        theirs = _all_uses().filter(response__conversation__owner=user_id)
        return self.filter(models.Q(owner=user_id) | models.Exists(theirs))

    def unused(self) -> "AttachmentQuerySet":
        return self.filter(responses=None, given_to=None, folder=None)

    def named(self) -> "AttachmentQuerySet":
        """Without those that a script gave in messages which are not kept: nobody finds these."""
        kept = _uses().filter(response__conversation__expires_at=None)
        return self.filter(models.Q(given_sha256="") | models.Exists(kept))

    def with_use(self) -> "AttachmentQuerySet":
        """Each with `is_used`: whether a message or a folder has it."""
        has_message = models.Exists(_all_uses()) | models.Exists(_all_gifts())
        is_used = models.Case(
            models.When(models.Q(folder__isnull=False) | has_message, then=True),
            default=False,
            output_field=models.BooleanField(),
        )
        told = {"is_used": is_used}
        return self.annotate(**told)

    def remove(self) -> int:
        """Delete these and their bytes; how many there were.

        Which they are is asked again when they are locked: a message may have taken one meanwhile.
        """
        with transaction.atomic():
            held = hold(self.values_list("pk", flat=True))
            rows = list(self.filter(pk__in=held).only("pk", "stored"))
            Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            erase(row.path)
        return len(rows)


def _all_uses() -> "models.QuerySet[models.Model]":
    through: models.QuerySet[models.Model] = Response.attachments.through.objects.filter(
        attachment=models.OuterRef("pk")
    )
    return through


def _uses() -> "models.QuerySet[models.Model]":
    """In messages that are to be seen: not of a conversation that was deleted."""
    return _all_uses().filter(response__conversation__deleted_at=None)


def _all_gifts() -> "models.QuerySet[models.Model]":
    """With messages that were given it as a file of their folder."""
    through: models.QuerySet[models.Model] = Response.folder_attachments.through.objects.filter(
        attachment=models.OuterRef("pk")
    )
    return through


def _gifts() -> "models.QuerySet[models.Model]":
    return _all_gifts().filter(response__conversation__deleted_at=None)


def _is_not_deleted() -> models.Q:
    """In a folder, in no message yet, or in one that is to be seen."""
    is_new = ~models.Q(models.Exists(_all_uses())) & ~models.Q(models.Exists(_all_gifts()))
    seen = models.Q(models.Exists(_uses())) | models.Q(models.Exists(_gifts()))
    return models.Q(folder__isnull=False) | is_new | seen


class Attachment(models.Model):
    """A file that was uploaded or made, was looked at and is taken."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "file"), editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    stored = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True, help_text="What a model without files is sent of it.")
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, blank=True, related_name="files")
    is_cut = models.BooleanField(default=False, help_text="Whether there is more text than that.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(
        null=True, help_text="Until when a script keeps it, though nothing uses it."
    )
    purpose = models.CharField(
        max_length=20, default=USER_DATA, db_default=USER_DATA, help_text="As a script has put it."
    )
    given_sha256 = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        help_text="Of what a script gave in a message, to know it when it is given again.",
    )
    is_used: bool  # as `with_use` tells it

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="attachments_by_age"),
            models.Index(
                fields=["owner", "given_sha256"],
                name="attachments_given",
                condition=~models.Q(given_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> Kind:
        return kind_of(self.name) or OTHER

    @property
    def path(self) -> Path:
        return folder() / self.stored.hex

    @property
    def thumbnail(self) -> Path:
        return self.path.with_name(f"{self.stored.hex}.thumbnail")

    def for_model(self) -> bytes:
        """Its bytes; of a picture that is larger than models look at, those of a smaller one."""
        smaller = self.path.with_name(f"{self.stored.hex}.sent")
        return (smaller if smaller.exists() else self.path).read_bytes()

    def as_part(self) -> dict[str, Any]:
        """The part of a message that stands for it."""
        facts = {"width": self.width, "height": self.height, "pages": self.pages}
        return stored_part(self.pk, self.name, self.size, facts, is_image=self.kind.is_image)


def folder() -> Path:
    """Where the bytes are."""
    path: Path = settings.DATA_DIR / "uploads"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def erase(path: Path) -> None:
    """Delete the bytes of a file, and what was made of them."""
    for end in (*BESIDE, ".new"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_of(user: "User") -> int:
    """How many bytes of theirs are kept."""
    return Attachment.objects.owned_by(user).aggregate(total=Sum("size"))["total"] or 0


def hold(ids: Iterable[str]) -> list[str]:
    """Lock these files until the transaction ends, and say which of them there still are.

    Whoever links one, and whoever removes one, holds it: none is removed under a message.
    """
    rows = Attachment.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update()
    return list(rows.values_list("pk", flat=True))


def link(responses: Iterable[Response]) -> set[str]:
    """Have the files of these, which are one person's, be kept as long as they are.

    The files that are: not among them is what is gone, or is not theirs. To be called in the
    transaction that stores the messages.
    """
    responses = list(responses)
    given = {row: [part["file_id"] for part in row.folder_files] for row in responses}
    sent = {row: [*file_ids(row.input), *made_ids(row.output)] for row in responses}
    usable = _usable(
        responses, {file_id for ids in (*given.values(), *sent.values()) for file_id in ids}
    )
    _keep(Response.folder_attachments.through, given, usable)
    _keep(Response.attachments.through, sent, usable)
    return usable


def _usable(responses: Sequence[Response], ids: set[str]) -> set[str]:
    if not ids:
        return set()
    found = Attachment.objects.usable_by(responses[0].conversation.owner_id)
    return set(found.filter(pk__in=hold(ids)).values_list("pk", flat=True))


def _keep(
    through: "type[models.Model]", wanted: Mapping[Response, Sequence[str]], usable: set[str]
) -> None:
    rows = [
        through(response_id=response.pk, attachment_id=file_id)
        for response, each in wanted.items()
        for file_id in dict.fromkeys(each)
        if file_id in usable
    ]
    if rows:
        through._default_manager.bulk_create(rows, ignore_conflicts=True)


def used_in(responses: "models.QuerySet[Response]") -> list[str]:
    """The files of messages that are about to go: for `remove_unused`, when they are gone."""
    ids: set[str] = set()
    for through in (Response.attachments.through, Response.folder_attachments.through):
        rows = through.objects.filter(response__in=responses.values("pk"))
        ids.update(rows.values_list("attachment_id", flat=True))
    return list(ids)


def remove_unused(ids: Iterable[str]) -> int:
    """Delete those of these files that no message and no folder has any more; but not yet what a
    script keeps for later.
    """
    ids = list(ids)
    given_up = Attachment.objects.filter(pk__in=ids).exclude(expires_at__gt=timezone.now())
    return given_up.unused().remove() if ids else 0


def sweep(now: datetime | None = None) -> int:
    """Delete what was uploaded and not sent, and bytes that belong to no row; how many there were.

    What is young may be on its way into a message or a row.
    """
    now = now or timezone.now()
    is_old = models.Q(expires_at=None, created_at__lt=now - UNUSED_FOR)
    is_over = is_old | models.Q(expires_at__lt=now)
    removed = Attachment.objects.unused().filter(is_over).remove()
    oldest = (now - STRAY_FOR).timestamp()
    old = [path for path in folder().iterdir() if _changed_at(path) < oldest]
    names = {path.name.partition(".")[0] for path in old if not path.name.startswith(INCOMING)}
    kept = {
        stored.hex
        for stored in Attachment.objects.filter(stored__in=filter(_is_uuid, names))
        .values_list("stored", flat=True)
        .iterator()
    }
    strays = [path for path in old if path.name.partition(".")[0] not in kept]
    for path in strays:
        path.unlink(missing_ok=True)
    return removed + len(strays)


def _changed_at(path: Path) -> float:
    """When; never, of one that has gone since it was listed, as an upload does when it is taken."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return inf


def _is_uuid(name: str) -> bool:
    return len(name) == 32 and all(sign in "0123456789abcdef" for sign in name)
