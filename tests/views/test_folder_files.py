"""The files of a folder: added, taken out, counted, kept from others."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Attachment, Folder, folder_files
from conversations.models.archive_of_person import archive_of
from conversations.models.attachment import UNUSED_FOR, link, sweep
from tests.support.models import make_conversation, make_response
from tests.support.people import signed_in as client_of
from tests.support.uploads import picture, uploads
from tests.views.test_files import upload

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")


@pytest.fixture
def folder(owner: User) -> Folder:
    return Folder.objects.create(owner=owner, name="Birds")


@pytest.fixture
def other(owner: User) -> Client:
    return client_of(User.objects.create_user("eve"))


def add(client: Client, folder: Folder, data: bytes | None = None, name: str = "a.txt") -> Any:
    return client.post(
        f"/folders/{folder.pk}/files/",
        data or b"Some text",
        content_type="application/octet-stream",
        headers={"X-File-Name": name},
    )


def test_a_file_is_added_listed_on_the_page_and_taken_out(
    signed_in: Client, folder: Folder, uploads: Path
) -> None:
    told = add(signed_in, folder, picture(), "owl.png")
    assert told.status_code == 201
    part = told.json()
    assert (part["type"], part["filename"], part["width"]) == ("input_image", "owl.png", 64)
    assert b"owl.png" in signed_in.get(f"/folders/{folder.pk}/").content
    address = f"/folders/{folder.pk}/files/{part['file_id']}/"
    assert signed_in.delete(address).status_code == 204
    assert signed_in.delete(address).status_code == 404
    assert not Attachment.objects.exists()
    assert not list(uploads.iterdir())


def test_5_another_persons_folder_takes_and_gives_nothing(
    signed_in: Client, other: Client, folder: Folder
) -> None:
    file_id = add(signed_in, folder).json()["file_id"]
    assert add(other, folder).status_code == 404
    assert other.delete(f"/folders/{folder.pk}/files/{file_id}/").status_code == 404
    assert other.get(f"/files/{file_id}/").status_code == 404
    assert add(Client(), folder).status_code == 401
    assert Attachment.objects.get().folder == folder


def test_no_file_is_added_from_another_site(owner: User, folder: Folder) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    assert add(strict, folder).status_code == 403


def test_what_is_refused_says_why_and_leaves_nothing(
    signed_in: Client, folder: Folder, uploads: Path
) -> None:
    answer = add(signed_in, folder, b"<svg/>", "a.png")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "disagrees")
    assert not list(uploads.iterdir())


def test_a_folder_takes_no_more_than_goes_with_one_message(
    signed_in: Client, folder: Folder, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_files, "MOST", 1)
    add(signed_in, folder)
    refused = add(signed_in, folder)
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "folder_full")
    assert "A folder may have 1 files" in refused.json()["error"]["message"]
    monkeypatch.setattr(folder_files, "MOST", 5)
    monkeypatch.setattr(folder_files, "MAX_SENT", 12)
    assert add(signed_in, folder).status_code == 413
    assert len(list(uploads.iterdir())) == Attachment.objects.count() == 1


def test_its_files_count_to_the_quota(
    signed_in: Client, folder: Folder, settings: Settings
) -> None:
    settings.UPLOAD_QUOTA_MB = 1
    assert add(signed_in, folder, b"a" * 900_000).status_code == 201
    assert upload(signed_in, b"a" * 900_000, "b.txt").json()["error"]["code"] == "quota"


def test_they_are_not_swept_as_uploads_that_were_never_sent(
    signed_in: Client, folder: Folder
) -> None:
    file_id = add(signed_in, folder).json()["file_id"]
    sweep(timezone.now() + UNUSED_FOR + timedelta(days=1))
    assert Attachment.objects.get().pk == file_id
    assert signed_in.delete(f"/files/{file_id}/").status_code == 409


def test_with_the_folder_they_go(signed_in: Client, folder: Folder, uploads: Path) -> None:
    add(signed_in, folder)
    signed_in.post(f"/folders/{folder.pk}/delete/")
    assert not Attachment.objects.exists()
    assert not list(uploads.iterdir())


def test_reviewers_see_what_a_message_was_given_and_nothing_else_of_a_folder(
    signed_in: Client, owner: User, folder: Folder
) -> None:
    reviewer = client_of(User.objects.create_user("rita", is_staff=True))
    file_id = add(signed_in, folder).json()["file_id"]
    assert reviewer.get(f"/files/{file_id}/").status_code == 404
    part = Attachment.objects.get().as_part()
    with transaction.atomic():
        link([make_response(make_conversation(owner), folder_files=[part])])
    assert reviewer.get(f"/files/{file_id}/").status_code == 200


def test_an_export_of_everything_has_them(signed_in: Client, owner: User, folder: Folder) -> None:
    file_id = add(signed_in, folder).json()["file_id"]
    assert f"files/{file_id}/a.txt".encode() in b"".join(archive_of(owner))
