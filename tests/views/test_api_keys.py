"""The page of a person's keys, and what administrators see of them."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from chatapp.accounts.models import Role, User
from conversations.models import ApiKey
from conversations.models.api_key import key_of
from tests.support.models import make_model
from tests.support.people import make_person
from tests.support.people import signed_in as client_of

SECRET = re.compile(r"sk-chatapp-[\w-]{43}")
PAGE = "/settings/keys/"
LIST = "/admin/conversations/apikey/"


def test_a_key_is_made_and_shown_once(signed_in: Client, owner: User) -> None:
    page = signed_in.post(PAGE, {"name": "Notebook", "days": "30"}).content.decode()
    (secret,) = SECRET.findall(page)
    key = key_of(secret)
    assert key is not None
    assert key.owner == owner
    assert key.expires_at is not None
    again = signed_in.get(PAGE).content.decode()
    assert "Notebook" in again
    assert key.begins in again
    assert not SECRET.search(again)


def test_it_is_for_the_models_that_are_chosen(signed_in: Client) -> None:
    chosen, _ = make_model("one"), make_model("two")
    signed_in.post(PAGE, {"name": "Notebook", "only": [chosen.pk]})
    assert list(ApiKey.objects.get().only.all()) == [chosen]
    hidden = make_model("three", restricted=True)
    answer = signed_in.post(PAGE, {"name": "Another", "only": [hidden.pk]})
    assert answer.status_code == 422
    assert ApiKey.objects.count() == 1


def test_a_name_has_to_be_given(signed_in: Client) -> None:
    assert signed_in.post(PAGE, {"name": " "}).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_stays_in_the_list_and_lets_nobody_in(signed_in: Client, owner: User) -> None:
    key, secret = ApiKey.make(owner, "Notebook")
    page = signed_in.post(f"{PAGE}{key.pk}/revoke/", follow=True).content.decode()
    assert "revoked on" in page
    assert key_of(secret) is None


def test_what_is_done_with_keys_is_in_the_trail(signed_in: Client, owner: User) -> None:
    signed_in.post(PAGE, {"name": "Notebook"})
    signed_in.post(f"{PAGE}{ApiKey.objects.get().pk}/revoke/")
    said = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(said) == ["Made a key.", "Revoked a key."]


def test_administrators_see_keys_and_revoke_them_and_read_none(owner: User) -> None:
    key, secret = ApiKey.make(owner, "Notebook")
    client = client_of(make_person("boss", Role.ADMINISTRATOR))
    for page in (LIST, f"{LIST}{key.pk.replace('_', '_5F')}/change/"):
        html = client.get(page).content.decode()
        assert key.begins in html
        assert secret not in html
        assert key.digest not in html
    client.post(LIST, {"action": "revoke", "_selected_action": [key.pk]})
    assert key_of(secret) is None


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.MEMBER])
def test_nobody_else_sees_the_keys_of_others(owner: User, role: Role) -> None:
    ApiKey.make(owner, "Notebook")
    client = client_of(make_person("carl", role))
    answer = client.get(LIST, follow=True)
    assert answer.status_code in (403, 404)
