"""Uploads: who may have a file, how it is served, and when it is deleted."""

import json
import os
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Attachment, Folder, Model, own_files
from conversations.models.attachment import UNUSED_FOR, link, remove_unused, sweep
from conversations.models.fork import fork
from conversations.models.keeping import partial_path
from conversations.models.pruning import remove_branch
from conversations.models.response import Response
from tests.support.deleting import pass_time
from tests.support.models import make_conversation, make_response
from tests.support.people import signed_in as client_of
from tests.support.uploads import docx, picture, uploads

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def other(owner: User) -> Client:
    return client_of(User.objects.create_user("eve"))


@pytest.fixture
def reviewer(owner: User) -> Client:
    return client_of(User.objects.create_user("rita", is_staff=True))


def upload(client: Client, data: bytes, name: str = "cat.png") -> Any:
    return client.post(
        "/files/", data, content_type="application/octet-stream", headers={"X-File-Name": name}
    )


def uploaded(client: Client, data: bytes | None = None, name: str = "cat.png") -> str:
    answer = upload(client, data or picture(), name)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["file_id"])


def test_what_is_being_drawn_is_seen_by_its_person_alone(
    owner: User, signed_in: Client, other: Client, reviewer: Client
) -> None:
    response = make_response(make_conversation(owner), status="in_progress")
    partial_path(response.pk, 2).write_bytes(picture())
    path = f"/responses/{response.pk}/partial/?at=2"
    answer = signed_in.get(path)
    assert (answer.content, answer["Content-Type"]) == (picture(), "image/png")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    for client in (other, reviewer):
        assert client.get(path).status_code == 404
    assert signed_in.get(f"/responses/{response.pk}/partial/?at=3").status_code == 204
    for wrong in ("", "?at=../2", "?at=99999"):
        assert signed_in.get(f"/responses/{response.pk}/partial/{wrong}").status_code == 404
    assert signed_in.get("/responses/resp_none/partial/?at=2").status_code == 404
    partial_path(response.pk, 2).write_bytes(b"<script>")
    assert signed_in.get(path).status_code == 404


def test_a_kind_that_nobody_looks_into_is_a_download(owner: User, signed_in: Client) -> None:
    row = Attachment.objects.create(owner=owner, name="slides.pptx", size=2, sha256="")
    row.path.write_bytes(b"PK")
    answer = signed_in.get(f"/files/{row.pk}/")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="slides.pptx"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def message_with(owner: User, file_id: str, **fields: Any) -> Response:
    row = Attachment.objects.get(pk=file_id)
    given = [{"type": "message", "role": "user", "content": [row.as_part()]}]
    response = make_response(make_conversation(owner), input=given, **fields)
    with transaction.atomic():
        link([response])
    return response


def test_an_upload_says_what_it_is(signed_in: Client) -> None:
    told = upload(signed_in, picture(size=(64, 48)), "My%20cat.png").json()
    assert told["type"] == "input_image"
    assert (told["filename"], told["width"], told["height"]) == ("My cat.png", 64, 48)


