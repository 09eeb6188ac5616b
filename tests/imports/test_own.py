"""Our own export, as it is and as somebody may have changed it."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.protocol.imports import formats
from conversations.protocol.imports.chat import Unreadable

ODD = st.sampled_from([None, "", "a", "b", 3, 1e300, [], ["a"], {}, {"a": 1}, True])
FIELDS = ("id", "previous_response_id", "retry_of", "compacts", "input", "output", "status")
ROWS = st.lists(
    st.dictionaries(st.sampled_from([*FIELDS, "usage", "created_at", "rating"]), ODD) | ODD,
    max_size=4,
)


def document(responses: Any, version: int = 1) -> dict[str, Any]:
    return {"format": "chatapp.conversation", "version": version, "responses": responses}


@given(ROWS | ODD)
def test_whatever_stands_in_it_it_is_read_or_refused(rows: Any) -> None:
    with suppress(Unreadable):
        known: set[str] = set()
        for answer in formats.read(document(rows)).answers:
            assert answer.previous is None or answer.previous in known
            assert answer.retry_of is None or answer.retry_of in known
            known.add(answer.key)


def test_one_of_a_later_version_is_refused_as_such() -> None:
    with pytest.raises(Unreadable, match="version"):
        formats.read(document([{"id": "a"}], version=2))


def test_what_was_being_written_is_kept_as_interrupted() -> None:
    (answer,) = formats.read(document([{"id": "a", "status": "in_progress"}])).answers
    assert answer.status == "incomplete"
    assert answer.more["incomplete_details"] == {"reason": "interrupted"}
