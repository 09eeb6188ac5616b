"""The test of a provider on its page."""

import re

import pytest
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Provider
from conversations.models.finding import learn
from conversations.protocol.abilities import Ability, Found, Reason
from tests.support.models import make_model
from tests.support.people import make_person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def urls(provider: Provider) -> tuple[str, str]:
    test = reverse("conversations:provider-test", args=[provider.pk])
    return test, reverse("conversations:findings", args=[provider.pk])


def test_what_was_found_stands_on_the_page_with_its_reason() -> None:
    provider = make_model().provider
    learn(provider, Found(Ability.CHAIN, False, Reason.REFUSED, "<b>no</b>"))
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    for url in (urls(provider)[1], reverse("conversations:provider", args=[provider.pk])):
        page = client.get(url).content.decode()
        assert "Remembers the conversation" in page
        assert "It refused. (&lt;b&gt;no&lt;/b&gt;)" in page


def test_the_parameters_that_models_refused_stand_there() -> None:
    model = make_model()
    model.refuses(["temperature", "top_p"])
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    assert "temperature, top_p" in client.get(urls(model.provider)[1]).content.decode()


def test_what_is_left_of_its_limits_stands_there_once_it_was_said() -> None:
    provider = make_model().provider
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    url = reverse("conversations:provider", args=[provider.pk])
    assert "What is left" not in client.get(url).content.decode()
    tokens = {"limit": 150_000, "remaining": 149_984, "reset": 6.5}
    limits = {"tokens": tokens, "requests": {"remaining": 59}, "at": 1_764_201_600}
    Provider.objects.filter(pk=provider.pk).update(rate_limits=limits)
    page = client.get(url).content.decode()
    for said in ("What is left of its limits", "149,984 of 150,000", "whole again in 6.5 s", "59"):
        assert said in page
    assert 'datetime="2025-11-27' in page


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER])
def test_nobody_but_an_administrator_tests_or_sees_it(role: Role) -> None:
    test, findings = urls(make_model().provider)
    client = signed_in(make_person(role=role))
    assert client.post(test).status_code == 404
    assert client.get(findings).status_code == 404


def test_the_guide_is_not_tested() -> None:
    provider = make_model().provider
    Provider.objects.filter(pk=provider.pk).update(embedded=True)
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    assert client.post(urls(provider)[0]).status_code == 404


def test_a_test_is_begun_by_a_post_alone() -> None:
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    assert client.get(urls(make_model().provider)[0]).status_code == 405


def form_at(page: str) -> dict[str, str]:
    """What a browser would send of the form of a page, nothing changed."""
    inputs = re.findall(r"<input[^>]*>", page.partition("</form>")[0])
    facts = [dict(re.findall(r'([a-z]+)="([^"]*)"', one)) for one in inputs]
    checked = ["checked" in one for one in inputs]
    return {
        one["name"]: one.get("value", "on")
        for one, is_checked in zip(facts, checked, strict=True)
        if one["type"] != "checkbox" or is_checked
    }


def test_what_a_test_has_switched_is_not_switched_back_by_a_form_shown_before() -> None:
    provider = make_model().provider
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    url = reverse("conversations:provider", args=[provider.pk])
    before = form_at(client.get(url).content.decode())
    learn(provider, Found(Ability.BACKGROUND, True, Reason.SEEN))
    assert client.post(url, before | {"fallback_order": "2"}).status_code == 302
    provider.refresh_from_db()
    assert (provider.background, provider.fallback_order) == (True, 2)
    after = form_at(client.get(url).content.decode())
    assert after.pop("background") == "on"
    assert client.post(url, after).status_code == 302
    provider.refresh_from_db()
    assert provider.background is False


@pytest.mark.parametrize("switch", ["calls_mcp", "searches_files"])
def test_what_is_done_only_where_it_is_wished_is_switched_on_the_page(switch: str) -> None:
    provider = make_model().provider
    client = signed_in(make_person(role=Role.ADMINISTRATOR))
    url = reverse("conversations:provider", args=[provider.pk])

    def sent(**changed: str) -> bool | None:
        """What holds once the form as it is shown, but for this, was sent."""
        shown = form_at(client.get(url).content.decode()) | {"fallback_order": ""}
        given = {name: value for name, value in (shown | changed).items() if value != "off"}
        assert client.post(url, given).status_code == 302
        held: bool | None = getattr(Provider.objects.get(pk=provider.pk), switch)
        return held

    assert sent() is None
    assert sent(**{switch: "on"}) is True
    assert sent() is True
    assert sent(**{switch: "off"}) is False
