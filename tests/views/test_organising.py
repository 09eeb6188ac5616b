"""Pinning, archiving and deleting, one or many at once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Conversation, Folder, Model, Response
from conversations.models.conversation import UNDO_FOR
from conversations.models.organising import MOST
from conversations.models.search import search
from conversations.turns.request import RequestError, drafted, store
from tests.support.asking import question
from tests.support.models import make_conversation, make_response


def change(client: Client, *ids: str, **change: Any) -> Any:
    body = json.dumps({"ids": ids, **change})
    return client.post("/organise/", body, content_type="application/json")


def listed(client: Client) -> list[str]:
    return [one["title"] for one in client.get("/conversations/").json()["conversations"]]


def made(owner: User, *titles: str) -> list[Conversation]:
    now = timezone.now()
    return [
        make_conversation(owner, title, updated_at=now - timedelta(minutes=number))
        for number, title in enumerate(titles)
    ]


def test_what_is_pinned_comes_first_the_last_pinned_on_top(signed_in: Client, owner: User) -> None:
    _, second, third = made(owner, "one", "two", "three")
    change(signed_in, third.pk, pinned=True)
    line = change(signed_in, second.pk, pinned=True).json()["conversations"][0]
    assert line["pinned_at"] is not None
    assert listed(signed_in) == ["two", "three", "one"]
    change(signed_in, second.pk, pinned=False)
    assert listed(signed_in) == ["three", "one", "two"]


def test_what_is_archived_is_in_no_list_but_found(signed_in: Client, owner: User) -> None:
    one, _ = made(owner, "one", "two")
    make_response(one, "A zebra?")
    assert change(signed_in, one.pk, archived=True).status_code == 200
    assert listed(signed_in) == ["two"]
    assert len(search(owner, "zebra")["messages"]) == 1
    assert "one" in signed_in.get("/archived/").content.decode()
    signed_in.post("/archived/", {"id": one.pk})
    assert listed(signed_in) == ["one", "two"]


def test_a_new_message_takes_it_back(owner: User, model: Model) -> None:
    (one,) = made(owner, "one")
    Conversation.objects.update(archived_at=timezone.now())
    store(question(owner, conversation_id=one.pk), "here.1")
    assert Conversation.objects.get().archived_at is None


@pytest.mark.parametrize("wish", [{"archived": True}, {"pinned": True}, {"deleted": True}])
def test_many_change_in_one_request_and_pages_are_told_once(
    signed_in: Client,
    owner: User,
    told: list[dict[str, Any]],
    wish: dict[str, bool],
) -> None:
    ids = [one.pk for one in made(owner, *map(str, range(30)))]
    assert change(signed_in, *ids, **wish).status_code == 200
    (frame,) = told
    names = frame.get("conversation_ids") or frame["conversations"]
    assert len(names) == 30


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"pinned": "yes"},
        {"pinned": True, "archived": True},
        {"deleted": "no"},
        {"folder": 1},
        {"ids": "all", "pinned": True},
        {"ids": [1], "pinned": True},
        {"ids": ["conv_1"] * (MOST + 1), "pinned": True},
    ],
)
def test_what_is_no_change_is_refused(signed_in: Client, owner: User, body: dict[str, Any]) -> None:
    (one,) = made(owner, "one")
    body = {"ids": [one.pk]} | body
    answer = signed_in.post("/organise/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400


def test_what_was_deleted_is_taken_back_as_it_was(signed_in: Client, owner: User) -> None:
    one, two = made(owner, "one", "two")
    make_response(one, "Do zebras bark?")
    change(signed_in, one.pk, pinned=True)
    before = Conversation.objects.order_by("pk").values()
    was = list(before)
    assert change(signed_in, one.pk, two.pk, deleted=True).json() == {"conversations": []}
    assert listed(signed_in) == []
    assert search(owner, "zebra")["messages"] == []
    assert {row["deleted_at"] is None for row in before.all()} == {False}
    for _ in range(2):  # asked again, because the answer was lost
        answer = change(signed_in, one.pk, two.pk, deleted=False)
        assert {line["title"] for line in answer.json()["conversations"]} == {"one", "two"}
    assert list(before.all()) == was
    assert listed(signed_in) == ["one", "two"]
    assert len(search(owner, "zebra")["messages"]) == 1


def test_what_is_gone_for_good_is_not_taken_back(signed_in: Client, owner: User) -> None:
    (one,) = made(owner, "one")
    change(signed_in, one.pk, deleted=True)
    Conversation.objects.update(deleted_at=timezone.now() - UNDO_FOR)
    assert change(signed_in, one.pk, deleted=False).status_code == 404
    assert listed(signed_in) == []


@pytest.mark.parametrize("wish", [{"archived": True}, {"pinned": True}, {"deleted": True}])
def test_what_is_somebody_elses_is_as_good_as_missing(
    signed_in: Client, owner: User, wish: dict[str, bool]
) -> None:
    (theirs,) = made(User.objects.create_user("eve"), "theirs")
    assert change(signed_in, theirs.pk, **wish).status_code == 404
    signed_in.post("/archived/", {"id": theirs.pk})
    (mine,) = made(owner, "mine")
    assert change(signed_in, mine.pk, theirs.pk, **wish).status_code == 200
    kept = Conversation.objects.get(pk=theirs.pk)
    assert (kept.pinned_at, kept.archived_at) == (None, None)


def test_archived_ones_of_others_are_not_shown(signed_in: Client) -> None:
    make_conversation(User.objects.create_user("eve"), "theirs", archived_at=timezone.now())
    assert "theirs" not in signed_in.get("/archived/").content.decode()


# Folders


def test_what_is_in_a_folder_is_listed_there_alone(signed_in: Client, owner: User) -> None:
    one, two = made(owner, "one", "two")
    folder = Folder.objects.create(owner=owner, name="Physics")
    assert change(signed_in, one.pk, folder=folder.pk).status_code == 200
    inside = signed_in.get("/conversations/", {"folder": folder.pk}).json()["conversations"]
    assert (listed(signed_in), [line["title"] for line in inside]) == (["two"], ["one"])
    assert inside[0]["folder"] == folder.pk
    assert change(signed_in, two.pk, folder=folder.pk, pinned=True).status_code == 400
    signed_in.post(f"/folders/{folder.pk}/delete/")
    assert listed(signed_in) == ["one", "two"]


def test_somebody_elses_folder_takes_nothing_and_shows_nothing(
    signed_in: Client, owner: User
) -> None:
    eve = User.objects.create_user("eve")
    theirs = Folder.objects.create(owner=eve, name="Theirs")
    make_conversation(eve, "secret", folder=theirs)
    (one,) = made(owner, "one")
    assert change(signed_in, one.pk, folder=theirs.pk).status_code == 404
    assert signed_in.get(f"/folders/{theirs.pk}/").status_code == 404
    assert signed_in.get("/folders/list/").json() == {"folders": []}
    assert signed_in.post(f"/folders/{theirs.pk}/delete/").status_code == 404
    inside = signed_in.get("/conversations/", {"folder": theirs.pk}).json()
    assert inside["conversations"] == []
    with pytest.raises(RequestError):
        store(question(owner, folder_id=theirs.pk), "here.1")


def test_a_folder_has_a_name_of_its_own(
    signed_in: Client, owner: User, told: list[dict[str, Any]]
) -> None:
    body = {"name": " Physics ", "instructions": "Be exact."}
    assert signed_in.post("/folders/new/", body).status_code == 302
    assert told[-1]["folders"] == [{"id": Folder.objects.get().pk, "name": "Physics"}]
    assert signed_in.get("/folders/list/").json() == {"folders": told[-1]["folders"]}
    again = signed_in.post("/folders/new/", body)
    assert "Another folder of yours has this name." in again.content.decode()
    assert signed_in.post(f"/folders/{Folder.objects.get().pk}/", body).status_code == 302
    assert signed_in.post("/folders/new/", {"name": " "}).status_code == 200
    assert Folder.objects.count() == 1


def test_a_folders_instructions_go_before_the_others_and_are_kept_with_the_answer(
    owner: User, model: Model
) -> None:
    folder = Folder.objects.create(owner=owner, name="Physics", instructions="Be exact.")
    new = question(owner, folder_id=folder.pk, chosen={"instructions": "Be brief."})
    first, _ = store(new, "here.1")
    assert first.conversation.folder == folder
    assert first.instructions == "Be exact.\n\nBe brief."
    Response.objects.update(status="completed")
    Folder.objects.update(instructions="Be kind.")
    second, _ = store(question(owner, "And?", previous_response_id=first.pk), "here.1")
    assert second.instructions == "Be kind."
    drafts = [
        drafted(question(owner, folder_id=folder.pk)),
        drafted(question(owner, previous_response_id=first.pk)),
    ]
    assert [row.instructions for row in drafts] == ["Be kind.", "Be kind."]
    first.refresh_from_db()
    assert first.instructions == "Be exact.\n\nBe brief."
