"""What the page asks for besides the socket."""

import json
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import ApiKey, Attachment, Conversation, Folder, Response
from conversations.models.conversation import TITLE_LENGTH
from conversations.models.database import in_database
from conversations.models.listing import PAGE, page_of, responses, state_of
from conversations.models.response import Status
from conversations.models.window import TURNS
from conversations.turns.running import turns
from tests.support.deleting import pass_time
from tests.support.models import make_conversation, make_response


def url(conversation: Conversation | str) -> str:
    id_ = conversation if isinstance(conversation, str) else conversation.pk
    return f"/conversations/{id_}/"


def patch(signed_in: Client, conversation: Conversation | str, body: Any) -> Any:
    return signed_in.patch(url(conversation), json.dumps(body), content_type="application/json")


# Lists


def test_conversations_are_listed_the_last_used_first(signed_in: Client, owner: User) -> None:
    now = timezone.now()
    for hours in (3, 1, 2):
        make_conversation(owner, f"{hours} ago", updated_at=now - timedelta(hours=hours))
    listed = signed_in.get("/conversations/").json()
    assert [one["title"] for one in listed["conversations"]] == ["1 ago", "2 ago", "3 ago"]
    assert listed["next"] is None


def test_a_long_list_comes_in_pages_without_a_gap_or_a_repeat(
    signed_in: Client, owner: User
) -> None:
    now = timezone.now()
    for number in range(PAGE * 2 + 5):
        make_conversation(owner, str(number), updated_at=now - timedelta(minutes=number))
    page = signed_in.get("/conversations/").json()
    titles = [one["title"] for one in page["conversations"]]
    while page["next"]:
        page = signed_in.get("/conversations/", {"before": page["next"]}).json()
        titles += [one["title"] for one in page["conversations"]]
    assert titles == [str(number) for number in range(PAGE * 2 + 5)]


def test_a_list_says_what_is_being_answered(signed_in: Client, owner: User) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    make_response(make_conversation(owner))
    answering = [
        one["answering"] for one in signed_in.get("/conversations/").json()["conversations"]
    ]
    assert set(answering) == {running.pk, None}


