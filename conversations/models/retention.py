"""What providers may keep of the conversations of a group's people."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import Group
from django.db import models

if TYPE_CHECKING:
    from chatapp.accounts.models import User


class Retention(models.Model):
    """A group of which no provider is to keep anything; a group without one has no such wish."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="retention")

    class Meta:
        verbose_name_plural: ClassVar = "retention"

    def __str__(self) -> str:
        return str(self.group)


def may_be_kept(user: "User") -> bool:
    """Whether a provider may keep what somebody asks: none of their groups forbids it."""
    return not Retention.objects.filter(group__user=user).exists()


def keep_nothing_of(group: Group, wanted: bool) -> None:
    """Have providers keep nothing of a group's from now on, or what they keep of anybody."""
    if wanted:
        Retention.objects.get_or_create(group=group)
    else:
        Retention.objects.filter(group=group).delete()
