"""A provider is connected: one that is known by name, or any."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Provider
from conversations.views import providers
from tests.support.people import make_person, signed_in
from tests.support.review import make_provider

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = reverse("conversations:providers")


class Listing:
    """A provider that lists one model."""

    async def models(self) -> list[str]:
        return ["model-a"]


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(providers, "client_of", lambda _: Listing())
    return signed_in(make_person(role=Role.ADMINISTRATOR))


def connected(admin: Client, **fields: str) -> Provider:
    """The provider that the form makes of these fields."""
    empty = dict.fromkeys(["kind", "name", "base_url", "api_key", "model", "dialect"], "")
    answer: Any = admin.post(PAGE, empty | fields)
    assert answer.status_code == 302, answer.context["form"].errors
    return Provider.objects.latest("pk")


def test_a_kind_alone_connects_what_is_known_of_it(admin: Client) -> None:
    provider = connected(admin, kind="ollama")
    assert (provider.name, provider.base_url) == ("Ollama", "http://localhost:11434/v1")
    assert not provider.stateful
    assert list(provider.models.values_list("name", flat=True)) == ["model-a"]


def test_what_is_typed_goes_before_what_the_kind_says(admin: Client) -> None:
    fields = {"name": "Mine", "base_url": "http://gpu.example:9/v1/", "dialect": "standard"}
    provider = connected(admin, kind="azure", **fields)
    assert (provider.name, provider.base_url, provider.dialect) == (
        "Mine",
        "http://gpu.example:9/v1",
        "standard",
    )
    assert provider.background, "it is of that kind wherever it lies"


def test_a_second_one_of_a_kind_gets_a_name_of_its_own(admin: Client) -> None:
    names = [connected(admin, kind="vllm").name for _ in range(3)]
    assert names == ["vLLM", "vLLM 2", "vLLM 3"]


def test_one_that_has_a_host_for_each_customer_asks_for_the_name(admin: Client) -> None:
    page = admin.post(PAGE, {"kind": "azure", "api_key": "k"}).content.decode()
    assert "https://NAME.openai.azure.com/openai/v1" in page, "to be corrected"
    assert "Put the name of your own in the place of NAME." in page
    assert not Provider.objects.exists()
    mine = connected(admin, kind="azure", base_url="https://mine.openai.azure.com/openai/v1")
    assert (mine.dialect, mine.keeps_days) == ("azure", 30)


def test_an_address_alone_tells_what_is_there(admin: Client) -> None:
    provider = connected(admin, name="X", base_url="https://api.openai.com/v1")
    assert (provider.background, provider.keeps_days, provider.takes_files) == (True, 30, True)
    assert provider.transcription_model == "gpt-4o-mini-transcribe"


def test_without_a_kind_name_and_address_are_asked_for(admin: Client) -> None:
    form = admin.post(PAGE, {"kind": "nobody"}).context["form"]
    assert set(form.errors) == {"kind", "name", "base_url"}


def test_a_name_that_is_taken_is_told(admin: Client) -> None:
    make_provider("Mine")
    form = admin.post(PAGE, {"kind": "groq", "name": "Mine"}).context["form"]
    assert set(form.errors) == {"name"}


def test_browsers_send_what_is_empty(admin: Client) -> None:
    page = admin.get(PAGE).content.decode()
    form = page[page.index("<form") :]
    assert "required" not in form
    assert "https://router.huggingface.co/v1" in form, "for the script that fills the fields"
