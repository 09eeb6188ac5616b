"""Turns Django's own signals into `access_changed`."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from chatapp.accounts.models import User
from chatapp.accounts.signals import access_changed


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    # Sent before the session is flushed: its key is still the one that the sockets know.
    if user is not None:
        access_changed.send_robust(User, user_id=user.pk, session_key=request.session.session_key)


@receiver(pre_delete, sender=User)
def deleted(instance: User, **kwargs: Any) -> None:
    instance.announce_change_of_access()
