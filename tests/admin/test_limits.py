"""Limits as administrators set them."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import Role, User
from conversations.models import ApiKey, Limit, Use
from tests.support.people import make_person, signed_in

LIST = "/admin/conversations/limit/"
ADD = f"{LIST}add/"


@pytest.fixture
def boss(transactional_db: None) -> Client:
    return signed_in(make_person("boss", Role.ADMINISTRATOR))


def given(**values: Any) -> dict[str, Any]:
    return {"currency": "USD", **values}


def test_limits_are_set_for_everyone_a_person_a_group_and_a_key(boss: Client, owner: User) -> None:
    group, (key, _) = Group.objects.create(name="Writers"), ApiKey.make(owner, "Notebook")
    for whom in ({}, {"user": owner.pk}, {"group": group.pk}, {"key": key.pk}):
        answer = boss.post(ADD, given(requests_per_minute=5, **whom))
        assert answer.status_code == 302, answer.context["errors"]
    subjects = set(Limit.objects.values_list("subject", flat=True))
    assert subjects == {"everyone", f"user:{owner.pk}", f"group:{group.pk}", f"key:{key.pk}"}
    html = boss.get(LIST).content.decode()
    for name in ("everyone", "Writers", "Notebook"):
        assert name in html
    assert boss.get(ADD).status_code == 200


def test_they_are_set_once_for_each_and_for_one_alone(boss: Client, owner: User) -> None:
    group = Group.objects.create(name="Writers")
    Limit.objects.create()
    Limit.objects.create(user=owner)
    for whom in ({}, {"user": owner.pk}, {"user": owner.pk, "group": group.pk}):
        assert boss.post(ADD, given(**whom)).status_code == 200
    assert Limit.objects.count() == 2


@pytest.mark.parametrize(
    "values",
    [
        {"requests_per_minute": 0},
        {"tokens_per_day": -1},
        {"money_per_month": "0"},
        {"currency": "gold"},
    ],
)
def test_what_can_not_be_is_refused(boss: Client, values: dict[str, Any]) -> None:
    assert boss.post(ADD, given(**values)).status_code == 200
    assert not Limit.objects.exists()


def test_the_list_shows_what_was_used_at_the_same_cost_however_many_there_are(
    boss: Client, owner: User
) -> None:
    def limit(person: User) -> None:
        Limit.objects.create(user=person, money_per_month=5)
        use = Use.none_of(f"user:{person.pk}", timezone.now())
        use.money, use.currency = Decimal("1.25"), "USD"
        use.save()

    limit(owner)
    with CaptureQueriesContext(connection) as few:
        assert "1.25 USD this month" in boss.get(LIST).content.decode()
    for n in range(5):
        limit(make_person(f"person {n}"))
    with CaptureQueriesContext(connection) as many:
        boss.get(LIST)
    assert len(many) == len(few)


@pytest.mark.django_db
def test_nobody_else_sees_them() -> None:
    client = signed_in(make_person("carl", Role.REVIEWER))
    assert client.get(LIST).status_code == 403
