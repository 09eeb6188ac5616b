"""What was asked through a key, as reviewers find it."""

import json
import re
from typing import Any

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import Role, User
from conversations.models import ApiKey, Conversation
from tests.support.models import make_conversation
from tests.support.people import make_person, signed_in
from tests.support.review import make_response

pytestmark = pytest.mark.django_db

CONVERSATIONS = "/admin/conversations/conversation/"
RESPONSES = "/admin/conversations/response/"
KEYS = "/admin/conversations/apikey/"


@pytest.fixture
def anna() -> User:
    return make_person("anna")


@pytest.fixture
def reviewer() -> Client:
    return signed_in(make_person("reviewer", Role.REVIEWER))


@pytest.fixture
def keys(anna: User) -> list[ApiKey]:
    """Two of anna's; each has begun a conversation, and one asked in hers as well."""
    made = [ApiKey.make(anna, name)[0] for name in ("Notebook", "Nightly")]
    for key in made:
        begun = make_conversation(anna, f"Of {key}", key_name=key.name)
        make_response(begun, key.name, api_key=key)
    own = make_conversation(anna, "Her own")
    make_response(own, "asked here")
    make_response(own, "asked by a script", api_key=made[0])
    return made


def found(client: Client, **query: str) -> set[str]:
    """The titles of the conversations that are listed."""
    page = client.get(CONVERSATIONS, query)
    assert page.status_code == 200
    return {row.title for row in page.context["cl"].result_list}


def answers(client: Client, **query: str) -> set[str]:
    """The questions of the responses that are listed."""
    page = client.get(RESPONSES, query)
    assert page.status_code == 200
    return {row.as_text().partition("\n")[0] for row in page.context["cl"].result_list}


def test_conversations_are_narrowed_to_those_of_scripts_and_of_one_key(
    reviewer: Client, keys: list[ApiKey]
) -> None:
    assert found(reviewer, key="any") == {"Of Notebook", "Of Nightly"}
    assert found(reviewer, key="none") == {"Her own"}
    assert found(reviewer, key=keys[0].pk) == {"Of Notebook", "Her own"}
    assert found(reviewer, key=keys[1].pk) == {"Of Nightly"}
    assert found(reviewer, key="key_nobodys") == set()


def test_responses_are_narrowed_to_those_of_scripts_and_of_one_key(
    reviewer: Client, keys: list[ApiKey]
) -> None:
    by_script = {"Notebook", "Nightly", "asked by a script"}
    assert answers(reviewer, key="any") == by_script
    assert answers(reviewer, key="none") == {"asked here"}
    assert answers(reviewer, key=keys[0].pk) == by_script - {"Nightly"}
    assert answers(reviewer, key="key_nobodys") == set()
    html = reviewer.get(RESPONSES, {"key": keys[1].pk}).content.decode()
    assert '<td class="field-key">Nightly</td>' in html


def test_the_keys_used_last_are_offered_and_the_one_that_is_chosen(
    reviewer: Client, keys: list[ApiKey]
) -> None:
    ApiKey.objects.filter(pk=keys[0].pk).update(used_at=timezone.now())
    html = reviewer.get(CONVERSATIONS).content.decode()
    assert "Notebook (anna)" in html
    assert "Nightly (anna)" not in html
    assert "Nightly (anna)" in reviewer.get(CONVERSATIONS, {"key": keys[1].pk}).content.decode()


def test_a_transcript_says_which_key_asked_what(reviewer: Client, keys: list[ApiKey]) -> None:
    def page(title: str) -> str:
        conversation = Conversation.objects.get(title=title)
        return reviewer.get(f"{CONVERSATIONS}{quote(conversation.pk)}/change/").content.decode()

    html = page("Her own")
    assert "begun by a script" not in html
    told = re.search(r'<script id="transcript" type="application/json">(.*?)</script>', html)
    assert told
    shown: list[dict[str, Any]] = json.loads(told[1])["responses"]
    assert [row.get("key_name") for row in shown] == [None, "Notebook"]
    assert html.count("Asked by a script, with the key Notebook") == 1
    assert "begun by a script, with the key Nightly" in page("Of Nightly")


def test_a_key_leads_to_its_conversations(keys: list[ApiKey]) -> None:
    administrator = signed_in(make_person("boss", Role.ADMINISTRATOR))
    for page in (KEYS, f"{KEYS}{quote(keys[1].pk)}/change/"):
        html = administrator.get(page).content.decode()
        assert f'<a href="{CONVERSATIONS}?key={keys[1].pk}">' in html
    assert found(administrator, key=keys[1].pk) == {"Of Nightly"}


def test_a_member_and_a_reviewer_see_no_list_of_keys(reviewer: Client, anna: User) -> None:
    assert reviewer.get(KEYS).status_code == 403
    assert signed_in(anna).get(CONVERSATIONS, {"key": "any"}, follow=True).status_code == 404


def test_many_answers_of_many_keys_cost_no_more_queries(reviewer: Client, anna: User) -> None:
    conversation = make_conversation(anna)

    def ask() -> None:
        key, _secret = ApiKey.make(anna, "Notebook")
        ApiKey.objects.filter(pk=key.pk).update(used_at=timezone.now())
        make_response(conversation, api_key=key)

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reviewer.get(page).status_code == 200
        return len(queries)

    pages = RESPONSES, CONVERSATIONS, f"{CONVERSATIONS}{quote(conversation.pk)}/change/"
    ask()
    asked(pages[2])
    few = [asked(page) for page in pages]
    for _ in range(5):
        ask()
    assert [asked(page) for page in pages] == few
