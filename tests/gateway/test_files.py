"""/v1/files, by the official SDK: what a script uploads, lists, reads and deletes."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest
from openai import OpenAI

from tests.gateway.test_creating import ask
from tests.support.server import Server
from tests.support.uploads import huge_png, pdf, picture

DAY = 24 * 3600


def uploaded(client: OpenAI, name: str = "notes.txt", data: bytes = b"Ulm", **more: Any) -> Any:
    return client.files.create(**{"file": (name, data), "purpose": "user_data", **more})


def refused(client: OpenAI, **more: Any) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as error:
        uploaded(client, **more)
    return error.value


def ids_of(client: OpenAI) -> list[str]:
    return [file.id for file in client.files.list()]


def with_file(file_id: str, kind: str = "input_file", text: str = "What is this?") -> Any:
    parts = [{"type": "input_text", "text": text}, {"type": kind, "file_id": file_id}]
    return [{"role": "user", "content": parts}]


def test_a_file_is_uploaded_read_and_deleted(client: OpenAI) -> None:
    file = uploaded(client, "notes.txt", b"Ulm has a minster.", purpose="assistants")
    assert (file.filename, file.bytes, file.purpose) == ("notes.txt", 18, "assistants")
    assert file.expires_at == file.created_at + 8 * DAY
    assert client.files.retrieve(file.id) == file
    assert client.files.content(file.id).read() == b"Ulm has a minster."
    assert client.files.wait_for_processing(file.id) == file
    deleted = client.files.delete(file.id)
    assert (deleted.id, deleted.deleted, deleted.object) == (file.id, True, "file")
    for call in (client.files.retrieve, client.files.content, client.files.delete):
        with pytest.raises(openai.NotFoundError):
            call(file.id)


def test_how_long_it_is_kept_can_be_said(client: OpenAI) -> None:
    file = uploaded(client, expires_after={"anchor": "created_at", "seconds": 3600})
    assert file.expires_at == file.created_at + 3600
    for wrong in (
        {"anchor": "created_at", "seconds": 3599},
        {"anchor": "created_at", "seconds": 31 * DAY},
        {"anchor": "created_at", "seconds": "000003600" + "9" * 30},
        {"anchor": "created_at"},
        {"anchor": "now", "seconds": 3600},
    ):
        error = refused(client, expires_after=wrong)
        assert error.status_code == 400
        assert str(error.param).startswith("expires_after."), wrong


def test_files_are_listed_in_pages(client: OpenAI) -> None:
    made = [uploaded(client, f"{n}.txt", purpose="vision").id for n in range(3)]
    pages = client.files.list(limit=2, order="asc", purpose="vision")
    assert pages.has_more
    assert [file.id for file in pages] == made
    latest = [file.id for file in client.files.list(limit=1, purpose="vision")]
    assert latest == made[::-1]
    long = "000000001" + "9" * 30
    for wrong in (
        {"limit": 0},
        {"limit": 10_001},
        {"limit": long},
        {"after": "file_none"},
        {"order": "up"},
    ):
        with pytest.raises(openai.BadRequestError):
            client.files.list(**wrong)


def test_two_keys_never_see_each_others_files(client: OpenAI, bobs: OpenAI) -> None:
    file = uploaded(client)
    assert file.id not in ids_of(bobs)
    for call in (bobs.files.retrieve, bobs.files.content, bobs.files.delete):
        messages = []
        for id_ in (file.id, file.id[:-6] + "zzzzzz"):
            with pytest.raises(openai.NotFoundError) as error:
                call(id_)
            messages.append(str(error.value).replace(id_, "ID"))
        assert messages[0] == messages[1]
    with pytest.raises(openai.BadRequestError):
        bobs.files.list(after=file.id)
    with pytest.raises(openai.BadRequestError) as refused:
        ask(bobs, with_file(file.id))
    assert refused.value.code == "file_not_found"
    assert client.files.retrieve(file.id) == file


def test_a_file_that_a_message_has_goes_with_it(client: OpenAI) -> None:
    file = uploaded(client, expires_after={"anchor": "created_at", "seconds": 3600})
    given = ask(client, with_file(file.id))
    assert client.files.retrieve(file.id).expires_at is None
    with pytest.raises(openai.ConflictError) as error:
        client.files.delete(file.id)
    assert error.value.code == "file_in_use"
    assert error.value.response.headers["x-should-retry"] == "false"
    client.responses.delete(given.id)
    assert client.files.retrieve(file.id).expires_at == file.expires_at
    client.files.delete(file.id)


def test_a_picture_is_written_anew(client: OpenAI) -> None:
    photo = picture("JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00SECRET")
    file = uploaded(client, "photo.jpg", photo, purpose="vision")
    data = client.files.content(file.id).read()
    assert data.startswith(b"\xff\xd8\xff")
    assert b"SECRET" not in data
    assert len(data) == file.bytes


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\\b\\c.txt", "c.txt"),
        ("x\u202egpj.txt", "xgpj.txt"),
        ("ü 你.md", "ü 你.md"),
        ("n" * 300 + ".txt", "n" * 196 + ".txt"),
    ],
)
def test_a_name_is_a_name_and_no_path(client: OpenAI, name: str, shown: str) -> None:
    file = uploaded(client, name)
    assert file.filename == shown
    headers = client.files.content(file.id).response.headers
    assert headers["content-disposition"].startswith("attachment; filename")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("run.exe", b"MZ\x90", "unsupported_file_type"),
        ("noend", b"text", "unsupported_file_type"),
        ("a.png", b"<svg/>", "invalid_file"),
        ("a.txt", b"\xff\xfe", "invalid_file"),
        ("a.pdf", b"%PDF-nothing", "invalid_file"),
        ("a.png", huge_png(30_000, 30_000), "invalid_file"),
        ("a.txt", b"", "empty_file"),
    ],
)
def test_what_is_not_taken_in_the_chat_is_not_taken_here(
    client: OpenAI, name: str, data: bytes, code: str
) -> None:
    before = ids_of(client)
    error = refused(client, name=name, data=data)
    assert isinstance(error, openai.BadRequestError)
    assert (error.param, error.code, error.type) == ("file", code, "invalid_request_error")
    assert ids_of(client) == before


def test_a_file_has_25_mb_at_the_most(client: OpenAI) -> None:
    error = refused(client, data=b"x" * (25 * 1024 * 1024 + 1))
    assert (error.status_code, error.code) == (413, "file_too_large")
    assert uploaded(client, data=b"x" * 25 * 1024 * 1024).bytes == 25 * 1024 * 1024


def test_what_can_not_be_the_body_of_a_request_is_refused_in_the_apis_form(
    served: Server, keys: dict[str, str]
) -> None:
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    connection.putrequest("POST", "/v1/files")
    connection.putheader("Authorization", f"Bearer {keys['ada']}")
    connection.putheader("Content-Length", str(100 * 1024 * 1024))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert b'"code": "request_too_large"' in answer.read()
    connection.close()


def test_a_form_that_is_not_as_it_has_to_be_is_told_where(client: OpenAI) -> None:
    assert refused(client, purpose="batch").param == "purpose"
    assert refused(client, extra_body={"shape": "round"}).code == "unknown_parameter"
    wrong: list[tuple[Any, str, str | None]] = [
        ({"json": {"purpose": "user_data"}}, "invalid_form", None),
        ({"files": {"file": ("a.txt", b"x")}}, "missing_required_parameter", "purpose"),
        ({"files": {"purpose": (None, b"user_data")}}, "missing_required_parameter", "file"),
    ]
    for body, code, param in wrong:
        answer = client._client.post(f"{client.base_url}files", headers=client.auth_headers, **body)
        error = answer.json()["error"]
        assert (answer.status_code, error["code"], error["param"]) == (400, code, param)


def test_a_form_that_breaks_off_is_refused(client: OpenAI) -> None:
    begun = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nab'
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers = {**client.auth_headers, "Content-Type": kind}
        answer = client._client.post(f"{client.base_url}files", content=begun, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["error"]["message"]


def test_a_pdf_is_read_in_an_answer(client: OpenAI) -> None:
    file = uploaded(client, "a.pdf", pdf("The minster of Ulm"))
    answer = ask(client, with_file(file.id, text="try: read"))
    assert answer.status == "completed"
    assert answer.id
