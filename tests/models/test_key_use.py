"""What is counted of the answers to a key."""

from decimal import Decimal
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import ApiKey, KeyUse
from conversations.models.key_use import MOST, count_answer, count_more, this_month, tokens_of
from conversations.protocol.cost import Cost
from tests.support.models import make_conversation, make_response

DOLLAR = Cost(Decimal("1.00"), "USD")
UNPRICED = Cost(None, "", "no_price")


def usage(tokens: int) -> dict[str, Any]:
    return {"input_tokens": 1, "output_tokens": tokens - 1, "total_tokens": tokens}


def counted() -> list[tuple[str, str, int, int, Decimal]]:
    rows = KeyUse.objects.order_by("key__name", "currency")
    return list(rows.values_list("key__name", "currency", "answers", "tokens", "cost"))


def test_answers_are_counted_by_key_and_currency_and_stay_when_they_are_deleted(
    owner: User,
) -> None:
    conversation = make_conversation(owner)
    for name in ("Nightly", "Notebook"):
        key, _secret = ApiKey.make(owner, name)
        for cost in (DOLLAR, DOLLAR, UNPRICED):
            row = make_response(conversation, api_key=key, usage=usage(10))
            count_answer(row, cost)
    count_answer(make_response(conversation, usage=usage(10)), DOLLAR)  # asked in the page
    conversation.delete()
    expected = [("", 1, 10, Decimal(0)), ("USD", 2, 20, Decimal(2))]
    assert counted() == [(name, *each) for name in ("Nightly", "Notebook") for each in expected]
    assert set(KeyUse.objects.values_list("month", flat=True)) == {this_month()}


def test_what_an_answer_turns_out_to_have_used_is_counted_once(owner: User) -> None:
    key, _secret = ApiKey.make(owner, "Notebook")
    row = make_response(make_conversation(owner), api_key=key, usage=usage(10), cost=1)
    count_answer(row, DOLLAR)
    count_more(row, usage(25), Cost(Decimal("2.50"), "USD"))
    assert counted() == [("Notebook", "USD", 1, 25, Decimal("2.5"))]


@pytest.mark.parametrize(
    ("told", "number"),
    [
        (None, 0),
        ("many", 0),
        ({"input_tokens": 3}, 3),
        ({"input_tokens": None, "output_tokens": 4}, 4),
        ({"input_tokens": -1, "output_tokens": "x"}, 0),
    ],
)
def test_what_a_provider_has_not_counted_is_not_counted(told: Any, number: int) -> None:
    assert tokens_of(told) == number


def test_a_usage_that_can_not_be_is_counted_as_much_as_can_be_stored() -> None:
    assert tokens_of({"input_tokens": 10**30, "output_tokens": 1}) == MOST


def test_the_use_of_a_key_goes_with_its_person(owner: User) -> None:
    key, _secret = ApiKey.make(owner, "Notebook")
    count_answer(make_response(make_conversation(owner), api_key=key, usage=usage(10)), DOLLAR)
    owner.delete()
    assert counted() == []
