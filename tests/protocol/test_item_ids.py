"""The ids of items, as scripts know them."""

from hypothesis import given as generated
from hypothesis import strategies as st

from conversations.protocol.ids import new_id
from conversations.protocol.item_ids import INPUT, Place, item_id, place_in, places
from conversations.protocol.items import Item, assistant_message, user_message
from conversations.protocol.telling import is_answer, told_turns

KINDS = st.sampled_from(["message", "reasoning", "function_call", "web_search_call", "acme:trace"])


@generated(KINDS, st.booleans(), st.integers(0, 99_999))
def test_an_id_says_where_its_item_is(kind: str, is_input: bool, at: int) -> None:
    place = Place(new_id("resp"), is_input, at)
    assert place_in(item_id(kind, place.response_id, place.name)) == place


@generated(st.text())
def test_no_other_text_does(text: str) -> None:
    assert place_in(text) is None
    assert place_in(new_id("rs")) is None


@generated(st.integers(0, 20), st.data())
def test_a_place_is_kept_whatever_is_taken_out(length: int, data: st.DataObject) -> None:
    items: list[Item] = [{"at": at} for at in range(length)]
    removed: list[str] = []
    goes_on = st.booleans()
    known = {item["at"]: name for item, name in zip(items, places(items, []), strict=True)}
    while data.draw(goes_on) and items:
        at = data.draw(st.integers(0, len(items) - 1))
        removed.append(places(items, removed)[at])
        del items[at]
        assert places(items, removed) == [known[item["at"]] for item in items]


def test_an_input_has_places_of_its_own() -> None:
    items = [user_message("a"), user_message("b")]
    assert places(items, ["0", "i0"], INPUT) == ["i1", "i2"]


ITEMS = st.lists(
    st.sampled_from(
        [
            user_message("a"),
            assistant_message("b"),
            {"type": "function_call", "call_id": "c"},
            {"type": "function_call_output", "call_id": "c"},
            {"type": "reasoning", "summary": []},
        ]
    )
)


@generated(ITEMS)
def test_turns_hold_what_was_told_in_its_order(items: list[Item]) -> None:
    turns = told_turns(items)
    assert [item for given, answered in turns for item in (*given, *answered)] == items
    for number, (given, answered) in enumerate(turns):
        assert given or number == 0
        assert not any(map(is_answer, given))
        assert all(map(is_answer, answered))
        assert answered or number == len(turns) - 1