def test_a_list_costs_the_same_however_long_it_is(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(PAGE):
        make_response(make_conversation(owner))
        make_conversation(owner, pinned_at=timezone.now())
    with django_assert_num_queries(2):  # what is pinned, and the page
        page_of(owner)


def test_what_scripts_began_is_left_out_where_that_is_wanted_but_for_what_was_put_somewhere(
    signed_in: Client, owner: User
) -> None:
    folder = Folder.objects.create(owner=owner, name="Reports")
    make_conversation(owner, "own")
    make_conversation(owner, "a script's", key_name="Notebook")
    make_conversation(owner, "pinned", key_name="Notebook", pinned_at=timezone.now())
    make_conversation(owner, "filed", key_name="Notebook", folder=folder)

    def listed(**asked: str) -> set[str]:
        page = signed_in.get("/conversations/", asked).json()
        return {one["title"] for one in page["conversations"]}

    assert listed() == {"own", "a script's", "pinned"}
    User.objects.update(hides_scripts=True)
    assert listed() == {"own", "pinned"}
    assert listed(folder=folder.pk) == {"filed"}
    plain = signed_in.get("/plain/").content.decode()
    assert "a script&#x27;s" in plain


def test_a_thousand_of_scripts_do_not_bury_a_persons_own(owner: User) -> None:
    User.objects.update(hides_scripts=True)
    owner.refresh_from_db()
    now = timezone.now()
    theirs = [
        Conversation(owner=owner, key_name="Nightly", updated_at=now - timedelta(minutes=number))
        for number in range(1000)
    ]
    Conversation.objects.bulk_create(theirs)
    for number in range(PAGE + 1):
        make_conversation(owner, str(number), updated_at=now - timedelta(hours=1 + number))
    first = page_of(owner)
    second = page_of(owner, first["next"])
    titles = [one["title"] for page in (first, second) for one in page["conversations"]]
    assert titles == [str(number) for number in range(PAGE + 1)]
    assert second["next"] is None


@pytest.mark.parametrize(
    "cursor",
    [
        "yesterday",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_cursor_that_is_none_is_refused(signed_in: Client, cursor: str) -> None:
    answer = signed_in.get("/conversations/", {"before": cursor})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_cursor"


# An open conversation


def test_an_open_conversation_says_what_scripts_asked_and_through_which_key(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = make_conversation(owner)

    def asked(*names: str) -> list[str | None]:
        keys = [ApiKey.make(owner, name)[0] if name else None for name in names]
        ids = [make_response(conversation, api_key=key).pk for key in keys]
        with django_assert_num_queries(1):
            return [response.get("key_name") for response in responses(ids)]

    assert asked("") == [None]
    assert asked("Notebook", "", "Nightly") == ["Notebook", None, "Nightly"]


def test_an_open_conversation_has_its_whole_tree_and_the_path_shown(
    signed_in: Client, owner: User
) -> None:
    conversation = make_conversation(owner)
    first = make_response(conversation, "One?", "One.")
    second = make_response(conversation, "Two?", "Two.", previous=first)
    retry = make_response(conversation, "Two?", "Deux.", previous=first, retry_of=second)
    state = signed_in.get(url(conversation)).json()
    assert [node["id"] for node in state["tree"]] == [first.pk, second.pk, retry.pk]
    assert state["tree"][2]["retry_of"] == second.pk
    assert [response["id"] for response in state["responses"]] == [first.pk, retry.pk]
    through = signed_in.get(url(conversation), {"response": second.pk}).json()
    assert [response["id"] for response in through["responses"]] == [first.pk, second.pk]


def test_opening_costs_the_same_however_long_the_conversation(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = make_conversation(owner)
    last = None
    for _ in range(40):
        last = make_response(conversation, previous=last)
    with django_assert_num_queries(7):
        state_of(conversation)


def test_opening_costs_the_same_with_what_was_made_in_it(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = make_conversation(owner)
    response = make_response(conversation)
    for number in range(3):
        file = Attachment.objects.create(owner=owner, name=f"{number}.png", size=3, sha256="")
        response.attachments.add(file)
        drawn = {"type": "image_generation_call", "status": "completed", "file": file.as_part()}
        response.output = [*response.output, drawn]
    response.save()
    with django_assert_num_queries(7):
        state_of(conversation)


def test_earlier_and_later_turns_come_by_their_cursors(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    path: list[Response] = []
    for number in range(TURNS + 5):
        path.append(make_response(conversation, str(number), previous=path[-1] if path else None))
    ids = [response.pk for response in path]

    def turns(**asked: str) -> Any:
        return signed_in.get(f"{url(conversation)}turns/", asked).json()

    earlier = turns(before=ids[10])
    assert [response["id"] for response in earlier["responses"]] == ids[:10]
    assert earlier["earlier"] is None
    later = turns(after=ids[10])
    assert [response["id"] for response in later["responses"]] == ids[11:]
    assert (later["later"], later["end"]) == (None, ids[-1])
    first = turns(first=ids[-1])
    assert first["responses"][0]["id"] == ids[0]
    assert first["conversation"]["id"] == conversation.pk


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?before=resp_gone", 404), ("?after=x", 404), ("?first=", 400)],
)
def test_turns_that_are_not_there_are_refused(
    signed_in: Client, owner: User, query: str, status: int
) -> None:
    conversation = make_conversation(owner)
    assert signed_in.get(f"{url(conversation)}turns/{query}").status_code == status


def test_somebody_elses_turns_are_not_there(signed_in: Client) -> None:
    response = make_response(make_conversation(User.objects.create_user("eve")))
    address = f"{url(response.conversation)}turns/?before={response.pk}"
    assert signed_in.get(address).status_code == 404


def test_instructions_never_leave_the_server(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    make_response(conversation, instructions="the operator's own words")
    assert "own words" not in signed_in.get(url(conversation)).content.decode()


# Changes


def test_a_branch_that_was_chosen_is_remembered(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    first = make_response(conversation)
    second = make_response(conversation, "Two?", previous=first)
    make_response(conversation, "Three?", previous=first)
    other_root = make_response(conversation, "Else?")
    state = patch(signed_in, conversation, {"selected": second.pk}).json()
    assert [response["id"] for response in state["responses"]] == [first.pk, second.pk]
    again = signed_in.get(url(conversation)).json()
    assert [response["id"] for response in again["responses"]] == [first.pk, second.pk]
    state = patch(signed_in, conversation, {"selected": other_root.pk}).json()
    assert [response["id"] for response in state["responses"]] == [other_root.pk]


def test_a_title_by_a_person_stays(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    assert patch(signed_in, conversation, {"title": "  My\n title "}).json()["title"] == "My title"
    assert not conversation.rename("The model's", Conversation.TitleSource.MODEL)
    conversation.refresh_from_db()
    assert conversation.title == "My title"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "title",
        {"title": ""},
        {"title": "  "},
        {"title": "x" * (TITLE_LENGTH + 1)},
        {"title": "\0"},
        {"title": 5},
        {"title": "x", "owner": 2},
        {"owner": 2},
        {"selected": None},
    ],
)
def test_a_change_that_is_none_is_refused_and_changes_nothing(
    signed_in: Client, owner: User, body: Any
) -> None:
    conversation = make_conversation(owner)
    answer = patch(signed_in, conversation, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    conversation.refresh_from_db()
    assert (conversation.title, conversation.owner) == ("A conversation", owner)


def test_what_no_database_keeps_is_taken_out_of_a_title(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    assert patch(signed_in, conversation, {"title": "a\0b\ud800"}).json()["title"] == "ab\ufffd"
    conversation.refresh_from_db()
    assert conversation.title == "ab\ufffd"


@pytest.mark.parametrize(
    "body", ["{", "[" * 100_000, '{"title": NaN}', '{"title": ' + "9" * 5000 + "}"]
)
def test_a_body_that_is_no_json_is_refused(signed_in: Client, owner: User, body: str) -> None:
    conversation = make_conversation(owner)
    answer = signed_in.patch(url(conversation), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"


def test_a_deleted_conversation_is_gone_with_its_branches(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    make_response(conversation, previous=make_response(conversation))
    answer = signed_in.delete(url(conversation))
    # The test client drops the body of a 204, but not what was said of its length.
    assert (answer.status_code, answer.headers["Content-Length"]) == (204, "0")
    assert signed_in.get(url(conversation)).status_code == 404
    assert async_to_sync(pass_time)() == 1
    assert Response.objects.count() == 0


async def test_deleting_for_good_stops_what_is_being_answered(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(turns, "stop", stopped.append)
    running = await in_database(
        lambda: make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    )
    client = AsyncClient()
    await in_database(client.force_login, owner)
    await client.delete(url(running.conversation_id))
    assert stopped == [], "it may be taken back whole"
    await pass_time()
    assert stopped == [running.pk]


# Search


def test_a_search_says_what_it_found_and_where(signed_in: Client, owner: User) -> None:
    response = make_response(
        make_conversation(owner, "Birds"), "Where do puffins sleep?", "At sea."
    )
    found = signed_in.get("/search/", {"q": "puffin"}).json()
    assert found["next"] is None
    (message,) = found["messages"]
    assert message["response_id"] == response.pk
    assert message["title"] == "Birds"
    ((start, end),) = message["marks"]
    assert message["excerpt"][start:end] == "puffins"


@pytest.mark.parametrize("query", ["", "q=", "q=%00", "q=" + "a%20" * 900])
def test_a_search_for_anything_is_answered(signed_in: Client, query: str) -> None:
    assert signed_in.get(f"/search/?{query}").status_code == 200


@pytest.mark.parametrize("cursor", ["nonsense", "-1", "1e3", "9" * 40])
def test_a_cursor_that_no_search_gave_is_refused(signed_in: Client, cursor: str) -> None:
    for asked in ({"q": "a"}, {"files": "1"}):
        answer = signed_in.get("/search/", {**asked, "before": cursor})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_cursor")


def test_a_search_is_narrowed_with_words_or_without(signed_in: Client, owner: User) -> None:
    away = make_conversation(owner, "Away", archived_at=timezone.now())
    response = make_response(away, "Where do puffins sleep?")
    make_response(make_conversation(owner, "Here"), "Where do puffins eat?")
    found = signed_in.get("/search/", {"q": "puffin", "archived": "only"}).json()
    assert [hit["response_id"] for hit in found["messages"]] == [response.pk]
    found = signed_in.get("/search/", {"archived": "only"}).json()
    assert [hit["id"] for hit in found["conversations"]] == [away.pk]


@pytest.mark.parametrize("asked", [{"since": "today"}, {"archived": "maybe"}, {"files": "2"}])
def test_what_is_no_filter_is_refused(signed_in: Client, asked: dict[str, str]) -> None:
    answer = signed_in.get("/search/", {"q": "a", **asked})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_filter")


def test_a_search_is_only_read(signed_in: Client) -> None:
    assert signed_in.post("/search/?q=a").status_code == 405


# Other people


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_somebody_elses_is_the_same_404_as_a_missing_one(
    signed_in: Client, method: str, owner: User
) -> None:
    foreign = make_conversation(User.objects.create_user("bob"))
    call = getattr(signed_in, method)
    arguments: dict[str, Any] = (
        {"data": json.dumps({"title": "Mine"}), "content_type": "application/json"}
        if method == "patch"
        else {}
    )
    theirs, missing = (
        call(url(foreign), **arguments),
        call(url("conv_0123456789ab" + "0" * 32), **arguments),
    )
    assert theirs.status_code == missing.status_code == 404
    assert theirs.content == missing.content
    foreign.refresh_from_db()
    assert foreign.title == "A conversation"


def test_a_response_of_another_conversation_cannot_be_selected(
    signed_in: Client, owner: User
) -> None:
    conversation = make_conversation(owner)
    foreign = make_response(make_conversation(User.objects.create_user("bob")))
    assert patch(signed_in, conversation, {"selected": foreign.pk}).status_code == 404


@pytest.mark.django_db
def test_nobody_signed_in_gets_nothing() -> None:
    for path in ("/conversations/", "/conversations/conv_1/", "/search/?q=a"):
        assert Client().get(path).status_code == 401


def test_a_change_without_a_csrf_token_is_refused(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    conversation = make_conversation(owner)
    assert patch(client, conversation, {"title": "x"}).status_code == 403
    assert client.delete(url(conversation)).status_code == 403
