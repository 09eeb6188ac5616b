"""Tags as a page asks for them, and the page on which they are changed."""

from typing import Any

import pytest
from django.test import Client

from chatapp.accounts.models import User
from conversations.models import Conversation, Tag
from conversations.models.tagging import give
from tests.support.models import make_conversation
from tests.views.test_organising import change


@pytest.fixture
def one(owner: User) -> Conversation:
    return make_conversation(owner, "one")


def tags(line: dict[str, Any]) -> list[str]:
    return [tag["name"] for tag in line["tags"]]


def offered(client: Client) -> list[str]:
    return tags(client.get("/tags/list/").json())


def test_a_tag_is_given_to_several_and_taken_from_one(
    signed_in: Client, owner: User, one: Conversation, told: list[dict[str, Any]]
) -> None:
    two = make_conversation(owner, "two")
    lines = change(signed_in, one.pk, two.pk, tag="Birds").json()["conversations"]
    assert [tags(line) for line in lines] == [["Birds"], ["Birds"]]
    assert [tags(line) for line in told[-1]["conversations"]] == [["Birds"], ["Birds"]]
    assert offered(signed_in) == ["Birds"]
    (line,) = change(signed_in, one.pk, untag=Tag.objects.get().pk).json()["conversations"]
    assert tags(line) == []
    change(signed_in, two.pk, untag=Tag.objects.get().pk)
    assert offered(signed_in) == []


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"tag": " "}, "A tag has 1 to 40 characters."),
        ({"tag": "x" * 41}, "A tag has 1 to 40 characters."),
        ({"tag": 1}, "This is no change that can be made to conversations."),
        ({"tag": "a", "untag": "b"}, "This is no change that can be made to conversations."),
    ],
)
def test_what_is_no_tag_is_refused_in_words(
    signed_in: Client, one: Conversation, wish: dict[str, Any], says: str
) -> None:
    refused = change(signed_in, one.pk, **wish)
    assert (refused.status_code, refused.json()["error"]["message"]) == (400, says)


def test_limits_are_refused_in_words(
    signed_in: Client, owner: User, one: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        give(owner, [one.pk], str(number))
    refused = change(signed_in, one.pk, tag="another").json()["error"]["message"]
    assert refused == "A conversation has at most 20 tags."
    monkeypatch.setattr("conversations.models.tagging.MOST_TAGS", 20)
    two = make_conversation(owner)
    refused = change(signed_in, two.pk, tag="another").json()["error"]["message"]
    assert refused == "There are 200 tags, which is the most."


def test_the_page_renames_and_removes_one_everywhere(
    signed_in: Client, owner: User, one: Conversation, told: list[dict[str, Any]]
) -> None:
    birds = give(owner, [one.pk], "birds")
    give(owner, [one.pk], "insects")
    page = signed_in.get("/tags/").content.decode()
    assert 'value="birds"' in page
    assert "On 1 conversation" in page
    answer = signed_in.post(f"/tags/{birds.pk}/", {"name": "Birds of prey"}, follow=True)
    assert "Saved." in answer.content.decode()
    assert told == [{"type": "conversations.changed"}]
    answer = signed_in.post(f"/tags/{birds.pk}/", {"name": "Insects"}, follow=True)
    assert "Another tag of yours has this name." in answer.content.decode()
    signed_in.post(f"/tags/{birds.pk}/", {"delete": "1", "name": "x"})
    assert offered(signed_in) == ["insects"]
    assert Conversation.objects.filter(pk=one.pk).exists()


def test_somebody_elses_are_not_offered_shown_or_changed(
    signed_in: Client, one: Conversation
) -> None:
    eve = User.objects.create_user("eve")
    theirs = give(eve, [make_conversation(eve).pk], "secret")
    assert offered(signed_in) == []
    assert "secret" not in signed_in.get("/tags/").content.decode()
    assert signed_in.post(f"/tags/{theirs.pk}/", {"delete": "1"}).status_code == 404
    change(signed_in, one.pk, untag=theirs.pk)
    assert Tag.objects.get() == theirs
