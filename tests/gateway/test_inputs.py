"""Images and files in requests: what a provider is sent, what is kept, and what is refused."""

import base64
import io
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openai
import pytest
from openai import OpenAI
from PIL import Image

from tests.gateway.conftest import client_of
from tests.gateway.test_creating import WEATHER
from tests.gateway.test_stored import until
from tests.support.server import (
    FakeProvider,
    Server,
    add_people,
    connected_to,
    running_server,
)
from tests.support.uploads import huge_png, pdf, picture

CAT = picture(size=(30, 20))
PHOTO = picture("JPEG", size=(40, 30))
PAPER = pdf("The minster of Ulm")


class Web:
    """A server of the web that has some files; `asked` are the paths that it was asked for."""

    def __init__(self, port: int, asked: list[str]) -> None:
        self.url, self.asked = f"http://127.0.0.1:{port}", asked


@contextmanager
def serving() -> Iterator[Web]:
    files = {
        "/cat.png": ("image/png", CAT),
        "/photo": ("image/jpeg", PHOTO),
        "/paper": ("application/pdf", PAPER),
        "/notes.md": ("text/markdown", b"# Ulm"),
        "/drawing.png": ("image/png", b"<svg/>"),
    }
    asked: list[str] = []

    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if self.path == "/never":
                ended.wait()
            kind, data = files.get(self.path, ("text/plain", b""))
            if self.path == "/elsewhere":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            else:
                self.send_response(200 if data else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Web(server.server_address[1], asked)
        ended.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as there:
        yield there


@pytest.fixture(scope="module")
def connected(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider, web: Web
) -> Iterator[Server]:
    """An installation with a provider, which may read what `web` has."""
    folder = tmp_path_factory.mktemp("inputs") / "data"
    shutil.copytree(migrated, folder)
    settings = {"WEB_INTERNAL_HOSTS": web.url.removeprefix("http://"), **connected_to(provider)}
    with running_server(folder, settings) as process:
        yield process


@pytest.fixture(scope="module")
def key(connected: Server) -> str:
    add_people(connected.data_dir, ["ada"])
    return connected.manage("create_key", "ada", "Notebook").strip()


@pytest.fixture
def client(connected: Server, key: str) -> Iterator[OpenAI]:
    with client_of(connected, key) as made:
        yield made


def data_url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def message(text: str, *parts: dict[str, Any]) -> Any:
    return {"role": "user", "content": [{"type": "input_text", "text": text}, *parts]}


def ask(client: OpenAI, text: str, *parts: dict[str, Any], **more: Any) -> Any:
    given = {"model": "fake-model", "input": [message(text, *parts)], **more}
    return client.responses.create(**given)


def sent(provider: FakeProvider, text: str) -> list[dict[str, Any]]:
    """What the provider was last sent beside this text."""
    body = provider.answered(text)[-1]["body"]
    contents = [item["content"] for item in body["input"] if item.get("role") == "user"]
    return [part for part in contents[-1] if part.get("text") != text]


def listed(client: OpenAI, response_id: str, **more: Any) -> list[Any]:
    return list(client.responses.input_items.list(response_id, order="asc", **more))


def is_picture(url: str, data: bytes) -> bool:
    """Whether a data URL is this picture, which was written anew meanwhile."""
    return bool(pixels(base64.b64decode(url.partition(",")[2])) == pixels(data))


def pixels(data: bytes) -> Any:
    with Image.open(io.BytesIO(data)) as found:
        return found.format, found.size, found.convert("RGB").getpixel((0, 0))


def kept(server: Server, client: OpenAI) -> tuple[list[str], list[str]]:
    """The files that there are, by their rows and on the disk."""
    names = sorted(path.name for path in (server.data_dir / "uploads").iterdir())
    return [file.id for file in client.files.list()], names


def test_an_image_is_sent_to_the_provider_in_each_form(
    client: OpenAI, provider: FakeProvider, web: Web
) -> None:
    file = client.files.create(file=("cat.png", CAT), purpose="vision")
    for n, form in enumerate(
        (
            {"image_url": data_url(CAT)},
            {"image_url": f"{web.url}/cat.png"},
            {"file_id": file.id},
        )
    ):
        text = f"Which animal, {n}?"
        ask(client, text, {"type": "input_image", "detail": "low", **form})
        (part,) = sent(provider, text)
        assert (part["type"], part["detail"]) == ("input_image", "low")
        assert is_picture(part["image_url"], CAT)
    assert web.asked.count("/cat.png") == 1


def test_no_bytes_are_kept_in_a_message_and_an_image_is_given_back_when_it_is_asked_for(
    connected: Server, client: OpenAI
) -> None:
    given = ask(client, "Kept?", {"type": "input_image", "image_url": data_url(PHOTO, "image/png")})
    rows = f"Response.objects.get(pk={given.id!r}).input"
    code = f"from conversations.models import Response; print({rows})"
    assert "base64" not in connected.manage("shell", "-v0", "-c", code)
    (item,) = listed(client, given.id)
    (part,) = item.content[1:]
    assert (part.type, part.detail, part.image_url) == ("input_image", "auto", None)
    assert client.files.retrieve(part.file_id).filename == "image.jpg"
    (item,) = listed(client, given.id, include=["message.input_image.image_url"])
    assert item.content[1].file_id == part.file_id
    assert is_picture(item.content[1].image_url, PHOTO)


def test_a_file_is_read_by_a_model_that_takes_none_in_each_form(
    client: OpenAI, provider: FakeProvider, web: Web
) -> None:
    encoded = base64.b64encode(PAPER).decode()
    file = client.files.create(file=("paper.pdf", PAPER), purpose="user_data")
    for n, (form, name) in enumerate(
        (
            ({"file_id": file.id}, "paper.pdf"),
            ({"file_data": data_url(PAPER, "application/pdf")}, "file.pdf"),
            ({"file_data": data_url(PAPER), "filename": "a.pdf"}, "a.pdf"),
            ({"file_data": encoded, "filename": "../b.pdf"}, "b.pdf"),
            ({"file_url": f"{web.url}/paper"}, "paper.pdf"),
            ({"file_url": f"{web.url}/paper", "filename": "c.pdf"}, "c.pdf"),
        )
    ):
        text = f"Which building, {n}?"
        given = ask(client, text, {"type": "input_file", **form})
        (part,) = sent(provider, text)
        assert part["type"] == "input_text"
        assert name in part["text"]
        assert "The minster of Ulm" in part["text"]
        (item,) = listed(client, given.id)
        assert (item.content[1].type, item.content[1].filename) == ("input_file", name)
    ask(client, "Which town?", {"type": "input_file", "file_url": f"{web.url}/notes.md"})
    assert "# Ulm" in sent(provider, "Which town?")[0]["text"]


def test_a_file_goes_whole_to_a_model_that_takes_files(
    connected: Server, client: OpenAI, provider: FakeProvider
) -> None:
    rows = "Model.objects.filter(name='fake-model-large')"
    code = f"from conversations.models import Model; {rows}.update(takes_files=True)"
    connected.manage("shell", "-v0", "-c", code)
    part = {"type": "input_file", "file_data": data_url(PAPER), "filename": "whole.pdf"}
    ask(client, "Whole?", part, model="fake-model-large")
    whole = {"filename": "whole.pdf", "file_data": data_url(PAPER, "application/pdf")}
    assert sent(provider, "Whole?") == [{"type": "input_file", **whole}]


def test_a_picture_that_a_tool_of_the_scripts_gave_is_sent_and_kept_like_others(
    connected: Server, client: OpenAI, provider: FakeProvider
) -> None:
    call = {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": "{}"}
    parts = [
        {"type": "input_text", "text": "Seen:"},
        {"type": "input_image", "image_url": data_url(CAT)},
        {"type": "input_file", "filename": "sky.txt", "file_data": data_url(b"Grey", "text/plain")},
    ]
    output = {"type": "function_call_output", "call_id": "c1", "output": parts}
    items = [message("A view?"), call, output]
    given = client.responses.create(model="fake-model", input=items, tools=[WEATHER])
    body = provider.answered("A view?")[-1]["body"]
    words, image, file = body["input"][-1]["output"]
    assert words == parts[0]
    assert is_picture(image["image_url"], CAT)
    assert "Grey" in file["text"]
    found = listed(client, given.id)
    assert [part.type for part in found[-1].output] == ["input_text", "input_image", "input_file"]
    file_id = found[-1].output[1].file_id
    with pytest.raises(openai.ConflictError):
        client.files.delete(file_id)
    # What is listed can be said again.
    again: Any = [{k: v for k, v in item.to_dict().items() if k != "status"} for item in found]
    client.responses.create(model="fake-model", input=again, tools=[WEATHER])
    body = provider.answered("A view?")[-1]["body"]
    assert is_picture(body["input"][-1]["output"][1]["image_url"], CAT)


def test_what_is_told_again_and_again_is_kept_once(connected: Server, client: OpenAI) -> None:
    parts = [{"type": "input_image", "image_url": data_url(picture(size=(9, 9)))}] * 2
    first = ask(client, "Once?", *parts)
    before = kept(connected, client)
    second = ask(client, "Twice?", *parts)
    assert kept(connected, client) == before
    messages = [listed(client, id_)[0] for id_ in (first.id, second.id)]
    assert len({part.file_id for each in messages for part in each.content[1:]}) == 1


def test_files_go_with_their_response(connected: Server, client: OpenAI) -> None:
    before = kept(connected, client)
    part = {"type": "input_image", "image_url": data_url(picture(size=(8, 8)))}
    given = ask(client, "Gone?", part)
    assert kept(connected, client) != before
    client.responses.delete(given.id)
    assert kept(connected, client) == before


def test_what_is_not_stored_has_no_files_that_could_be_named(
    client: OpenAI, provider: FakeProvider
) -> None:
    before = [file.id for file in client.files.list()]
    part = {"type": "input_image", "image_url": data_url(picture(size=(7, 7)))}
    ask(client, "Unstored?", part, store=False)
    assert sent(provider, "Unstored?")[0]["image_url"].startswith("data:image/png")
    assert [file.id for file in client.files.list()] == before


def test_a_request_that_fails_leaves_no_file_behind(connected: Server, client: OpenAI) -> None:
    before = kept(connected, client)
    new = {"type": "input_image", "image_url": data_url(picture(size=(6, 6)))}
    output = {"type": "function_call_output", "call_id": "none", "output": "x"}
    broken = {"type": "input_image", "image_url": data_url(b"\x89PNG\r\n\x1a\nbroken")}
    for more in (
        {"model": "none"},
        {"previous_response_id": "resp_none"},
        {"input": [message("x", new), output]},
        {"input": [message("x", new, broken)]},
        {"input": [message("x", new, {"type": "input_file", "file_id": "file_none"})]},
        {"input": [message("x", *[new] * 11)]},
    ):
        with pytest.raises(openai.BadRequestError):
            ask(client, "Fails?", new, **more)
        assert kept(connected, client) == before, more


@pytest.mark.usefixtures("key")
def test_nothing_is_fetched_for_who_has_asked_enough(connected: Server, web: Web) -> None:
    limited = connected.manage("create_key", "ada", "Spent", "--tokens-per-day", "1").strip()
    with client_of(connected, limited) as client:
        ask(client, "Enough?")
        more = cat_of(web, "spent")
        for mode in ({}, {"stream": True}, {"background": True}, {"store": False}):
            with pytest.raises(openai.RateLimitError):
                ask(client, "More?", more, **mode)
        with pytest.raises(openai.RateLimitError):
            client.responses.input_tokens.count(model="fake-model", input=[message("More?", more)])
    assert "/cat.png?spent" not in web.asked


def cat_of(web: Web, query: str) -> dict[str, Any]:
    return {"type": "input_image", "image_url": f"{web.url}/cat.png?{query}"}


def test_who_hangs_up_while_files_are_fetched_leaves_none_behind(
    connected: Server, client: OpenAI, web: Web
) -> None:
    before = kept(connected, client)
    new = {"type": "input_image", "image_url": data_url(picture(size=(5, 5)))}
    never = {"type": "input_image", "image_url": f"{web.url}/never"}
    asking = threading.Thread(target=hang_up, args=(client, new, never))
    asking.start()
    until(lambda: "/never" in web.asked)
    assert kept(connected, client)[1] != before[1]
    asking.join()
    until(lambda: kept(connected, client) == before)


def hang_up(client: OpenAI, *parts: dict[str, Any]) -> None:
    with pytest.raises(openai.APITimeoutError):
        ask(client.with_options(timeout=4.0), "Never?", *parts)


@pytest.mark.parametrize(
    ("part", "field", "code"),
    [
        ({"image_url": "ftp://example.org/a.png"}, "image_url", "invalid_image_url"),
        ({"image_url": "data:text/plain;base64,eA=="}, "image_url", "invalid_image_url"),
        ({"image_url": "https://"}, "image_url", "failed_to_download_image"),
        ({"image_url": "http://127.0.0.1:9/a.png"}, "image_url", "failed_to_download_image"),
        ({"image_url": "http://[::1]/a.png"}, "image_url", "failed_to_download_image"),
        ({"image_url": "WEB/elsewhere"}, "image_url", "failed_to_download_image"),
        ({"image_url": "WEB/missing.png"}, "image_url", "failed_to_download_image"),
        ({"image_url": "WEB/drawing.png"}, "image_url", "invalid_image_format"),
        ({"image_url": "data:image/png;base64,?"}, "image_url", "invalid_base64_image"),
        ({"image_url": "data:image/png,abc"}, "image_url", "invalid_base64_image"),
        ({"image_url": "data:image/png;base64,"}, "image_url", "empty_image_file"),
        ({"image_url": "data:image/svg+xml;base64,PHN2Zy8+"}, "image_url", "invalid_image_format"),
        ({"image_url": data_url(huge_png(30_000, 30_000))}, "image_url", "image_too_large"),
        ({"image_url": data_url(CAT), "detail": "much"}, "detail", "invalid_value"),
        ({"image_url": 7}, "image_url", "invalid_type"),
        ({}, "image_url", "invalid_type"),
        ({"file_id": 7}, "file_id", "invalid_type"),
        ({"file_data": "eA=="}, "filename", "invalid_value"),
        ({"file_data": "eA==", "filename": "a.exe"}, "file_data", "unsupported_file_type"),
        ({"file_data": "eA==", "filename": "a.pdf"}, "file_data", "invalid_file"),
        ({"file_data": "?", "filename": "a.txt"}, "file_data", "invalid_base64"),
        ({"file_data": "", "filename": "a.txt"}, "file_data", "empty_file"),
        ({"file_url": "file:///etc/passwd"}, "file_url", "invalid_file_url"),
        ({"file_url": "WEB/missing.pdf"}, "file_url", "failed_to_download_file"),
        ({"filename": "a.txt"}, "file_data", "invalid_type"),
    ],
)
def test_what_is_no_file_is_refused_where_it_stands(
    client: OpenAI, web: Web, part: dict[str, Any], field: str, code: str
) -> None:
    is_file = any(name.startswith("file") and name != "file_id" for name in part)
    given = {"type": "input_file" if is_file else "input_image"} | {
        name: value.replace("WEB", web.url) if isinstance(value, str) else value
        for name, value in part.items()
    }
    with pytest.raises(openai.BadRequestError) as error:
        ask(client, "Refused?", given)
    assert error.value.code == code
    assert error.value.param == f"input[0].content[1].{field}"


def test_files_of_others_are_nobodys_in_whatever_place(connected: Server, client: OpenAI) -> None:
    add_people(connected.data_dir, ["eve"])
    secret = connected.manage("create_key", "eve", "Notebook").strip()
    file = client.files.create(file=("cat.png", CAT), purpose="vision")
    part = {"type": "input_image", "file_id": file.id}
    call = {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "c1", "output": [part]}
    with client_of(connected, secret) as eves:
        for items in ([message("x", part)], [message("x"), call, output]):
            with pytest.raises(openai.BadRequestError) as error:
                ask(eves, "x", input=items)
            assert error.value.code == "file_not_found"


def test_a_compaction_is_made_of_what_files_say(client: OpenAI, provider: FakeProvider) -> None:
    part = {"type": "input_file", "filename": "n.txt", "file_data": data_url(b"Ulm", "text/plain")}
    items = [message("To be compacted", part)]
    made = client.responses.compact(model="fake-model", input=items)
    assert made.output[0].type == "compaction"
    assert "Ulm" in str(provider.answered("To be compacted")[-1]["body"]["input"])


def test_a_conversation_is_told_files_as_a_question_is(
    connected: Server, client: OpenAI, provider: FakeProvider
) -> None:
    image = {"type": "input_image", "image_url": data_url(picture(size=(7, 9)))}
    begun = client.conversations.create(items=[message("Look at this.", image)])
    added = client.conversations.items.create(
        begun.id,
        items=[message("And at this.", {**image, "image_url": data_url(picture(size=(9, 7)))})],
    )
    added_id: Any = added.data[0].id
    includes: Any = ([], ["message.input_image.image_url"])
    for include in includes:
        listed_items = client.conversations.items.list(begun.id, order="asc", include=include).data
        one = client.conversations.items.retrieve(
            added_id, conversation_id=begun.id, include=include
        )
        assert [each.id for each in listed_items][1] == one.id
        items: list[Any] = [each.to_dict() for each in (*listed_items, one)]
        parts = [item["content"][1] for item in items]
        assert all(("image_url" in part) == bool(include) for part in parts)
        assert all(part["file_id"] for part in parts)
    ask(client, "What did you see?", conversation=begun.id)
    (body,) = [each["body"] for each in provider.answered("What did you see?")]
    assert str(body["input"]).count("data:image/png;base64,") == 2
    before = kept(connected, client)
    nobodys = message("y", {"type": "input_file", "file_id": "none"})
    with pytest.raises(openai.BadRequestError):
        client.conversations.items.create(begun.id, items=[message("x", image), nobodys])
    assert kept(connected, client) == before


def test_files_are_counted_and_not_kept(connected: Server, client: OpenAI) -> None:
    before = kept(connected, client)
    image = {"type": "input_image", "image_url": data_url(picture(size=(11, 5)))}
    alone = client.responses.input_tokens.count(model="fake-model", input=[message("Hm")])
    more = client.responses.input_tokens.count(model="fake-model", input=[message("Hm", image)])
    assert more.input_tokens > alone.input_tokens
    assert kept(connected, client) == before
