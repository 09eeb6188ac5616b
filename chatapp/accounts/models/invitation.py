"""Links that make one account each."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models.user import Role, User

LIFETIME = timedelta(days=7)
OWNER_LIFETIME = timedelta(hours=24)


class SpentError(Exception):
    """The invitation was used, revoked, or ran out before the account could be made."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> Self:
        """Those that can still be accepted, as far as their own row tells."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """The right to make one account of a certain role, for whoever holds the token.

    Only a hash of the token is kept. Without `created_by` it was made on the console for the owner
    of a new installation, and is dead as soon as anybody has an account.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.MEMBER)
    username = models.CharField(_("username"), max_length=150, blank=True)
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    email = models.EmailField(_("email address"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"))
    used_at = models.DateTimeField(_("used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        whom = self.username or self.email or self.first_name or _("anybody")
        return f"{whom} · {Role(self.role).label}"

    @classmethod
    def issue(cls, lifetime: timedelta = LIFETIME, **values: Any) -> tuple["Invitation", str]:
        """A new invitation and the path of its link, which can't be shown a second time."""
        token = secrets.token_urlsafe(32)
        invitation = cls.objects.create(
            token_hash=_hash(token), expires_at=timezone.now() + lifetime, **values
        )
        return invitation, reverse("accounts:invitation", args=[token])

    @classmethod
    def issue_to_owner(cls) -> str:
        """The path of the link that makes the first account; older such links stop working."""
        with transaction.atomic():
            cls.objects.pending().filter(created_by=None).update(revoked_at=timezone.now())
            return cls.issue(OWNER_LIFETIME, role=Role.ADMINISTRATOR)[1]

    @classmethod
    def find(cls, token: str) -> "Invitation | None":
        """The invitation of this token if it can be accepted now."""
        pending = cls.objects.pending().select_related("created_by")
        invitation = pending.filter(token_hash=_hash(token)).first()
        return invitation if invitation and invitation.is_backed() else None

    def is_backed(self) -> bool:
        """Whether who made it might still make it: an administrator, or the empty installation."""
        if self.created_by is None:
            return not User.objects.exists()
        return self.created_by.is_active and self.created_by.is_superuser

    def accept(self, user: User) -> None:
        """Save `user`, new, with this invitation's role, or raise SpentError: somebody was faster.

        One conditional UPDATE of plain columns decides, so that of two requests at once exactly one
        wins on any database; a WHERE with a join would let both through on PostgreSQL.
        """
        user.role = Role(self.role)
        with transaction.atomic():
            mine = Invitation.objects.pending().filter(pk=self.pk)
            if not mine.update(used_at=timezone.now()) or not self.is_backed():
                raise SpentError
            user.save()

    def revoke(self) -> None:
        """Make its link useless; one that was used, revoked or has run out is left as it is."""
        Invitation.objects.pending().filter(pk=self.pk).update(revoked_at=timezone.now())


def _hash(token: str) -> str:
    # No salt and no slow hash: 256 random bits can't be guessed from either.
    return sha256(token.encode()).hexdigest()
