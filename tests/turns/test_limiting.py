"""Who has asked enough is refused, wherever they ask and whichever process they ask."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import ApiKey, Conversation, Limit, Model, Response, Use, use
from conversations.models.database import in_database
from conversations.models.use import forget_old
from conversations.protocol.cost import Cost
from conversations.protocol.items import assistant_message
from conversations.protocol.rounds import with_end, with_next
from conversations.turns import limiting
from conversations.turns.limiting import USED_UP, count_answer, count_more, count_one
from conversations.turns.request import NewResponse, RequestError, store
from tests.support.asking import ask, events_of, question, until_settled
from tests.support.models import make_model
from tests.support.people import make_person
from tests.support.scripted import ScriptedProvider

WORKER = "worker"
USAGE = {"input_tokens": 30, "output_tokens": 20, "total_tokens": 50}


@pytest.fixture(autouse=True)
def _the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute ends while a test counts what is asked in it."""
    now = timezone.now().replace(second=30)
    for module in (use, limiting):
        monkeypatch.setattr(module, "timezone", SimpleNamespace(now=lambda: now))


def put(new: NewResponse) -> Response:
    return store(new, WORKER)[0]


def refused(new: NewResponse) -> RequestError:
    with pytest.raises(RequestError) as error:
        store(new, WORKER)
    assert error.value.status == 429
    assert not Response.objects.filter(client_key=new.client_key).exists()
    return error.value


def used(row: Response, cost: Cost) -> None:
    with transaction.atomic():
        count_answer(row, cost)


def use_of(subject: str) -> Use:
    return Use.objects.get(pk=subject)


def is_over(field: str) -> None:
    """The minute, the day or the month of all that was counted is over."""
    Use.objects.update(**{field: datetime(2026, 1, 1, tzinfo=UTC)})


@pytest.mark.usefixtures("model")
def test_a_person_asks_so_often_in_a_minute_and_again_in_the_next(owner: User) -> None:
    Limit.objects.create(user=owner, requests_per_minute=2)
    put(question(owner, "One"))
    put(question(owner, "Two"))
    number = Conversation.objects.count()
    error = refused(question(owner, "Three"))
    assert error.code == "rate_limit_exceeded"
    assert error.retry_after is not None
    assert error.retry_after <= 30
    assert Conversation.objects.count() == number
    put(question(make_person("bob"), "Three"))
    is_over("minute")
    put(question(owner, "Three"))


@pytest.mark.usefixtures("model")
def test_the_same_message_sent_twice_is_one_request(owner: User) -> None:
    Limit.objects.create(user=owner, requests_per_minute=1)
    first = put(question(owner))
    assert put(question(owner)) == first
    assert use_of(f"user:{owner.pk}").requests == 1


def test_what_is_asked_in_vain_is_not_counted(owner: User, model: Model) -> None:
    Limit.objects.create(user=owner, requests_per_minute=1)
    with pytest.raises(RequestError):
        store(question(owner, previous_response_id="resp_no"), WORKER)
    Model.objects.update(enabled=False)
    with pytest.raises(RequestError):
        store(question(owner), WORKER)
    Model.objects.update(enabled=True)
    put(question(owner, model_id=model.pk))


def test_answers_side_by_side_are_a_request_each(owner: User, model: Model) -> None:
    Limit.objects.create(user=owner, requests_per_minute=3)
    others = [make_model("two").pk]
    put(question(owner, "One", model_id=model.pk, beside=others))
    assert use_of(f"user:{owner.pk}").requests == 2
    refused(question(owner, "Two", model_id=model.pk, beside=others))
    put(question(owner, "Three"))


@pytest.mark.usefixtures("model")
def test_a_key_has_limits_of_its_own_below_those_of_its_person(owner: User) -> None:
    key, _ = ApiKey.make(owner, "Notebook")
    Limit.objects.create(key=key, requests_per_minute=1)
    put(question(owner, "One", api_key=key))
    refused(question(owner, "Two", api_key=key))
    put(question(owner, "Two"))
    Limit.objects.create(user=owner, requests_per_minute=1)
    is_over("minute")
    put(question(owner, "Three"))
    refused(question(owner, "Four", api_key=key))


@pytest.mark.usefixtures("model")
def test_a_group_has_its_limits_together(owner: User) -> None:
    group, other = Group.objects.create(name="One"), Group.objects.create(name="Other")
    bob = make_person("bob")
    group.user_set.add(owner, bob)
    other.user_set.add(owner)
    Limit.objects.create(group=group, requests_per_minute=2)
    Limit.objects.create(group=other, requests_per_minute=5)
    put(question(owner, "One"))
    put(question(bob, "One"))
    refused(question(bob, "Two"))
    refused(question(owner, "Two"))
    put(question(make_person("carl"), "Two"))
    assert use_of(f"group:{other.pk}").requests == 1


