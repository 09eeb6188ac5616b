"""Providers and models in the admin: a key goes in and never comes out."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Model, Provider
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
