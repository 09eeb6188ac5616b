"""What a model has had our tools do: recorded before it is done, so that nothing is done twice."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.response import Response


class ToolCall(models.Model):
    """A call, told apart by the answer it stands in and its place there: a provider's ids repeat.

    One that has begun and not ended may have had its effects, whatever became of its process.
    """

    class Decision(models.TextChoices):
        """What its person said, where they were asked."""

        ALLOWED = "allowed", _("allowed")
        ALWAYS = "always", _("always allowed")
        DENIED = "denied", _("denied")

    response = models.ForeignKey(Response, models.CASCADE, related_name="tool_calls")
    output_index = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    arguments = models.TextField(blank=True)
    effects = models.BooleanField(default=False)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    output = models.TextField(blank=True)
    pictures = models.JSONField(
        default=list,
        blank=True,
        db_default=models.Value([], models.JSONField()),
        help_text="Of its result, as data URLs.",
    )
    size = models.PositiveIntegerField(null=True, help_text="Of its result, in characters.")
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "output_index"], name="tool_call_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        if self.began_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.began_at).total_seconds()
