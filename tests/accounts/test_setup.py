"""The first run: the owner's link, and the command that prints it."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chatapp.accounts.models import Invitation, Role, User
from chatapp.accounts.setup import owner_link
from tests.support.links import path_of_link
from tests.support.people import PASSWORD, make_person, new_account

pytestmark = pytest.mark.django_db


def printed(*args: str) -> str:
    out = io.StringIO()
    call_command("owner_link", *args, stdout=out)
    return out.getvalue()


def first_link() -> str:
    link = owner_link()
    assert link is not None
    return link


def test_the_first_link_makes_the_owner(client: Client) -> None:
    path = first_link()
    assert "owner" in client.get(path).content.decode()
    assert client.post(path, new_account("owner"))["Location"] == "/"
    assert User.objects.get().role == Role.ADMINISTRATOR
    assert owner_link() is None


def test_a_new_first_link_replaces_the_one_before(client: Client) -> None:
    old, new = first_link(), first_link()
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_the_first_link_lasts_a_day() -> None:
    first_link()
    left = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_the_first_link_is_dead_as_soon_as_somebody_has_an_account(client: Client) -> None:
    path = first_link()
    make_person()
    assert client.get(path).status_code == 404
    assert client.post(path, new_account()).status_code == 404


def test_the_sign_in_page_of_an_empty_installation_says_where_the_link_is(client: Client) -> None:
    assert "owner_link" in client.get(reverse("accounts:sign-in")).content.decode()
    make_person()
    assert "owner_link" not in client.get(reverse("accounts:sign-in")).content.decode()


def test_the_command_prints_the_whole_address(client: Client) -> None:
    text = printed()
    assert text.startswith("http://localhost:8000/accounts/invitation/")
    assert client.get(path_of_link(text)).status_code == 200


def test_the_command_refuses_when_there_is_an_account() -> None:
    make_person()
    with pytest.raises(CommandError, match="--reset"):
        printed()


def test_the_command_makes_a_link_for_a_lost_password(client: Client) -> None:
    make_person("owner", Role.ADMINISTRATOR)
    form = client.get(path_of_link(printed("--reset", "owner")), follow=True)
    target = form.redirect_chain[-1][0]
    new = {"new_password1": "quite another one", "new_password2": "quite another one"}
    assert client.post(target, new)["Location"] == "/"
    assert User.objects.get().check_password("quite another one")
    assert "_auth_user_id" in client.session


def test_a_password_link_works_once() -> None:
    make_person("owner", Role.ADMINISTRATOR)
    path = path_of_link(printed("--reset", "owner"))
    person = User.objects.get()
    person.set_password(PASSWORD + "!")
    person.save()
    answer = Client().get(path)
    assert answer.status_code == 404
    assert "This link can't be used" in answer.content.decode()


@pytest.mark.parametrize("username", ["nobody", "gone"])
def test_no_password_link_for_somebody_unknown_or_deactivated(username: str) -> None:
    make_person("gone", is_active=False)
    with pytest.raises(CommandError, match=username):
        printed("--reset", username)
