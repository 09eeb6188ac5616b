"""Answers of several models to one question, side by side until a person keeps one of them."""

from collections.abc import Collection, Iterable

from django.db import models
from django.utils import timezone

from conversations.models.conversation import Conversation
from conversations.models.response import Response


class Beside(models.Model):
    """An answer that stands beside the others to its question."""

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="beside"
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "answers side by side"

    def __str__(self) -> str:
        return self.response_id


def put_beside(responses: Iterable[Response]) -> None:
    """Have these, which answer one question, stand side by side."""
    Beside.objects.bulk_create(
        Beside(response=row, conversation_id=row.conversation_id) for row in responses
    )


def settle(response: Response) -> None:
    """This one is kept, or is gone on from: the others stand behind the arrows."""
    question = response.retry_of_id or response.pk
    answers = models.Q(response=question) | models.Q(response__retry_of=question)
    Beside.objects.filter(answers).delete()
    Response.objects.filter(pk=response.pk).update(shown_at=timezone.now())


def standing(conversation: Conversation, among: Collection[str]) -> list[str]:
    """Which of these responses stand side by side, oldest first."""
    rows = Beside.objects.filter(conversation=conversation).order_by("pk")
    return [pk for pk in rows.values_list("pk", flat=True) if pk in among]


def asked_together(response: Response) -> models.QuerySet[Response]:
    """This one, and those that stand beside it."""
    question = response.retry_of_id or response.pk
    answers = models.Q(pk=question) | models.Q(retry_of=question)
    return Response.objects.filter(
        models.Q(pk=response.pk) | (answers & models.Q(beside__isnull=False))
    )
