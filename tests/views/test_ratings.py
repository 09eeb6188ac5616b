"""Good or bad: kept with the answer, and seen by reviewers."""

import json
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.test import Client

from chatapp.accounts.models import Role, User
from conversations.models import Response
from conversations.models.response import Status
from tests.support.models import make_conversation, make_response
from tests.support.people import make_person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna() -> User:
    return make_person("anna")


@pytest.fixture
def answer(anna: User) -> Response:
    return make_response(make_conversation(anna))


def rate(client: Client, response: Response, value: Any, status: int = 200) -> None:
    body = json.dumps({"rating": value})
    answered = client.put(f"/responses/{response.pk}/rating/", body, "application/json")
    assert answered.status_code == status, answered.content


def test_a_rating_is_kept_told_and_taken_back(anna: User, answer: Response) -> None:
    client = signed_in(anna)
    rate(client, answer, "good")
    answer.refresh_from_db()
    assert answer.rating == "good"
    state = client.get(f"/conversations/{answer.conversation_id}/").json()
    assert state["responses"][0]["rating"] == "good"
    rate(client, answer, "")
    answer.refresh_from_db()
    assert answer.rating == ""


@pytest.mark.parametrize("value", ["great", None, 5, ["good"]])
def test_there_are_no_others(anna: User, answer: Response, value: Any) -> None:
    rate(signed_in(anna), answer, value, 400)


def test_nobody_rates_what_is_not_theirs_or_not_there_yet(anna: User, answer: Response) -> None:
    rate(signed_in(make_person("ben")), answer, "bad", 404)
    Response.objects.update(status=Status.IN_PROGRESS)
    rate(signed_in(anna), answer, "bad", 404)
    answer.refresh_from_db()
    assert answer.rating == ""


def test_reviewers_find_the_bad_ones(anna: User, answer: Response) -> None:
    rate(signed_in(anna), answer, "bad")
    reviewer = signed_in(make_person("rita", role=Role.REVIEWER))
    found = reviewer.get("/admin/conversations/response/?rating__exact=bad").content.decode()
    assert quote(answer.pk) in found
    none = reviewer.get("/admin/conversations/response/?rating__exact=good").content.decode()
    assert quote(answer.pk) not in none
