"""What filters ask of a message is kept with what is found of it."""

from datetime import UTC, datetime

import pytest

from chatapp.accounts.models import User
from conversations.models import Attachment, Response, SearchEntry, SearchFacet, search_facet
from conversations.models.search import search
from conversations.models.search_entry import index
from conversations.models.search_filters import Filters
from conversations.protocol.items import user_message
from conversations.turns import queue
from tests.support.models import make_conversation, make_model, make_response

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = Filters(since=NOON)


@pytest.fixture
def response(owner: User) -> Response:
    model = make_model()
    return make_response(make_conversation(owner), "A lighthouse", model=model, created_at=NOON)


def found(owner: User, filters: Filters) -> list[str]:
    return [line["response_id"] for line in search(owner, "lighthouse", None, filters)["messages"]]


def test_all_that_is_asked_of_a_message_is_kept_with_its_entry(response: Response) -> None:
    facet = SearchFacet.objects.get(pk=SearchEntry.objects.get().pk)
    assert (facet.owner, facet.conversation) == (response.owner, response.conversation)
    assert (facet.model, facet.created_at, facet.files) == (response.model, NOON, False)


def test_what_a_version_before_wrote_is_found_by_filters_when_it_was_looked_for(
    owner: User, response: Response
) -> None:
    """It writes entries alone (docs/running.md: it works on the migrated database for a minute)."""
    SearchFacet.objects.all().delete()
    assert found(owner, LATER) == []
    assert found(owner, Filters()) == [response.pk]
    assert (search_facet.keep_missing(), search_facet.keep_missing()) == (1, 0)
    assert found(owner, LATER) == [response.pk]


def test_it_goes_with_its_message_whoever_deletes_that(response: Response) -> None:
    Response.objects.filter(pk=response.pk).delete()
    assert not SearchFacet.objects.exists()


def test_a_message_that_loses_its_files_is_not_found_by_them(owner: User) -> None:
    running = make_response(make_conversation(owner), status="in_progress")
    more = {"status": "queued", "waiting": True}
    waiting = make_response(running.conversation, "A lighthouse", "", running, **more)
    waiting.attachments.add(Attachment.objects.create(owner=owner, name="a.txt", size=1))
    index([waiting])
    assert found(owner, Filters(files=True)) == [waiting.pk]
    queue.edit(owner, waiting.pk, [user_message("Another lighthouse")])
    assert found(owner, Filters(files=True)) == []


def test_many_are_kept_at_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_facet, "BATCH", 2)
    conversation = make_conversation(owner)
    rows = [make_response(conversation, "A lighthouse") for _ in range(5)]
    SearchFacet.objects.all().delete()
    search_facet.keep([row.pk for row in rows])
    assert SearchFacet.objects.count() == len(rows)
