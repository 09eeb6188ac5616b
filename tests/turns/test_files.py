"""Files in messages: whose they are, and how a provider is sent them."""

import base64
from pathlib import Path
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Attachment, Model, Response
from conversations.models.attachment import folder
from conversations.models.fork import fork
from conversations.protocol import files as protocol_files
from conversations.protocol.items import user_message
from conversations.turns import queue
from conversations.turns.files import as_sent
from conversations.turns.outgoing import request_of
from conversations.turns.request import NewResponse, RequestError, store
from tests.support.models import make_conversation, make_response
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
    sent = [item["content"][1] for item in as_sent(items, model.provider, owner.pk)]
    assert sent[0]["text"].startswith("[old.png: not sent again")
    assert sent[1]["type"] == "input_image"


def test_a_file_whose_bytes_are_lost_is_named(owner: User, model: Model, uploads: Path) -> None:
    row = attach(owner)
    row.path.unlink()
    sent = as_sent(ask(owner, row).input, model.provider, owner.pk)[0]["content"][1]
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
