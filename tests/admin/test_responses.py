import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chatapp.accounts.models import Role
from conversations.models import Response
from tests.support.models import make_conversation
from tests.support.people import make_person, signed_in
from tests.support.review import make_response

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/response/"


@pytest.fixture
def client() -> Client:
    return signed_in(make_person("reviewer", Role.REVIEWER))


def test_a_line_names_model_status_tokens_seconds_and_how_it_was_sent(client: Client) -> None:
    make_response(make_conversation(make_person()))
    html = client.get(LIST).content.decode()
    for cell in (
        '<td class="field-model_name">small-1</td>',
        '<td class="field-status">Completed</td>',
        '<td class="field-tokens">33</td>',
        '<td class="field-duration">2.5</td>',
        '<td class="field-sent">First</td>',
    ):
        assert cell in html


def test_an_answer_opens_at_its_place_in_the_transcript(client: Client) -> None:
    response = make_response(make_conversation(make_person()))
    answer = client.get(f"{LIST}{quote(response.pk)}/change/")
    transcript = reverse(
        "admin:conversations_conversation_change", args=[quote(response.conversation_id)]
    )
    assert answer["Location"] == f"{transcript}#{response.pk}"


def test_the_list_reads_no_items_and_costs_the_same_queries_for_many(client: Client) -> None:
    conversation = make_conversation(make_person())
    make_response(conversation)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(20):
        make_response(conversation)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few) <= 8
    assert not any('"conversations_response"."output"' in one["sql"] for one in many)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
def test_nobody_changes_or_deletes_an_answer(role: Role) -> None:
    response = make_response(make_conversation(make_person()))
    client = signed_in(make_person("staff", role))
    for page in ("change", "delete"):
        client.post(f"{LIST}{quote(response.pk)}/{page}/", {"status": "failed", "post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": response.pk})
    assert Response.objects.get().status == "completed"
