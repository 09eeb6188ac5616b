"""A conversation is opened by a window of the path shown, whose cost is that of the window."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.accounts.models import User
from conversations.models import Conversation, Response
from conversations.models.listing import state_of, turns_after, turns_before
from conversations.models.tree import outline, select, shown_path
from conversations.models.window import (
    AROUND,
    TURNS,
    WEIGHT,
    after,
    around,
    at_end,
    first_of,
    up_to,
)
from tests.support.models import make_chain, make_conversation, make_response
from tests.support.scripted import message

pytestmark = pytest.mark.django_db


def ids(state: Any) -> list[str]:
    return [response["id"] for response in state["responses"]]


def test_a_long_conversation_opens_at_its_end(owner: User) -> None:
    conversation, path = make_chain(owner, 100)
    state = state_of(conversation)
    assert ids(state) == path[-TURNS:]
    assert (state["earlier"], state["later"], state["end"]) == (path[-TURNS], None, path[-1])


def test_a_short_one_is_all_there(owner: User) -> None:
    conversation, path = make_chain(owner, TURNS)
    state = state_of(conversation)
    assert (ids(state), state["earlier"], state["later"]) == (path, None, None)


def test_an_empty_one_has_no_window(owner: User) -> None:
    state = state_of(make_conversation(owner))
    assert (state["tree"], state["responses"], state["end"]) == ([], [], None)


def test_a_link_opens_what_stands_around_the_message(owner: User) -> None:
    conversation, path = make_chain(owner, 100)
    state = state_of(conversation, path[50])
    assert ids(state) == path[50 - AROUND : 50 + AROUND + 1]
    assert (state["earlier"], state["later"]) == (path[50 - AROUND], path[50 + AROUND])
    assert state["end"] == path[-1]


def _lengthen(path: Sequence[str], size: int) -> None:
    Response.objects.filter(pk__in=path).update(output=[message("w" * size)])


def test_of_long_messages_fewer_are_opened_at_first(owner: User) -> None:
    conversation, path = make_chain(owner, 100)
    _lengthen(path, WEIGHT // 5)
    state = state_of(conversation)
    assert ids(state) == path[-4:]
    assert (state["earlier"], state["later"], state["end"]) == (path[-4], None, path[-1])
    assert [node["id"] for node in state["tree"]] == path[-4:]


def test_the_longest_message_is_opened_all_the_same(owner: User) -> None:
    conversation, path = make_chain(owner, 3)
    _lengthen(path, WEIGHT * 2)
    state = state_of(conversation, path[1])
    assert ids(state) == [path[1]]
    assert (state["earlier"], state["later"], state["end"]) == (path[1], path[1], path[2])


def test_a_link_among_long_messages_opens_those_nearest_to_it(owner: User) -> None:
    conversation, path = make_chain(owner, 100)
    _lengthen(path, WEIGHT // 6)
    state = state_of(conversation, path[50])
    assert ids(state) == path[48:53]
    assert (state["earlier"], state["later"], state["end"]) == (path[48], path[52], path[-1])


def test_a_link_to_what_is_gone_opens_the_end_or_the_next_that_is_there(owner: User) -> None:
    conversation, path = make_chain(owner, 100)
    assert ids(state_of(conversation, "resp_gone")) == path[-TURNS:]
    assert path[50] in ids(state_of(conversation, "resp_gone", path[50]))
    _, others = make_chain(owner, 3)
    assert ids(state_of(conversation, others[1])) == path[-TURNS:]


@pytest.mark.parametrize("size", [10, WEIGHT // 3, WEIGHT])
def test_pages_lead_to_both_ends_without_a_gap_or_a_repeat(owner: User, size: int) -> None:
    conversation, path = make_chain(owner, 150)
    _lengthen(path, size)
    state: Any = state_of(conversation, path[70])
    read, earlier, later = ids(state), state["earlier"], state["later"]
    while earlier:
        page: Any = turns_before(conversation, earlier)
        read, earlier = ids(page) + read, page["earlier"]
    while later:
        page = turns_after(conversation, later)
        read, later = read + ids(page), page["later"]
    assert read == path


def test_a_cursor_of_another_conversation_is_none(owner: User) -> None:
    conversation, _ = make_chain(owner, 1)
    _, others = make_chain(owner, 1)
    assert turns_before(conversation, others[0]) is None
    assert turns_after(conversation, others[0]) is None
    assert first_of(conversation, others[0]) is None


def test_a_window_has_the_siblings_of_its_turns_and_no_others(owner: User) -> None:
    conversation, path = make_chain(owner, 60)
    inside, outside = (Response.objects.get(pk=path[at]) for at in (45, 5))
    edit = make_response(conversation, "Else?", previous=inside.previous_response)
    make_response(conversation, "Far?", previous=outside.previous_response)
    select(conversation, path[59])
    nodes = [node["id"] for node in state_of(conversation)["tree"]]
    assert sorted(nodes) == sorted([*path[-TURNS:], edit.pk])


def test_other_first_questions_stand_beside_the_first(owner: User) -> None:
    conversation, path = make_chain(owner, 3)
    other = make_response(conversation, "Else?")
    state = state_of(conversation, path[1])
    assert [node["id"] for node in state["tree"]] == [*path, other.pk]
    assert state["selected_root_id"] is None


@pytest.mark.parametrize("through", [[], [20]])
def test_opening_costs_the_same_however_long_the_conversation(
    owner: User, through: Sequence[int]
) -> None:
    costs = [_cost(*make_chain(owner, length), through) for length in (100, 2000)]
    assert costs[0] == costs[1]


def _cost(conversation: Conversation, path: Sequence[str], through: Sequence[int]) -> Any:
    """The number of queries, and of bytes."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        state = state_of(conversation, *(path[at - len(path)] for at in through))
    return len(queries), len(json.dumps({**state, "conversation": None}))


TREES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=40)


@given(tree=TREES, look=st.integers(0, 40))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_tree_is_shown_as_its_outline_is(owner: User, tree: Any, look: int) -> None:
    """Each pair is where a response hangs (0: it begins anew) and which one is selected then."""
    conversation = make_conversation(owner)
    rows: list[Response] = []
    for hang, chosen in tree:
        at = hang % (len(rows) + 1)
        rows.append(make_response(conversation, "?", "", rows[at - 1] if at else None))
        if chosen < len(rows):
            select(conversation, rows[chosen].pk)
    nodes = outline(conversation)
    path = shown_path(nodes, conversation.selected_root_id)
    assert at_end(conversation).ids == path[-TURNS:]
    sought = rows[look % len(rows)].pk
    through = shown_path(nodes, conversation.selected_root_id, sought)
    at = through.index(sought)
    window = around(conversation, sought)
    assert window is not None
    assert window.ids == through[max(0, at - AROUND) : at + AROUND + 1]
    assert window.end == through[-1]
    above, below = up_to(conversation, sought), after(conversation, sought)
    assert above is not None
    assert below is not None
    assert [*above.ids, sought, *below.ids] == through[max(0, at - TURNS) : at + TURNS + 1]
    assert first_of(conversation, sought) == through[0]
