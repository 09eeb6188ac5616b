import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import Role, User
from tests.support.people import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "is_staff", "is_superuser"),
    [(Role.ADMINISTRATOR, True, True), (Role.REVIEWER, True, False), (Role.MEMBER, False, False)],
)
def test_a_role_is_kept_in_the_flags_of_django(
    role: Role, is_staff: bool, is_superuser: bool
) -> None:
    person = make_person(role=role)
    assert (person.is_staff, person.is_superuser) == (is_staff, is_superuser)
    assert User.objects.get().role == role


def test_a_script_can_create_the_superuser_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "from the environment")
    call_command("createsuperuser", "--noinput", stdout=io.StringIO())
    person = User.objects.get()
    assert person.role == Role.ADMINISTRATOR
    assert person.check_password("from the environment")


def test_a_person_without_a_full_name_is_called_by_the_username() -> None:
    assert make_person("anna").name == "anna"
    assert make_person("ben", first_name="Ben", last_name="Berg").name == "Ben Berg"


def test_a_deferred_field_is_not_loaded_to_watch_it() -> None:
    make_person()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        User.objects.only("username").get()
    assert len(queries) == 1
