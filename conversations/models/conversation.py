"""Who owns a tree of responses, and what it is called."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator

from conversations.models.folder import Folder
from conversations.models.tag import Tag
from conversations.protocol.ids import new_id

if TYPE_CHECKING:
    from chatapp.accounts.models import User

TITLE_LENGTH = 200
UNDO_FOR = timedelta(minutes=5)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: "User") -> "ConversationQuerySet":
        """The only question of who may see a conversation: its owner, until it expires or they
        delete it.
        """
        lasting = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.present().filter(lasting, owner=user)

    def present(self) -> "ConversationQuerySet":
        """Those that nobody has deleted: nothing shows any other, not even to who reviews."""
        return self.filter(deleted_at=None)

    def deleted_by(self, user: "User") -> "ConversationQuerySet":
        """Those that a person has deleted and may still take back."""
        return self.filter(owner=user, deleted_at__gt=timezone.now() - UNDO_FOR)

    def listed(self) -> "ConversationQuerySet":
        """Those that are found again: in the sidebar, by a search, in an export of everything."""
        return self.filter(expires_at=None)

    def expired(self) -> "ConversationQuerySet":
        """Those to be deleted for good: temporary ones whose time is over, and what its person has
        deleted and not taken back.
        """
        now = timezone.now()
        deleted = models.Q(deleted_at__lte=now - UNDO_FOR)
        return self.filter(models.Q(expires_at__lte=now) | deleted)

    def lock_of(self, response_id: str) -> "ConversationQuerySet":
        """The conversation of a response, locked when this is evaluated.

        Whoever writes to its responses and to itself in one transaction locks it first: two of them
        then wait for each other, and never both.
        """
        response = apps.get_model("conversations", "Response").objects.filter(pk=response_id)
        return self.select_for_update().filter(pk__in=response.values("conversation"))

    def filed(self, folder_id: str | None = None) -> "ConversationQuerySet":
        """Those that the sidebar has by date, or in a folder: neither archived nor on top."""
        return self.filter(archived_at=None, pinned_at=None, folder=folder_id)

    def begun_here(self) -> "ConversationQuerySet":
        """Those that no script began through a key."""
        return self.filter(key_name="")

    def pinned(self) -> "ConversationQuerySet":
        """Those on top of the sidebar, the last pinned first."""
        return self.filter(archived_at=None, pinned_at__isnull=False).order_by("-pinned_at")

    def archived(self) -> "ConversationQuerySet":
        """Those put away, the last first: in no list, but found by a search."""
        return self.filter(archived_at__isnull=False).order_by("-archived_at")

    def used_before(self, moment: datetime) -> "ConversationQuerySet":
        return self.filter(updated_at__lt=moment)


class Conversation(models.Model):
    """The tree of its responses, whose branch shown is remembered by `selected_root` and on."""

    class TitleSource(models.TextChoices):
        QUESTION = "question"
        MODEL = "model"
        PERSON = "person"

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "conv"), editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    title_source = models.CharField(
        max_length=10, choices=TitleSource.choices, default=TitleSource.QUESTION
    )
    selected_root = models.ForeignKey(
        "conversations.Response", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    key_name = models.CharField(
        max_length=80,
        blank=True,
        db_default="",
        editable=False,
        help_text="The name of the key through which a script began it.",
    )
    metadata = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        editable=False,
        help_text="What scripts have noted about it, for themselves.",
    )
    forked_from = models.ForeignKey(
        "conversations.Response", models.SET_NULL, null=True, blank=True, related_name="forks"
    )
    copied_from = models.ForeignKey(
        "conversations.Share",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="copies",
        help_text="The link that it was copied from.",
    )
    copied_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    copied_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(
        null=True, editable=False, help_text="When an answer last ended here."
    )
    seen_at = models.DateTimeField(
        null=True, editable=False, help_text="Which end its owner last had in view."
    )
    expires_at = models.DateTimeField(
        null=True, editable=False, help_text="When a temporary one is deleted."
    )
    deleted_at = models.DateTimeField(
        null=True, editable=False, help_text="When its owner deleted it; soon it is gone."
    )
    folder = models.ForeignKey(
        Folder, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="conversations")
    pinned_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    approvals = models.JSONField(
        default=list,
        db_default=models.Value([], models.JSONField()),
        editable=False,
        help_text="Tools that may be used here without being asked.",
    )
    version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Counts the changes of the tree."
    )

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-updated_at"], name="conversations_of_owner"),
            models.Index(fields=["-updated_at"], name="conversations_by_use"),
            models.Index(fields=["expires_at"], name="conversations_by_expiry"),
            models.Index(
                fields=["deleted_at"],
                name="conversations_deleted",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["owner", "folder", "-updated_at"],
                name="conversations_filed",
                condition=models.Q(archived_at=None, pinned_at=None),
            ),
            # The same without those of scripts, however many of these lie between them.
            models.Index(
                fields=["owner", "folder", "key_name", "-updated_at"],
                name="conversations_begun_here",
                condition=models.Q(archived_at=None, pinned_at=None),
            ),
            models.Index(
                fields=["owner", "key_name", "-updated_at"],
                name="conversations_by_key",
                condition=models.Q(key_name__gt=""),
            ),
            models.Index(
                fields=["owner", "-pinned_at"],
                name="conversations_pinned",
                condition=models.Q(pinned_at__isnull=False),
            ),
            models.Index(
                fields=["owner", "-archived_at"],
                name="conversations_archived",
                condition=models.Q(archived_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.id

    @property
    def unseen(self) -> bool:
        """Whether an answer has ended that its owner has not had in view."""
        if self.finished_at is None:
            return False
        return self.seen_at is None or self.seen_at < self.finished_at

    def changed(self) -> None:
        """Count a change of its tree, so that a page can tell that it missed one."""
        Conversation.objects.filter(pk=self.pk).update(version=models.F("version") + 1)

    def seen(self) -> bool:
        """Its owner has the last end in view; False when that was known."""
        rows = Conversation.objects.filter(pk=self.pk, finished_at__isnull=False)
        unseen = models.Q(seen_at__isnull=True) | models.Q(seen_at__lt=models.F("finished_at"))
        return bool(rows.filter(unseen).update(seen_at=models.F("finished_at")))

    @property
    def is_temporary(self) -> bool:
        return self.expires_at is not None

    def rename(self, title: str, source: TitleSource) -> bool:
        """Give it a title; one that a person gave is never replaced by another source's."""
        changeable = Conversation.objects.filter(pk=self.pk)
        if source != self.TitleSource.PERSON:
            changeable = changeable.exclude(title_source=self.TitleSource.PERSON)
        title = " ".join(title.split())
        self.title, self.title_source = Truncator(title).chars(TITLE_LENGTH), source
        return bool(changeable.update(title=self.title, title_source=source))
