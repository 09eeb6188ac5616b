"""What an administrator does to somebody's account."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from chatapp.accounts import audit
from chatapp.accounts.models import Role, User


class LastAdministratorError(Exception):
    """Afterwards nobody would be left who can manage the installation; nothing was changed."""


def change_role(person: User, role: Role, by: User) -> None:
    """Give a person another role, which ends their sessions; raises LastAdministratorError."""
    before = person.role
    with _an_administrator_remains():
        person.role = role
        person.save(update_fields=["is_staff", "is_superuser"])
        audit.record(by, person, f"Role: {before} to {role}.")


def set_active(person: User, active: bool, by: User) -> None:
    """Let a person sign in, or no longer (sessions end); raises LastAdministratorError."""
    with _an_administrator_remains():
        person.is_active = active
        person.save(update_fields=["is_active"])
        audit.record(by, person, "Reactivated." if active else "Deactivated.")


@contextmanager
def _an_administrator_remains() -> Iterator[None]:
    administrators = User.objects.filter(is_superuser=True, is_active=True)
    with transaction.atomic():
        # Held, so that of two administrators who demote each other at once one fails.
        list(administrators.select_for_update().order_by("pk"))
        yield
        if not administrators.exists():
            raise LastAdministratorError
