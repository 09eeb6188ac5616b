"""Tags: given and taken away, compared without case and width, within limits."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from conversations.models import Conversation, Tag
from conversations.models.export import as_json
from conversations.models.listing import page_of
from conversations.models.planting import plant
from conversations.models.tag import MOST_ON_ONE, MOST_TAGS, NAME_LENGTH, tags_of
from conversations.models.tagging import BadTag, give, give_all, rename, take
from conversations.protocol.imports import formats
from tests.support.models import make_conversation, make_response


@pytest.fixture
def conversations(owner: User) -> list[Conversation]:
    return [make_conversation(owner, title) for title in ("one", "two")]


def names(conversation: Conversation) -> list[str]:
    return [tag.name for tag in conversation.tags.all()]


def wide(text: str) -> str:
    """Each sign as it is where signs are square."""
    return "".join("\u3000" if sign == " " else chr(ord(sign) + 0xFEE0) for sign in text)


def reason(of: Any, *given: Any) -> str:
    with pytest.raises(BadTag) as refused:
        of(*given)
    return refused.value.reason


def test_a_name_is_the_same_in_whatever_case_and_width(
    owner: User, conversations: list[Conversation]
) -> None:
    one, two = conversations
    first = give(owner, [one.pk], "  To   do ")
    assert give(owner, [one.pk, two.pk], "TO DO") == first
    assert give(owner, [two.pk], wide("to do")) == first
    assert (names(one), names(two)) == (["To do"], ["To do"])
    assert tags_of(owner) == [{"id": first.pk, "name": "To do"}]


@pytest.mark.parametrize("name", ["", "  ", "x" * (NAME_LENGTH + 1), "a\x00", "\u200b", "\ud800"])
def test_what_is_no_name_is_refused(
    owner: User, conversations: list[Conversation], name: str
) -> None:
    assert reason(give, owner, [conversations[0].pk], name) == "name"
    assert not Tag.objects.exists()


@pytest.mark.parametrize("name", ["x" * NAME_LENGTH, "🔥", "物理学", "ﷺ" * NAME_LENGTH])
def test_any_script_and_every_sign_that_is_seen_is_a_name(
    owner: User, conversations: list[Conversation], name: str
) -> None:
    give(owner, [conversations[0].pk], name)
    assert names(conversations[0]) == [name]


def test_a_conversation_that_is_full_gets_no_more_and_the_others_none_either(
    owner: User, conversations: list[Conversation]
) -> None:
    one, two = conversations
    for number in range(MOST_ON_ONE):
        give(owner, [one.pk], f"tag {number}")
    give(owner, [one.pk], "TAG 0")
    assert reason(give, owner, [one.pk, two.pk], "another") == "full"
    assert names(two) == []
    assert not Tag.objects.filter(name="another").exists(), "what was refused left nothing"


def test_a_person_has_so_many_and_what_is_unused_does_not_count(
    owner: User, conversations: list[Conversation]
) -> None:
    one, two = conversations
    kept = Tag.objects.bulk_create(
        [Tag(owner=owner, name=str(number), compared=str(number)) for number in range(MOST_TAGS)]
    )
    many = [make_conversation(owner) for _ in range(MOST_TAGS // MOST_ON_ONE)]
    for place, tag in enumerate(kept):
        many[place // MOST_ON_ONE].tags.add(tag)
    assert reason(give, owner, [one.pk], "another") == "many"
    give(owner, [one.pk], "7")
    many[-1].delete()
    give(owner, [two.pk], "another")
    assert Tag.objects.count() == MOST_TAGS - MOST_ON_ONE + 1


def test_one_that_no_conversation_has_any_more_is_gone(
    owner: User, conversations: list[Conversation]
) -> None:
    one, two = conversations
    tag = give(owner, [one.pk, two.pk], "birds")
    take(owner, [one.pk], tag.pk)
    assert Tag.objects.get() == tag
    two.delete()
    assert tags_of(owner) == []
    take(owner, [one.pk], tag.pk)
    assert not Tag.objects.exists()


def test_nobody_elses_is_taken_or_seen(owner: User, conversations: list[Conversation]) -> None:
    eve = User.objects.create_user("eve")
    tag = give(owner, [conversations[0].pk], "birds")
    take(eve, [conversations[0].pk], tag.pk)
    assert names(conversations[0]) == ["birds"]
    assert tags_of(eve) == []
    assert give(eve, [make_conversation(eve).pk], "birds") != tag


def test_one_is_renamed_wherever_it_is_but_not_to_another(
    owner: User, conversations: list[Conversation]
) -> None:
    one, two = conversations
    birds = give(owner, [one.pk, two.pk], "birds")
    give(owner, [one.pk], "Insects")
    assert reason(rename, birds, wide("INSECTS")) == "taken"
    assert reason(rename, birds, " ") == "name"
    rename(birds, "Birds of prey")
    rename(birds, "birds of Prey")
    assert (names(one), names(two)) == (["birds of Prey", "Insects"], ["birds of Prey"])
    one.delete()
    rename(birds, "insects")
    assert names(two) == ["insects"], "no conversation has the other any more"


def test_a_list_says_the_tags_of_each_in_the_query_that_reads_it(
    owner: User, conversations: list[Conversation]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(owner)
        return len(queries)

    before = asked()
    for name in ("birds", "Ants"):
        give(owner, [one.pk for one in conversations], name)
    assert asked() == before == 2
    found = page_of(owner)["conversations"]
    assert [[tag["name"] for tag in one["tags"]] for one in found] == [["Ants", "birds"]] * 2


def test_giving_to_many_asks_as_much_as_giving_to_one(owner: User) -> None:
    def asked(name: str, number: int) -> int:
        ids = [make_conversation(owner).pk for _ in range(number)]
        with CaptureQueriesContext(connection) as queries:
            give(owner, ids, name)
        return len(queries)

    assert asked("few", 1) == asked("many", 50)


def test_an_export_has_them_and_an_import_gives_them_again(
    owner: User, conversations: list[Conversation]
) -> None:
    make_response(conversations[0])
    for name in ("birds", "Ants"):
        give(owner, [conversations[0].pk], name)
    exported = json.loads(json.dumps(as_json(conversations[0])))
    assert exported["tags"] == ["Ants", "birds"]
    eve = User.objects.create_user("eve")
    chat = formats.read(exported)
    brought = plant(chat, eve, stored=lambda new, _: _give(new, chat.tags))
    assert names(brought) == ["Ants", "birds"]


def _give(conversation: Conversation, tags: Any) -> None:
    assert give_all(conversation, tags) == 0


def test_of_too_many_from_elsewhere_the_first_are_given(
    owner: User, conversations: list[Conversation]
) -> None:
    wanted = ["BIRDS", "x" * 41, "birds", *(f"tag {number}" for number in range(MOST_ON_ONE))]
    refused = give_all(conversations[0], wanted)
    found = names(conversations[0])
    assert (len(found), refused) == (MOST_ON_ONE, 2)
    assert {"birds", "tag 0"} <= set(found)
    assert f"tag {MOST_ON_ONE - 1}" not in found
