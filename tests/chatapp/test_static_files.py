"""What is said of a static file, to whom it is given, and how it is kept on disk."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from chatapp import settings as app_settings
from chatapp.static_files import preloaded, serve_static


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return tmp_path


async def headers_of(files: Path, name: str) -> dict[str, str]:
    application: Any = serve_static(None, files)
    scope: Any = {
        "type": "http",
        "method": "GET",
        "path": f"/static/{name}",
        "query_string": b"",
        "headers": [(b"origin", b"https://evil.example")],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    start = sent[0]
    assert start["status"] == 200
    return {key.decode(): value.decode() for key, value in start["headers"]}


async def test_another_site_gets_no_permission_to_read_a_static_file(files: Path) -> None:
    headers = await headers_of(files, "picture.svg")
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_what_runs_in_a_frame_without_an_origin_may_be_read_by_it(files: Path) -> None:
    (files / "chat/frames").mkdir(parents=True)
    (files / "chat/frames/mermaid.js").write_text("")
    assert (await headers_of(files, "chat/frames/mermaid.js"))["access-control-allow-origin"] == "*"


async def test_a_picture_that_is_opened_as_a_page_runs_nothing(files: Path) -> None:
    headers = await headers_of(files, "picture.svg")
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "script-src" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


def test_collected_files_can_be_read_by_whoever_runs_the_app(
    tmp_path: Path,
) -> None:
    options = app_settings.STORAGES["staticfiles"]["OPTIONS"]
    storage = FileSystemStorage(tmp_path / "collected", **options)
    storage.save("icons/x.svg", ContentFile(b"x"))
    assert (tmp_path / "collected" / "icons").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "collected" / "icons" / "x.svg").stat().st_mode & 0o777 == 0o644


def test_what_the_script_imports_is_named_by_its_address(tmp_path: Path) -> None:
    (tmp_path / "bundles").mkdir()
    lists = {
        "begin": ["bundles/pieces/common-AAAAAAAA.mjs"],
        "draw": ["bundles/pieces/turns-A.mjs"],
    }
    (tmp_path / "bundles" / "preload.json").write_text(json.dumps(lists))
    begin, draw = "/static/bundles/pieces/common-AAAAAAAA.mjs", "/static/bundles/pieces/turns-A.mjs"
    assert preloaded(tmp_path, draws=False) == [begin]
    assert preloaded(tmp_path, draws=True) == [begin, draw]


def test_where_nothing_was_collected_nothing_is_preloaded(tmp_path: Path) -> None:
    assert preloaded(tmp_path, draws=True) == []
