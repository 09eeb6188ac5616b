"""What is remembered of a person from one conversation to the next: theirs to read and change."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

from conversations.models.response import Response
from conversations.protocol.ids import new_id
from conversations.protocol.notes import LONGEST, block

if TYPE_CHECKING:
    from chatapp.accounts.models import User

MOST = 200


class MemoryQuerySet(models.QuerySet["Memory"]):
    def of(self, user: "User") -> "MemoryQuerySet":
        """A person's own, oldest first."""
        return self.filter(owner=user).order_by("id")

    def used_for(self, user: "User") -> "MemoryQuerySet":
        """Those that models are told: none where the person has switched it off."""
        return self.of(user).filter(owner__memory_on=True)


class Memory(models.Model):
    """One thing about a person, in a sentence; `source` is the message it was learnt from."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "mem"), editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memories")
    text = models.CharField(max_length=LONGEST)
    source = models.ForeignKey(Response, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MemoryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "id"], name="memories_of_owner")]
        verbose_name_plural = "memories"

    def __str__(self) -> str:
        return self.text


def is_remembering(owner_id: int, *, unasked: bool) -> bool:
    """Whether anything is remembered of this person: the operator and they themselves allow it,
    as it is now, however long ago they opened the page. `unasked` is what they did not wish for.
    """
    wanted = {"memory_on": True} | ({"memory_learns": True} if unasked else {})
    people = get_user_model()._default_manager.filter(pk=owner_id, **wanted)
    return bool(settings.MEMORY) and people.exists()


def recalled(user: "User") -> str:
    """What a model is told of a person with each question; "" where there is nothing to tell."""
    if not settings.MEMORY:
        return ""
    return block(Memory.objects.used_for(user).values_list("text", flat=True))


@transaction.atomic
def remember(user: "User", texts: Iterable[str], source: Response | None = None) -> Sequence[str]:
    """Add what is new of these, and say which that is; a person has MOST of them at most."""
    known = {compared(text) for text in Memory.objects.of(user).values_list("text", flat=True)}
    new: list[str] = []
    for text in (" ".join(text.split())[:LONGEST] for text in texts):
        if text and compared(text) not in known and len(known) < MOST:
            known.add(compared(text))
            new.append(text)
    Memory.objects.bulk_create(Memory(owner=user, text=text, source=source) for text in new)
    return new


def compared(text: str) -> str:
    """What two notes have alike that say the same."""
    return text.casefold().rstrip(".\u3002")
