"""The page of a person's keys, and what administrators see of them."""

import re
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import Role, User
from conversations.models import ApiKey, Limit, Use
from conversations.models.api_key import key_of
from conversations.models.limit import make_key
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


def test_a_key_is_given_limits_which_its_line_shows(signed_in: Client) -> None:
    make_model("one", currency="CNY")
    given = {"requests_per_minute": "60", "tokens_per_day": "", "money_per_month": "2.50"}
    page = signed_in.post(PAGE, {"name": "Notebook", **given}).content.decode()
    assert "60 requests a minute · 2.50 CNY a month" in page
    limit = Limit.objects.get()
    assert (limit.key, limit.tokens_per_day) == (ApiKey.objects.get(), None)
    signed_in.post(PAGE, {"name": "Without"})
    assert Limit.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requests_per_minute", "0"),
        ("requests_per_minute", "many"),
        ("tokens_per_day", "1.5"),
        ("tokens_per_day", "1" * 40),
        ("money_per_month", "-1"),
        ("money_per_month", "0.001"),
        ("currency", "XXX"),
    ],
)
def test_a_limit_that_can_not_be_is_refused_at_its_field(
    signed_in: Client, field: str, value: str
) -> None:
    answer = signed_in.post(PAGE, {"name": "Notebook", field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ApiKey.objects.exists()


def test_the_list_of_keys_costs_the_same_however_many_have_limits(
    signed_in: Client, owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ApiKey.make(owner, "Without")
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(PAGE)
    for n in range(5):
        make_key(owner, f"Key {n}", {"requests_per_minute": 60})
    with django_assert_max_num_queries(len(queries)):
        signed_in.get(PAGE)


def test_administrators_see_the_limits_of_a_key_and_what_was_used(owner: User) -> None:
    limits = {"requests_per_minute": 60, "tokens_per_day": 1000, "money_per_month": Decimal(5)}
    key, _ = make_key(owner, "Notebook", limits)
    client = client_of(make_person("boss", Role.ADMINISTRATOR))
    page = f"{LIST}{key.pk.replace('_', '_5F')}/change/"
    for each in (LIST, page):
        assert "60 requests a minute · 1,000 tokens a day" in client.get(each).content.decode()
    use = Use.none_of(f"key:{key.pk}", timezone.now())
    use.requests, use.tokens, use.money, use.currency, use.unpriced = 3, 500, Decimal(1), "USD", 2
    use.save()
    html = client.get(page).content.decode()
    assert "500 tokens today · 1.00 USD this month · and 2 answers whose price" in html
