"""What providers keep of people's files to search in: a store for the files of each conversation,
and one for those of each folder.

A row outlives what it was for. It then says what is still to be removed at its provider; nothing
else has to be told of a file, a conversation or a folder that goes.
"""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conversations.models.attachment import Attachment
from conversations.models.conversation import Conversation
from conversations.models.folder import Folder
from conversations.models.provider import Provider
from conversations.models.response import Response

ID_LENGTH = 200
STORE_DAYS = 7
"""A store goes so long after it was last used, here and at its provider."""
FILE_DAYS = 30
"""A file goes so long after it was uploaded, whatever becomes of us."""
MARGIN = timedelta(days=1)


class VectorStoreQuerySet(models.QuerySet["VectorStore"]):
    def stale(self) -> "VectorStoreQuerySet":
        """Those that their provider has forgotten by now, or will within a day."""
        return self.filter(used_at__lte=timezone.now() - timedelta(days=STORE_DAYS) + MARGIN)

    def forsake(self) -> None:
        """They are of no use any more: whoever needs one makes it anew."""
        self.update(conversation=None, folder=None)

    def put_off(self, delay: timedelta) -> None:
        """Nothing is tried with them for a while."""
        self.update(retry_at=timezone.now() + delay)

    def use_now(self) -> None:
        """They are filled: nobody is to wait any more before they are tried."""
        self.update(retry_at=None)

    def forsaken(self) -> "VectorStoreQuerySet":
        """Those to be removed: what they were for is gone, or has not been searched for long.

        Without their providers: one whose key can't be read is not to fail the others.
        """
        now = timezone.now()
        unused = Q(used_at__lte=now - timedelta(days=STORE_DAYS))
        gone = self.filter(Q(conversation=None, folder=None) | unused)
        return gone.filter(_is_due(now))


class VectorStore(models.Model):
    """A store of one account at a provider: of a conversation, or of a folder, or of neither once
    that is gone, or the provider has lost it.

    `account` tells apart the addresses and keys that a provider has had. `upstream_id` is empty
    until it is made. Who fills it keeps others from it until `busy_until`. Before `retry_at`
    nothing is tried.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="vector_stores")
    account = models.CharField(max_length=64)
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, related_name="vector_stores"
    )
    folder = models.ForeignKey(Folder, models.SET_NULL, null=True, related_name="vector_stores")
    upstream_id = models.CharField(max_length=ID_LENGTH, blank=True)
    busy_until = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = VectorStoreQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "provider", "account"], name="store_of_conversation"
            ),
            models.UniqueConstraint(
                fields=["folder", "provider", "account"], name="store_of_folder"
            ),
        ]

    def __str__(self) -> str:
        return self.upstream_id or str(self.pk)

    @property
    def is_put_off(self) -> bool:
        return self.retry_at is not None and self.retry_at > timezone.now()

    def claim(self, seconds: float) -> bool:
        """Keep others from filling it meanwhile; False where somebody does it just now."""
        now = timezone.now()
        free = VectorStore.objects.filter(Q(busy_until=None) | Q(busy_until__lt=now), pk=self.pk)
        return bool(free.update(busy_until=now + timedelta(seconds=seconds)))

    def keep_claimed(self, seconds: float) -> None:
        """Who fills it goes on with that. Whoever waited in vain is not to wait again meanwhile."""
        until = timezone.now() + timedelta(seconds=seconds)
        own = VectorStore.objects.filter(pk=self.pk)
        own.update(busy_until=until)
        own.filter(retry_at__isnull=False).update(retry_at=until)

    def release(self) -> None:
        VectorStore.objects.filter(pk=self.pk).update(busy_until=None)

    def made(self, upstream_id: str) -> None:
        """Its provider has it, by this id."""
        self.upstream_id = upstream_id[:ID_LENGTH]
        VectorStore.objects.filter(pk=self.pk).update(upstream_id=self.upstream_id)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def forsaken(self) -> "StoredFileQuerySet":
        """Those to be removed from stores that stay: their file is gone, or not of the conversation
        or folder any more, or its provider will soon forget it.
        """
        now = timezone.now()
        old = Q(created_at__lte=now - timedelta(days=FILE_DAYS) + MARGIN)
        elsewhere = Q(store__folder__isnull=False) & (
            Q(attachment__folder=None) | ~Q(attachment__folder=models.F("store__folder"))
        )
        # What a fork searches of the conversation that it comes from is in no message of its own.
        unsaid = Q(store__conversation__isnull=False, store__conversation__forked_from=None)
        for through in (Response.attachments.through, Response.folder_attachments.through):
            uses = through._default_manager.filter(
                attachment=OuterRef("attachment"),
                response__conversation=OuterRef("store__conversation"),
            )
            unsaid &= Q(~Exists(uses))
        found = self.filter(Q(attachment=None) | old | elsewhere | unsaid, _is_due(now))
        return found.select_related("store")


class StoredFile(models.Model):
    """A file in a store, by its provider's id; without an `attachment` once that is deleted.

    One without an id was refused: it can't be searched there.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        READY = "ready"
        REFUSED = "refused"

    store = models.ForeignKey(VectorStore, models.CASCADE, related_name="files")
    attachment = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, related_name="stored_files"
    )
    upstream_id = models.CharField(max_length=ID_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    retry_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "attachment"], name="file_once_in_store")
        ]
        indexes: ClassVar = [models.Index(fields=["upstream_id"], name="stored_files_by_name")]

    def __str__(self) -> str:
        return self.upstream_id or str(self.pk)

    def becomes(self, state: "StoredFile.State") -> None:
        self.state = state
        StoredFile.objects.filter(pk=self.pk).update(state=state)


def _is_due(now: datetime) -> Q:
    return Q(retry_at=None) | Q(retry_at__lte=now)
