"""A text that is used again and again, behind a command."""

import re
from functools import partial
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.sharing import Shareable, ShareableQuerySet
from conversations.protocol.ids import new_id

COMMAND = RegexValidator(
    re.compile(r"^[\w-]{1,40}$"), _("A command has letters, digits, dashes and underscores.")
)


class Prompt(Shareable):
    """Its `text` may have places to fill in: {{topic}}."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "prompt"), editable=False
    )
    title = models.CharField(max_length=120)
    command = models.CharField(max_length=40, validators=[COMMAND])
    text = models.TextField(max_length=20_000)

    objects = ShareableQuerySet["Prompt"].as_manager()

    class Meta:
        ordering: ClassVar = ["command", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "command"], name="prompt_of_owner")
        ]

    def __str__(self) -> str:
        return self.title
