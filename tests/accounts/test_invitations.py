import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chatapp.accounts.models import Invitation, Role, User
from chatapp.accounts.models.invitation import SpentError
from tests.support.links import path_of_link
from tests.support.people import PASSWORD, make_person, new_account, signed_in

pytestmark = pytest.mark.django_db


def invite(role: Role = Role.MEMBER, **values: Any) -> tuple[Invitation, str]:
    by = make_person("owner", Role.ADMINISTRATOR)
    return Invitation.issue(role=role, created_by=by, **values)


def test_an_invitation_makes_an_account_and_signs_it_in(client: Client) -> None:
    _, path = invite(Role.REVIEWER)
    assert client.get(path).status_code == 200
    response = client.post(path, new_account("ben"))
    assert response.status_code == 302
    assert response["Location"] == "/"
    person = User.objects.get(username="ben")
    assert person.role == Role.REVIEWER
    assert client.session["_auth_user_id"] == str(person.pk)


def test_the_session_is_a_new_one_after_the_account_was_made(client: Client) -> None:
    _, path = invite()
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key or ""
    client.cookies["sessionid"] = before
    client.post(path, new_account())
    assert client.session.session_key != before
    assert not session.exists(before)


def test_what_the_invitation_knows_is_filled_in(client: Client) -> None:
    _, path = invite(username="ben", email="ben@example.org")
    page = client.get(path).content.decode()
    assert 'value="ben"' in page
    assert 'value="ben@example.org"' in page


def test_a_bad_password_is_refused_and_the_link_goes_on_working(client: Client) -> None:
    _, path = invite()
    refused = client.post(path, new_account() | {"password1": "12345", "password2": "12345"})
    assert refused.status_code == 200
    assert "too short" in refused.content.decode()
    assert client.post(path, new_account()).status_code == 302


def test_the_role_comes_from_the_invitation_alone(client: Client) -> None:
    _, path = invite(Role.MEMBER)
    client.post(path, new_account("ben", role="administrator", is_superuser="on", is_staff="on"))
    assert User.objects.get(username="ben").role == Role.MEMBER


def test_a_spent_link_and_an_unknown_one_answer_alike(client: Client) -> None:
    used, used_path = invite()
    used.accept(User(username="ben"))
    maker = used.created_by
    expired, expired_path = Invitation.issue(created_by=maker)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    revoked, revoked_path = Invitation.issue(created_by=maker)
    revoked.revoke()
    unknown_path = reverse("accounts:invitation", args=["unknown"])
    answers = [client.get(p) for p in (used_path, expired_path, revoked_path, unknown_path)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_superuser": False}])
def test_an_invitation_is_dead_when_its_maker_may_no_longer_invite(
    client: Client, change: dict[str, bool]
) -> None:
    _, path = invite()
    User.objects.update(**change)
    assert client.get(path).status_code == 404


def test_the_token_is_not_stored() -> None:
    invitation, path = invite()
    token = path.rstrip("/").rsplit("/", 1)[-1]
    assert len(token) >= 43
    row = Invitation.objects.values().get(pk=invitation.pk)
    assert token not in str(row)


def test_an_invitation_lasts_a_week() -> None:
    invitation, _ = invite()
    assert abs(invitation.expires_at - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def test_the_second_to_accept_is_refused_though_both_saw_it_open() -> None:
    invitation, _ = invite()
    twin = Invitation.objects.get(pk=invitation.pk)
    invitation.accept(User(username="first"))
    with pytest.raises(SpentError):
        twin.accept(User(username="second"))
    assert not User.objects.filter(username="second").exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_accept_at_once_one_gets_the_account() -> None:
    invitation, _ = invite()
    start = threading.Barrier(4)
    spent: list[str] = []

    def accept(name: str) -> None:
        mine = Invitation.objects.get(pk=invitation.pk)
        start.wait()
        try:
            mine.accept(User(username=name))
        except SpentError:
            spent.append(name)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[f"person{n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spent) == 3
    assert User.objects.filter(username__startswith="person").count() == 1


def test_an_administrator_sees_the_link_once_with_the_configured_origin() -> None:
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    page = client.post(
        reverse("accounts:people"), {"role": "member"}, headers={"host": "localhost:6666"}
    ).content.decode()
    assert "http://localhost:8000/accounts/invitation/" in page
    path = path_of_link(page)
    assert path not in client.get(reverse("accounts:people")).content.decode()
    assert Client().post(path, new_account()).status_code == 302


def test_a_pending_invitation_is_listed_and_can_be_revoked() -> None:
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    page = client.post(reverse("accounts:people"), {"role": "member", "username": "carla"})
    invitation = Invitation.objects.get()
    assert "carla" in client.get(reverse("accounts:people")).content.decode()
    client.post(reverse("accounts:revoke", args=[invitation.pk]))
    assert "carla" not in client.get(reverse("accounts:people")).content.decode()
    assert Client().get(path_of_link(page.content.decode())).status_code == 404


def test_a_taken_username_can_not_be_promised() -> None:
    client = signed_in(make_person("anna", Role.ADMINISTRATOR))
    page = client.post(reverse("accounts:people"), {"role": "member", "username": "ANNA"})
    assert "already exists" in page.content.decode()
    assert not Invitation.objects.exists()


def test_the_password_of_the_new_account_works(client: Client) -> None:
    _, path = invite()
    client.post(path, new_account("ben"))
    data = {"username": "ben", "password": PASSWORD}
    assert Client().post(reverse("accounts:sign-in"), data).status_code == 302
