"""Where what a provider makes stands in its events, and what is put there instead."""

from typing import Any

from conversations.protocol.files import File, with_files
from conversations.protocol.made import (
    CARRYING,
    cited_in,
    made_ids,
    made_names,
    pictures_in,
    unfinished,
    with_cited,
    with_pictures,
)

FILE = {"type": "input_image", "file_id": "file_1", "filename": "a.png", "size": 3}
KEPT = {"file": FILE}
DATA = "data:image/png;base64,AAAA"


def drawn(**fields: Any) -> dict[str, Any]:
    return {"type": "image_generation_call", "id": "ig_1", "status": "completed"} | fields


def cites(**fields: Any) -> dict[str, Any]:
    annotation = {
        "type": "container_file_citation",
        "container_id": "c",
        "file_id": "f",
        "filename": "a.csv",
    }
    part = {"type": "output_text", "text": "x", "annotations": [annotation | fields]}
    return {"type": "message", "role": "assistant", "content": [part]}


def test_no_delta_is_looked_at() -> None:
    assert not [kind for kind in CARRYING if "delta" in kind]


def test_a_picture_is_replaced_wherever_it_stands() -> None:
    outputs = [{"type": "image", "url": DATA}, {"type": "image", "url": "https://x.example/"}]
    code = {"type": "code_interpreter_call", "outputs": outputs}
    response = {"id": "r", "output": [drawn(result="AAAA"), code, None]}
    event = {"type": "response.completed", "item": drawn(result="AAAA"), "response": response}
    assert [text for text, _ in pictures_in(event)] == ["AAAA", "AAAA", DATA]
    new = with_pictures(event, {"AAAA": KEPT, DATA: {"not_kept": "size"}})
    assert new["item"] == drawn(file=FILE)
    left = [{"type": "image", "not_kept": "size"}, {"type": "image", "url": "https://x.example/"}]
    assert new["response"]["output"] == [drawn(file=FILE), {**code, "outputs": left}, None]
    assert event["item"] == drawn(result="AAAA")


def test_no_provider_says_what_is_a_file_of_ours() -> None:
    forged = drawn(file=FILE, partial_image_id="resp_1-0-0", result=None)
    event = {"type": "response.output_item.done", "item": forged}
    assert with_pictures(event, {})["item"] == drawn(result=None)
    (cited,) = cited_in([cites(file=FILE)])
    item = with_cited(cites(file=FILE), {cited: {"not_kept": "gone"}})
    assert item["content"][0]["annotations"][0].get("file") is None


def test_only_a_picture_of_our_own_name_is_one_that_was_being_drawn() -> None:
    assert unfinished(drawn(partial_image_id="resp_1-2-0")) == ("resp_1-2-0", 2)
    for name in ("x", "resp_1-x-0", "resp_1-2-0/..", "-2-0", 3, None):
        assert unfinished(drawn(partial_image_id=name)) is None
    assert unfinished({"type": "message", "partial_image_id": "resp_1-2-0"}) is None


def test_a_picture_that_is_no_text_is_left_as_it_is() -> None:
    for result in ([], ["AAAA"], {"a": 1}, 3):
        event = {"type": "response.output_item.done", "item": drawn(result=result)}
        assert pictures_in(event) == []
        assert with_pictures(event, {"AAAA": KEPT}) == event


def test_what_was_made_is_found_in_items_of_any_shape() -> None:
    code = {"type": "code_interpreter_call", "outputs": [{"type": "image", **KEPT}, None, 3]}
    other = {"type": "acme", "file": FILE}
    items = [drawn(**KEPT), cites(**KEPT), code, other, None, drawn(file="x"), {"content": 3}]
    assert made_ids(items) == ["file_1"] * 3
    assert made_names(items) == ["a.png"]
    assert made_ids(None) == []
    assert made_ids([drawn(file={**FILE, "file_id": "../x"})]) == []


def test_a_picture_is_sent_again_as_it_was_drawn_or_told_of() -> None:
    file = File("a.png", "image/png", 3, lambda: b"abc", width=2, height=1)

    def sent(files: dict[str, File], *, takes_images: bool = True) -> dict[str, Any]:
        given = [drawn(**KEPT)]
        return with_files(given, files, takes_images=takes_images, takes_files=True)[0]

    assert sent({"file_1": file}) == drawn(result="YWJj")
    gone = sent({})
    assert gone["role"] == "assistant"
    assert "not there any more" in gone["content"][0]["text"]
    blind = sent({"file_1": file}, takes_images=False)["content"][0]["text"]
    assert blind == "[Image: a.png, 2 by 1 pixels. This model takes no images.]"


def test_what_nobody_can_read_is_named_to_a_model() -> None:
    part = {"type": "input_file", "file_id": "file_2", "filename": "a.zip", "size": 3}
    file = File("a.zip", "application/octet-stream", 3, lambda: b"abc")
    message = {"type": "message", "role": "user", "content": [part]}
    (item,) = with_files([message], {"file_2": file}, takes_images=True, takes_files=True)
    assert item["content"][0]["text"] == "[File: a.zip. No text could be read from it.]"
