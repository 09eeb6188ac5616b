"""A person's own keys: what is kept of what a page sends."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from chatapp.accounts.models import User
from conversations.views.reserved_keys import is_reserved
from conversations.views.shortcuts import USUAL

FREE = Path(__file__).parents[1] / "js/free-keys.json"
TABLE = Path(__file__).parents[2] / "static/chat/models/shortcuts.js"


def put(client: Client, body: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.put("/settings/shortcuts/", text, content_type="application/json")


def test_what_a_key_can_do_is_the_same_here_and_in_the_browser() -> None:
    rows = re.findall(r'\{ id: "([\w-]+)", key: "([\w+]+)"', TABLE.read_text())
    assert dict(rows) == USUAL


def test_the_keys_that_can_be_had_are_the_same_here_and_in_the_browser() -> None:
    known = json.loads(FREE.read_text())
    for held, free in known["free"].items():
        assert [code for code in known["codes"] if not is_reserved(held + code)] == free, held


def test_a_choice_is_kept_with_the_person_and_sent_with_every_page(
    signed_in: Client, owner: User
) -> None:
    bob = User.objects.create_user("bob")
    wanted = {"off": False, "keys": {"search": "mod+shift+KeyF", "map": None}}
    assert put(signed_in, wanted).json() == wanted
    for path in ("/", "/settings/"):
        page = signed_in.get(path).content.decode()
        sent = re.search(r'<script id="page" type="application/json">(.*?)</script>', page)
        assert sent
        assert json.loads(sent[1])["user"]["shortcuts"] == wanted
    bob.refresh_from_db()
    assert bob.shortcuts == {}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        {},
        {"off": False},
        {"off": 0, "keys": {}},
        {"off": False, "keys": []},
        {"off": False, "keys": {}, "more": 1},
        {"off": False, "keys": {"fly": "mod+KeyB"}},
        {"off": False, "keys": {"map": ""}},
        {"off": False, "keys": {"map": 1}},
        {"off": False, "keys": {"map": {"key": "mod+KeyB"}}},
        {"off": False, "keys": {"map": "mod+KeyB\n"}},
        {"off": False, "keys": {"map": "shift+mod+KeyB"}},
        {"off": False, "keys": {"map": "mod+<b>"}},
        {"off": False, "keys": {"map": "mod+K" + "e" * 100}},
        {"off": False, "keys": {"map": "mod+KeyB", "search": "mod+KeyB"}},
    ],
    ids=str,
)
def test_what_is_no_choice_is_refused_and_nothing_is_changed(
    signed_in: Client, owner: User, body: Any
) -> None:
    before = {"off": True, "keys": {"map": "mod+KeyB"}}
    put(signed_in, before)
    answer = put(signed_in, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    owner.refresh_from_db()
    assert owner.shortcuts == before


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"map": "mod+KeyW"}, "reserved_shortcut"),
        ({"map": "F5"}, "reserved_shortcut"),
        ({"map": "KeyB"}, "reserved_shortcut"),
        ({"map": "mod+shift+KeyV"}, "reserved_shortcut"),
        ({"map": "mod+KeyK"}, "taken_shortcut"),
    ],
    ids=str,
)
def test_a_key_that_the_browser_needs_or_another_has_is_refused(
    signed_in: Client, owner: User, keys: dict[str, str], code: str
) -> None:
    answer = put(signed_in, {"off": False, "keys": keys})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    owner.refresh_from_db()
    assert owner.shortcuts == {}


def test_a_key_is_had_by_another_once_it_was_given_up(signed_in: Client) -> None:
    keys = {"search": None, "map": "mod+KeyK"}
    assert put(signed_in, {"off": False, "keys": keys}).json()["keys"] == keys


def test_a_key_that_was_chosen_before_it_was_needed_stays(signed_in: Client, owner: User) -> None:
    owner.shortcuts = {"off": False, "keys": {"map": "mod+KeyW"}}
    owner.save()
    keys = {"map": "mod+KeyW", "search": "mod+KeyB"}
    assert put(signed_in, {"off": False, "keys": keys}).json()["keys"] == keys


@pytest.mark.django_db
def test_whoever_is_signed_out_keeps_nothing() -> None:
    assert put(Client(), {"off": True, "keys": {}}).status_code == 401
