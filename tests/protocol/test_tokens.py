"""An estimate of what a message takes of the context."""

from typing import Any

import pytest

from conversations.protocol.chain import Step
from conversations.protocol.compaction import TRIGGER
from conversations.protocol.items import assistant_message, user_message
from conversations.protocol.tokens import (
    TOKENS_A_FILE,
    TOKENS_A_MESSAGE,
    USUAL_ANSWER,
    answer_tokens,
    context_tokens,
    item_tokens,
    text_tokens,
    window_in,
)


def step(question: str = "Why?", answer: str = "Because.", **fields: Any) -> Step:
    return Step(
        input=fields.pop("input", [user_message(question)]),
        output=[assistant_message(answer)],
        upstream_id="up",
        status="completed",
        provider="1",
        model="m",
    )


def usage(given: int, said: int, reasoned: int = 0) -> dict[str, Any]:
    details = {"reasoning_tokens": reasoned}
    return {"input_tokens": given, "output_tokens": said, "output_tokens_details": details}


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("This model's maximum context length is 4,097 tokens, yours has 4105.", 4_097),
        ("The prompt exceeds the max_model_len of 8192.", 8_192),
        ("the request exceeds the available context size (n_ctx = 2048 tokens)", 2_048),
        ("request (5000 tokens) exceeds the available context size (4096 tokens)", 4_096),
        ("This model's maximum prompt length is 131072, the request has 537812 tokens.", 131_072),
        ("The input token count exceeds the maximum number of tokens allowed 1048576.", 1_048_576),
        ("Your input exceeds the context window of this model.", None),
        ("You sent 9000 tokens.", None),
        ("Your input exceeds the context window of this model. It has 300,123 tokens.", None),
    ],
)
def test_a_provider_may_name_the_size_of_its_context(words: str, size: int | None) -> None:
    assert window_in(words) == size


def test_four_letters_or_one_wide_sign_are_a_token() -> None:
    assert text_tokens("abcdefgh") == 2
    assert text_tokens("abcde") == 2
    assert text_tokens("天空为什么是蓝色的") == 9
    assert text_tokens("") == 0


def test_files_count_by_what_they_are_and_not_by_their_bytes() -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64," + "A" * 1_000_000}
    message = {"type": "message", "role": "user", "content": [image]}
    assert item_tokens(message) == TOKENS_A_MESSAGE + TOKENS_A_FILE


def test_what_the_last_answer_reported_counts_for_all_before_it() -> None:
    path = [step("x" * 4_000), step()]
    assert context_tokens(path, [None, usage(1_200, 80, reasoned=30)]) == 1_250


def test_what_was_not_reported_is_estimated_on_top() -> None:
    path = [step(), step("abcd" * 10, "abcd" * 20)]
    assert context_tokens(path, [usage(100, 20), None]) == 120 + 30 + 2 * TOKENS_A_MESSAGE
    assert context_tokens([], []) == 0


def test_a_compaction_counts_for_what_it_says_and_not_for_what_it_read() -> None:
    path = [step(answer="abcd" * 10, input=[TRIGGER])]
    assert context_tokens(path, [usage(90_000, 500)]) == 10 + TOKENS_A_MESSAGE


def test_the_next_answer_is_taken_to_be_as_long_as_the_last_ones() -> None:
    assert answer_tokens([usage(1, 9_000), usage(1, 10), None, usage(1, 20), usage(1, 30)]) == 20
    assert answer_tokens([None]) == USUAL_ANSWER
