"""A named preset: a model, instructions, parameters and tools."""

from functools import partial
from typing import ClassVar

from django.db import models

from conversations.models.provider import Model
from conversations.models.sharing import Shareable, ShareableQuerySet
from conversations.protocol.ids import new_id


class Assistant(Shareable):
    """What is asked with it is stored with each answer, so that nothing is lost with it."""

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "asst"), editable=False
    )
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    model = models.ForeignKey(
        Model, models.SET_NULL, null=True, blank=True, related_name="assistants"
    )
    instructions = models.TextField(max_length=50_000, blank=True)
    settings = models.JSONField(
        default=dict, blank=True, help_text="Parameters by dotted name, as a person's choice."
    )

    objects = ShareableQuerySet["Assistant"].as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name
