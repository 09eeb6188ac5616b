"""The record of what models have had the server's tools do."""

import json
import re

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chatapp.accounts.models import Role, User
from conversations.models import Response, ToolCall
from tests.support.models import make_conversation
from tests.support.people import make_person, signed_in
from tests.support.review import make_call, make_response

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/toolcall/"


@pytest.fixture
def client() -> Client:
    return signed_in(make_person("reviewer", Role.REVIEWER))


@pytest.fixture
def anna() -> User:
    return make_person("anna")


@pytest.fixture
def response(anna: User) -> Response:
    return make_response(make_conversation(anna, "Sums"))


def page_of(client: Client, response: Response) -> str:
    address = reverse(
        "admin:conversations_conversation_change", args=[quote(response.conversation_id)]
    )
    return client.get(address).content.decode()


def test_a_line_names_who_what_when_how_long_and_how_much(
    client: Client, response: Response
) -> None:
    make_call(response, decision=ToolCall.Decision.ALLOWED, effects=True)
    html = client.get(LIST).content.decode()
    for cell in (
        'class="field-conversation">Sums</td>',
        'class="field-person">anna</td>',
        'class="field-decision">allowed</td>',
        'class="field-size">17</td>',
        'class="field-duration">1.5</td>',
    ):
        assert cell in html, cell
    assert "calculate" in html


def test_what_was_said_is_not_in_the_list(client: Client, response: Response) -> None:
    make_call(response)
    html = client.get(LIST).content.decode()
    assert "17*23" not in html
    assert "391" not in html


def test_a_call_opens_at_its_answers_place_in_the_transcript(
    client: Client, response: Response
) -> None:
    call = make_call(response)
    answer = client.get(f"{LIST}{call.pk}/change/")
    transcript = reverse(
        "admin:conversations_conversation_change", args=[quote(response.conversation_id)]
    )
    assert answer["Location"] == f"{transcript}#{response.pk}"


def test_calls_are_narrowed_by_person(client: Client, response: Response, anna: User) -> None:
    make_call(response)
    make_call(make_response(make_conversation(make_person("bert"), "Others")), name="ring")
    html = client.get(LIST, {"owner": anna.pk}).content.decode()
    assert "Sums" in html
    assert "Others" not in html


def test_what_its_person_has_deleted_is_not_listed(client: Client, response: Response) -> None:
    call = make_call(response)
    response.conversation.deleted_at = timezone.now()
    response.conversation.save()
    assert "Sums" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{call.pk}/change/").status_code == 404


def test_the_list_costs_the_same_queries_for_many(client: Client, response: Response) -> None:
    make_call(response)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(20):
        make_call(response)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few)


def test_nobody_changes_or_deletes_the_record(response: Response) -> None:
    call = make_call(response)
    client = signed_in(make_person("staff", Role.ADMINISTRATOR))
    for page in ("change", "delete"):
        client.post(f"{LIST}{call.pk}/{page}/", {"name": "other", "post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": call.pk})
    assert ToolCall.objects.get().name == "calculate"


def test_a_member_sees_no_record(anna: User) -> None:
    assert signed_in(anna).get(LIST, follow=True).status_code == 404


def test_the_transcript_tells_of_the_calls_of_each_answer(
    client: Client, response: Response
) -> None:
    make_call(response)
    make_call(response, decision=ToolCall.Decision.DENIED, began_at=None, ended_at=None, size=None)
    html = page_of(client, response)
    found = re.search(r'<script id="transcript" type="application/json">(.*?)</script>', html)
    assert found
    (told,) = json.loads(found[1])["responses"]
    first, second = told["tool_calls"]
    assert (first["name"], first["size"], round(first["seconds"], 1)) == ("calculate", 17, 1.5)
    assert (second["decision"], second["seconds"]) == ("denied", None)


def test_without_scripts_the_arguments_are_there(client: Client, response: Response) -> None:
    make_call(response, error="It can't be done.")
    plain = page_of(client, response).partition("<noscript>")[2]
    assert "17*23" in plain
    assert "It can&#x27;t be done." in plain


def test_a_transcript_reads_no_pictures_beside_those_of_the_answers(
    client: Client, response: Response
) -> None:
    make_call(response, pictures=["data:image/png;base64,AAAA"])
    with CaptureQueriesContext(connection) as queries:
        page_of(client, response)
    assert not any('"pictures"' in query["sql"] for query in queries)


def test_a_transcript_costs_the_same_queries_for_many_calls(
    client: Client, response: Response
) -> None:
    make_call(response)
    with CaptureQueriesContext(connection) as few:
        page_of(client, response)
    for _ in range(5):
        make_call(make_response(response.conversation))
    with CaptureQueriesContext(connection) as many:
        page_of(client, response)
    assert len(many) == len(few)
