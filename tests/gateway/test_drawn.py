"""A picture that a provider has drawn, as a script is given it."""

import base64
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from PIL import Image

from tests.gateway.conftest import client_of
from tests.support.server import FakeProvider, Server, add_people, connected_to, running_server

QUESTION: Any = {"model": "fake-model", "input": "draw=1 please"}


@pytest.fixture(scope="module")
def drawing(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider
) -> Iterator[Server]:
    """Its provider draws."""
    folder = tmp_path_factory.mktemp("drawn") / "data"
    shutil.copytree(migrated, folder)
    with running_server(folder, connected_to(provider)) as process:
        add_people(process.data_dir, ["ada"])
        yield process


@pytest.fixture(scope="module")
def client(drawing: Server) -> Iterator[OpenAI]:
    key = drawing.manage("create_key", "ada", "Notebook").strip()
    with client_of(drawing, key) as made:
        yield made


def picture_in(items: Any) -> Any:
    (call,) = (item for item in items if item.type == "image_generation_call")
    return call


def is_whole(call: Any) -> bool:
    with Image.open(io.BytesIO(base64.b64decode(call.result))) as found:
        return found.size == (640, 640)


def test_it_comes_as_the_api_has_it_whenever_it_is_read(client: OpenAI) -> None:
    conversation = client.conversations.create()
    given = client.responses.create(**QUESTION, conversation=conversation.id)
    call = picture_in(given.output)
    assert is_whole(call)
    assert picture_in(client.responses.retrieve(given.id).output) == call
    items = client.conversations.items.list(conversation.id).data
    assert picture_in(items).result == call.result
    one: Any = client.conversations.items.retrieve(call.id, conversation_id=conversation.id)
    assert one.result == call.result
    assert client.files.content(call.file["file_id"]).read() == base64.b64decode(call.result)


def test_it_comes_in_a_stream_that_adds_up(client: OpenAI) -> None:
    with client.responses.stream(**QUESTION) as stream:
        done = [event for event in stream if event.type == "response.output_item.done"]
        last = stream.get_final_response()
    assert is_whole(picture_in([event.item for event in done]))
    assert picture_in(last.output).result == picture_in([event.item for event in done]).result


def test_one_that_was_deleted_is_gone_from_what_is_read(drawing: Server, client: OpenAI) -> None:
    given = client.responses.create(**QUESTION)
    for path in (drawing.data_dir / "uploads").iterdir():
        path.unlink()
    assert picture_in(client.responses.retrieve(given.id).output).result is None
