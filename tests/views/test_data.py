"""My data: imports by pieces and by a form, everything as a zip, links to revoke."""

import asyncio
import errno
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import AsyncClient, Client
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Import, ImportedChat, Share
from tests.support.models import make_conversation, make_response

pytestmark = pytest.mark.django_db(transaction=True)

CHATGPT = (Path(__file__).parents[1] / "imports" / "chatgpt.json").read_bytes()


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


async def until_done(client: AsyncClient, import_id: str) -> dict[str, Any]:
    for _ in range(200):
        told: dict[str, Any] = (await client.get(f"/imports/{import_id}/")).json()
        if told["status"] in ("done", "failed"):
            return told
        await asyncio.sleep(0.05)
    raise AssertionError("it does not end")


async def test_a_file_sent_in_pieces_is_taken_in_and_reported(owner: User) -> None:
    client = AsyncClient()
    await client.aforce_login(owner)
    body = json.dumps({"name": "conversations.json", "size": len(CHATGPT), "again": False})
    begun = await client.post("/imports/", body, "application/json")
    assert begun.status_code == 201
    path = f"/imports/{begun.json()['id']}/"
    half = len(CHATGPT) // 2
    assert (await client.put(f"{path}?at={half}", CHATGPT[half:])).status_code == 409
    assert (await client.put(f"{path}?at=0", CHATGPT[:half])).json()["received"] == half
    assert (await client.put(f"{path}?at={half}", CHATGPT[half:])).status_code == 200
    assert (await until_done(client, begun.json()["id"]))["done"] == 1
    answer = await client.get(f"/settings/data{path}")
    html = answer.content.decode()
    assert "1 conversation taken." in html
    assert "instructions to the model" in html
    assert await Conversation.objects.acount() == 1


def test_without_scripts_a_form_sends_it(owner: User) -> None:
    client = Client()
    client.force_login(owner)
    file = SimpleUploadedFile("conversations.json", CHATGPT)
    answer = client.post("/settings/data/import/", {"file": file})
    import_ = Import.objects.get()
    assert answer["Location"] == f"/settings/data/imports/{import_.pk}/"
    assert (import_.received, import_.path.read_bytes()) == (len(CHATGPT), CHATGPT)
    assert client.post("/settings/data/import/", {}).status_code == 302


def test_without_scripts_too_many_at_once_are_refused_in_words(owner: User) -> None:
    for _ in range(3):
        Import.objects.create(owner=owner, size=3, status="running")
    client = Client()
    client.force_login(owner)
    file = SimpleUploadedFile("conversations.json", CHATGPT)
    page = client.post("/settings/data/import/", {"file": file}, follow=True)
    assert "Wait for the imports that are under way." in page.content.decode()
    assert Import.objects.count() == 3


def no_room(*_: Any) -> bool:
    raise OSError(errno.ENOSPC, "No space left on device")


SENTENCE = "The server could not keep the file. Tell whoever runs it, and try again later."


