"""The next request: chained where the provider's state can be relied on, else replayed."""

from collections.abc import Sequence
from typing import Any

import pytest

from conversations.protocol.chain import (
    Request,
    Step,
    build_request,
    ignores_chain,
    keeps_nothing,
    reuses_id,
)
from conversations.protocol.compaction import BEFORE, TRIGGER
from conversations.protocol.items import Item, assistant_message, user_message

HELLO, QUESTION = user_message("Hello"), user_message("And now?")
ANSWER = {**assistant_message("Hi."), "id": "msg_1", "status": "completed"}
REPLAYED = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "Hi.", "annotations": []}],
}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "f", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "1"}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "e"}
SEARCH = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {}}


def step(*output: Item, given: Sequence[Item] = (HELLO,), **fields: Any) -> Step:
    defaults: dict[str, Any] = {
        "upstream_id": "resp_up",
        "status": "completed",
        "provider": "one",
        "model": "m",
    }
    return Step(input=given, output=output or (ANSWER,), **{**defaults, **fields})


def request(*path: Step, new: Sequence[Item] = (QUESTION,), **fields: Any) -> Request:
    defaults: dict[str, Any] = {
        "model": "m",
        "instructions": None,
        "settings": {},
        "provider": "one",
        "stateful": True,
    }
    return build_request(path, new_input=list(new), **{**defaults, **fields})


def replay(*path: Step, **fields: Any) -> list[Item]:
    fields = {"may_chain": False, **fields}
    items: list[Item] = request(*path, **fields).body["input"]
    assert items[-1] == QUESTION
    return items[:-1]


def test_the_first_request_has_just_its_input() -> None:
    first = request()
    assert first.sent == "first"
    assert first.body == {"model": "m", "input": [QUESTION], "store": True}


def test_a_completed_parent_is_chained_on() -> None:
    chained = request(step())
    assert chained.sent == "chained"
    assert chained.body["previous_response_id"] == "resp_up"
    assert chained.body["input"] == [QUESTION]


def test_a_retry_is_chained_on_the_parent_its_path_ends_with() -> None:
    path = [step(upstream_id="resp_a"), step(upstream_id="resp_b")]
    assert request(*path[:1]).body["previous_response_id"] == "resp_a"


def test_an_answer_cut_at_the_limit_is_chained_on() -> None:
    cut = step(status="incomplete", incomplete_reason="max_output_tokens")
    assert request(cut).sent == "chained"


@pytest.mark.parametrize(
    "parent",
    [
        step(status="failed"),
        step(status="cancelled"),
        step(status="in_progress"),
        step(status="incomplete", incomplete_reason="interrupted"),
        step(status="incomplete", incomplete_reason="content_filter"),
        step(upstream_id=None),
        step(provider="other"),
        step(CALL),
    ],
    ids=["failed", "cancelled", "running", "interrupted", "filtered", "no id", "other", "call"],
)
def test_such_a_parent_is_never_chained_on(parent: Step) -> None:
    replayed = request(parent)
    assert replayed.sent == "replayed"
    assert "previous_response_id" not in replayed.body


def test_nothing_is_chained_where_the_provider_keeps_or_knows_nothing() -> None:
    assert request(step(), stateful=False).sent == "replayed"
    assert request(step(), may_chain=False).sent == "replayed"


def test_a_call_with_its_output_is_chained_on() -> None:
    assert request(step(CALL), new=(OUTPUT,)).sent == "chained"


def test_only_parameters_that_were_set_are_sent_in_a_stable_order() -> None:
    settings = {"top_p": None, "temperature": 0, "max_output_tokens": 5, "tools": [{"name": "t"}]}
    body = request(step(), instructions="Be brief.", settings=settings).body
    assert list(body) == [
        "model",
        "instructions",
        "tools",
        "max_output_tokens",
        "temperature",
        "previous_response_id",
        "input",
        "store",
    ]


def test_instructions_are_sent_again_with_every_request() -> None:
    assert request(step(), instructions="Be brief.").body["instructions"] == "Be brief."
    assert "instructions" not in request(step(), instructions="").body


