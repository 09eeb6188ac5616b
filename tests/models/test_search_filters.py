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
from conversations.models import Attachment, Conversation, Folder, Response, organising
from conversations.models.listing import BadCursor
from conversations.models.search import PAGE, search
from conversations.models.search_entry import index
from conversations.models.search_filters import BadFilter, Filters, filters_from
from conversations.models.tagging import give
from tests.support.models import make_conversation, make_model, make_response

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def attach(response: Response) -> None:
    fields: dict[str, Any] = {"name": "report.txt", "size": 1, "sha256": "0" * 64}
    response.attachments.add(Attachment.objects.create(owner=response.owner, **fields))
    index([response])


@pytest.fixture
def found_by(owner: User) -> dict[str, Filters]:
    """Two messages about lighthouses: each of these filters finds the one called n1 alone."""
    model, folder = make_model("model-1"), Folder.objects.create(owner=owner, name="Travels")
    gone: dict[str, Any] = {"archived_at": timezone.now(), "key_name": "Notebook"}
    wanted = make_conversation(owner, "One lighthouse", folder=folder, **gone)
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
        "scripts": Filters(scripts="only"),
        "key": Filters(key="Notebook"),
        "besides": Filters(besides=other.pk),
        "all": Filters(
            NOON, NOON + HOUR, model.pk, folder.pk, "only", True, tag.pk, key="Notebook"
        ),
    }


def titles(found: Mapping[str, Any]) -> list[str]:
    return [hit["title"] for hit in found["conversations"]]


def first_words(found: Mapping[str, Any]) -> list[str]:
    return [hit["excerpt"].split()[0] for hit in found["messages"]]


OF_MESSAGES = ["since", "between", "model", "files"]
NAMES = [*OF_MESSAGES, "folder", "tag", "archived", "scripts", "key", "besides", "all"]


@pytest.mark.parametrize("name", NAMES)
def test_each_filter_narrows_what_words_find(
    owner: User, found_by: dict[str, Filters], name: str
) -> None:
    found = search(owner, "lighthouse", filters=found_by[name])
    assert (first_words(found), titles(found)) == (["n1"], ["One lighthouse"])


@pytest.mark.parametrize("name", NAMES)
def test_each_filter_alone_finds_conversations(
    owner: User, found_by: dict[str, Filters], name: str
) -> None:
    (hit,) = search(owner, " ", filters=found_by[name])["conversations"]
    wanted = Conversation.objects.get(title="One lighthouse")
    assert hit == {
        "id": wanted.pk,
        "title": "One lighthouse",
        "marks": [],
        "updated_at": wanted.updated_at.isoformat(),
        "folder": "Travels",
        "tags": ["lamps"],
        "archived": True,
        "key_name": "Notebook",
    }


def test_one_message_passes_all_that_is_asked_of_messages(
    owner: User, found_by: dict[str, Filters]
) -> None:
    other = Conversation.objects.get(title="Other lighthouse")
    with_a_file = make_response(other, "n3", created_at=NOON - HOUR)
    attach(with_a_file)
    asked = found_by["model"].model
    for filters in (
        Filters(since=NOON - HOUR, until=NOON, model=asked),
        Filters(until=NOON - 2 * HOUR, files=True),
    ):
        assert titles(search(owner, "", filters=filters)) == []
    assert titles(search(owner, "", filters=Filters(until=NOON, files=True))) == [other.title]


def test_what_is_archived_can_be_left_out(owner: User, found_by: dict[str, Filters]) -> None:
    found = search(owner, "lighthouse", filters=Filters(archived="no"))
    assert first_words(found) == ["n2"]
    assert first_words(search(owner, "lighthouse")) == ["n2", "n1"]


def test_what_scripts_asked_can_be_left_out(owner: User, found_by: dict[str, Filters]) -> None:
    for query in ("", "lighthouse"):
        found = search(owner, query, filters=Filters(scripts="no"))
        assert titles(found) == ["Other lighthouse"]
    assert first_words(search(owner, "lighthouse", filters=Filters(scripts="no"))) == ["n2"]


def test_a_day_ends_before_its_last_moment(owner: User, found_by: dict[str, Filters]) -> None:
    for query in ("", "lighthouse"):
        found = search(owner, query, filters=Filters(until=NOON))
        assert titles(found) == ["Other lighthouse"]
        assert titles(search(owner, query, filters=Filters(since=NOON + HOUR))) == []


def test_words_that_are_none_find_nothing_however_it_is_narrowed(
    owner: User, found_by: dict[str, Filters]
) -> None:
    for words in ("!?", "nowhere"):
        found = search(owner, words, filters=found_by["files"])
        assert found == {"conversations": [], "messages": [], "next": None}


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
    for query in ("", "secret"):
        found = search(owner, query, filters=Filters(since=NOON - HOUR))
        assert found == {"conversations": [], "messages": [], "next": None}


