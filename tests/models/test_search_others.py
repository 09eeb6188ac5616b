"""What a model finds of its person's other conversations: nothing of this one, of anybody else, or
of what was deleted or is temporary.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Conversation
from conversations.models.search_filters import Filters
from conversations.models.search_others import EXCERPT, MOST, found_elsewhere
from tests.support.models import WHEN, make_conversation, make_response


@pytest.fixture
def here(owner: User) -> Conversation:
    conversation = make_conversation(owner, "Lighthouse, here")
    make_response(conversation, "The lighthouse that we speak of")
    return conversation


def titles(
    here: Conversation, query: str = "lighthouse", filters: Filters | None = None
) -> list[str]:
    found = found_elsewhere(here.owner, query, here.pk, filters or Filters())
    return [each["title"] for each in found]


def test_a_message_is_told_with_its_conversation_and_a_piece_of_it(
    owner: User, here: Conversation
) -> None:
    there = make_conversation(owner, "Travels")
    row = make_response(there, "Where to?", "word " * 300 + "a lighthouse" + " word" * 300)
    (found,) = found_elsewhere(owner, "lighthouse", here.pk, Filters())

    assert (found["conversation_id"], found["response_id"]) == (there.pk, row.pk)
    assert found["title"] == "Travels"
    assert "lighthouse" in found["excerpt"]
    assert EXCERPT <= len(found["excerpt"]) <= EXCERPT + 2


def test_this_conversation_is_left_out_by_its_title_and_its_messages(here: Conversation) -> None:
    assert titles(here) == []


def test_nothing_of_others_of_temporary_or_of_deleted_ones_is_found(
    owner: User, here: Conversation
) -> None:
    eve = User.objects.create_user("eve")
    tomorrow = timezone.now() + timedelta(days=1)
    for hidden in (
        make_conversation(eve, "Lighthouse of Eve"),
        make_conversation(owner, "Lighthouse, temporary", expires_at=tomorrow),
        make_conversation(owner, "Lighthouse, deleted", deleted_at=timezone.now()),
    ):
        make_response(hidden, "A lighthouse")
    make_response(make_conversation(owner, "Seen"), "A lighthouse")

    assert titles(here) == ["Seen"]


def test_what_is_called_so_comes_first_with_its_first_message_and_no_message_twice(
    owner: User, here: Conversation
) -> None:
    called = make_conversation(owner, "Lighthouses")
    first = make_response(called, "How do they shine?")
    make_response(called, "Another answer", retry_of=first)
    make_response(called, "Who lives in a lighthouse?", previous=first)
    make_response(make_conversation(owner, "Travels"), "To the lighthouse")
    found = found_elsewhere(owner, "lighthouse", here.pk, Filters())

    assert [each["title"] for each in found] == ["Lighthouses", "Travels", "Lighthouses"]
    assert found[0]["response_id"] == first.pk
    assert found[0]["excerpt"].startswith("How do they shine?")


def test_a_conversation_without_messages_is_not_told(owner: User, here: Conversation) -> None:
    make_conversation(owner, "Lighthouse, empty")
    assert titles(here) == []


def test_days_bound_what_is_found(owner: User, here: Conversation) -> None:
    make_response(make_conversation(owner, "Old"), "A lighthouse", created_at=WHEN)
    make_response(make_conversation(owner, "New"), "A lighthouse")

    assert titles(here, filters=Filters(until=WHEN + timedelta(days=1))) == ["Old"]
    assert titles(here, filters=Filters(until=WHEN)) == []
    assert titles(here, filters=Filters(since=WHEN + timedelta(microseconds=1))) == ["New"]


@pytest.mark.parametrize("query", ["", " ", "…", '"'])
def test_without_a_word_nothing_is_found(owner: User, here: Conversation, query: str) -> None:
    make_response(make_conversation(owner, "Travels"), "A lighthouse")
    assert titles(here, query) == []


def test_so_many_are_found_in_as_many_queries_as_one(owner: User, here: Conversation) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            found_elsewhere(owner, "lighthouse", here.pk, Filters())
        return len(captured)

    make_response(make_conversation(owner, "Lighthouse"), "A lighthouse")
    one = queries()
    for number in range(MOST + 2):
        make_response(make_conversation(owner, f"Lighthouse {number}"), f"A lighthouse {number}")

    assert queries() == one <= 6
    assert len(titles(here)) == MOST
