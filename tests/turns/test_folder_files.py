"""The files of a folder: given to the model once on a path, by a chain and by a replay alike."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Folder, Model, Response, folder_files
from conversations.models.database import in_database
from conversations.models.export import as_json, as_markdown
from conversations.models.fork import fork
from conversations.models.organising import move
from conversations.models.share import Share
from conversations.protocol import files as protocol_files
from conversations.protocol.compaction import TRIGGER
from conversations.protocol.items import user_message
from conversations.protocol.visibility import shared_response
from conversations.turns import queue
from conversations.turns.folder_files import give
from conversations.turns.outgoing import request_of
from conversations.turns.request import NewResponse, RequestError, store
from tests.support.asking import ask, until_settled
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider
from tests.support.uploads import uploads
from tests.turns.test_files import asking, attach

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def folder(owner: User) -> Folder:
    return Folder.objects.create(owner=owner, name="Birds")


def filed(folder: Folder, name: str = "owls.txt", **fields: Any) -> Attachment:
    return attach(folder.owner, name, folder=folder, text=f"Text of {name}", **fields)


def say(owner: User, text: str, **fields: Any) -> Response:
    fields.setdefault("input", [user_message(text)])
    return store(NewResponse(owner=owner, client_key=text, **fields), "here")[0]


def ended(row: Response, **fields: Any) -> Response:
    Response.objects.filter(pk=row.pk).update(
        status="completed", upstream_id=f"up_{row.pk}", **fields
    )
    return Response.objects.get(pk=row.pk)


def given(row: Response) -> list[str]:
    return [part["filename"] for part in row.folder_files]


def said(row: Response, **options: Any) -> str:
    return str(request_of(row, **options).body["input"])


async def test_a_conversation_in_a_folder_is_given_its_files_once_by_chain(
    owner: User, folder: Folder, provider: ScriptedProvider
) -> None:
    await in_database(filed, folder)
    first = await ask(owner, "First?", folder_id=folder.pk)
    await until_settled()
    await ask(owner, "Second?", previous_response_id=first.pk)
    await until_settled()
    told, asked = provider.requests[0]["input"]
    assert told["role"] == "user"
    assert "Text of owls.txt" in told["content"][1]["text"]
    assert asked["content"][0]["text"] == "First?"
    assert provider.requests[1]["previous_response_id"]
    assert "owls.txt" not in str(provider.requests[1]["input"])


async def test_and_once_by_replay_where_it_was_given(
    owner: User, folder: Folder, provider: ScriptedProvider, model: Model
) -> None:
    model.provider.stateful = False
    await in_database(model.provider.save)
    await in_database(filed, folder)
    first = await ask(owner, "First?", folder_id=folder.pk)
    await until_settled()
    await ask(owner, "Second?", previous_response_id=first.pk)
    await until_settled()
    replayed = provider.requests[1]["input"]
    assert "previous_response_id" not in provider.requests[1]
    assert str(replayed).count("Text of owls.txt") == 1
    assert "Text of owls.txt" in replayed[0]["content"][1]["text"]


def test_what_was_added_since_goes_with_the_next_message_alone(
    owner: User, model: Model, folder: Folder
) -> None:
    filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    filed(folder, "hawks.txt")
    second = ended(say(owner, "Second?", previous_response_id=first.pk))
    third = say(owner, "Third?", previous_response_id=second.pk)
    assert [given(row) for row in (first, second, third)] == [["owls.txt"], ["hawks.txt"], []]
    whole = said(third, may_chain=False)
    assert (whole.count("Text of owls.txt"), whole.count("Text of hawks.txt")) == (1, 1)


def test_a_conversation_that_moves_in_is_given_them_with_its_next_message(
    owner: User, model: Model, folder: Folder
) -> None:
    filed(folder)
    first = ended(say(owner, "First?"))
    move([first.conversation_id], folder.pk)
    second = ended(say(owner, "Second?", previous_response_id=first.pk))
    assert (given(first), given(second)) == ([], ["owls.txt"])
    move([first.conversation_id], None)
    filed(folder, "hawks.txt")
    assert given(say(owner, "Third?", previous_response_id=second.pk)) == []


def test_each_branch_is_given_them(owner: User, model: Model, folder: Folder) -> None:
    filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    edited = say(owner, "Other?", conversation_id=first.conversation_id)
    retried = say(owner, "again", retry_of=first.pk)
    assert given(edited) == given(retried) == ["owls.txt"]


def test_behind_a_compaction_they_are_given_again_and_never_twice_in_one_request(
    owner: User, model: Model, folder: Folder
) -> None:
    filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    compacted = say(owner, "compact", compacts=first.pk, input=[])
    assert compacted.input == [TRIGGER]
    assert given(compacted) == []
    compacted = ended(compacted, output=[{"type": "compaction", "encrypted_content": "x"}])
    after = say(owner, "After?", previous_response_id=compacted.pk)
    assert given(after) == ["owls.txt"]
    assert said(after).count("Text of owls.txt") == 1
    # A model that can't read the compaction is told the original in its stead.
    Response.objects.filter(pk=compacted.pk).update(model_name="another")
    assert said(after).count("First?") == 1
    assert said(after).count("Text of owls.txt") == 1


def test_a_withdrawn_message_leaves_them_to_the_one_behind_it(
    owner: User, model: Model, folder: Folder
) -> None:
    first = say(owner, "First?", folder_id=folder.pk)
    row = filed(folder)
    second = say(owner, "Second?", previous_response_id=first.pk)
    third = say(owner, "Third?", previous_response_id=first.pk)
    assert third.previous_response_id == second.pk
    assert (given(second), given(third)) == (["owls.txt"], [])
    queue.withdraw(owner, second.pk)
    third.refresh_from_db()
    assert given(third) == ["owls.txt"]
    assert list(third.folder_attachments.all()) == [row]


def test_a_waiting_message_that_is_changed_keeps_them(
    owner: User, model: Model, folder: Folder
) -> None:
    row = filed(folder)
    first = say(owner, "First?")
    move([first.conversation_id], folder.pk)
    waiting = say(owner, "Second?", previous_response_id=first.pk)
    queue.edit(owner, waiting.pk, [user_message("Another?")])
    waiting.refresh_from_db()
    assert given(waiting) == ["owls.txt"]
    assert list(waiting.folder_attachments.all()) == [row]


def test_several_models_are_given_the_same(owner: User, model: Model, folder: Folder) -> None:
    filed(folder)
    other = Model.objects.create(provider=model.provider, name="model-2")
    first = say(owner, "All?", folder_id=folder.pk, model_id=model.pk, beside=[other.pk])
    rows = Response.objects.filter(conversation=first.conversation_id)
    assert [given(row) for row in rows] == [["owls.txt"], ["owls.txt"]]


def test_a_message_of_its_own_files_and_too_many_of_the_folders_is_refused_in_words(
    owner: User, model: Model, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(folder)
    own = attach(owner, "own.txt")
    monkeypatch.setattr(protocol_files, "MAX_SENT", 9)  # each has five bytes
    with pytest.raises(RequestError) as caught:
        say(owner, "Both?", input=asking(own), folder_id=folder.pk)
    assert caught.value.status == 413
    assert "folder" in caught.value.message
    assert not Response.objects.exists()
    assert not Conversation.objects.exists()
    assert given(say(owner, "One?", folder_id=folder.pk)) == ["owls.txt"]


def test_a_file_taken_out_stays_with_what_was_given_it_and_else_goes(
    owner: User, model: Model, folder: Folder
) -> None:
    kept = filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    gone = filed(folder, "hawks.txt")
    for row in (kept, gone):
        assert folder_files.take_out(folder, row.pk)
    assert not folder_files.take_out(folder, kept.pk)
    assert list(Attachment.objects.all()) == [kept]
    assert not gone.path.exists()
    second = say(owner, "Second?", previous_response_id=first.pk)
    assert given(second) == []
    assert "Text of owls.txt" in said(second, may_chain=False)


def test_with_the_folder_go_its_files_but_for_those_that_were_given(
    owner: User, model: Model, folder: Folder
) -> None:
    kept = filed(folder)
    say(owner, "First?", folder_id=folder.pk)
    gone = filed(folder, "hawks.txt")
    folder_files.delete(folder)
    assert list(Attachment.objects.all()) == [kept]
    assert not gone.path.exists()
    assert kept.path.exists()


def test_a_fork_keeps_what_its_messages_were_given(
    owner: User, model: Model, folder: Folder
) -> None:
    row = filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    copied = fork(first.conversation, first.pk).responses.get()
    assert given(copied) == ["owls.txt"]
    assert list(copied.folder_attachments.all()) == [row]


def test_a_link_shows_nobody_a_folders_files(owner: User, model: Model, folder: Folder) -> None:
    row = filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    assert "owls.txt" in str(first.to_api())
    assert "owls.txt" not in str(shared_response(first.to_api()))
    assert Share.make(first.conversation).file(row.pk) is None


def test_an_export_names_them(owner: User, model: Model, folder: Folder) -> None:
    filed(folder)
    first = ended(say(owner, "First?", folder_id=folder.pk))
    assert "* owls.txt (from the folder)" in as_markdown(first.conversation)
    (exported,) = as_json(first.conversation)["responses"]
    assert exported["folder_files"][0]["filename"] == "owls.txt"


def test_a_conversation_in_no_folder_asks_the_database_nothing_more(
    owner: User, model: Model, folder: Folder, django_assert_max_num_queries: Any
) -> None:
    filed(folder)
    row = make_response(make_conversation(owner))
    for _ in range(12):
        row = make_response(row.conversation, previous=row)
    with django_assert_max_num_queries(0):
        give(Response(previous_response=row), None)
    with django_assert_max_num_queries(1):
        give(Response(previous_response=row), folder)
