"""Personal keys, with which a person's scripts ask in their name, at /v1.

Of a key only its digest is stored, so nobody can read it again. It is long enough, and random
enough, that a digest without salt or effort gives nothing away.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from conversations.models.provider import Model, ModelQuerySet
from conversations.protocol.ids import new_id

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PREFIX = "sk-chatapp-"
SECRET_BYTES = 32
SHOWN = len(PREFIX) + 4
NAME_LENGTH = 80
MOST = 100
USE_NOTED_EVERY = timedelta(minutes=1)


class TooMany(Exception):
    """A person has MOST keys that work: one has to be revoked first."""


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def of(self, user: "User") -> "ApiKeyQuerySet":
        """A person's own, the newest first."""
        return self.filter(owner=user).order_by("-pk")

    def working(self) -> "ApiKeyQuerySet":
        """Those that let somebody in: not revoked, not over, of a person who may sign in."""
        lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(lasting, revoked_at=None, owner__is_active=True)


class ApiKey(models.Model):
    """A key by what is known of it; the key itself is shown once, when it is made."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "key"), editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=NAME_LENGTH)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    begins = models.CharField(
        max_length=20, editable=False, help_text="Its first letters, to tell it by."
    )
    only = models.ManyToManyField(
        Model,
        blank=True,
        related_name="api_keys",
        help_text="The models that can be asked through it. None: all that its person may use.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    used_from = models.CharField(max_length=45, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="api_keys_of_owner")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(
        cls,
        owner: "User",
        name: str,
        *,
        expires_at: datetime | None = None,
        only: Iterable[Model] = (),
    ) -> tuple["ApiKey", str]:
        """Make one, for these models `only` (none: for all), and give back the key as well: it
        can't be had again. TooMany when there are MOST already.
        """
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        with transaction.atomic():
            # Locked, so that two made at once are counted one after the other.
            list(get_user_model().objects.select_for_update().filter(pk=owner.pk).values_list("pk"))
            if cls.objects.of(owner).working().count() >= MOST:
                raise TooMany
            key = cls.objects.create(
                owner=owner,
                name=name,
                digest=_digest(secret),
                begins=secret[:SHOWN],
                expires_at=expires_at,
            )
            key.only.set(only)
        return key, secret

    @property
    def state(self) -> str:
        """`working`, `revoked` or `expired`."""
        if self.revoked_at is not None:
            return "revoked"
        is_over = self.expires_at is not None and self.expires_at <= timezone.now()
        return "expired" if is_over else "working"

    def revoke(self) -> bool:
        """From now on it lets nobody in; False when that was so already."""
        rows = ApiKey.objects.filter(pk=self.pk, revoked_at=None)
        return bool(rows.update(revoked_at=timezone.now()))

    def still_works(self) -> bool:
        """Whether it lets its person in now, as the database has it."""
        return ApiKey.objects.working().filter(pk=self.pk).exists()

    def offered(self) -> ModelQuerySet:
        """The models that can be asked through it: its person's, or those of them that it names."""
        theirs = Model.objects.offered_to(self.owner)
        if not self.only.exists():
            return theirs
        return theirs.filter(pk__in=self.only.values("pk"))


def key_of(secret: str, address: str = "") -> ApiKey | None:
    """The key that works by this name, with its owner; None for any other. Noted is that it was
    used, and from where, once a minute.
    """
    rows = ApiKey.objects.working().select_related("owner")
    key = rows.filter(digest=_digest(secret)).first()
    if key is not None:
        _note_use(key, address)
    return key


def _note_use(key: ApiKey, address: str) -> None:
    now = timezone.now()
    if key.used_at is not None and now - key.used_at < USE_NOTED_EVERY:
        return
    ApiKey.objects.filter(pk=key.pk).update(used_at=now, used_from=address[:45])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
