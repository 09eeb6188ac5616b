"""Files in messages: whose they are, and how a provider is sent them."""

import base64
from pathlib import Path
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Attachment, Model, Provider, Response, organising
from conversations.models.attachment import folder
from conversations.models.database import in_database
from conversations.models.fork import fork
from conversations.protocol import files as protocol_files
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import user_message
from conversations.turns import queue
from conversations.turns.files import as_sent
from conversations.turns.outgoing import request_of
from conversations.turns.request import NewResponse, RequestError, store
from conversations.turns.running import turns
from tests.support.asking import stored, until_settled
from tests.support.models import make_conversation, make_model, make_response
from tests.support.scripted import ScriptedProvider
from tests.support.uploads import uploads

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")


def attach(owner: User, name: str = "cat.png", data: bytes = b"bytes", **fields: Any) -> Attachment:
    row = Attachment.objects.create(owner=owner, name=name, size=len(data), **fields)
    row.path.write_bytes(data)
    return row


def asking(*rows: Attachment, text: str = "What is this?") -> list[dict[str, Any]]:
    parts = [
        {"type": "input_image" if row.kind.is_image else "input_file", "file_id": row.pk}
        for row in rows
    ]
    said = [{"type": "input_text", "text": text}] if text else []
    return [{"type": "message", "role": "user", "content": [*said, *parts]}]


def ask(owner: User, *rows: Attachment, text: str = "What is this?", **fields: Any) -> Response:
    fields = {"client_key": text or "none", "input": asking(*rows, text=text)} | fields
    return store(NewResponse(owner=owner, **fields), "here")[0]


def test_a_question_is_stored_with_what_its_files_are_and_without_their_bytes(
    owner: User, model: Model
) -> None:
    row = attach(owner, width=3, height=2)
    part = ask(owner, row).input[0]["content"][1]
    facts = {"filename": "cat.png", "size": 5, "width": 3, "height": 2}
    assert part == {"type": "input_image", "file_id": row.pk, **facts}


def test_files_alone_are_a_question_and_give_the_title(owner: User, model: Model) -> None:
    response = ask(owner, attach(owner, "a.txt"), attach(owner, "b.txt"), text="")
    assert response.conversation.title == "a.txt, b.txt"


def test_5_another_persons_file_can_not_be_attached(owner: User, model: Model) -> None:
    foreign = attach(User.objects.create_user("eve"))
    with pytest.raises(RequestError) as caught:
        ask(owner, foreign)
    assert caught.value.status == 404
    assert not Response.objects.exists()


def test_5_nor_put_into_a_message_that_waits(owner: User, model: Model) -> None:
    foreign = attach(User.objects.create_user("eve"))
    conversation = make_conversation(owner)
    waiting = make_response(conversation, waiting=True, status="queued")
    with pytest.raises(RequestError):
        queue.edit(owner, waiting.pk, asking(foreign))


def test_a_message_that_waits_gets_other_files(owner: User, model: Model) -> None:
    first, second = attach(owner, "a.txt"), attach(owner, "b.txt")
    waiting = ask(owner, first)
    Response.objects.filter(pk=waiting.pk).update(waiting=True)
    queue.edit(owner, waiting.pk, asking(second))
    assert list(waiting.attachments.all()) == [second]


def test_more_than_ten_files_are_refused(owner: User, model: Model) -> None:
    with pytest.raises(RequestError):
        ask(owner, *[attach(owner) for _ in range(11)])


def test_a_picture_is_sent_as_data(owner: User, model: Model) -> None:
    sent = request_of(ask(owner, attach(owner))).body["input"][0]["content"][1]
    url = f"data:image/png;base64,{base64.b64encode(b'bytes').decode()}"
    assert sent == {"type": "input_image", "image_url": url, "detail": "auto"}


def test_a_large_picture_is_sent_smaller(owner: User, model: Model) -> None:
    row = attach(owner)
    (folder() / f"{row.stored.hex}.sent").write_bytes(b"small")
    sent = request_of(ask(owner, row)).body["input"][0]["content"][1]["image_url"]
    assert base64.b64decode(sent.partition(",")[2]) == b"small"


def test_a_file_is_sent_whole_where_the_provider_takes_files(owner: User, model: Model) -> None:
    model.provider.takes_files = True
    model.provider.save()
    row = attach(owner, "a.pdf", b"%PDF-1", text="Some text")
    url = f"data:application/pdf;base64,{base64.b64encode(b'%PDF-1').decode()}"
    sent = request_of(ask(owner, row)).body["input"][0]["content"][1]
    assert sent == {"type": "input_file", "filename": "a.pdf", "file_data": url}


def test_an_answer_that_goes_on_in_a_deleted_conversation_still_has_its_files(
    owner: User, model: Model
) -> None:
    response = ask(owner, attach(owner, "a.pdf", text="Some text"))
    organising.delete([response.conversation_id])
    assert "Some text" in str(request_of(response).body["input"])
    assert not Attachment.objects.usable_by(owner.pk).exists()


def test_and_as_its_text_where_it_does_not(owner: User, model: Model) -> None:
    row = attach(owner, "a.pdf", text="Some text", pages=2)
    sent = request_of(ask(owner, row)).body["input"][0]["content"][1]
    told = "[File: a.pdf, 2 pages. Its text:]\nSome text\n[End of file]"
    assert sent == {"type": "input_text", "text": told}


def test_a_model_without_eyes_is_told_of_a_picture(owner: User, model: Model) -> None:
    model.provider.takes_images = False
    model.provider.save()
    sent = request_of(ask(owner, attach(owner, width=3, height=2))).body["input"][0]["content"][1]
    assert sent["text"] == "[Image: cat.png, 3 by 2 pixels. This model takes no images.]"


