"""What each key has used, as its person and administrators see it."""

from datetime import date
from decimal import Decimal

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import Role, User
from conversations.models import ApiKey, KeyUse
from conversations.models.key_use import this_month
from tests.support.people import make_person
from tests.support.people import signed_in as client_of

PAGE = "/settings/keys/"
LIST = "/admin/conversations/keyuse/"


def use(key: ApiKey, month: date | None = None, currency: str = "USD", answers: int = 2) -> None:
    KeyUse.objects.create(
        key=key,
        month=month or this_month(),
        currency=currency,
        answers=answers,
        tokens=1234 * answers,
        cost=Decimal("0.5") if currency else 0,
    )


def test_each_key_says_what_it_has_used_this_month(signed_in: Client, owner: User) -> None:
    key, _secret = ApiKey.make(owner, "Notebook")
    ApiKey.make(owner, "Unused")
    use(key)
    use(key, currency="", answers=1)
    use(key, currency="CNY", answers=1000)
    use(key, month=date(2020, 1, 1), answers=77)
    use(ApiKey.make(User.objects.create_user("bob"), "Bob's")[0], answers=88)
    page = " ".join(signed_in.get(PAGE).content.decode().split())
    assert page.count("This month:") == 3
    assert "This month: 2 answers, 2,468 tokens, 0.5000 USD" in page
    assert "This month: 1,000 answers, 1,234,000 tokens, 0.5000 CNY" in page
    assert "This month: 1 answer, 1,234 tokens, at no known price" in page


def test_many_keys_cost_no_more_queries(
    signed_in: Client, owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        use(ApiKey.make(owner, f"Key {number}")[0])
    with django_assert_max_num_queries(7):
        assert signed_in.get(PAGE).content.decode().count("This month:") == 20


def test_administrators_see_what_all_keys_used_and_nobody_else_does(owner: User) -> None:
    use(ApiKey.make(owner, "Notebook")[0])
    html = client_of(make_person("boss", Role.ADMINISTRATOR)).get(LIST).content.decode()
    for cell in (
        '<td class="field-name">Notebook</td>',
        '<td class="field-person">ada</td>',
        '<td class="field-tokens">2468</td>',
        '<td class="field-price">0.5000 USD</td>',
    ):
        assert cell in html
    reviewer = client_of(make_person("reviewer", Role.REVIEWER))
    assert reviewer.get(LIST).status_code == 403
