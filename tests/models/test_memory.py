"""What is remembered of a person."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Memory
from conversations.models.memory import MOST, recalled, remember


def texts(user: User) -> list[str]:
    return list(Memory.objects.of(user).values_list("text", flat=True))


def test_what_is_known_is_not_noted_twice(owner: User) -> None:
    assert remember(owner, ["Likes tea.", "Likes  tea", "Has a cat."]) == [
        "Likes tea.",
        "Has a cat.",
    ]
    assert remember(owner, ["LIKES TEA"]) == []
    assert texts(owner) == ["Likes tea.", "Has a cat."]


def test_nobody_is_told_of_another_person(owner: User) -> None:
    other = User.objects.create_user("bob")
    remember(owner, ["Likes tea."])
    assert "Likes tea." in recalled(owner)
    assert recalled(other) == ""


def test_there_is_an_end_to_it(owner: User) -> None:
    remember(owner, [f"Fact {number}" for number in range(MOST + 5)])
    assert len(texts(owner)) == MOST


def test_nothing_is_told_where_it_is_switched_off(owner: User, settings: Settings) -> None:
    remember(owner, ["Likes tea."])
    owner.memory_on = False
    owner.save()
    assert recalled(owner) == ""
    owner.memory_on = True
    owner.save()
    settings.MEMORY = False
    assert recalled(owner) == ""


@pytest.mark.parametrize("number", [1, 50])
def test_telling_costs_one_query_however_much_is_known(owner: User, number: int) -> None:
    remember(owner, [f"Fact {one}" for one in range(number)])
    with CaptureQueriesContext(connection) as queries:
        recalled(owner)
    assert len(queries) == 1