def test_settings_cannot_speak_for_the_conversation() -> None:
    settings = {"input": "x", "previous_response_id": "x", "conversation": "x", "stream": True}
    assert request(settings=settings).body == {"model": "m", "input": [QUESTION], "store": True}


def test_store_is_the_callers_choice_and_unsaid_without_state() -> None:
    assert request(settings={"store": False}).body["store"] is False
    assert "store" not in request(stateful=False).body


def test_a_replay_tells_the_whole_path_without_ids_and_statuses() -> None:
    assert replay(step(), step()) == [HELLO, REPLAYED, HELLO, REPLAYED]


def test_a_refusal_is_replayed_as_text() -> None:
    part = {"type": "refusal", "refusal": "Hi."}
    refusal: Item = {"type": "message", "role": "assistant", "content": [part]}
    assert replay(step(refusal)) == [HELLO, REPLAYED]


def test_the_phase_of_a_message_is_kept_and_its_nulls_are_not() -> None:
    answer = {**ANSWER, "phase": "final_answer", "caller": None}
    assert replay(step(answer))[1] == {**REPLAYED, "phase": "final_answer"}


def test_an_empty_message_is_left_out() -> None:
    empty = assistant_message("")
    assert replay(step(empty)) == [HELLO]


@pytest.mark.parametrize("status", ["failed", "cancelled", "incomplete", "in_progress"])
def test_of_an_answer_that_broke_off_its_text_is_replayed(status: str) -> None:
    broken = step(REASONING, ANSWER, CALL, status=status, incomplete_reason="interrupted")
    assert replay(broken) == [HELLO, REPLAYED]


def test_of_an_answer_that_broke_off_before_any_text_only_the_input_is_replayed() -> None:
    broken = step(REASONING, status="failed")
    assert replay(broken) == [HELLO]


def test_a_call_without_an_output_and_an_output_without_a_call_are_dropped() -> None:
    lost = step(CALL, ANSWER)
    assert replay(lost) == [HELLO, REPLAYED]
    assert replay(step(given=(OUTPUT, HELLO))) == [HELLO, REPLAYED]


def test_a_call_with_its_output_is_replayed_in_order() -> None:
    items = replay(step(CALL), step(given=(OUTPUT,)))
    assert [item["type"] for item in items] == [
        "message",
        "function_call",
        "function_call_output",
        "message",
    ]
    assert "id" not in items[1]


def test_a_call_answered_by_the_new_input_is_replayed() -> None:
    items = request(step(CALL), new=(OUTPUT,), may_chain=False).body["input"]
    assert [item["type"] for item in items[1:]] == ["function_call", "function_call_output"]


def test_an_approval_is_replayed_only_with_its_request() -> None:
    asked = {"type": "mcp_approval_request", "id": "r1", "server_label": "s", "name": "n"}
    given = {"type": "mcp_approval_response", "approval_request_id": "r1", "approve": True}
    assert asked in replay(step(asked), step(given=(given,)))
    assert replay(step(asked)) == [HELLO]


def test_an_incomplete_call_is_dropped_with_its_output() -> None:
    call = {**CALL, "status": "incomplete"}
    assert replay(step(call), step(given=(OUTPUT,))) == [HELLO, REPLAYED]


@pytest.mark.parametrize(
    ("item", "provider", "model", "kept"),
    [
        (REASONING, "one", "m", True),
        (REASONING, "one", "other", False),
        (REASONING, "other", "m", False),
        ({**REASONING, "encrypted_content": None}, "one", "m", False),
        ({"type": "compaction", "encrypted_content": "e"}, "one", "m", True),
        ({"type": "compaction", "encrypted_content": "e"}, "one", "other", False),
        (SEARCH, "one", "other", True),
        (SEARCH, "other", "m", False),
        ({**SEARCH, "status": "searching"}, "one", "m", False),
        ({"type": "acme:new", "id": "a"}, "one", "m", True),
        ({"type": "acme:new", "id": "a"}, "other", "m", False),
    ],
)
def test_an_item_goes_only_where_it_is_understood(
    item: Item, provider: str, model: str, kept: bool
) -> None:
    kinds = [item["type"] for item in replay(step(item, ANSWER), provider=provider, model=model)]
    assert (item["type"] in kinds) is kept