@pytest.mark.usefixtures("model")
def test_what_holds_for_everyone_is_for_each_alone_and_for_those_without_limits_of_their_own(
    owner: User,
) -> None:
    Limit.objects.create(requests_per_minute=1)
    bob, carl = make_person("bob"), make_person("carl")
    Limit.objects.create(user=carl)
    put(question(owner, "One"))
    put(question(bob, "One"))
    refused(question(owner, "Two"))
    refused(question(bob, "Two"))
    put(question(carl, "One"))
    put(question(carl, "Two"))


def test_what_is_not_stored_is_counted_alike(owner: User) -> None:
    Limit.objects.create(user=owner, requests_per_minute=1)
    count_one(owner.pk, None)
    with pytest.raises(RequestError):
        count_one(owner.pk, None)
    assert use_of(f"user:{owner.pk}").requests == 1


@pytest.mark.usefixtures("model")
def test_tokens_are_counted_at_the_end_of_answers_for_a_day(owner: User) -> None:
    Limit.objects.create(user=owner, tokens_per_day=60)
    row = put(question(owner, "One"))
    row.usage = USAGE
    used(row, Cost(None))
    put(question(owner, "Two"))
    used(row, Cost(None))
    error = refused(question(owner, "Three"))
    assert error.code == "rate_limit_exceeded"
    is_over("minute")
    refused(question(owner, "Three"))
    is_over("day")
    put(question(owner, "Three"))


@pytest.mark.usefixtures("model")
def test_money_is_counted_for_a_month_in_the_currency_of_the_limit(owner: User) -> None:
    Limit.objects.create(user=owner, money_per_month=Decimal("1.00"), currency="CNY")
    row = put(question(owner, "One"))
    for cost in (
        Cost(Decimal(5), "USD"),
        Cost(None, reason="no_price"),
        Cost(Decimal("0.99"), "CNY"),
    ):
        used(row, cost)
    assert use_of(f"user:{owner.pk}").unpriced == 2
    put(question(owner, "Two"))
    used(row, Cost(Decimal("0.01"), "CNY"))
    assert refused(question(owner, "Three")).code == USED_UP
    is_over("day")
    refused(question(owner, "Three"))
    is_over("month")
    put(question(owner, "Three"))


@pytest.mark.usefixtures("model")
def test_a_limit_in_another_currency_begins_anew(owner: User) -> None:
    limit = Limit.objects.create(user=owner, money_per_month=Decimal(1))
    row = put(question(owner, "One"))
    used(row, Cost(Decimal(2), "USD"))
    refused(question(owner, "Two"))
    limit.currency = "EUR"
    limit.save()
    put(question(owner, "Two"))


@pytest.mark.usefixtures("model")
def test_what_is_known_later_is_counted_once(owner: User) -> None:
    Limit.objects.create(user=owner, money_per_month=Decimal(1))
    row = put(question(owner, "One"))
    row.usage, row.cost, row.currency = USAGE, Decimal("0.25"), "USD"
    used(row, Cost(Decimal("0.25"), "USD"))
    with transaction.atomic():
        count_more(row, {"input_tokens": 30, "output_tokens": 40}, Cost(Decimal("0.40"), "USD"))
    counted = use_of(f"user:{owner.pk}")
    assert (counted.tokens, counted.money) == (70, Decimal("0.40"))


def test_who_breaks_answers_off_has_them_not_for_nothing(owner: User, model: Model) -> None:
    model.input_price = model.output_price = Decimal(1000)
    model.save()
    Limit.objects.create(user=owner, money_per_month=Decimal(10))
    row = put(question(owner, "One"))
    used(row, Cost(None))
    assert use_of(f"user:{owner.pk}").tokens == 0  # nothing was said
    row.output = [assistant_message("A word " * 400)]
    used(row, Cost(None))
    counted = use_of(f"user:{owner.pk}")
    assert counted.tokens > 400
    assert counted.money > Decimal("0.4")
    with transaction.atomic():
        count_more(row, USAGE, Cost(Decimal("0.05"), "USD"))
    counted = use_of(f"user:{owner.pk}")
    assert (counted.tokens, counted.money) == (50, Decimal("0.05"))


