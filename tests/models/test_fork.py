"""A fork: a conversation of its own that begins as another did."""

import pytest

from chatapp.accounts.models import User
from conversations.models import Conversation, Response, SearchEntry
from conversations.models.fork import StillRunning, fork, origin
from conversations.models.listing import state_of
from conversations.models.response import Status
from conversations.models.search import search
from conversations.models.tagging import give, take
from conversations.models.temporary import expiry
from conversations.protocol.compaction import TRIGGER
from conversations.protocol.items import input_text
from tests.support.models import make_conversation, make_response


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner, "Birds")


def _path(conversation: Conversation) -> list[str]:
    responses = state_of(Conversation.objects.get(pk=conversation.pk))["responses"]
    return [input_text(response["input"]) for response in responses]


def test_a_fork_has_the_path_up_to_its_point_and_nothing_else(conversation: Conversation) -> None:
    first = make_response(conversation, "One?", "One.")
    second = make_response(conversation, "Two?", "Two.", previous=first)
    make_response(conversation, "Three?", previous=second)
    make_response(conversation, "Else?", previous=first)
    new = fork(conversation, second.pk)
    assert _path(new) == ["One?", "Two?"]
    assert new.responses.count() == 2
    assert new.title == "Birds (fork)"
    assert conversation.responses.count() == 4


def test_copies_have_names_of_their_own_and_keep_what_the_provider_calls_them(
    conversation: Conversation,
) -> None:
    response = make_response(conversation, upstream_id="upstream", usage={"output_tokens": 5})
    (copy,) = fork(conversation, response.pk).responses.all()
    assert copy.pk != response.pk
    assert copy.client_key != response.client_key
    assert (copy.upstream_id, copy.usage) == ("upstream", {"output_tokens": 5})
    assert (copy.output, copy.created_at) == (response.output, response.created_at)


def test_a_fork_of_a_retry_is_no_retry(conversation: Conversation) -> None:
    first = make_response(conversation, "One?", "One.")
    retry = make_response(conversation, "One?", "Un.", retry_of=first)
    (copy,) = fork(conversation, retry.pk).responses.all()
    assert (copy.retry_of, copy.previous_response) == (None, None)


def test_a_fork_is_found_by_search(conversation: Conversation) -> None:
    fork(conversation, make_response(conversation, "Puffins?").pk)
    assert len(search(conversation.owner, "puffins")["messages"]) == 2


def test_a_fork_of_what_is_temporary_is_temporary_and_not_found(owner: User) -> None:
    conversation = make_conversation(owner, expires_at=expiry())
    new = fork(conversation, make_response(conversation, "Puffins?").pk)
    assert new.is_temporary
    assert not SearchEntry.objects.filter(response__conversation=new).exists()


def test_a_fork_has_the_tags_of_what_it_was_forked_from(conversation: Conversation) -> None:
    response = make_response(conversation)
    for name in ("Birds", "To read"):
        give(conversation.owner, [conversation.pk], name)
    new = fork(conversation, response.pk)
    assert sorted(tag.name for tag in new.tags.all()) == ["Birds", "To read"]
    take(conversation.owner, [new.pk], new.tags.get(name="Birds").pk)
    assert conversation.tags.count() == 2


def test_a_fork_of_a_fork_says_so_once(conversation: Conversation) -> None:
    new = fork(conversation, make_response(conversation).pk)
    again = fork(new, new.responses.get().pk)
    assert again.title == "Birds (fork)"


def test_a_long_title_stays_within_its_limit(owner: User) -> None:
    conversation = make_conversation(owner, "x" * 200)
    new = fork(conversation, make_response(conversation).pk)
    assert len(new.title) == 200
    assert new.title.endswith("… (fork)")


def test_a_fork_knows_where_it_came_from_as_long_as_that_is_there(
    conversation: Conversation,
) -> None:
    response = make_response(conversation)
    new = fork(conversation, response.pk)
    assert state_of(new)["forked_from"] == {
        "response_id": response.pk,
        "conversation_id": conversation.pk,
        "title": "Birds",
    }
    conversation.delete()
    assert origin(Conversation.objects.get(pk=new.pk)) is None
    assert new.responses.count() == 1


def test_an_answer_without_an_end_is_no_point_to_fork_at(conversation: Conversation) -> None:
    running = make_response(conversation, status=Status.IN_PROGRESS)
    with pytest.raises(StillRunning):
        fork(conversation, running.pk)


def test_a_response_of_another_conversation_is_not_there(conversation: Conversation) -> None:
    other = make_response(make_conversation(conversation.owner))
    with pytest.raises(Response.DoesNotExist):
        fork(conversation, other.pk)


def test_a_compaction_in_a_fork_stands_alone(owner: User) -> None:
    conversation = make_conversation(owner)
    original = make_response(conversation)
    compacted = make_response(conversation, input=[TRIGGER], compacts=original)
    copied = fork(conversation, compacted.id).responses.get()
    assert copied.is_compaction
    assert copied.compacts is None
