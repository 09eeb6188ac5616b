"""Administrators say who stands in for whom, and the page knows where somebody would."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role, User
from conversations.consumers.frames import Create
from conversations.consumers.handlers import _asked_for
from conversations.models import Model, Provider
from tests.support.models import make_model
from tests.support.people import make_person, signed_in


def order_of(model: Model) -> int | None:
    return Provider.objects.get(pk=model.provider_id).fallback_order


def set_order(admin: Client, model: Model, order: str) -> Any:
    page = reverse("conversations:provider", args=[model.provider_id])
    return admin.post(page, {"offered": [model.pk], "fallback_order": order})


def test_the_order_is_set_on_the_providers_page(model: Model) -> None:
    admin = signed_in(make_person("admin", Role.ADMINISTRATOR))
    set_order(admin, model, "2")
    assert order_of(model) == 2
    page = admin.get(reverse("conversations:providers")).content.decode()
    assert "number 2 in the order of standing in" in page
    assert set(set_order(admin, model, "0").context["form"].errors) == {"fallback_order"}
    set_order(admin, model, "")
    assert order_of(model) is None


def test_the_page_knows_whose_place_another_would_take(
    owner: User, signed_in: Client, model: Model
) -> None:
    def known() -> dict[str, bool]:
        models = signed_in.get("/").context["page"]["models"]
        return {model["name"]: model["is_stood_in_for"] for model in models}

    other = make_model("other", "Backup")
    Provider.objects.filter(pk=model.provider_id).update(fallback_order=1)
    assert known() == {"model-1": False, "other": False}
    Provider.objects.filter(pk=other.provider_id).update(fallback_order=2)
    assert known() == {"model-1": True, "other": False}
    Model.objects.filter(pk=other.pk).update(restricted=True)
    assert known() == {"model-1": False}


@pytest.mark.parametrize("only", [True, False])
def test_a_message_may_be_kept_to_its_model(owner: User, only: bool) -> None:
    frame = {"type": "response.create", "client_key": "k", "input": "Why?", "only_this": only}
    assert _asked_for(Create.model_validate(frame), owner).only_this is only
