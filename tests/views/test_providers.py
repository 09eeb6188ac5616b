"""Who gets to the page of the providers."""

import pytest
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Provider
from tests.support.people import make_person, signed_in
from tests.support.review import make_provider

pytestmark = pytest.mark.django_db(transaction=True)


def pages(provider: Provider) -> list[str]:
    return [
        reverse("conversations:providers"),
        reverse("conversations:provider", args=[provider.pk]),
    ]


def test_an_administrator_sees_the_providers() -> None:
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    assert [client.get(page).status_code for page in pages(make_provider())] == [200, 200]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER])
def test_for_everybody_else_who_is_signed_in_the_page_does_not_exist(role: Role) -> None:
    client = signed_in(make_person(role=role))
    assert [client.get(page).status_code for page in pages(make_provider())] == [404, 404]


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    for page in pages(make_provider()):
        assert client.get(page)["Location"] == f"/accounts/sign-in/?next={page}"
