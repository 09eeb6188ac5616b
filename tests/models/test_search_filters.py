"""A search is narrowed by when, by which model, by where it stands; with words or alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Attachment, Folder, Response
from conversations.models.search import PAGE, search
from conversations.models.search_filters import BadFilter, Filters, filters_from
from conversations.models.tagging import give
from tests.support.models import make_conversation, make_model, make_response

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def attach(response: Response) -> None:
    fields: dict[str, Any] = {"name": "report.txt", "size": 1, "sha256": "0" * 64}
    response.attachments.add(Attachment.objects.create(owner=response.owner, **fields))


@pytest.fixture
def found_by(owner: User) -> dict[str, Filters]:
    """Two messages about lighthouses: each of these filters finds the one called n1 alone."""
    model, folder = make_model("model-1"), Folder.objects.create(owner=owner, name="Travels")
    wanted = make_conversation(owner, "One lighthouse", folder=folder, archived_at=timezone.now())
    response = make_response(wanted, "n1 lighthouse", "", model=model, created_at=NOON)
    attach(response)
    tag = give(owner, [wanted.pk], "lamps")
    other = make_conversation(owner, "Other lighthouse")
    early = NOON - 3 * HOUR
    make_response(other, "n2 lighthouse", "", model=make_model("model-2"), created_at=early)
    return {
        "since": Filters(since=NOON),
        "between": Filters(since=NOON - HOUR, until=NOON + HOUR),
        "model": Filters(model=model.pk),
        "folder": Filters(folder=folder.pk),
        "tag": Filters(tag=tag.pk),
        "archived": Filters(archived="only"),
        "files": Filters(files=True),
        "all": Filters(NOON, NOON + HOUR, model.pk, folder.pk, "only", True, tag.pk),
    }


def first_words(found: Mapping[str, Any]) -> list[str]:
    return [hit["excerpt"].split()[0] for hit in found["messages"]]


@pytest.mark.parametrize("query", ["", "lighthouse"])
@pytest.mark.parametrize(
    "name", ["since", "between", "model", "folder", "tag", "archived", "files", "all"]
)
def test_each_filter_works_with_words_and_alone(
    owner: User, found_by: dict[str, Filters], name: str, query: str
) -> None:
    found = search(owner, query, filters=found_by[name])
    assert first_words(found) == ["n1"]
    titles = [hit["title"] for hit in found["conversations"]]
    assert titles == (["One lighthouse"] if query else []), "a title is found by its words"


def test_what_is_archived_can_be_left_out(owner: User, found_by: dict[str, Filters]) -> None:
    found = search(owner, "lighthouse", filters=Filters(archived="no"))
    assert first_words(found) == ["n2"]
    assert first_words(search(owner, "lighthouse")) == ["n2", "n1"]


def test_a_day_ends_before_its_last_moment(owner: User, found_by: dict[str, Filters]) -> None:
    assert first_words(search(owner, "", filters=Filters(until=NOON))) == ["n2"]
    assert first_words(search(owner, "", filters=Filters(since=NOON + HOUR))) == []


def test_words_that_are_none_find_nothing_however_it_is_narrowed(
    owner: User, found_by: dict[str, Filters]
) -> None:
    assert first_words(search(owner, "!?", filters=found_by["files"])) == []
    assert first_words(search(owner, "nowhere", filters=found_by["files"])) == []


def test_no_filter_leads_to_what_is_somebody_elses(
    owner: User, found_by: dict[str, Filters]
) -> None:
    other = User.objects.create_user("eve")
    for filters, query in product(found_by.values(), ["", "lighthouse"]):
        found = search(other, query, filters=filters)
        assert found == {"conversations": [], "messages": [], "next": None}


def test_what_is_temporary_is_not_found_by_a_filter(owner: User) -> None:
    gone = timezone.now() + HOUR
    make_response(make_conversation(owner, expires_at=gone), "n1 secret", created_at=NOON)
    assert first_words(search(owner, "", filters=Filters(since=NOON - HOUR))) == []


def test_filters_alone_find_the_newest_first_page_by_page(owner: User) -> None:
    conversation = make_conversation(owner, archived_at=timezone.now())
    for number in range(PAGE + 3):
        make_response(conversation, f"n{number}")
        make_response(make_conversation(owner), "between them")
    filters = Filters(archived="only")
    first = search(owner, "", filters=filters)
    second = search(owner, "", first["next"], filters)
    found = [*first_words(first), *first_words(second)]
    assert found == [f"n{number}" for number in reversed(range(PAGE + 3))]
    assert second["next"] is None


def test_a_narrowed_search_asks_the_same_however_much_it_finds(
    owner: User, found_by: dict[str, Filters]
) -> None:
    def asked(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            search(owner, query, filters=Filters(files=True))
        return len(queries)

    once = asked("lighthouse"), asked("")
    for _ in range(5):
        attach(make_response(make_conversation(owner, "A lighthouse"), "A lighthouse"))
    assert (asked("lighthouse"), asked("")) == once == (3, 2)


def test_an_address_names_its_filters() -> None:
    asked = {"since": "2026-11-26T08:00:00+08:00", "folder": "folder_1", "files": "1", "q": "x"}
    since = datetime(2026, 11, 26, tzinfo=UTC)
    assert filters_from(asked) == Filters(since=since, folder="folder_1", files=True)
    assert not filters_from({"q": "x", "since": "", "model": ""})


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "yesterday"},
        {"since": "2026-11-26"},
        {"until": "2026-11-26T00:00:00"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"since": "9999-12-31T23:59:59-14:00"},
        {"archived": "perhaps"},
        {"files": "yes"},
        {"model": "m" * 61},
        {"folder": "\x00"},
        {"tag": "\x00"},
    ],
)
def test_what_is_no_filter_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadFilter):
        filters_from(asked)
