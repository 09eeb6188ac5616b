"""What the page asks for about branches."""

import json
from typing import Any

import pytest
from django.test import AsyncClient, Client

from chatapp.accounts.models import User
from conversations.models import Beside, Branch, Conversation, Response
from conversations.models.branch import NAME_LENGTH
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.turns import notices
from conversations.turns.running import turns
from tests.support.models import make_conversation, make_response


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The conversations that other pages were told of."""
    ids: list[str] = []

    async def tell(conversation: Conversation) -> None:
        ids.append(conversation.pk)

    monkeypatch.setattr(notices, "conversation_updated", tell)
    return ids


def _branch(response: Response) -> str:
    return f"/conversations/{response.conversation_id}/branches/{response.pk}/"


def _send(client: Client, method: str, address: str, body: Any) -> Any:
    send = getattr(client, method)
    return send(address, json.dumps(body), content_type="application/json")


def test_the_map_is_asked_for_by_the_branch_that_is_shown(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    first, _ = make_response(conversation), make_response(conversation)
    address = f"/conversations/{conversation.pk}/tree/"
    body = signed_in.get(address, {"response": first.pk}).json()
    assert body["conversation_id"] == conversation.pk
    assert [entry["here"] for entry in body["entries"]] == [True, False]


def test_a_branch_is_named_and_pinned_and_other_pages_hear_of_it(
    signed_in: Client, owner: User, told: list[str]
) -> None:
    response = make_response(make_conversation(owner))
    assert _send(signed_in, "patch", _branch(response), {"name": "简短"}).status_code == 204
    assert _send(signed_in, "patch", _branch(response), {"pinned": True}).status_code == 204
    branch = Branch.objects.get()
    assert (branch.name, branch.pinned) == ("简短", True)
    assert told == [response.conversation_id] * 2
    assert Conversation.objects.get().version == 2


@pytest.mark.parametrize(
    "body",
    [{}, [], {"name": 5}, {"name": "x" * (NAME_LENGTH + 1)}, {"pinned": "yes"}, {"color": "red"}],
)
def test_what_is_no_change_of_a_branch_is_refused(
    signed_in: Client, owner: User, body: Any
) -> None:
    response = make_response(make_conversation(owner))
    answer = _send(signed_in, "patch", _branch(response), body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert not Branch.objects.exists()


def test_a_branch_says_how_much_would_go_with_it(signed_in: Client, owner: User) -> None:
    response = make_response(make_conversation(owner))
    make_response(response.conversation, previous=response)
    assert signed_in.get(_branch(response)).json() == {"messages": 2, "ends": 1, "whole": True}


def test_a_deleted_branch_is_gone_and_other_pages_hear_of_it(
    signed_in: Client, owner: User, told: list[str]
) -> None:
    conversation = make_conversation(owner)
    kept, gone = make_response(conversation), make_response(conversation)
    assert signed_in.delete(_branch(gone)).status_code == 204
    assert list(Response.objects.all()) == [kept]
    assert told == [conversation.pk]
    assert signed_in.delete(_branch(gone)).status_code == 404


def test_all_of_a_conversation_is_not_deleted_as_a_branch(signed_in: Client, owner: User) -> None:
    answer = signed_in.delete(_branch(make_response(make_conversation(owner))))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "whole_conversation")


async def test_deleting_a_branch_stops_what_is_answered_there_and_nothing_else(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []

    def stop(response_id: str) -> bool:
        stopped.append(response_id)
        return True

    monkeypatch.setattr(turns, "stop", stop)

    def make() -> Response:
        conversation = make_conversation(owner)
        make_response(conversation, status=Status.IN_PROGRESS)
        return make_response(conversation, status=Status.IN_PROGRESS)

    running = await in_database(make)
    client = AsyncClient()
    await in_database(client.force_login, owner)
    await client.delete(_branch(running))
    assert stopped == [running.pk]


def test_a_fork_is_a_conversation_of_its_own(
    signed_in: Client, owner: User, told: list[str]
) -> None:
    response = make_response(make_conversation(owner, "Birds"))
    address = f"/conversations/{response.conversation_id}/fork/"
    answer = _send(signed_in, "post", address, {"response": response.pk})
    assert answer.status_code == 201
    assert answer.json()["title"] == "Birds (fork)"
    assert answer.json()["id"] != response.conversation_id
    assert told == [answer.json()["id"]]


def test_a_running_answer_is_not_forked(signed_in: Client, owner: User) -> None:
    response = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    address = f"/conversations/{response.conversation_id}/fork/"
    answer = _send(signed_in, "post", address, {"response": response.pk})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "response_running")


@pytest.mark.parametrize("body", [{}, {"response": 5}, {"response": "resp_nothing"}])
def test_a_fork_needs_a_point(signed_in: Client, owner: User, body: Any) -> None:
    address = f"/conversations/{make_conversation(owner).pk}/fork/"
    assert _send(signed_in, "post", address, body).status_code == 404


def test_two_answers_are_read_to_be_compared(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    one, other = (
        make_response(conversation, answer=answer, instructions="own words")
        for answer in ("One.", "Two.")
    )
    address = f"/conversations/{conversation.pk}/compare/"
    answer = signed_in.get(address, {"response": [other.pk, one.pk]})
    assert [response["id"] for response in answer.json()["responses"]] == [other.pk, one.pk]
    assert "own words" not in answer.content.decode()
    assert signed_in.get(address, {"response": one.pk}).status_code == 400
    assert signed_in.get(address, {"response": [one.pk, "resp_x"]}).status_code == 404


def test_one_of_several_answers_is_kept_and_shown(
    signed_in: Client, owner: User, told: list[str]
) -> None:
    conversation = make_conversation(owner)
    first = make_response(conversation)
    second = make_response(conversation, retry_of=first)
    for row in (first, second):
        Beside.objects.create(response=row, conversation=conversation)
    address = f"/conversations/{conversation.pk}/keep/"
    assert _send(signed_in, "post", address, {"response": second.pk}).status_code == 204
    assert not Beside.objects.exists()
    conversation.refresh_from_db()
    assert conversation.selected_root == second
    assert told == [conversation.pk]


def _addresses(conversation: Conversation, response: Response) -> list[tuple[str, str, Any]]:
    address = f"/conversations/{conversation.pk}"
    return [
        ("get", f"{address}/tree/", None),
        ("get", f"{address}/compare/?response={response.pk}&response={response.pk}", None),
        ("post", f"{address}/fork/", {"response": response.pk}),
        ("post", f"{address}/keep/", {"response": response.pk}),
        ("get", f"{address}/branches/{response.pk}/", None),
        ("patch", f"{address}/branches/{response.pk}/", {"name": "Mine"}),
        ("delete", f"{address}/branches/{response.pk}/", None),
    ]


def test_nothing_of_somebody_elses_is_there(signed_in: Client, owner: User) -> None:
    foreign = make_response(make_conversation(User.objects.create_user("bob")))
    mine = make_conversation(owner)
    for conversation in (foreign.conversation, mine):
        for method, address, body in _addresses(conversation, foreign):
            if conversation is mine and address.endswith("/tree/"):
                continue
            call = getattr(signed_in, method)
            arguments = {"data": json.dumps(body), "content_type": "application/json"}
            answer = call(address, **(arguments if body else {}))
            assert answer.status_code == 404, address
    assert not Branch.objects.exists()
    assert Response.objects.count() == 1
