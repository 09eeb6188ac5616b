"""What closes sockets: the signal that a person's access has changed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from chatapp.accounts.models import Role, User
from chatapp.accounts.signals import access_changed
from tests.support.people import PASSWORD, make_person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def changes() -> Iterator[list[tuple[int, str | None]]]:
    received: list[tuple[int, str | None]] = []

    def note(user_id: int, session_key: str | None, **kwargs: Any) -> None:
        received.append((user_id, session_key))

    access_changed.connect(note)
    yield received
    access_changed.disconnect(note)


def deactivate(person: User) -> None:
    person.is_active = False


def change_role(person: User) -> None:
    person.role = Role.MEMBER


def change_password(person: User) -> None:
    person.set_password("another one")


@pytest.mark.parametrize("change", [deactivate, change_role, change_password])
def test_a_saved_change_of_access_is_announced(
    change: Callable[[User], None],
    changes: list[tuple[int, str | None]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_person(role=Role.REVIEWER)
    person = User.objects.get()
    change(person)
    with django_capture_on_commit_callbacks(execute=True):
        person.save()
        person.save()
    assert changes == [(person.pk, None)]


def test_deletion_is_announced(
    changes: list[tuple[int, str | None]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    person = make_person()
    user_id = person.pk
    with django_capture_on_commit_callbacks(execute=True):
        person.delete()
    assert changes == [(user_id, None)]


def test_other_changes_are_not_announced(
    changes: list[tuple[int, str | None]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_person()
    with django_capture_on_commit_callbacks(execute=True):
        person = authenticate(username="anna", password=PASSWORD)
        assert isinstance(person, User)
        person.first_name = "Anna"
        person.save()
    assert changes == []


def test_a_change_that_was_not_written_is_announced_when_it_is(
    changes: list[tuple[int, str | None]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    make_person()
    person = User.objects.get()
    person.is_active = False
    with django_capture_on_commit_callbacks(execute=True):
        person.save(update_fields=["first_name"])
    assert changes == []
    with django_capture_on_commit_callbacks(execute=True):
        person.save(update_fields=["is_active"])
    assert changes == [(person.pk, None)]


def test_signing_out_is_announced_with_the_key_of_that_session_alone(
    changes: list[tuple[int, str | None]],
) -> None:
    person = make_person()
    client = signed_in(person)
    key = client.session.session_key
    client.post(reverse("accounts:sign-out"))
    assert changes == [(person.pk, key)]
