"""Providers and models in the admin: a key goes in and never comes out."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Model, Provider
from conversations.models.finding import learn
from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.headers import MASK
from tests.support.models import make_model
from tests.support.people import make_person, signed_in
from tests.support.review import make_provider

pytestmark = pytest.mark.django_db

KEY = "sk-very-secret-key"


@pytest.fixture
def client() -> Client:
    return signed_in(make_person("owner", Role.ADMINISTRATOR))


def change(client: Client, provider: Provider, **values: str) -> None:
    data = {
        "name": provider.name,
        "base_url": provider.base_url,
        "dialect": "standard",
        "stateful": "on",
        "enabled": "on",
    }
    url = reverse("admin:conversations_provider_change", args=[provider.pk])
    response = client.post(url, data | values)
    assert response.status_code == 302, response.context["errors"]


def test_a_stored_key_is_on_no_page_and_in_no_log(client: Client) -> None:
    provider = make_provider()
    change(client, provider, new_api_key="sk-the-next-secret")
    pages = [
        reverse("admin:conversations_provider_changelist"),
        reverse("admin:conversations_provider_change", args=[provider.pk]),
        reverse("admin:conversations_provider_history", args=[provider.pk]),
        reverse("admin:admin_logentry_changelist"),
    ]
    shown = "".join(client.get(page).content.decode() for page in pages)
    shown += str(list(LogEntry.objects.values()))
    assert KEY not in shown
    assert "sk-the-next-secret" not in shown
    assert Provider.objects.get().api_key == "sk-the-next-secret"


def test_an_empty_key_field_keeps_the_stored_key(client: Client) -> None:
    provider = make_provider()
    change(client, provider, name="Renamed")
    kept = Provider.objects.get()
    assert (kept.name, kept.api_key) == ("Renamed", KEY)


def test_a_new_address_drops_the_key_that_was_meant_for_the_old_one(client: Client) -> None:
    provider = make_provider()
    change(client, provider, base_url="https://other.example/v1")
    assert Provider.objects.get().api_key == ""


def test_what_was_found_out_about_one_address_says_nothing_of_the_next(client: Client) -> None:
    provider = make_provider()
    learn(provider, Found(Ability.CHAIN, False, Reason.SILENT))
    change(client, provider, name="Renamed")
    assert provider.findings.exists()
    change(client, provider, base_url="https://other.example/v1")
    assert not provider.findings.exists()


def test_a_new_address_takes_a_new_key_along(client: Client) -> None:
    provider = make_provider()
    change(client, provider, base_url="https://other.example/v1", new_api_key="sk-other")
    assert Provider.objects.get().api_key == "sk-other"


def test_the_guide_can_be_switched_off_and_nothing_else(client: Client) -> None:
    guide = make_provider("Guide", embedded=True, api_key="")
    url = reverse("admin:conversations_provider_change", args=[guide.pk])
    client.post(url, {"base_url": "https://evil.example", "new_api_key": "x", "name": "y"})
    stored = Provider.objects.get()
    assert (stored.name, stored.base_url, stored.api_key) == ("Guide", guide.base_url, "")
    assert not stored.enabled


def test_the_providers_of_the_environment_can_not_be_sent_elsewhere(client: Client) -> None:
    provider = make_provider("OpenAI", from_environment=True, api_key="")
    change(
        client, provider, name="y", base_url="https://evil.example", new_api_key="x", stateful=""
    )
    stored = Provider.objects.get()
    assert (stored.name, stored.base_url, stored.api_key) == ("OpenAI", provider.base_url, "")
    assert not stored.stateful


def test_a_provider_of_the_environment_has_no_field_for_a_key(client: Client) -> None:
    provider = make_provider("OpenAI", from_environment=True, api_key="")
    url = reverse("admin:conversations_provider_change", args=[provider.pk])
    page = client.get(url).content.decode()
    assert provider.base_url in page
    assert 'name="base_url"' not in page
    assert 'name="new_api_key"' not in page


def test_a_dialect_that_nobody_speaks_is_refused(client: Client) -> None:
    provider = make_provider()
    url = reverse("admin:conversations_provider_change", args=[provider.pk])
    values = {"name": provider.name, "base_url": provider.base_url, "dialect": "Klingon"}
    assert "Klingon is not one of" in client.post(url, values).content.decode()
    assert Provider.objects.get().dialect == "standard"


@pytest.mark.parametrize("stored", ["https://llm.example/v1", "https://llm.example/v1/"])
def test_a_slash_at_the_end_makes_no_new_address(client: Client, stored: str) -> None:
    provider = make_provider(base_url=stored)
    change(client, provider, base_url="https://llm.example/v1/")
    kept = Provider.objects.get()
    assert (kept.base_url, kept.api_key) == ("https://llm.example/v1", KEY)


def test_a_new_default_model_replaces_the_old_one(client: Client) -> None:
    old = make_model("old", is_default=True)
    new = make_model("new")
    url = reverse("admin:conversations_model_change", args=[quote(new.pk)])
    client.post(url, {"label": "The new one", "enabled": "on", "is_default": "on", "name": "x"})
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.is_default, new.is_default) == (False, True)
    assert (new.label, new.name) == ("The new one", "new")


def test_an_administrator_neither_adds_nor_deletes_here(client: Client) -> None:
    provider = make_provider()
    make_model(provider=provider.name)
    add = reverse("admin:conversations_provider_add")
    assert client.post(add, {"name": "x", "base_url": "https://x.example"}).status_code == 403
    delete = reverse("admin:conversations_provider_delete", args=[provider.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert (Provider.objects.count(), Model.objects.count()) == (1, 1)


def test_the_model_that_writes_down_what_is_dictated_is_chosen_here(client: Client) -> None:
    provider = make_provider()
    change(client, provider, transcription_model="writes-down")
    assert Provider.objects.get().transcription_model == "writes-down"
    change(client, provider, transcription_model="")
    assert Provider.objects.get().transcription_model == ""


def test_how_it_is_reached_is_changed_here_too_and_never_shown(client: Client) -> None:
    provider = make_provider(headers="X-Team: hunter-2", proxy="http://me:hunter-2@proxy.example")
    shown = {"headers": f"X-Team: {MASK}", "proxy": f"http://me:{MASK}@proxy.example"}
    change(client, provider, **shown, organization="org-1", silence_seconds="30")
    stored = Provider.objects.get()
    assert (stored.headers, stored.proxy) == (provider.headers, provider.proxy)
    assert (stored.organization, stored.silence_seconds) == ("org-1", 30)
    pages = [
        reverse("admin:conversations_provider_change", args=[provider.pk]),
        reverse("admin:conversations_provider_history", args=[provider.pk]),
        reverse("admin:admin_logentry_changelist"),
    ]
    read = "".join(client.get(page).content.decode() for page in pages)
    assert f"X-Team: {MASK}" in read
    assert "hunter" not in read + str(list(LogEntry.objects.values()))


def test_headers_go_to_no_other_address_than_the_one_they_were_for(client: Client) -> None:
    provider = make_provider(headers="X-Team: hunter-2")
    url = reverse("admin:conversations_provider_change", args=[provider.pk])
    moved = {
        "name": provider.name,
        "base_url": "https://other.example/v1",
        "dialect": "standard",
        "headers": f"X-Team: {MASK}",
    }
    assert "Type the value of X-Team again." in client.post(url, moved).content.decode()
    client.post(url, moved | {"headers": "X-Team: new"})
    stored = Provider.objects.get()
    assert (stored.base_url, stored.headers) == ("https://other.example/v1", "X-Team: new")


def test_a_key_and_another_authorization_are_one_too_many(client: Client) -> None:
    provider = make_provider(api_key="", headers="Authorization: Basic abc")
    url = reverse("admin:conversations_provider_change", args=[provider.pk])
    values = {
        "name": provider.name,
        "base_url": provider.base_url,
        "dialect": "standard",
        "headers": f"Authorization: {MASK}",
    }
    page = client.post(url, values | {"new_api_key": "sk-1"}).content.decode()
    assert "Authorization is made of the API key" in page
    assert client.post(url, values).status_code == 302
