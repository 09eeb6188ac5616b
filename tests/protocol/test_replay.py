"""What is sent again to a provider that refused an item of its own."""

from conversations.protocol.items import assistant_message
from conversations.protocol.replay import Origin, Plain, replayed

HERE = Origin("p", "m")
SEALED = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [],
    "encrypted_content": "sealed",
}


def test_the_ids_that_a_provider_refused_are_left_out() -> None:
    history = [(SEALED, HERE), (assistant_message("Hi"), HERE)]
    items = replayed(history, HERE, [], Plain.IDS)
    assert [item["type"] for item in items] == ["reasoning", "message"]
    assert not any("id" in item for item in items)


def test_an_id_that_joins_a_call_to_its_output_stays() -> None:
    request = {"type": "mcp_approval_request", "id": "a", "name": "n", "server_label": "s"}
    decision = {"type": "mcp_approval_response", "approval_request_id": "a", "approve": True}
    items = replayed([(request, HERE)], HERE, [decision], Plain.REASONING)
    assert items == [request, decision]


FILE = {"type": "input_image", "file_id": "file_1", "filename": "a.png", "size": 3}
DRAWN = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "file": FILE}


def test_a_picture_that_was_drawn_is_told_its_provider_as_that_and_others_as_a_picture() -> None:
    assert replayed([(DRAWN, HERE)], HERE, []) == [DRAWN]
    (shown,) = replayed([(DRAWN, HERE)], Origin("other", "m"), [])
    assert shown == {"type": "message", "role": "user", "content": [FILE]}


def test_what_is_not_here_is_not_told() -> None:
    lost = {"type": "image_generation_call", "id": "i", "not_kept": "size", "status": "completed"}
    code = {"type": "code_interpreter_call", "id": "c", "status": "completed", "outputs": []}
    outputs = [{"type": "logs", "logs": "x"}, {"type": "image", "file": FILE}]
    items = replayed([(lost, HERE), ({**code, "outputs": outputs}, HERE)], HERE, [])
    assert items == [{**code, "outputs": outputs[:1]}]


def test_what_it_thought_is_left_out_where_that_was_refused() -> None:
    history = [(SEALED, HERE), (assistant_message("Hi"), HERE)]
    items = replayed(history, HERE, [], Plain.REASONING)
    assert [item["type"] for item in items] == ["message"]
