"""Giving tags and taking them away: of many conversations of one person in a few queries."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count

from conversations.models.conversation import Conversation
from conversations.models.tag import MOST_ON_ONE, MOST_TAGS, NAME_LENGTH, Tag, compared, written

if TYPE_CHECKING:
    from chatapp.accounts.models import User

LINKS = Conversation.tags.through
SHOWN = frozenset("LNPS")  # letters, numbers, punctuation, symbols: something to see
NEVER = {"Cc", "Cs"}  # what no database takes, or no page shows


class BadTag(ValueError):
    """It can't be given or called so; `reason` is one of "name", "full", "many", "taken"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def give(user: "User", ids: Sequence[str], name: str) -> Tag:
    """Have these conversations of theirs have a tag, which is made if need be.

    BadTag where the name is none ("name"), or one of them ("full") or the person ("many") has as
    many as there can be: then none of them gets it.
    """
    _lock(user.pk)
    tag = _named(user, _checked(name))
    there = Conversation.objects.filter(pk__in=ids).exclude(tags=tag).order_by("pk")
    missing = list(there.select_for_update().values_list("pk", flat=True))
    numbered = Conversation.objects.filter(pk__in=missing).annotate(number=Count("tags"))
    if numbered.filter(number__gte=MOST_ON_ONE).exists():
        raise BadTag("full")
    LINKS.objects.bulk_create([LINKS(conversation_id=id_, tag=tag) for id_ in missing])
    return tag


@transaction.atomic
def give_all(conversation: Conversation, names: Iterable[str]) -> int:
    """Have a new conversation have as many of the names as can be; how many could not."""
    wanted = {compared(name): name for name in names}
    fit = {key: name for key, name in wanted.items() if _is_fit(name)}
    fit = dict(list(fit.items())[:MOST_ON_ONE])
    if not fit:
        return len(wanted)
    user = conversation.owner
    _lock(user.pk)
    known = {tag.compared: tag for tag in Tag.objects.visible_to(user).filter(compared__in=fit)}
    new = [
        Tag(owner=user, name=written(name), compared=key)
        for key, name in fit.items()
        if key not in known
    ]
    room = max(0, MOST_TAGS - Tag.objects.visible_to(user).count()) if new else 0
    tags = [*known.values(), *Tag.objects.bulk_create(new[:room])]
    LINKS.objects.bulk_create([LINKS(conversation_id=conversation.pk, tag=tag) for tag in tags])
    return len(wanted) - len(tags)


@transaction.atomic
def inherit(conversation: Conversation, source: Conversation) -> None:
    """Have a new conversation have the tags of another one of the same person's."""
    _lock(conversation.owner_id)
    tags = LINKS.objects.filter(conversation=source).values_list("tag_id", flat=True)
    links = [LINKS(conversation_id=conversation.pk, tag_id=tag) for tag in tags]
    LINKS.objects.bulk_create(links)


@transaction.atomic
def take(user: "User", ids: Sequence[str], tag_id: str) -> None:
    """Have these conversations of theirs not have a tag; one that none has is no more."""
    _lock(user.pk)
    LINKS.objects.filter(tag=tag_id, tag__owner=user, conversation__in=ids).delete()
    _forget_unused(user)


@transaction.atomic
def rename(tag: Tag, name: str) -> None:
    """Call it otherwise, wherever it is. BadTag: "name" for none, "taken" for another one's."""
    _lock(tag.owner_id)
    name = _checked(name)
    same = Tag.objects.filter(owner=tag.owner_id, compared=compared(name)).exclude(pk=tag.pk)
    # On one that was deleted it may come back.
    if same.exclude(conversations=None).exists():
        raise BadTag("taken")
    same.delete()
    tag.name, tag.compared = name, compared(name)
    tag.save(update_fields=["name", "compared"])


def _lock(user_id: int) -> None:
    """One after the other: what one of them counts or finds unused, no other changes meanwhile."""
    everybody = get_user_model()._default_manager
    list(everybody.select_for_update(no_key=True).filter(pk=user_id).values_list("pk"))


def _named(user: "User", name: str) -> Tag:
    """Theirs of that name, or a new one."""
    own = Tag.objects.visible_to(user)
    if found := own.filter(compared=compared(name)).first():
        return found
    _forget_unused(user)
    if own.count() >= MOST_TAGS:
        raise BadTag("many")
    return Tag.objects.create(owner=user, name=name, compared=compared(name))


def _forget_unused(user: "User") -> None:
    """What was on conversations that are deleted is on none."""
    own = Tag.objects.visible_to(user)
    own.filter(conversations=None).delete()


def _is_fit(name: str) -> bool:
    try:
        return bool(_checked(name))
    except BadTag:
        return False


def _checked(name: str) -> str:
    name = written(name)
    kinds = {unicodedata.category(letter) for letter in name}
    if len(name) > NAME_LENGTH or kinds & NEVER or not any(kind[0] in SHOWN for kind in kinds):
        raise BadTag("name")
    return name