async def test_a_piece_that_does_not_fit_on_the_disk_is_refused_in_words(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.models.importing._write", no_room)
    client = AsyncClient()
    await client.aforce_login(owner)
    import_ = await Import.objects.acreate(owner=owner, size=3)
    answer = await client.put(f"/imports/{import_.pk}/?at=0", b"abc")
    assert answer.status_code == 507
    assert answer.json()["error"] == {"code": "not_kept", "message": SENTENCE}
    page = await client.get(f"/settings/data/imports/{import_.pk}/")
    assert SENTENCE in page.content.decode()


def test_without_scripts_a_full_disk_is_told_in_words(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.models.importing._write", no_room)
    client = Client()
    client.force_login(owner)
    file = SimpleUploadedFile("conversations.json", CHATGPT)
    page = client.post("/settings/data/import/", {"file": file}, follow=True)
    assert (page.status_code, Import.objects.get().status) == (200, "failed")
    assert SENTENCE in page.content.decode()


def test_without_scripts_a_file_that_is_not_whole_is_told_in_words(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.models.importing._write", lambda *_: False)
    client = Client()
    client.force_login(owner)
    file = SimpleUploadedFile("conversations.json", CHATGPT)
    page = client.post("/settings/data/import/", {"file": file}, follow=True)
    assert "The file did not arrive whole. Please upload it again." in page.content.decode()


def test_how_far_an_import_is_stands_on_its_page(owner: User) -> None:
    import_ = Import.objects.create(
        owner=owner, size=3, status="running", total=8, beaten_at=timezone.now()
    )
    ImportedChat.objects.bulk_create(
        ImportedChat(of=import_, number=number, outcome="unreadable") for number in range(3)
    )
    client = Client()
    client.force_login(owner)
    html = client.get(f"/settings/data/imports/{import_.pk}/").content.decode()
    assert "3 of 8 conversations · 37 %" in html
    assert '<progress max="8" value="3"' in html
    assert "Folders" not in html
    Import.objects.update(brought={"folders": 2, "folders_known": 1, "notes_left": 4})
    html = client.get(f"/settings/data/imports/{import_.pk}/").content.decode()
    assert "Folders: 2 taken, 1 here already and left as they are, 0 not taken." in html
    assert "Notes of the memory: 0 taken, 0 here already, 4 not taken." in html
    Import.objects.update(status="done")
    assert "<progress" not in client.get(f"/settings/data/imports/{import_.pk}/").content.decode()


async def test_somebody_elses_import_is_as_missing_as_what_never_was(owner: User) -> None:
    import_ = await Import.objects.acreate(owner=owner, size=3)
    client = AsyncClient()
    await client.aforce_login(await User.objects.acreate_user("bob"))
    for id_ in (import_.pk, "import_missing"):
        assert (await client.get(f"/imports/{id_}/")).status_code == 404
        assert (await client.put(f"/imports/{id_}/?at=0", b"abc")).status_code == 404
        assert (await client.get(f"/settings/data/imports/{id_}/")).status_code == 404


@pytest.mark.parametrize("size", [0, -1, 2**40, True, "3"])
async def test_what_is_no_size_begins_nothing(owner: User, size: Any) -> None:
    client = AsyncClient()
    await client.aforce_login(owner)
    body = json.dumps({"name": "x", "size": size, "again": False})
    assert (await client.post("/imports/", body, "application/json")).status_code in (400, 413)
    assert not await Import.objects.aexists()


async def test_everything_of_mine_is_a_zip(owner: User) -> None:
    conversation = await Conversation.objects.acreate(owner=owner, title="Birds")
    response = await asyncio.to_thread(make_response, conversation)
    made = await Attachment.objects.acreate(owner=owner, name="A puffin.png", size=3, sha256="")
    await asyncio.to_thread(made.path.write_bytes, b"png")
    await response.attachments.aadd(made)
    client = AsyncClient()
    await client.aforce_login(owner)
    answer: Any = await client.get("/settings/data/export/")
    content = b"".join([piece async for piece in answer])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (exported,) = json.loads(archive.read("conversations.json"))
        assert archive.read(f"files/{made.pk}/A puffin.png") == b"png"
    assert exported["title"] == "Birds"
    assert (await AsyncClient().get("/settings/data/export/")).status_code == 302


def test_an_operator_exports_a_person(owner: User, tmp_path: Path) -> None:
    make_response(make_conversation(owner, "Birds"))
    call_command("export_person", owner.username, "--to", str(tmp_path / "all.zip"))
    assert zipfile.is_zipfile(tmp_path / "all.zip")


def test_all_my_links_are_listed_and_revoked(owner: User) -> None:
    conversation = make_conversation(owner, "Birds")
    make_response(conversation)
    share = Share.make(conversation)
    client = Client()
    client.force_login(owner)
    assert f"/s/{share.token}/" in client.get("/settings/data/").content.decode()
    client.post(f"/settings/data/links/{share.pk}/")
    assert Share.find(share.token) is None
    other = Client()
    other.force_login(User.objects.create_user("bob"))
    assert other.post(f"/settings/data/links/{share.pk}/").status_code == 404
