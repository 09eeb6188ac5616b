"""Notes about a person: what a model is told, and what it notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.protocol.notes import (
    HEADING,
    LONGEST,
    MOST_AT_ONCE,
    block,
    is_wish,
    notes_in,
    request_input,
)


@pytest.mark.parametrize(
    "question",
    [
        "Remember that I am vegetarian.",
        "Please don't forget: my dog is called Rex",
        "Keep in mind that we use metric units",
        "请记住我住在柏林",
        "覚えておいてください",
    ],
)
def test_a_wish_to_be_remembered_is_seen(question: str) -> None:
    assert is_wish(question)


def test_most_questions_are_no_such_wish() -> None:
    assert not is_wish("Why is the sky blue?")
    assert not is_wish("写一首诗")


def test_a_model_is_told_the_notes_below_a_heading_and_nothing_without_any() -> None:
    assert block(["Likes tea.", "Lives in Berlin."]) == (
        f"{HEADING}\n- Likes tea.\n- Lives in Berlin."
    )
    assert block([]) == ""


def test_the_request_has_the_notes_there_are_and_the_message() -> None:
    asked = request_input(["Likes tea."], "Remember my cat.")
    assert "- Likes tea." in asked
    assert asked.endswith("Remember my cat.")


@pytest.mark.parametrize(
    ("answer", "notes"),
    [
        ('["Likes tea."]', ["Likes tea."]),
        ('```json\n["Likes\\n tea.", 5, ""]\n```', ["Likes tea."]),
        ("[]", []),
        ("Nothing to note.", []),
        ('{"a": 1}', []),
        ('["never closed', []),
        (f'["{"x" * (LONGEST + 1)}"]', []),
    ],
)
def test_notes_are_read_from_whatever_a_model_answers(answer: str, notes: list[str]) -> None:
    assert notes_in(answer) == notes


@given(st.text())
def test_no_answer_is_too_strange(answer: str) -> None:
    assert len(notes_in(answer)) <= MOST_AT_ONCE