def test_an_upload_looks_at_no_files_but_its_own(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for listing in ("glob", "iterdir"):
        monkeypatch.setattr(Path, listing, None)
    uploaded(signed_in, picture(size=(3000, 20)))
    row = Attachment.objects.get()
    assert row.path.exists()
    assert row.thumbnail.exists()
    assert len(row.for_model()) < row.size


def test_the_owner_gets_a_picture_to_look_at_and_a_file_to_save(signed_in: Client) -> None:
    shown = signed_in.get(f"/files/{uploaded(signed_in)}/")
    assert shown.content.startswith(b"\x89PNG")
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"] == 'inline; filename="cat.png"'
    saved = signed_in.get(f"/files/{uploaded(signed_in, docx('Hello'), 'a.docx')}/")
    assert saved["Content-Disposition"] == 'attachment; filename="a.docx"'


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xml", "a.js"])
def test_43_what_could_run_is_plain_text_and_a_download(signed_in: Client, name: str) -> None:
    file_id = uploaded(signed_in, b"<script>alert(document.cookie)</script>", name)
    answer = signed_in.get(f"/files/{file_id}/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")


def test_43_a_file_is_served_so_that_nothing_in_it_can_run(signed_in: Client) -> None:
    file_id = uploaded(signed_in)
    for path in (f"/files/{file_id}/", f"/files/{file_id}/thumbnail/"):
        answer = signed_in.get(path)
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "no-store, private"


def test_44_bytes_are_stored_under_a_uuid_and_names_quoted(
    signed_in: Client, uploads: Path
) -> None:
    name = "..%2F..%2Fx%22%0D%0ASet-Cookie%3A%20a.txt"
    file_id = uploaded(signed_in, b"text", name)
    stored = Attachment.objects.get(pk=file_id)
    assert {path.name for path in uploads.iterdir()} == {stored.stored.hex}
    disposition = signed_in.get(f"/files/{file_id}/")["Content-Disposition"]
    assert "\r" not in disposition
    assert disposition == 'attachment; filename="x\\"Set-Cookie: a.txt"'


@pytest.mark.parametrize("way", ["", "thumbnail/", "text/"])
def test_5_another_persons_file_is_like_a_missing_one(
    signed_in: Client, other: Client, way: str
) -> None:
    file_id = uploaded(signed_in)
    foreign, missing = other.get(f"/files/{file_id}/{way}"), other.get(f"/files/file_0/{way}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert Client().get(f"/files/{file_id}/{way}").status_code == 401


def test_5_another_persons_file_is_not_deleted(signed_in: Client, other: Client) -> None:
    file_id = uploaded(signed_in)
    assert other.delete(f"/files/{file_id}/").status_code == 404
    assert signed_in.get(f"/files/{file_id}/").status_code == 200


def test_reviewers_see_the_files_of_messages_and_no_drafts(
    signed_in: Client, reviewer: Client, owner: User
) -> None:
    file_id = uploaded(signed_in)
    assert reviewer.get(f"/files/{file_id}/").status_code == 404
    message_with(owner, file_id)
    assert reviewer.get(f"/files/{file_id}/").status_code == 200
    assert reviewer.delete(f"/files/{file_id}/").status_code == 404


def test_no_file_is_uploaded_from_another_site_or_by_nobody(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert upload(strict, picture()).status_code == 403
    assert upload(Client(), picture()).status_code == 401
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"MZ", "a.exe", 415, "type"),
        (b"<svg/>", "a.png", 422, "disagrees"),
        (b"", "a.txt", 422, "empty"),
        (b"\xff\xfe", "a.txt", 422, "encoding"),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing(
    signed_in: Client, uploads: Path, data: bytes, name: str, status: int, code: str
) -> None:
    answer = upload(signed_in, data, name)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"]
    assert not list(uploads.iterdir())


def test_46_a_file_of_more_than_25_mb_is_refused(
    signed_in: Client, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.turns.uploading.MAX_BYTES", 1000)
    assert upload(signed_in, b"x" * 1001, "a.txt").json()["error"]["code"] == "size"
    assert not list(uploads.iterdir())


def test_57_the_files_of_a_person_have_a_quota(signed_in: Client, settings: Any) -> None:
    settings.UPLOAD_QUOTA_MB = 1
    uploaded(signed_in, b"x" * 600_000, "a.txt")
    answer = upload(signed_in, b"x" * 600_000, "b.txt")
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "quota"


def test_the_text_of_a_file_can_be_read_as_a_model_is_sent_it(signed_in: Client) -> None:
    file_id = uploaded(signed_in, docx("Dear all"), "a.docx")
    assert signed_in.get(f"/files/{file_id}/text/").json()["text"] == "Dear all"
    told = signed_in.get(f"/files/{uploaded(signed_in)}/text/").json()["as_told"]
    assert told == "[Image: cat.png, 64 by 48 pixels. This model takes no images.]"


def test_47_what_is_taken_back_is_gone_from_the_disk(signed_in: Client, uploads: Path) -> None:
    file_id = uploaded(signed_in)
    assert signed_in.delete(f"/files/{file_id}/").status_code == 204
    assert signed_in.get(f"/files/{file_id}/").status_code == 404
    assert not list(uploads.iterdir())


def test_a_file_that_a_message_has_is_not_taken_back(signed_in: Client, owner: User) -> None:
    file_id = uploaded(signed_in)
    message_with(owner, file_id)
    assert signed_in.delete(f"/files/{file_id}/").status_code == 409


def test_47_a_deleted_conversation_takes_its_files_along(
    signed_in: Client, owner: User, uploads: Path
) -> None:
    file_id = uploaded(signed_in)
    conversation = message_with(owner, file_id).conversation
    assert signed_in.delete(f"/conversations/{conversation.pk}/").status_code == 204
    assert signed_in.get(f"/files/{file_id}/").status_code == 404
    assert async_to_sync(pass_time)() == 1
    assert not list(uploads.iterdir())


def test_a_fork_keeps_the_files_that_it_uses(signed_in: Client, owner: User) -> None:
    file_id = uploaded(signed_in)
    response = message_with(owner, file_id)
    fork(response.conversation, response.pk)
    signed_in.delete(f"/conversations/{response.conversation_id}/")
    assert signed_in.get(f"/files/{file_id}/").status_code == 200


def test_a_deleted_branch_takes_the_files_along_that_no_other_has(
    signed_in: Client, owner: User
) -> None:
    both, one = uploaded(signed_in), uploaded(signed_in)
    kept = message_with(owner, both)
    row = Attachment.objects.get(pk=one)
    given = [*kept.input, {"type": "message", "role": "user", "content": [row.as_part()]}]
    gone = make_response(kept.conversation, previous=kept, input=given)
    with transaction.atomic():
        link([gone])
    remove_branch(kept.conversation, gone.pk)
    assert set(Attachment.objects.values_list("pk", flat=True)) == {both}


def test_what_was_never_sent_is_swept_and_what_was_is_kept(
    signed_in: Client, owner: User, uploads: Path
) -> None:
    draft, sent = uploaded(signed_in), uploaded(signed_in)
    message_with(owner, sent)
    assert sweep() == 0
    later = timezone.now() + UNUSED_FOR + timedelta(hours=1)
    stray = uploads / ".incoming-0123"
    stray.write_bytes(b"half a file")
    assert sweep(later) == 2
    assert set(Attachment.objects.values_list("pk", flat=True)) == {sent}
    assert draft != sent
    assert signed_in.get(f"/files/{sent}/thumbnail/").status_code == 200


def test_what_a_script_keeps_is_kept_until_then_whatever_has_had_it(
    signed_in: Client, owner: User, uploads: Path
) -> None:
    now = timezone.now()
    short, long = uploaded(signed_in), uploaded(signed_in)
    for pk, days in ((short, 1), (long, 30)):
        Attachment.objects.filter(pk=pk).update(expires_at=now + timedelta(days=days))
    conversation = message_with(owner, long).conversation
    signed_in.delete(f"/conversations/{conversation.pk}/")
    async_to_sync(pass_time)()
    assert remove_unused([short, long]) == 0
    kept = Attachment.objects.values_list("pk", flat=True)
    for days, there in ((0, {short, long}), (2, {long}), (29, {long}), (31, set())):
        Attachment.objects.update(created_at=now)
        sweep(now + timedelta(days=days))
        assert set(kept.all()) == there


def test_a_file_that_came_in_a_message_has_a_name_only_where_that_is_kept(
    signed_in: Client, owner: User
) -> None:
    draft, sent, passing = (uploaded(signed_in) for _ in range(3))
    message_with(owner, sent)
    temporary = message_with(owner, passing).conversation
    temporary.expires_at = timezone.now() + timedelta(hours=1)
    temporary.save()

    def told() -> dict[str, bool]:
        return {row.pk: row.is_used for row in Attachment.objects.named().with_use()}

    assert told() == {draft: False, sent: True, passing: True}
    Attachment.objects.update(given_sha256="of a script's")
    assert told() == {sent: True}


def test_a_sweep_goes_on_when_a_file_has_gone_meanwhile(
    owner: User, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads.mkdir(parents=True, exist_ok=True)
    stray = uploads / ".incoming-0123"
    stray.write_bytes(b"half a file")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter([uploads / ".incoming-gone", stray]))
    assert sweep(timezone.now() + timedelta(hours=2)) == 1
    assert not stray.exists()


def test_the_files_of_a_deleted_person_are_swept(
    signed_in: Client, owner: User, uploads: Path
) -> None:
    uploaded(signed_in)
    owner.delete()
    sweep(timezone.now() + timedelta(hours=2))
    assert not list(uploads.iterdir())


def test_an_operator_sweeps(owner: User, uploads: Path) -> None:
    uploads.mkdir(parents=True, exist_ok=True)
    stray = uploads / ".incoming-0123"
    stray.write_bytes(b"half a file")
    os.utime(stray, (0, 0))
    said = StringIO()
    call_command("sweep_uploads", stdout=said)
    assert said.getvalue() == "Deleted: 1\n"
    assert not stray.exists()


def test_a_file_is_found_by_its_name(signed_in: Client, owner: User, model: Model) -> None:
    file_id = uploaded(signed_in, b"x", "quarterly-report.txt")
    row = Attachment.objects.get(pk=file_id)
    given = [{"type": "message", "role": "user", "content": [row.as_part()]}]
    response = make_response(make_conversation(owner), input=given)
    found = signed_in.get("/search/", {"q": "quarterly"}).json()
    assert [hit["response_id"] for hit in found["messages"]] == [response.pk]
    assert json.dumps(found).count("quarterly-report.txt") == 1


def listed(client: Client, **asked: str) -> Any:
    return client.get("/files/", asked).json()


def names(parts: list[dict[str, Any]]) -> list[str]:
    return [part["filename"] for part in parts]


def test_own_files_are_listed_by_name_the_latest_first_and_the_folders_before_them(
    signed_in: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    birds = Folder.objects.create(owner=owner, name="Birds")
    for name in ("owls.txt", "100%.txt", "cats.txt"):
        uploaded(signed_in, b"text", name)
    Attachment.objects.create(owner=owner, name="hawks.txt", size=1, folder=birds)
    found = listed(signed_in)
    assert names(found["files"]) == ["hawks.txt", "cats.txt", "100%.txt", "owls.txt"]
    with django_assert_max_num_queries(4):  # the session, its person, and two
        found = listed(signed_in, folder=birds.pk, q="S.t")
    assert names(found["folder"]) == ["hawks.txt"]
    assert names(found["files"]) == ["cats.txt", "owls.txt"]
    assert names(listed(signed_in, q="0%")["files"]) == ["100%.txt"]
    assert listed(signed_in, q="\0nothing")["files"] == []


def test_they_come_by_pages(
    signed_in: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_files, "PAGE", 2)
    for name in ("a.txt", "b.txt", "c.txt"):
        uploaded(signed_in, b"text", name)
    first = listed(signed_in)
    rest = listed(signed_in, before=first["next"])
    assert names(first["files"]) == ["c.txt", "b.txt"]
    assert (names(rest["files"]), rest["next"]) == (["a.txt"], None)
    assert signed_in.get("/files/", {"before": "no cursor"}).status_code == 400


def test_5_nobody_else_is_listed_another_persons_files(
    signed_in: Client, other: Client, owner: User
) -> None:
    birds = Folder.objects.create(owner=owner, name="Birds")
    Attachment.objects.create(owner=owner, name="hawks.txt", size=1, folder=birds)
    assert listed(other, folder=birds.pk) == {"folder": [], "files": [], "next": None}
    assert Client().get("/files/").status_code == 401


def test_a_file_of_one_message_is_attached_to_another_and_stays_with_it(
    signed_in: Client, owner: User, model: Model
) -> None:
    file_id = uploaded(signed_in, b"text", "a.txt")
    first, second = (message_with(owner, file_id, client_key=key) for key in "ab")
    row = Attachment.objects.get()
    assert set(row.responses.all()) == {first, second}
    first.conversation.delete()
    assert remove_unused([file_id]) == 0
    second.conversation.delete()
    assert remove_unused([file_id]) == 1


def test_which_files_are_there_is_told_of_one_s_own_alone(signed_in: Client, owner: User) -> None:
    mine, gone = uploaded(signed_in), uploaded(signed_in)
    signed_in.delete(f"/files/{gone}/")
    eve = User.objects.create_user("eve")
    theirs = Attachment.objects.create(owner=eve, name="a.txt", size=1, sha256="")
    asked = [mine, gone, theirs.pk, "none", "\0", "x" * 99]
    answer = signed_in.get("/files/there/", {"id": asked})
    assert answer.json() == {"files": [mine]}
