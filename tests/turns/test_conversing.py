"""What scripts tell a conversation without asking, and take out of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Model, Response, ToolCall
from conversations.models.database import in_database
from conversations.models.export import as_json, as_markdown
from conversations.models.search import search
from conversations.models.window import downwards, end_of, older_than, upwards
from conversations.protocol.approvals import Tool, answer, own_request
from conversations.protocol.functions import CALL, calls_in, output_of
from conversations.protocol.item_ids import Place
from conversations.protocol.items import assistant_message, user_message
from conversations.turns.calls import decided
from conversations.turns.conversing import begin, take_out, tell
from conversations.turns.errors import RequestError
from conversations.turns.request import NewResponse, store
from tests.support.asking import ask, stored, until_settled
from tests.support.models import make_chain, make_conversation, make_response
from tests.support.scripted import ScriptedProvider

if TYPE_CHECKING:
    from collections.abc import Callable

ANTS, SIX = user_message("What of ants?"), assistant_message("They have six legs.")


def told(owner: User, *items: Any) -> Conversation:
    return begin(owner, items or [ANTS, SIX], {}, "Notebook")


def shown(conversation: Conversation) -> list[str]:
    conversation.refresh_from_db()
    return [row.pk for row in downwards(conversation)]


def at_end(owner: User, conversation: Conversation, text: str = "Why?") -> NewResponse:
    return NewResponse(
        owner=owner,
        client_key=f"key of {text}",
        input=[user_message(text)],
        conversation_id=conversation.pk,
        at_end=True,
    )


def test_what_is_told_is_turns_of_questions_with_their_answers(owner: User) -> None:
    conversation = told(owner, ANTS, SIX, SIX, user_message("And bees?"))
    conversation.refresh_from_db()
    first, second = downwards(conversation)
    assert (first.input, first.output) == ([ANTS], [SIX, SIX])
    assert (second.input, second.output) == ([user_message("And bees?")], [])
    assert second.previous_response == first
    assert conversation.title == "What of ants?"
    assert conversation.key_name == "Notebook"


def test_it_is_found_and_exported(owner: User) -> None:
    conversation = told(owner, ANTS, SIX, user_message("And bees?"))
    for words in ("legs", "bees"):
        assert [hit["conversation_id"] for hit in found(owner, words)] == [conversation.pk]
    conversation.refresh_from_db()
    text = as_markdown(conversation)
    assert "They have six legs." in text
    assert text.rstrip().endswith("And bees?")
    assert len(as_json(conversation)["responses"]) == 2


def test_what_is_told_an_empty_one_names_it(owner: User) -> None:
    conversation = begin(owner, [], {}, "Notebook")
    assert (conversation.title, end_of(conversation)) == ("", None)
    tell(owner, conversation.pk, [ANTS])
    conversation.refresh_from_db()
    assert conversation.title == "What of ants?"


@pytest.mark.usefixtures("model")
def test_so_does_a_question_in_it(owner: User) -> None:
    conversation = begin(owner, [], {}, "Notebook")
    new = NewResponse(owner=owner, client_key="k", input=[ANTS], conversation_id=conversation.pk)
    store(new, "here")
    conversation.refresh_from_db()
    assert conversation.title == "What of ants?"


async def test_the_next_question_is_sent_all_of_it(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    conversation = await in_database(told, owner)
    await ask(owner, "Why?", conversation_id=conversation.pk, at_end=True)
    await until_settled()
    assert [item["role"] for item in provider.requests[0]["input"]] == ["user", "assistant", "user"]


async def test_behind_what_is_told_nothing_is_chained_on_that_the_provider_does_not_know(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    first = await ask(owner, "Why?")
    await until_settled()
    await in_database(tell, owner, first.conversation_id, [ANTS])
    await ask(owner, "And?", conversation_id=first.conversation_id, at_end=True)
    await until_settled()
    assert "previous_response_id" not in provider.requests[1]
    assert len(provider.requests[1]["input"]) == 4


async def test_behind_an_item_that_was_taken_out_nothing_is_chained(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    first = await ask(owner, "My name is Grace")
    await until_settled()
    second = await ask(owner, "Hello", previous_response_id=first.pk)
    await until_settled()
    assert "previous_response_id" in provider.requests[1]
    await in_database(take_out, owner, first.conversation_id, Place(first.pk, True, 0))
    third = await ask(owner, "Who?", previous_response_id=second.pk)
    await until_settled()
    assert "previous_response_id" not in provider.requests[2]
    assert "Grace" not in str(provider.requests[2])
    # Of what came after, the provider knows no more than there is.
    await ask(owner, "And?", previous_response_id=third.pk)
    await until_settled()
    assert "previous_response_id" in provider.requests[3]


async def test_what_was_taken_out_is_found_no_more(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    first = await ask(owner, "My parrot is called Coco")
    await until_settled()
    assert await in_database(found, owner, "parrot")
    await in_database(take_out, owner, first.conversation_id, Place(first.pk, True, 0))
    assert not await in_database(found, owner, "parrot")
    row = await stored(first)
    assert (row.input, row.removed) == ([], ["i0"])
    assert "Coco" not in row.text
    again = in_database(take_out, owner, first.conversation_id, Place(first.pk, True, 0))
    with pytest.raises(RequestError) as refused:
        await again
    assert refused.value.status == 404


def test_where_all_that_was_told_is_taken_out_what_follows_moves_up(owner: User) -> None:
    conversation = told(owner, ANTS)
    (between,) = tell(owner, conversation.pk, [SIX])
    (last,) = tell(owner, conversation.pk, [ANTS])
    first = shown(conversation)[0]
    take_out(owner, conversation.pk, Place(between.pk, False, 0))
    assert shown(conversation) == [first, last.pk]
    take_out(owner, conversation.pk, Place(first, True, 0))
    assert shown(conversation) == [last.pk]
    take_out(owner, conversation.pk, Place(last.pk, True, 0))
    assert shown(conversation) == []
    (new,) = tell(owner, conversation.pk, [ANTS])
    assert shown(conversation) == [new.pk]


def test_what_is_told_stands_on_the_branch_that_is_shown(owner: User) -> None:
    conversation = make_conversation(owner)
    first = make_response(conversation)
    kept = make_response(conversation, previous=first)
    make_response(conversation, previous=first)
    Response.objects.filter(pk=first.pk).update(selected_child=kept)
    (row,) = tell(owner, conversation.pk, [ANTS])
    assert shown(conversation) == [first.pk, kept.pk, row.pk]
    other = next(iter(set(conversation.responses.all()) - {first, kept, row}))
    with pytest.raises(RequestError):
        take_out(owner, conversation.pk, Place(other.pk, True, 0))


@pytest.mark.usefixtures("model")
def test_a_question_at_the_end_is_answered_alone_and_behind_nothing_that_runs(owner: User) -> None:
    conversation = told(owner)
    first, _ = store(at_end(owner, conversation), "here")
    assert first.previous_response is not None
    calls: list[Callable[[], object]] = [
        lambda: store(at_end(owner, conversation, "And?"), "here"),
        lambda: tell(owner, conversation.pk, [ANTS]),
        lambda: take_out(owner, conversation.pk, Place(first.pk, True, 0)),
    ]
    for call in calls:
        with pytest.raises(RequestError) as refused:
            call()
        assert refused.value.code == "conversation_locked"


@pytest.mark.usefixtures("model")
def test_of_questions_at_the_same_moment_one_is_first(owner: User) -> None:
    conversation = told(owner)

    def one(n: int) -> str:
        try:
            store(at_end(owner, conversation, f"Number {n}"), "here")
        except RequestError as error:
            return error.code
        finally:
            connection.close()
        return "stored"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(one, range(4)))
    assert outcomes == ["conversation_locked"] * 3 + ["stored"]
    assert len(shown(conversation)) == 2


def test_a_long_path_is_walked_from_both_ends_with_few_queries(
    owner: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    conversation, ids = make_chain(owner, 95)
    assert [row.pk for row in downwards(conversation)] == ids
    assert [row.pk for row in upwards(conversation)] == ids[::-1]
    assert [row.pk for row in downwards(conversation, ids[90])] == ids[91:]
    assert [row.pk for row in upwards(conversation, ids[3])] == ids[2::-1]
    assert [older_than(conversation, ids[at]) for at in (50, 0)] == [ids[49], None]
    with django_assert_max_num_queries(4):
        rows = upwards(conversation)
        assert [next(rows).pk for _ in range(15)] == ids[:-16:-1]


def found(owner: User, words: str) -> list[dict[str, Any]]:
    return list(search(owner, words)["messages"])


def test_what_asks_is_found_by_the_id_of_its_question(owner: User) -> None:
    conversation = make_conversation(owner)
    one, *_ = [
        make_response(conversation, output=[{"type": "mcp_approval_request", "id": id_}])
        for id_ in ("ask_1", "ask_12", "other")
    ]
    found = Response.objects.filter(conversation=conversation)
    assert [row.pk for row in found.that_name("ask_1")] == [one.pk]
    assert not found.that_name("ask__").exists()


def test_a_copy_of_what_somebody_shared_keeps_its_files_when_an_item_is_taken_out(
    owner: User,
) -> None:
    somebody = User.objects.create_user("bob")
    file = Attachment.objects.create(owner=somebody, name="a.txt", size=1)
    gone = Attachment.objects.create(owner=owner, name="b.txt", size=1)
    parts = [user_message("Look")] + [
        {"type": "message", "role": "user", "content": [each.as_part()]} for each in (file, gone)
    ]
    row = make_response(make_conversation(owner), input=parts)
    row.attachments.set([file, gone])  # as `Share.hand_on` does
    take_out(owner, row.conversation_id, Place(row.pk, True, 0))
    assert set(row.attachments.all()) == {file, gone}
    take_out(owner, row.conversation_id, Place(row.pk, True, 2))
    assert list(row.attachments.all()) == [file]
    assert not Attachment.objects.filter(pk=gone.pk).exists()


def test_what_was_taken_out_leaves_calls_that_wait_for_a_decision_their_own(owner: User) -> None:
    done, waiting = (
        {"type": CALL, "call_id": id_, "name": "pay", "arguments": "{}"} for id_ in ("c1", "c2")
    )
    (call,) = calls_in([waiting])
    request = own_request(call, Tool("", "pay"))
    asking = make_response(
        make_conversation(owner), output=[SIX, SIX, done, output_of(calls_in([done])[0], "o1")]
    )
    asking.output += [waiting, request]
    asking.save()
    ToolCall.objects.create(response=asking, output_index=2, name="pay", ended_at=timezone.now())
    for at in (0, 1):
        take_out(owner, asking.conversation_id, Place(asking.pk, False, at))
    given = [answer(request["id"], approve=True)]
    deciding = make_response(asking.conversation, previous=asking, input=given)
    deciding.refresh_from_db()
    (due,) = decided(deciding)
    assert due.call.call_id == "c2"
    assert not ToolCall.objects.filter(response=asking, output_index=due.call.at).exists()
