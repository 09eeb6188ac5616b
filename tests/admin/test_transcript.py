"""Reading a conversation in the admin."""

import json
import re
from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatapp.accounts.models import Role, User
from conversations.models import Conversation
from tests.support.models import make_conversation
from tests.support.people import make_person, signed_in
from tests.support.review import make_response

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make_person("reviewer", Role.REVIEWER)


@pytest.fixture
def client(reviewer: User) -> Client:
    return signed_in(reviewer)


@pytest.fixture
def conversation() -> Conversation:
    return make_conversation(make_person("anna"), "Rivers")


def address(conversation: Conversation) -> str:
    return reverse("admin:conversations_conversation_change", args=[quote(conversation.pk)])


def page(client: Client, conversation: Conversation) -> str:
    response = client.get(address(conversation))
    assert response.status_code == 200
    return response.content.decode()


def embedded(html: str) -> dict[str, Any]:
    """What the renderer is given."""
    found = re.search(r'<script id="transcript" type="application/json">(.*?)</script>', html)
    assert found
    transcript: dict[str, Any] = json.loads(found.group(1))
    return transcript


def test_the_renderer_is_given_every_branch_oldest_first(
    client: Client, conversation: Conversation
) -> None:
    first = make_response(conversation)
    retry = make_response(conversation, answer="The Amazon.", retry_of=first, status="failed")
    follow_up = make_response(conversation, "Sure?", "Yes.", previous=first)
    transcript = embedded(page(client, conversation))
    assert transcript["conversation"]["id"] == conversation.pk
    assert [one["id"] for one in transcript["responses"]] == [first.pk, retry.pk, follow_up.pk]
    assert transcript["responses"][1]["status"] == "failed"
    assert transcript["responses"][2]["previous_response_id"] == first.pk
    assert transcript["responses"][0]["usage"]["total_tokens"] == 33


def test_the_page_loads_the_renderer_of_the_chat(
    client: Client, conversation: Conversation
) -> None:
    html = page(client, conversation)
    assert 'id="transcript-view"' in html
    assert '<template id="answer">' in html
    assert '<script type="module" src="/static/bundles/review.mjs">' in html
    assert "/static/chat/transcript.css" in html


def test_without_scripts_the_text_tokens_timing_and_error_are_there(
    client: Client, conversation: Conversation
) -> None:
    make_response(conversation)
    error = {"code": "server_error", "message": "The provider is down."}
    make_response(conversation, answer="", status="failed", error=error)
    html = page(client, conversation)
    fallback = re.sub(r"\s+", " ", html.split("<noscript>")[1].split("</noscript>")[0])
    assert "The Nile, most say." in fallback
    assert "small-1 · completed · 33 tokens · 2.5 s" in fallback
    assert "The provider is down." in fallback


def test_an_error_is_told_in_the_reviewers_language_and_an_old_one_as_it_was_written(
    client: Client, conversation: Conversation
) -> None:
    failure = {"kind": "overloaded", "name": "Example"}
    told = {"code": "slow_down", "message": "Example is overloaded.", "failure": failure}
    for error in (told, {"code": "x", "message": "Old words."}):
        make_response(conversation, answer="", status="failed", error=error)
    spoken = {"accept-language": "zh-hans"}
    html = client.get(address(conversation), headers=spoken).content.decode()
    fallback = html.split("<noscript>")[1].split("</noscript>")[0]
    assert "Example \u76ee\u524d\u8fc7\u8f7d" in fallback
    assert "Old words." in fallback


def test_what_a_model_wrote_is_text_and_no_markup(
    client: Client, conversation: Conversation
) -> None:
    make_response(conversation, "<b>ask</b>", "</script><script>alert(1)</script><img src=x>")
    html = page(client, conversation)
    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "<b>ask" not in html


def test_what_must_not_leave_the_server_is_not_on_the_page(
    client: Client, conversation: Conversation
) -> None:
    make_response(
        conversation,
        instructions="the operator's own words",
        output=[{"type": "reasoning", "encrypted_content": "sealed thoughts", "summary": []}],
    )
    html = page(client, conversation)
    assert "sealed thoughts" not in html
    assert "own words" not in html


def test_opening_a_transcript_leaves_a_trail_that_administrators_read(
    client: Client, reviewer: User, conversation: Conversation
) -> None:
    page(client, conversation)
    entry = LogEntry.objects.get()
    assert entry.user == reviewer
    assert entry.object_id == conversation.pk
    assert entry.action_flag not in (ADDITION, CHANGE, DELETION)
    owner = signed_in(make_person("owner", Role.ADMINISTRATOR))
    trail = owner.get(reverse("admin:admin_logentry_changelist")).content.decode()
    assert "reviewer" in trail
    assert "anna: Rivers" in trail
    one = owner.get(reverse("admin:admin_logentry_change", args=[entry.pk])).content.decode()
    assert "Read." in one
    history = client.get(
        reverse("admin:conversations_conversation_history", args=[quote(conversation.pk)])
    ).content.decode()
    assert "Read." in history


def test_nobody_can_delete_the_trail(client: Client, conversation: Conversation) -> None:
    page(client, conversation)
    owner = signed_in(make_person("owner", Role.ADMINISTRATOR))
    entry = LogEntry.objects.get()
    url = reverse("admin:admin_logentry_delete", args=[entry.pk])
    assert owner.post(url, {"post": "yes"}).status_code == 403
    assert LogEntry.objects.exists()


def test_a_missing_conversation_leaves_no_trail(client: Client) -> None:
    url = reverse("admin:conversations_conversation_change", args=["conv_missing"])
    assert client.get(url).status_code == 404
    assert not LogEntry.objects.exists()


def test_a_member_reads_nobodys_transcript(conversation: Conversation) -> None:
    member = signed_in(make_person("member"))
    assert member.get(address(conversation), follow=True).status_code == 404
    assert not LogEntry.objects.exists()


def test_a_transcript_costs_the_same_queries_for_many_answers(
    client: Client, conversation: Conversation
) -> None:
    make_response(conversation)
    page(client, conversation)
    with CaptureQueriesContext(connection) as few:
        page(client, conversation)
    for _ in range(20):
        make_response(conversation)
    with CaptureQueriesContext(connection) as many:
        page(client, conversation)
    assert len(many) == len(few) <= 7
