"""How a provider is reached is changed on its page."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chatapp.accounts.models import Role
from conversations.models import Provider
from conversations.models.connection import CONNECTION
from conversations.protocol.headers import MASK
from tests.support.people import make_person, signed_in
from tests.support.review import make_provider

pytestmark = pytest.mark.django_db(transaction=True)

PROXY = "http://me:hunter-2@proxy.example:3128"
HEADERS = "X-Team: hunter-3\nX-Key: hunter-4"


@pytest.fixture
def admin() -> Client:
    return signed_in(make_person(role=Role.ADMINISTRATOR))


def page_of(provider: Provider) -> str:
    return reverse("conversations:provider", args=[provider.pk])


def save(client: Client, provider: Provider, **fields: Any) -> Any:
    """Send the form: what is not named is left empty."""
    fields = dict.fromkeys(CONNECTION, "") | fields
    return client.post(reverse("conversations:provider-connection", args=[provider.pk]), fields)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 200, "it was taken"
    assert '<details class="card more-settings" open>' in answer.content.decode()
    return dict(answer.context["connection"].errors)


def stored() -> Provider:
    return Provider.objects.get()


def test_it_is_stored(admin: Client) -> None:
    fields = {"organization": "org-1", "project": "proj_1", "proxy": PROXY, "headers": HEADERS}
    seconds = {"connect_seconds": 3, "first_event_seconds": 300, "total_seconds": 3600}
    assert save(admin, make_provider(), **fields, **seconds).status_code == 302
    provider = stored()
    for name, value in (fields | seconds).items():
        assert getattr(provider, name) == value
    assert provider.silence_seconds is None


def test_what_may_be_a_secret_is_shown_to_nobody_and_exported_as_it_is_stored(
    admin: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    provider = make_provider(proxy=PROXY, headers=HEADERS)
    page = admin.get(page_of(provider)).content.decode()
    assert f"X-Team: {MASK}" in page
    assert f"http://me:{MASK}@proxy.example:3128" in page
    call_command("dumpdata", "conversations.provider")
    assert "hunter" not in page + capsys.readouterr().out


def test_what_comes_back_covered_stays(admin: Client) -> None:
    provider = make_provider(proxy=PROXY, headers=HEADERS)
    proxy = f"http://me:{MASK}@proxy.example:3128"
    save(admin, provider, proxy=proxy, headers=f"X-Team: sales\nX-Key: {MASK}")
    assert (stored().proxy, stored().headers) == (PROXY, "X-Team: sales\nX-Key: hunter-4")


def test_what_is_left_out_is_gone(admin: Client) -> None:
    save(admin, make_provider(proxy=PROXY, headers=HEADERS, organization="org-1"))
    assert (stored().proxy, stored().headers, stored().organization) == ("", "", "")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"headers": "research"}, "Each line has a name, a colon and a value: “research” has not."),
        ({"headers": "Host: evil.example"}, "Host can&#x27;t be set here."),
        ({"headers": "X-Team: é"}, "The value of X-Team is empty, or no value of a header."),
        ({"headers": f"X-New: {MASK}"}, "Type the value of X-New again."),
        ({"headers": "authorization: Basic abc"}, "Authorization is made of the API key"),
        ({"proxy": "ftp://proxy.example"}, "It begins with one of http, https"),
        ({"proxy": "http://proxy.example/path"}, "It is no address as in"),
        ({"proxy": f"http://me:{MASK}@evil.example"}, "Type its password again."),
        ({"organization": "org 1"}, "Letters, digits and signs, without blanks."),
        ({"connect_seconds": "0"}, "greater than or equal to 1"),
        ({"total_seconds": "86401"}, "less than or equal to 86400"),
    ],
)
def test_what_can_not_be_sent_is_told(admin: Client, fields: dict[str, str], sentence: str) -> None:
    provider = make_provider(proxy=PROXY, headers=HEADERS)
    answer = save(admin, provider, **fields)
    assert list(errors(answer)) == list(fields)
    assert sentence in answer.content.decode()
    assert (stored().proxy, stored().headers) == (PROXY, HEADERS)


def test_one_without_a_key_may_send_an_authorization_of_its_own(admin: Client) -> None:
    save(admin, make_provider(api_key=""), headers="Authorization: Basic abc")
    assert stored().headers == "Authorization: Basic abc"


def test_what_the_environment_says_is_not_asked_for(admin: Client, settings: Settings) -> None:
    settings.OPENAI_CONNECTION = {"headers": "X-Team: hunter-5"}
    provider = make_provider(from_environment=True, api_key="")
    page = admin.get(page_of(provider)).content.decode()
    assert 'name="headers"' not in page
    assert "hunter-5" not in page
    save(admin, provider, headers="X-Team: sales", project="proj_1")
    assert (stored().headers, stored().project) == ("", "proj_1")


def test_the_guide_is_reached_by_no_network(admin: Client) -> None:
    guide = make_provider(embedded=True)
    assert save(admin, guide, project="x").status_code == 404
    assert "organization" not in admin.get(page_of(guide)).content.decode()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER])
def test_nobody_but_an_administrator_changes_it(role: Role) -> None:
    provider = make_provider(proxy=PROXY)
    assert save(signed_in(make_person(role=role)), provider, project="x").status_code == 404
    assert save(Client(), provider, project="x").status_code == 302
    assert (stored().project, stored().proxy) == ("", PROXY)
