"""What a person makes for themselves and may let others use: an assistant, a prompt."""

from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from chatapp.accounts.models import User

Kind = TypeVar("Kind", bound=models.Model)


class Audience(models.TextChoices):
    NOBODY = "nobody", _("Only me")
    GROUP = "group", _("A group")
    EVERYONE = "everyone", _("Everyone here")


class ShareableQuerySet(models.QuerySet[Kind]):
    def owned_by(self, user: "User") -> "ShareableQuerySet[Kind]":
        """Those that a person may change."""
        return self.filter(owner=user)

    def usable_by(self, user: "User") -> "ShareableQuerySet[Kind]":
        """Those that a person may use: their own, and what is shared with them."""
        shared = models.Q(audience=Audience.EVERYONE) | models.Q(
            audience=Audience.GROUP, group__in=user.groups.all()
        )
        return self.filter(models.Q(owner=user) | shared)


class Shareable(models.Model):
    """Has one owner, who alone changes it; `audience` says who else may use it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss")
    audience = models.CharField(
        max_length=10,
        choices=Audience.choices,
        default=Audience.NOBODY,
        verbose_name=_("shared with"),
    )
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, blank=True, related_name="%(class)ss"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        if self.audience == Audience.GROUP and self.group is None:
            raise ValidationError({"group": _("Choose the group.")})
        if self.audience != Audience.GROUP:
            self.group = None
