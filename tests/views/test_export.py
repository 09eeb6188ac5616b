"""A conversation as a file: what its person reads, or all of it."""

import json

import pytest
from django.test import Client

from chatapp.accounts.models import User
from conversations.models import Conversation, Response
from conversations.models.response import Status
from tests.support.models import make_conversation, make_response


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner, "Birds &\n灯塔")


@pytest.fixture
def branches(conversation: Conversation) -> list[Response]:
    """Two answers to the same question, the first of them shown and gone on from."""
    first = make_response(conversation, "Where do puffins sleep?", "At sea.")
    second = make_response(conversation, "Where do puffins sleep?", "In burrows.", retry_of=first)
    after = make_response(conversation, "And eat?", "", first, status=Status.CANCELLED)
    Conversation.objects.filter(pk=conversation.pk).update(selected_root=first)
    return [first, second, after]


def test_markdown_has_the_branch_that_is_shown(
    signed_in: Client, conversation: Conversation, branches: list[Response]
) -> None:
    answer = signed_in.get(f"/conversations/{conversation.pk}/export.md")
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("# Birds & 灯塔\n\n## You · ")
    assert "\n\nWhere do puffins sleep?\n\n## model-1 · " in text
    assert "At sea." in text
    assert "In burrows." not in text
    assert text.endswith("And eat?\n\n## model-1 · " + text.rsplit(" · ", 1)[1])
    assert "*(Cancelled)*" in text


def test_what_was_made_is_named_in_markdown_and_stands_in_json(
    signed_in: Client, conversation: Conversation
) -> None:
    file = {"type": "input_image", "file_id": "file_1", "filename": "A puffin.png", "size": 3}
    response = make_response(conversation, "Draw a puffin.", "Here.")
    drawn = {"type": "image_generation_call", "status": "completed", "file": file}
    response.output = [drawn, *response.output]
    response.save()
    text = signed_in.get(f"/conversations/{conversation.pk}/export.md").content.decode()
    assert text.endswith("Here.\n\n* A puffin.png\n")
    exported = signed_in.get(f"/conversations/{conversation.pk}/export.json").json()
    assert exported["responses"][0]["output"][0] == drawn


def test_json_has_every_branch_and_nothing_that_must_not_leave(
    signed_in: Client, conversation: Conversation, branches: list[Response]
) -> None:
    Response.objects.update(upstream_id="upstream_secret", instructions="Be secret.")
    answer = signed_in.get(f"/conversations/{conversation.pk}/export.json")
    assert "secret" not in answer.content.decode()
    exported = json.loads(answer.content)
    assert (exported["format"], exported["version"]) == ("chatapp.conversation", 1)
    assert exported["selected_root_id"] == branches[0].pk
    assert [one["id"] for one in exported["responses"]] == [one.pk for one in branches]
    assert exported["responses"][1]["retry_of"] == branches[0].pk
    assert exported["responses"][2]["previous_response_id"] == branches[0].pk


@pytest.mark.parametrize(
    ("title", "name"),
    [("Birds & bees", "birds-bees.md"), ("灯塔", "%E7%81%AF%E5%A1%94.md"), ("///", "conv_")],
)
def test_the_file_has_the_name_of_the_conversation(
    signed_in: Client, owner: User, title: str, name: str
) -> None:
    conversation = make_conversation(owner, title)
    answer = signed_in.get(f"/conversations/{conversation.pk}/export.md")
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert name in answer["Content-Disposition"]


@pytest.mark.parametrize("form", ["md", "json"])
def test_somebody_elses_is_as_missing_as_what_never_was(
    signed_in: Client, form: str, owner: User
) -> None:
    foreign = make_conversation(User.objects.create_user("bob"))
    for id_ in (foreign.pk, "conv_missing"):
        assert signed_in.get(f"/conversations/{id_}/export.{form}").status_code == 404
    assert Client().get(f"/conversations/{foreign.pk}/export.{form}").status_code == 302
