"""What calls have given: texts, and pictures for those who look at them."""

from conversations.protocol.dialects import DIALECTS
from conversations.protocol.functions import NO_PICTURE, picture_part, without_pictures
from conversations.protocol.refused_parts import has_part
from conversations.protocol.tokens import item_tokens

PICTURE = picture_part("data:image/png;base64," + "A" * 400_000)
SEEN = {
    "type": "function_call_output",
    "call_id": "c",
    "output": [{"type": "input_text", "text": "A view:"}, PICTURE],
}


def test_who_looks_at_no_pictures_is_told_of_each() -> None:
    message = {"type": "message", "role": "user", "content": "Look."}
    told = {**SEEN, "output": f"A view:\n\n{NO_PICTURE}"}
    assert without_pictures([message, SEEN]) == [message, told]


def test_what_was_imported_in_any_shape_costs_no_question() -> None:
    parts = ["x", None, {"type": "input_text"}, {"type": "input_text", "text": 7}, PICTURE]
    (told,) = without_pictures([{**SEEN, "output": parts}])
    assert told["output"].strip() == NO_PICTURE


def test_a_document_that_was_given_stays_beside_what_is_told_of_pictures() -> None:
    document = {"type": "input_file", "filename": "a.pdf", "file_data": "data:"}
    given = {**SEEN, "output": [*SEEN["output"], document]}
    (told,) = without_pictures([given])
    text = {"type": "input_text", "text": NO_PICTURE}
    assert told["output"] == [SEEN["output"][0], text, document]
    (sent,) = DIALECTS["ollama"].request({"model": "m", "input": [given]})["input"]
    assert NO_PICTURE in sent["output"]
    assert "a.pdf" in sent["output"]


def test_servers_that_take_texts_alone_are_sent_texts() -> None:
    body = {"model": "m", "input": [SEEN]}
    for name in ("ollama", "llamacpp", "huggingface"):
        (sent,) = DIALECTS[name].request(body)["input"]
        assert NO_PICTURE in sent["output"]
    assert DIALECTS["standard"].request(body)["input"] == [SEEN]


def test_a_picture_is_not_counted_by_its_letters() -> None:
    assert item_tokens(SEEN) < 5_000


def test_a_picture_that_was_given_is_one_that_a_provider_may_refuse() -> None:
    assert has_part([SEEN], "input_image")
    assert not has_part(without_pictures([SEEN]), "input_image")
