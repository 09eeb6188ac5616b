"""Links: what is in them, and who they lead to it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Conversation, Response, Share
from conversations.models.response import Status
from conversations.models.share import NothingToShare
from tests.support.models import make_conversation, make_response

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner, "Birds")


def test_a_branch_ends_where_it_was_shared_and_does_not_grow(conversation: Conversation) -> None:
    first = make_response(conversation)
    second = make_response(conversation, previous=first)
    make_response(conversation, previous=second)
    share = Share.make(conversation, second.pk)
    make_response(conversation, previous=first)
    assert [row.pk for row in share.rows()] == [first.pk, second.pk]


def test_the_whole_tree_has_what_was_there(conversation: Conversation) -> None:
    first = make_response(conversation)
    other = make_response(conversation, retry_of=first)
    share = Share.make(conversation, whole_tree=True)
    make_response(conversation, previous=other)
    assert [row.pk for row in share.rows()] == [first.pk, other.pk]


def test_an_answer_that_is_still_written_is_not_in_it(conversation: Conversation) -> None:
    first = make_response(conversation)
    make_response(conversation, previous=first, status=Status.IN_PROGRESS)
    share = Share.make(conversation)
    assert (share.responses, share.end) == ([first.pk], first.pk)
    alone = make_conversation(conversation.owner)
    make_response(alone, status=Status.IN_PROGRESS)
    with pytest.raises(NothingToShare):
        Share.make(alone)


def test_what_was_deleted_is_gone_from_it(conversation: Conversation) -> None:
    first = make_response(conversation)
    second = make_response(conversation, previous=first)
    share = Share.make(conversation)
    second.delete()
    assert [row.pk for row in share.rows()] == [first.pk]


def test_promise_8_random_tokens_find_nothing_and_only_a_hash_is_looked_up(
    conversation: Conversation,
) -> None:
    make_response(conversation)
    share = Share.make(conversation)
    assert len(share.token) >= 22, "128 bits in base64"
    assert Share.find(share.token) == share
    assert Share.find(share.token_hash) is None
    for number in range(100):
        guess = f"{share.token[:-3]}{number:03}"
        assert (Share.find(guess) == share) == (guess == share.token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, token_hash FROM conversations_share")
        assert share.token not in str(cursor.fetchall())


def test_promise_7_a_link_ends(conversation: Conversation) -> None:
    make_response(conversation)
    share = Share.make(conversation, lifetime=timedelta(days=1))
    assert Share.find(share.token)
    Share.objects.update(expires_at=timezone.now())
    assert Share.find(share.token) is None
    Share.objects.update(expires_at=None)
    User.objects.update(is_active=False)
    assert Share.find(share.token) is None
    User.objects.update(is_active=True)
    share.revoke()
    assert Share.find(share.token) is None


def test_a_link_ends_with_the_temporary_conversation_that_it_leads_to(owner: User) -> None:
    conversation = make_conversation(owner, expires_at=timezone.now() + timedelta(hours=1))
    make_response(conversation)
    share = Share.make(conversation)
    assert Share.find(share.token)
    Conversation.objects.update(expires_at=timezone.now())
    assert Share.find(share.token) is None, "though it has not been deleted yet"


def test_a_passphrase_is_kept_as_a_hash(conversation: Conversation) -> None:
    make_response(conversation)
    share = Share.make(conversation, passphrase="open sesame")
    assert "sesame" not in share.passphrase
    assert share.opens_with("open sesame")
    assert not share.opens_with("sesame")


def test_a_share_goes_with_its_conversation(conversation: Conversation) -> None:
    make_response(conversation)
    Share.make(conversation)
    conversation.delete()
    assert not Share.objects.exists()
    assert not Response.objects.exists()
