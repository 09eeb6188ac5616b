import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatapp.accounts.models import Role, User
from tests.support.links import path_of_link
from tests.support.people import make_person, signed_in

pytestmark = pytest.mark.django_db

PEOPLE = "/accounts/people/"


@pytest.fixture
def owner() -> User:
    return make_person("owner", Role.ADMINISTRATOR)


@pytest.fixture
def anna() -> User:
    return make_person("anna")


def change_role(client: Client, person: User, role: str) -> int:
    return client.post(reverse("accounts:role", args=[person.pk]), {"role": role}).status_code


def set_active(client: Client, person: User, active: str) -> int:
    return client.post(reverse("accounts:active", args=[person.pk]), {"active": active}).status_code


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER])
def test_only_administrators_see_and_change_people(owner: User, role: Role) -> None:
    client = signed_in(make_person("anna", role))
    assert client.get(PEOPLE).status_code == 403
    assert client.post(PEOPLE, {"role": "administrator"}).status_code == 403
    assert change_role(client, owner, "member") == 403
    assert set_active(client, owner, "no") == 403
    assert client.post(reverse("accounts:password-link", args=[owner.pk])).status_code == 403
    assert client.post(reverse("accounts:revoke", args=[1])).status_code == 403
    assert User.objects.get(pk=owner.pk).role == Role.ADMINISTRATOR


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PEOPLE)["Location"] == f"/accounts/sign-in/?next={PEOPLE}"


def test_the_list_names_everybody_with_role_and_last_sign_in(owner: User, anna: User) -> None:
    page = signed_in(owner).get(PEOPLE).content.decode()
    assert "anna · Member ·" in page
    assert "never signed in" in page
    assert "owner · Administrator ·" in page


def test_the_list_costs_the_same_queries_for_many_people(owner: User) -> None:
    client = signed_in(owner)
    with CaptureQueriesContext(connection) as few:
        client.get(PEOPLE)
    for number in range(20):
        make_person(f"person{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(PEOPLE)
    assert len(many) == len(few)


def test_a_new_role_ends_the_sessions_of_the_old_one(owner: User, anna: User) -> None:
    session = signed_in(anna)
    assert change_role(signed_in(owner), anna, "reviewer") == 302
    assert User.objects.get(pk=anna.pk).role == Role.REVIEWER
    assert session.get(reverse("accounts:password")).status_code == 302


def test_a_deactivated_person_is_out_at_once_and_can_come_back(owner: User, anna: User) -> None:
    client, session = signed_in(owner), signed_in(anna)
    set_active(client, anna, "no")
    assert session.get(reverse("accounts:password")).status_code == 302
    assert "deactivated" in client.get(PEOPLE).content.decode()
    set_active(client, anna, "yes")
    assert User.objects.get(pk=anna.pk).is_active


def test_the_only_administrator_can_not_demote_or_deactivate_themself(owner: User) -> None:
    make_person("inactive", Role.ADMINISTRATOR, is_active=False)
    client = signed_in(owner)
    change_role(client, owner, "member")
    set_active(client, owner, "no")
    assert "Nothing was changed" in client.get(PEOPLE).content.decode()
    left = User.objects.get(pk=owner.pk)
    assert (left.role, left.is_active) == (Role.ADMINISTRATOR, True)


def test_one_of_two_administrators_can_step_down(owner: User) -> None:
    make_person("second", Role.ADMINISTRATOR)
    change_role(signed_in(owner), owner, "member")
    assert User.objects.get(pk=owner.pk).role == Role.MEMBER


def test_a_password_link_for_a_person_works_and_is_shown_once(owner: User, anna: User) -> None:
    client = signed_in(owner)
    page = client.post(reverse("accounts:password-link", args=[anna.pk])).content.decode()
    form = Client().get(path_of_link(page), follow=True)
    assert "Set a new password" in form.content.decode()
    assert path_of_link(page) not in client.get(PEOPLE).content.decode()


def test_a_password_link_of_a_deactivated_person_is_dead(owner: User, anna: User) -> None:
    client = signed_in(owner)
    page = client.post(reverse("accounts:password-link", args=[anna.pk])).content.decode()
    set_active(client, anna, "no")
    assert Client().get(path_of_link(page)).status_code == 404


@pytest.mark.parametrize("value", ["", "owner", "superuser"])
def test_an_unknown_role_is_refused(owner: User, anna: User, value: str) -> None:
    assert change_role(signed_in(owner), anna, value) == 400


def test_every_change_leaves_a_trail(owner: User, anna: User) -> None:
    client = signed_in(owner)
    change_role(client, anna, "reviewer")
    set_active(client, anna, "no")
    client.post(PEOPLE, {"role": "member"})
    trail = LogEntry.objects.order_by("pk").values_list("user__username", "change_message")
    assert list(trail) == [
        ("owner", "Role: member to reviewer."),
        ("owner", "Deactivated."),
        ("owner", "Invited."),
    ]