def test_filters_alone_find_the_last_used_first_page_by_page(owner: User) -> None:
    for number in range(2 * PAGE + 3):
        # Many were used at the very same time, as those of an import.
        used = NOON - (number // PAGE) * HOUR
        make_conversation(owner, f"n{number}", archived_at=NOON, updated_at=used)
        make_conversation(owner, "between them", updated_at=used)
    filters, found, before = Filters(archived="only"), [], None
    for length in (PAGE, PAGE, 3):
        page = search(owner, "", before, filters)
        assert len(page["conversations"]) == length
        found += [(hit["updated_at"], hit["title"]) for hit in page["conversations"]]
        before = page["next"]
    assert before is None
    assert len(set(found)) == 2 * PAGE + 3
    assert [used for used, _ in found] == sorted((used for used, _ in found), reverse=True)


@pytest.mark.parametrize("cursor", ["1", "x conv_1", f"{NOON.isoformat()} ", "2026-11-26 conv_1"])
def test_a_cursor_that_no_filter_gave_is_refused(owner: User, cursor: str) -> None:
    with pytest.raises(BadCursor):
        search(owner, "", cursor, Filters(files=True))


def test_a_narrowed_search_asks_the_same_however_much_it_finds(
    owner: User, found_by: dict[str, Filters]
) -> None:
    def asked(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            search(owner, query, filters=Filters(files=True))
        return len(queries)

    once = asked("lighthouse"), asked("")
    for _ in range(5):
        conversation = make_conversation(owner, "A lighthouse")
        give(owner, [conversation.pk], "lamps")
        attach(make_response(conversation, "A lighthouse"))
    assert (asked("lighthouse"), asked("")) == once == (4, 2)


def test_files_are_found_by_a_word_page_by_page_each_message_once(owner: User) -> None:
    conversation = make_conversation(owner, "Lamps")
    for number in range(PAGE + 3):
        response = make_response(conversation, f"n{number} lighthouse")
        attach(response)
        attach(response)
        make_response(conversation, "without lighthouse")
    first = search(owner, "lighthouse", filters=Filters(files=True))
    second = search(owner, "lighthouse", first["next"], Filters(files=True))
    found = first_words(first) + first_words(second)
    assert found == [f"n{number}" for number in reversed(range(PAGE + 3))]
    assert second["next"] is None


@pytest.mark.parametrize(
    "nobodys",
    [
        Filters(model="nobodys"),
        Filters(folder="nobodys"),
        Filters(tag="nobodys"),
        Filters(key="nobodys"),
        Filters(scripts="only"),
    ],
)
def test_what_nothing_has_is_answered_without_reading_any_message(
    owner: User, nobodys: Filters
) -> None:
    make_response(make_conversation(owner, "A lighthouse"), "A lighthouse")
    with CaptureQueriesContext(connection) as queries:
        found = search(owner, "lighthouse", filters=nobodys)
    assert found == {"conversations": [], "messages": [], "next": None}
    assert len(queries) == 1


def test_an_address_names_its_filters() -> None:
    asked = {"since": "2026-11-26T08:00:00+08:00", "folder": "folder_1", "files": "1", "q": "x"}
    since = datetime(2026, 11, 26, tzinfo=UTC)
    assert filters_from(asked) == Filters(since=since, folder="folder_1", files=True)
    long = "k" * 80
    assert filters_from({"scripts": "only", "key": long}) == Filters(scripts="only", key=long)
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
        {"scripts": "yes"},
        {"key": "k" * 81},
        {"model": "m" * 61},
        {"folder": "\x00"},
        {"tag": "\x00"},
    ],
)
def test_what_is_no_filter_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(BadFilter):
        filters_from(asked)


def test_what_stands_behind_what_was_deleted_is_on_the_same_page(owner: User) -> None:
    kept = make_response(make_conversation(owner, "kept"), "owls")
    gone = make_conversation(owner, "gone")
    for _ in range(PAGE + 5):
        make_response(gone, "owls")
    organising.delete([gone.pk])
    found = search(owner, "owls")
    assert [line["response_id"] for line in found["messages"]] == [kept.pk]
    assert found["next"] is None


def test_the_files_in_a_copy_of_what_another_person_shared_count_as_files(owner: User) -> None:
    other = User.objects.create_user("eve")
    file = Attachment.objects.create(owner=other, name="a.txt", size=1)
    copy = make_conversation(owner, "copy", copied_at=timezone.now())
    row = make_response(copy, "owls")
    row.attachments.add(file)
    index([row])
    with_words = search(owner, "owls", filters=Filters(files=True))
    assert [line["response_id"] for line in with_words["messages"]] == [row.pk]
    alone = search(owner, "", filters=Filters(files=True))
    assert [line["id"] for line in alone["conversations"]] == [copy.pk]
