"""Which files an answer's model may read: on its path and in its folder, its person's alone."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Folder, Response, file_texts
from conversations.models.file_texts import has_texts, texts_of
from conversations.models.fork import fork
from conversations.protocol.compaction import TRIGGER
from tests.support.models import make_conversation, make_response
from tests.support.uploads import uploads
from tests.turns.test_files import attach

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")


def filed(owner: User, name: str, **fields: Any) -> Attachment:
    return attach(owner, name, **{"text": f"Text of {name}", "sha256": name} | fields)


def said(conversation: Conversation, *files: Attachment, **fields: Any) -> Response:
    row = make_response(conversation, **fields)
    row.attachments.set(files)
    return row


def names(row: Response) -> list[str]:
    found = [text.name for text in texts_of(row.pk, row.owner_id).texts]
    assert has_texts(row) is bool(found)
    return found


def test_those_on_the_way_to_the_answer_are_read_and_no_others(owner: User) -> None:
    conversation = make_conversation(owner)
    first = said(conversation, filed(owner, "first.txt"))
    last = said(conversation, filed(owner, "last.txt"), previous=first)
    said(conversation, filed(owner, "beside.txt"), previous=first)
    said(conversation, filed(owner, "later.txt"), previous=last)
    said(make_conversation(owner), filed(owner, "elsewhere.txt"))

    assert names(last) == ["first.txt", "last.txt"]
    assert names(first) == ["first.txt"]


def test_what_was_before_a_compaction_is_still_read(owner: User) -> None:
    conversation = make_conversation(owner)
    before = said(conversation, filed(owner, "before.txt"))
    compaction = said(conversation, input=[TRIGGER], compacts=before)
    last = said(conversation, previous=compaction)
    assert names(last) == ["before.txt"]

    copy = fork(conversation, last.pk).responses.order_by("pk").last()
    assert copy is not None
    assert names(copy) == ["before.txt"]


def test_those_of_the_folder_are_read_and_those_that_were_in_it_when_they_were_given(
    owner: User,
) -> None:
    folder = Folder.objects.create(owner=owner, name="Birds")
    filed(owner, "owls.txt", folder=folder)
    filed(owner, "fish.txt", folder=Folder.objects.create(owner=owner, name="Fish"))
    row = said(make_conversation(owner, folder=folder))
    row.folder_attachments.set([filed(owner, "taken out.txt")])

    assert names(row) == ["owls.txt", "taken out.txt"]


def test_files_of_others_are_not_read(owner: User) -> None:
    eve = User.objects.create_user("eve")
    row = said(make_conversation(owner), filed(owner, "own.txt"))
    said(make_conversation(eve), filed(eve, "secret.txt"))

    assert names(row) == ["own.txt"]
    assert texts_of(row.pk, eve.pk).texts == []


def test_pictures_and_what_has_no_text_are_not_among_them(owner: User) -> None:
    row = said(make_conversation(owner), filed(owner, "cat.png", text=""))
    assert names(row) == []


def test_no_two_have_one_name_and_one_that_was_uploaded_twice_is_one(owner: User) -> None:
    twice = filed(owner, "a.txt"), filed(owner, "a.txt")
    others = filed(owner, "a.txt", sha256="other"), filed(owner, "a.txt", sha256="third")
    row = said(make_conversation(owner), *twice, *others)
    assert names(row) == ["a.txt", "a.txt (2)", "a.txt (3)"]


@pytest.mark.parametrize(
    ("pages", "text", "has_pages"),
    [(None, "a\fb", False), (2, "a\fb", True), (2, "a\n\nb", False), (1, "a", True)],
)
def test_pages_are_known_where_their_ends_are_marked(
    owner: User, pages: int | None, text: str, has_pages: bool
) -> None:
    row = said(make_conversation(owner), filed(owner, "a.pdf", pages=pages, text=text))
    assert texts_of(row.pk, owner.pk).texts[0].has_pages is has_pages


def test_they_are_read_in_two_queries_however_long_the_conversation_is(owner: User) -> None:
    conversation = make_conversation(owner)
    row = said(conversation, filed(owner, "first.txt"))
    for number in range(12):
        row = said(conversation, filed(owner, f"{number}.txt"), previous=row)
    with CaptureQueriesContext(connection) as queries:
        assert len(texts_of(row.pk, owner.pk).texts) == 13
    assert len(queries) == 2


def test_a_first_message_that_was_edited_in_a_fork_has_none_of_its_origin(owner: User) -> None:
    conversation = make_conversation(owner)
    first = said(conversation, filed(owner, "first.txt"))
    copy = fork(conversation, first.pk)
    assert names(said(copy)) == []


def test_of_too_much_those_that_were_uploaded_last_are_read(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_texts, "MOST_LETTERS", 10)
    files = [filed(owner, name, text="12345") for name in ("a.txt", "b.txt", "c.txt")]
    row = said(make_conversation(owner), *files)
    found, left_out = texts_of(row.pk, owner.pk)
    assert ([text.name for text in found], left_out) == (["b.txt", "c.txt"], 1)


def test_whether_there_are_any_is_known_without_a_walk_where_nothing_was_attached(
    owner: User,
) -> None:
    row = said(make_conversation(owner))
    with CaptureQueriesContext(connection) as queries:
        assert not has_texts(row)
    assert not any("RECURSIVE" in each["sql"] for each in queries)