def test_files_are_sent_again_where_the_conversation_is(owner: User, model: Model) -> None:
    first = ask(owner, attach(owner, "a.txt", text="In the file"))
    Response.objects.filter(pk=first.pk).update(status="completed")
    second = ask(owner, text="And?", previous_response_id=first.pk, input=[user_message("And?")])
    said = request_of(second, may_chain=False).body["input"]
    assert "In the file" in said[0]["content"][1]["text"]


def test_a_retry_keeps_the_files_when_the_first_answer_goes(owner: User, model: Model) -> None:
    row = attach(owner)
    first = ask(owner, row)
    again = store(NewResponse(owner=owner, client_key="again", retry_of=first.pk), "here")[0]
    assert list(again.attachments.all()) == [row]


def test_what_is_too_much_for_one_request_leaves_out_the_oldest(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol_files, "MAX_SENT", 7)
    old, new = attach(owner, "old.png"), attach(owner, "new.png")
    items = [asking(old)[0], asking(new)[0]]
    row = Response(owner=owner, model=model)
    sent = [item["content"][1] for item in as_sent(items, row)]
    assert sent[0]["text"].startswith("[old.png: not sent again")
    assert sent[1]["type"] == "input_image"


def test_a_file_whose_bytes_are_lost_is_named(owner: User, model: Model, uploads: Path) -> None:
    row = attach(owner)
    row.path.unlink()
    asked = ask(owner, row)
    sent = as_sent(asked.input, asked)[0]["content"][1]
    assert sent["text"] == "[cat.png: this file is not there any more.]"


def test_12_a_message_that_names_another_persons_file_is_not_sent_it(
    owner: User, model: Model
) -> None:
    foreign = attach(User.objects.create_user("eve"), "secret.txt", text="the secret")
    part = foreign.as_part()
    imported = [{"type": "message", "role": "user", "content": [part]}]
    first = make_response(make_conversation(owner), input=imported)
    retried = store(NewResponse(owner=owner, client_key="k", retry_of=first.pk), "here")[0]
    assert not retried.attachments.exists()
    assert "the secret" not in str(request_of(retried).body)
    copied = fork(first.conversation, first.pk)
    assert not Attachment.objects.filter(responses__conversation=copied).exists()


@pytest.mark.parametrize(
    ("of_provider", "of_model", "taken"),
    [
        (True, None, True),
        (False, None, False),
        (False, True, True),
        (True, False, False),
    ],
)
def test_what_a_model_takes_is_its_own_where_it_says_so_and_else_its_provider_s(
    owner: User, model: Model, of_provider: bool, of_model: bool | None, taken: bool
) -> None:
    Provider.objects.update(takes_images=of_provider, takes_files=of_provider)
    Model.objects.update(takes_images=of_model, takes_files=of_model)
    files = (attach(owner, width=3, height=2), attach(owner, "a.pdf", text="words"))
    response = Response.objects.get(pk=ask(owner, *files).pk)
    kinds = [part["type"] for part in request_of(response).body["input"][0]["content"][1:]]
    assert kinds == (["input_image", "input_file"] if taken else ["input_text", "input_text"])


NO_IMAGES = ProviderError(ErrorKind.BAD_REQUEST, "This model does not support image inputs.")
NO_FILES = ProviderError(ErrorKind.BAD_REQUEST, "This model does not support file content types.")


def kinds_sent(provider: ScriptedProvider) -> list[list[str]]:
    return [[part["type"] for part in body["input"][-1]["content"]] for body in provider.requests]


async def test_what_a_model_refuses_is_sent_as_text_remembered_of_it_and_told(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    await in_database(Provider.objects.update, takes_files=True)
    other = await in_database(make_model, "model-2")
    files = await in_database(
        lambda: (attach(owner, width=3, height=2), attach(owner, "a.pdf", text="words"))
    )
    provider.will_answer(NO_IMAGES)
    provider.will_answer(NO_FILES)
    response = await start(owner, asking(*files), "one")
    assert kinds_sent(provider) == [
        ["input_text", "input_image", "input_file"],
        ["input_text", "input_text", "input_file"],
        ["input_text", "input_text", "input_text"],
    ]
    kept = await stored(response)
    assert (kept.status, kept.unsupported) == ("completed", ["input_image", "input_file"])
    await in_database(model.refresh_from_db)
    await in_database(other.refresh_from_db)
    assert (model.takes_images, model.takes_files) == (False, False)
    assert (other.takes_images, other.takes_files) == (None, None)
    provider.requests.clear()
    await start(owner, asking(*files), "two")
    assert kinds_sent(provider) == [["input_text", "input_text", "input_text"]]


async def test_a_refusal_of_this_one_picture_is_the_end_and_nothing_is_learnt(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    provider.will_answer(ProviderError(ErrorKind.BAD_REQUEST, "Unsupported image format: bmp."))
    response = await start(owner, asking(await in_database(attach, owner)), "one")
    assert (await stored(response)).status == "failed"
    await in_database(model.refresh_from_db)
    assert model.takes_images is None


async def test_what_the_provider_remembers_is_told_anew_to_a_model_without_eyes(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    first = await start(owner, asking(await in_database(attach, owner)), "one")
    provider.will_answer(NO_IMAGES)
    second = await start(owner, [user_message("And?")], "two", previous_response_id=first.pk)
    assert (await stored(second)).sent == Response.Sent.REPLAYED
    assert "previous_response_id" in provider.requests[1]
    assert provider.requests[2]["input"][0]["content"][1]["type"] == "input_text"


async def start(owner: User, items: list[dict[str, Any]], key: str, **fields: Any) -> Response:
    """Ask, and return when it is answered."""
    new = NewResponse(owner=owner, client_key=key, input=items, **fields)
    response = await turns.start(new)
    await until_settled()
    return response
