"""A word of a person's own for conversations that have something in common, wherever they are."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from conversations.protocol.ids import new_id

if TYPE_CHECKING:
    from chatapp.accounts.models import User

NAME_LENGTH = 40
COMPARED_LENGTH = 4 * NAME_LENGTH  # folding can make several letters of one
MOST_TAGS = 200  # of a person
MOST_ON_ONE = 20  # on a conversation


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: "User") -> "TagQuerySet":
        """The only question of who may see a tag: its owner."""
        return self.filter(owner=user)

    def used(self) -> "TagQuerySet":
        """Those that a conversation has: one that none has is none."""
        links = _links().filter(conversation__deleted_at=None)
        return self.filter(models.Exists(links.filter(tag=models.OuterRef("pk"))))


class Tag(models.Model):
    """`compared` is its name without case and width: two of a person's that are alike are one."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "tag"), editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=NAME_LENGTH)
    compared = models.CharField(max_length=COMPARED_LENGTH, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["compared"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "compared"], name="tag_of_owner")
        ]

    def __str__(self) -> str:
        return self.name


class _Rows(models.Aggregate):
    """The columns of each row of a group, all in one JSON array."""

    template = "JSONB_AGG(JSONB_BUILD_ARRAY(%(expressions)s))"
    output_field = models.JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "JSON_GROUP_ARRAY(JSON_ARRAY(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **more)


def written(name: str) -> str:
    """A name as it is kept: on one line, without blanks around it."""
    return " ".join(name.split())


def compared(name: str) -> str:
    """A name without case and width."""
    return written(unicodedata.normalize("NFKC", name).casefold())[:COMPARED_LENGTH]


def tags_of(user: "User") -> list[dict[str, str]]:
    """Those that a person has given, by name."""
    return listed(Tag.objects.visible_to(user).used().values_list("id", "name"))


def tags_column() -> models.Subquery:
    """For `annotate` on conversations: the tags of each, in the query that reads it."""
    of_each = _links().filter(conversation=models.OuterRef("pk")).order_by()
    rows = _Rows("tag_id", "tag__name")
    return models.Subquery(of_each.values("conversation").values(rows=rows))


def listed(found: Iterable[Sequence[str]] | None) -> list[dict[str, str]]:
    """The tags that `tags_column` found, by name."""
    tags = [{"id": id_, "name": name} for id_, name in found or []]
    return sorted(tags, key=lambda tag: compared(tag["name"]))


def _links() -> models.QuerySet[Any]:
    """The rows that say which conversation has which tag."""
    found: models.QuerySet[Any] = Tag.conversations.through.objects.all()
    return found
