"""Links by which others read what was there of a conversation when it was shared."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils import timezone

from conversations.models.attachment import Attachment, hold
from conversations.models.conversation import TITLE_LENGTH, Conversation
from conversations.models.encryption import EncryptedTextField
from conversations.models.response import RUNNING, Response
from conversations.models.tree import outline, shown_path

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PASSPHRASE_LENGTH = 200


class NothingToShare(Exception):
    """No answer has ended yet on what was to be shared."""


class ShareQuerySet(models.QuerySet["Share"]):
    def visible_to(self, user: "User") -> Self:
        """The only question of who may see, copy and revoke a link: who made it."""
        return self.filter(owner=user, conversation__deleted_at=None)

    def open(self) -> Self:
        """Those that lead somewhere now: a link to a temporary conversation as long as that is, and
        to none that was deleted.
        """
        ends = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        expired = models.Q(conversation__expires_at__lte=timezone.now())
        present = self.filter(conversation__deleted_at=None)
        return present.filter(ends, ~expired, revoked_at=None, owner__is_active=True)


class Share(models.Model):
    """The right to read some responses of a conversation, for whoever holds the token.

    `responses` are those that had ended when it was made: what comes later is not in it. The token
    is looked up by its hash; the token itself is kept encrypted, so that its owner can copy the
    link again and a thief of the database can't.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shares")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="shares")
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    whole_tree = models.BooleanField(default=False)
    responses = models.JSONField(default=list, help_text="The ids that are in it, oldest first.")
    end = models.CharField(max_length=60, help_text="The last response of the branch to show.")
    token_hash = models.CharField(max_length=64, unique=True)
    token = EncryptedTextField()
    passphrase = models.CharField(max_length=200, blank=True, help_text="Its hash; often none.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"], name="shares_of_person"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)

    @classmethod
    def make(
        cls,
        conversation: Conversation,
        through: str | None = None,
        *,
        whole_tree: bool = False,
        lifetime: timedelta | None = None,
        passphrase: str = "",
    ) -> "Share":
        """Share the branch that is shown, or that ends with `through`; or the whole tree.

        NothingToShare when no answer of it has ended; `through` must be of this conversation.
        """
        nodes = outline(conversation)
        ended = {node.id for node in nodes if node.status not in RUNNING}
        path = shown_path(nodes, conversation.selected_root_id, through)
        if through is not None:
            path = path[: path.index(through) + 1]
        path = [id_ for id_ in path if id_ in ended]
        shared = [node.id for node in nodes if node.id in ended] if whole_tree else path
        if not path:
            raise NothingToShare
        token = secrets.token_urlsafe(32)
        return cls.objects.create(
            owner_id=conversation.owner_id,
            conversation=conversation,
            title=conversation.title,
            whole_tree=whole_tree,
            responses=shared,
            end=path[-1],
            token_hash=_hash(token),
            token=token,
            passphrase=make_password(passphrase) if passphrase else "",
            expires_at=timezone.now() + lifetime if lifetime else None,
        )

    @classmethod
    def find(cls, token: str) -> "Share | None":
        """The share of this token, if it leads somewhere now."""
        found = cls.objects.open().filter(token_hash=_hash(token))
        return found.select_related("owner", "conversation").first()

    @property
    def is_open(self) -> bool:
        ended = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.revoked_at is None and not ended

    def rows(self) -> Sequence[Response]:
        """Its responses, oldest first, as far as they still are there."""
        found = Response.objects.filter(conversation=self.conversation_id).in_bulk(self.responses)
        return [found[id_] for id_ in self.responses if id_ in found]

    def file(self, file_id: str) -> Attachment | None:
        """A file of what is shared; None for any other."""
        through = Response.attachments.through.objects.filter(
            attachment=file_id,
            response__in=self.responses,
            response__conversation=self.conversation_id,
        )
        return Attachment.objects.filter(pk=file_id).first() if through.exists() else None

    def hand_on(self, rows: Mapping[str, str]) -> None:
        """A copy was made, with these ids for ours: its messages have the files that ours have."""
        through = Response.attachments.through
        had = through.objects.filter(response__in=list(rows))
        hold(had.values_list("attachment_id", flat=True))
        through.objects.bulk_create(
            [
                through(response_id=rows[one.response_id], attachment_id=one.attachment_id)
                for one in had
            ],
            ignore_conflicts=True,
        )

    def opens_with(self, passphrase: str) -> bool:
        """Whether this is its passphrase; slow, so that guessing is."""
        return check_password(passphrase[:PASSPHRASE_LENGTH], self.passphrase)

    def seen(self) -> None:
        """Somebody else has read it."""
        changes = {"views": models.F("views") + 1, "viewed_at": timezone.now()}
        Share.objects.filter(pk=self.pk).update(**changes)

    def revoke(self) -> None:
        """Have it lead nowhere from now on."""
        Share.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())


def _hash(token: str) -> str:
    # No salt and no slow hash: 256 random bits can't be guessed from either.
    return sha256(token.encode()).hexdigest()