@pytest.mark.usefixtures("model")
def test_the_round_in_which_an_answer_is_broken_off_is_not_for_nothing(owner: User) -> None:
    Limit.objects.create(user=owner, tokens_per_day=10_000)
    row = put(question(owner, "One"))
    long = assistant_message("A word " * 400)
    row.output = [assistant_message("First"), long]
    row.rounds = with_next(with_end([], 1, "upstream_1", USAGE), 1)
    row.usage = USAGE
    used(row, Cost(None))
    assert use_of(f"user:{owner.pk}").tokens > 450
    with transaction.atomic():
        count_more(row, {"input_tokens": 60, "output_tokens": 500}, Cost(None))
    assert use_of(f"user:{owner.pk}").tokens == 560


@pytest.mark.usefixtures("model")
def test_who_has_used_up_several_is_told_when_the_last_is_possible_again(owner: User) -> None:
    Limit.objects.create(user=owner, requests_per_minute=1, money_per_month=Decimal(1))
    row = put(question(owner, "One"))
    used(row, Cost(Decimal(2), "USD"))
    assert refused(question(owner, "Two")).code == USED_UP


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=40)])
@pytest.mark.usefixtures("model")
def test_a_clock_that_was_wrong_locks_nobody_out(owner: User, ahead: timedelta) -> None:
    Limit.objects.create(user=owner, requests_per_minute=1, tokens_per_day=1)
    put(question(owner, "One"))
    later = timezone.now() + ahead
    Use.objects.update(minute=later, day=later + timedelta(days=1), tokens=5)
    put(question(owner, "Two"))


@pytest.mark.usefixtures("model")
def test_a_clock_that_is_a_little_behind_counts_on(owner: User) -> None:
    Limit.objects.create(user=owner, requests_per_minute=1)
    put(question(owner, "One"))
    Use.objects.update(minute=timezone.now().replace(second=30) + timedelta(seconds=5))
    refused(question(owner, "Two"))


@pytest.mark.usefixtures("model")
def test_limits_cost_few_queries_however_many_there_are(owner: User) -> None:
    def cost(text: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            row = put(question(owner, text))
        with CaptureQueriesContext(connection) as more:
            used(row, Cost(Decimal(1), "USD"))
        return len(queries), len(more)

    put(question(owner, "First"))
    asking, ended = cost("None")
    begin_and_end = 2
    assert ended == begin_and_end + 1
    key, _ = ApiKey.make(owner, "Notebook")
    for n in range(5):
        group = Group.objects.create(name=str(n))
        group.user_set.add(owner)
        Limit.objects.create(group=group, requests_per_minute=1000)
    Limit.objects.create(key=key, requests_per_minute=1000)
    Limit.objects.create(user=owner, requests_per_minute=1000)
    cost("Makes the rows")
    limited = cost("Limited")
    assert limited == (asking + 3, ended + 2)


async def test_of_many_that_ask_at_once_no_more_than_the_limit_are_let_in(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Limit.objects.create, user=owner, requests_per_minute=5)
    asked: list[Any] = await asyncio.gather(
        *(ask(owner, f"Question {n}") for n in range(12)), return_exceptions=True
    )
    assert sum(isinstance(one, Response) for one in asked) == 5
    refusals = [one for one in asked if isinstance(one, RequestError)]
    assert len(refusals) == 7
    await until_settled()


async def test_the_end_of_an_answer_counts_what_it_has_used(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    def limit() -> None:
        Model.objects.update(input_price=100_000, output_price=200_000)
        Limit.objects.create(user=owner, money_per_month=Decimal(1000))

    await in_database(limit)
    response = await ask(owner)
    await events_of(response)
    await until_settled()
    counted = await in_database(use_of, f"user:{owner.pk}")
    assert (counted.requests, counted.tokens, str(counted.money)) == (1, 8, "1.30000000")


@pytest.mark.usefixtures("model")
def test_a_usage_that_can_not_be_keeps_no_answer_from_its_end(owner: User) -> None:
    Limit.objects.create(user=owner, tokens_per_day=5)
    row = put(question(owner, "One"))
    row.usage = {"input_tokens": 10**30, "output_tokens": -5, "total_tokens": "many"}
    for _ in range(2):
        used(row, Cost(Decimal(10**11), "USD"))
    refused(question(owner, "Two"))


@pytest.mark.usefixtures("model")
def test_a_month_that_is_over_is_forgotten(owner: User) -> None:
    Limit.objects.create(user=owner, requests_per_minute=5)
    put(question(owner, "One"))
    assert forget_old() == 0
    is_over("month")
    assert forget_old() == 1
    assert not Use.objects.exists()