def test_reasoning_that_nothing_follows_is_dropped() -> None:
    assert replay(step(REASONING, CALL), step()) == [HELLO, HELLO, REPLAYED]
    assert replay(step(ANSWER, REASONING)) == [HELLO, REPLAYED]


def test_the_plain_text_of_reasoning_is_not_sent_back() -> None:
    told = {**REASONING, "content": [{"type": "reasoning_text", "text": "x"}]}
    assert REASONING in replay(step(told, ANSWER))


def test_a_generated_image_is_shown_to_another_provider() -> None:
    image = {"type": "image_generation_call", "id": "i", "status": "completed", "result": "aQ=="}
    shown = replay(step(image), provider="other")[1]
    assert shown["role"] == "user"
    assert shown["content"][0]["image_url"] == "data:image/png;base64,aQ=="
    assert replay(step(image))[1] == image


def test_stored_items_are_not_changed_by_a_replay() -> None:
    before = repr((REASONING, ANSWER, CALL))
    replay(step(REASONING, ANSWER, CALL))
    assert repr((REASONING, ANSWER, CALL)) == before


SUMMARY = {**assistant_message("Short."), "id": "msg_1", "status": "completed"}
SEALED = {"type": "compaction", "id": "cmp_1", "encrypted_content": "e"}


def compaction(*output: Item, **fields: Any) -> Step:
    return step(*output, given=(TRIGGER,), **fields)


def test_a_summary_stands_for_all_before_it() -> None:
    items = replay(compaction(SUMMARY), step())
    assert [item["role"] for item in items] == ["user", "user", "assistant"]
    assert items[0]["content"][0]["text"] == f"{BEFORE}\n\nShort."


def test_nothing_chains_on_what_a_compaction_followed() -> None:
    assert request(compaction(SUMMARY)).sent == "replayed"
    assert request(compaction(SUMMARY), step()).sent == "chained"


def test_a_providers_own_compaction_goes_back_unpruned_to_the_model_that_made_it() -> None:
    own = compaction(HELLO, SEALED)
    assert replay(own) == [HELLO, SEALED]
    assert replay(own, model="other") == [HELLO]
    assert replay(own, provider="two") == [HELLO]


def test_a_compaction_that_said_nothing_is_nothing() -> None:
    assert replay(compaction(REASONING, status="failed")) == []


def test_what_was_not_kept_is_not_chained_on() -> None:
    assert request(step(is_stored=False)).sent == "replayed"


def begun(**fields: object) -> dict[str, object]:
    return {"type": "response.created", "response": {"id": "r", **fields}}


def test_an_answer_that_names_nothing_before_it_has_ignored_the_chain() -> None:
    assert ignores_chain(begun(previous_response_id=None))
    assert ignores_chain(begun(previous_response_id=""))


def test_one_that_names_something_or_does_not_say_has_not() -> None:
    assert not ignores_chain(begun(previous_response_id="resp_other"))
    assert not ignores_chain(begun())
    assert not ignores_chain({"type": "response.created", "response": None})


def test_an_answer_with_the_id_of_the_one_before_it_can_not_be_told_from_it() -> None:
    chained = Request({"previous_response_id": "r"}, "chained")
    assert reuses_id(begun(), chained)
    assert not reuses_id(begun(), Request({"previous_response_id": "other"}, "chained"))
    assert not reuses_id({"type": "response.created", "response": {}}, Request({}, "first"))


def test_what_is_said_not_to_be_stored_is_believed_where_storing_was_asked_for() -> None:
    stored = Request({"store": True}, "first")
    assert keeps_nothing(begun(store=False), stored)
    assert not keeps_nothing(begun(store=True), stored)
    assert not keeps_nothing(begun(), stored)
    assert not keeps_nothing(begun(store=False), Request({"store": False}, "first"))
