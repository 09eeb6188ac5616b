"""The trail of what was done to accounts, kept in Django's own log of actions."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from chatapp.accounts.models import User


def record(by: User, about: models.Model, message: str) -> None:
    """Note that `by` did something to `about`; the message is English, for a reader of the log."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr=str(about)[:200],
        action_flag=CHANGE,
        change_message=message,
    )
