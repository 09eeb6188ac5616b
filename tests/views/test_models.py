"""The page of one model: its context, its prices, what it refused."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Model
from tests.support.models import make_model
from tests.support.people import make_person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin() -> Client:
    return signed_in(make_person(role=Role.ADMINISTRATOR))


def page_of(model: Model) -> str:
    return reverse("conversations:model", args=[model.provider_id, model.pk])


def test_prices_are_set_and_shown_beside_the_model(admin: Client) -> None:
    model = make_model()
    values = {
        "context_window": "8000",
        "input_price": "0.15",
        "output_price": "10",
        "currency": "EUR",
    }
    answer = admin.post(page_of(model), values)
    provider = reverse("conversations:provider", args=[model.provider_id])
    assert answer["Location"] == provider
    model.refresh_from_db()
    assert model.price is not None
    assert (model.price.input, model.price.currency) == (Decimal("0.15"), "EUR")
    listing = admin.get(provider).content.decode()
    assert "0.15 EUR" in listing
    assert "10 EUR" in listing
    assert 'value="10"' in admin.get(page_of(model)).content.decode()
    assert page_of(model) in listing


@pytest.mark.parametrize(
    "values", [{"input_price": "-1"}, {"currency": "dollars"}, {"max_output": "x"}]
)
def test_what_can_not_be_is_said_and_changes_nothing(admin: Client, values: dict[str, str]) -> None:
    model = make_model()
    answer = admin.post(page_of(model), {"currency": "USD", **values})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    model.refresh_from_db()
    assert model.price is None


def test_whether_a_model_takes_images_and_files_is_its_own_or_its_provider_s(
    admin: Client,
) -> None:
    model = make_model()
    assert "As its provider" in admin.get(page_of(model)).content.decode()
    admin.post(page_of(model), {"currency": "USD", "takes_images": "false", "takes_files": "true"})
    model.refresh_from_db()
    assert (model.takes_images, model.takes_files) == (False, True)
    assert (model.sees_images, model.reads_files) == (False, True)
    admin.post(
        page_of(model), {"currency": "USD", "takes_images": "unknown", "takes_files": "unknown"}
    )
    model.refresh_from_db()
    assert (model.takes_images, model.takes_files) == (None, None)
    assert (model.sees_images, model.reads_files) == (True, False)


def test_what_a_model_refused_is_offered_again_when_an_administrator_says_so(admin: Client) -> None:
    model = make_model(unsupported=["temperature"])
    assert "temperature" in admin.get(page_of(model)).content.decode()
    admin.post(page_of(model), {"currency": "USD"})
    model.refresh_from_db()
    assert model.unsupported == ["temperature"]
    admin.post(page_of(model), {"currency": "USD", "forget": "on"})
    model.refresh_from_db()
    assert model.unsupported == []


def test_it_is_for_administrators_alone() -> None:
    model = make_model()
    assert signed_in(make_person(role=Role.REVIEWER)).get(page_of(model)).status_code == 404
