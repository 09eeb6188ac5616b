"""Temporary conversations: neither listed nor found, and gone when their time is over."""

from datetime import timedelta

from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Conversation
from conversations.models.listing import page_of, summary
from conversations.models.search import search
from conversations.models.temporary import keep
from tests.support.models import make_conversation, make_response


def temporary(owner: User, hours: float = 1) -> Conversation:
    conversation = make_conversation(
        owner, "Whispers", expires_at=timezone.now() + timedelta(hours=hours)
    )
    make_response(conversation, "A secret zebra?", "Yes.")
    return conversation


def test_a_temporary_one_is_neither_listed_nor_found(owner: User) -> None:
    temporary(owner)
    assert page_of(owner)["conversations"] == []
    for query in ("zebra", "whispers"):
        found = search(owner, query)
        assert (found["conversations"], found["messages"]) == ([], [])


def test_a_temporary_one_can_be_opened_until_it_expires(owner: User) -> None:
    lasting, over = temporary(owner), temporary(owner, hours=-1)
    assert list(Conversation.objects.visible_to(owner)) == [lasting]
    assert list(Conversation.objects.expired()) == [over]
    line = summary(lasting.pk)
    assert line is not None
    assert line["expires_at"] is not None


def test_one_that_is_kept_is_listed_and_found_like_any_other(owner: User) -> None:
    conversation = temporary(owner)
    assert keep(conversation)
    assert [one["title"] for one in page_of(owner)["conversations"]] == ["Whispers"]
    assert [hit["title"] for hit in search(owner, "zebra")["messages"]] == ["Whispers"]
    assert not keep(conversation), "it is kept already"
