"""Assistants and prompts: whose they are, who may use them, and what their forms refuse."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import User
from conversations.models import Assistant, Model, Prompt, Provider, Retention
from conversations.models.sharing import Audience
from tests.support.mcp_servers import make_mcp_server
from tests.support.models import make_model
from tests.support.people import make_person, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

KINDS: dict[str, Any] = {"assistant": Assistant, "prompt": Prompt}


@pytest.fixture
def anna() -> User:
    return make_person("anna")


@pytest.fixture
def ben() -> User:
    return make_person("ben")


def make(kind: str, owner: User, **fields: Any) -> Any:
    if kind == "assistant":
        return Assistant.objects.create(owner=owner, **{"name": "Translator", **fields})
    texts = {"title": "Summary", "command": "sum", "text": "Sum this up."}
    return Prompt.objects.create(owner=owner, **{**texts, **fields})


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shared_is_usable_by_those_it_is_shared_with(
    kind: str, anna: User, ben: User
) -> None:
    team = Group.objects.create(name="Team")
    mine = make(kind, anna)
    usable = KINDS[kind].objects.usable_by
    assert list(usable(anna)) == [mine]
    assert not usable(ben).exists()
    mine.audience, mine.group = Audience.GROUP, team
    mine.save()
    assert not usable(ben).exists()
    ben.groups.add(team)
    assert list(usable(ben)) == [mine]
    mine.audience = Audience.EVERYONE
    mine.save()
    ben.groups.clear()
    assert list(usable(ben)) == [mine]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_changes_or_deletes_it(kind: str, anna: User, ben: User) -> None:
    mine = make(kind, anna, audience=Audience.EVERYONE)
    client = signed_in(ben)
    assert client.get(reverse(f"conversations:{kind}", args=[mine.pk])).status_code == 404
    delete = reverse(f"conversations:{kind}-delete", args=[mine.pk])
    assert client.post(delete).status_code == 404
    assert KINDS[kind].objects.filter(pk=mine.pk).exists()
    listing = client.get(reverse(f"conversations:{kind}s")).content.decode()
    assert str(mine) in listing
    assert delete not in listing
    assert signed_in(anna).post(delete).status_code == 302
    assert not KINDS[kind].objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_is_asked_to_sign_in(kind: str, client: Client, anna: User) -> None:
    mine = make(kind, anna)
    for page in (
        reverse(f"conversations:{kind}s"),
        reverse(f"conversations:{kind}-new"),
        reverse(f"conversations:{kind}", args=[mine.pk]),
    ):
        assert client.get(page)["Location"].startswith("/accounts/sign-in/")


def test_an_assistant_is_made_with_its_settings_and_changed(anna: User) -> None:
    model = make_model()
    client = signed_in(anna)
    values = {
        "name": "Translator",
        "description": "Into German",
        "model": model.pk,
        "instructions": "Translate.",
        "audience": "nobody",
        "setting-temperature": "0.5",
        "setting-reasoning.effort": "low",
        "setting-parallel_tool_calls": "false",
        "setting-tools": ["web_search"],
        "setting-functions": ["calculate"],
        "setting-metadata": "team = blue",
        "setting-text.format": '{"type": "json_object"}',
    }
    assert client.post(reverse("conversations:assistant-new"), values).status_code == 302
    made = Assistant.objects.get()
    assert (made.owner, made.model, made.instructions) == (anna, model, "Translate.")
    assert made.settings == {
        "temperature": 0.5,
        "reasoning.effort": "low",
        "parallel_tool_calls": False,
        "tools": [{"type": "web_search"}],
        "functions": ["calculate"],
        "metadata": {"team": "blue"},
        "text.format": {"type": "json_object"},
    }
    page = reverse("conversations:assistant", args=[made.pk])
    shown = client.get(page).content.decode()
    assert 'value="0.5"' in shown
    assert "team=blue" in shown
    client.post(page, {"name": "Translator", "audience": "nobody"})
    made.refresh_from_db()
    assert made.settings == {}


def test_an_assistant_brings_mcp_servers_that_its_owner_may_use(anna: User) -> None:
    client, page = signed_in(anna), reverse("conversations:assistant-new")
    assert "setting-mcp_servers" not in client.get(page).content.decode()
    make_mcp_server("wiki", description="What we know.")
    make_mcp_server("secret", audience="groups")
    shown = client.get(page).content.decode()
    assert "Wiki: What we know." in shown
    assert "Secret" not in shown
    values = {"name": "Librarian", "audience": "nobody", "setting-mcp_servers": ["secret"]}
    assert client.post(page, values).status_code == 200, "it is refused"
    assert client.post(page, values | {"setting-mcp_servers": ["wiki"]}).status_code == 302
    assert Assistant.objects.get().settings == {"mcp_servers": ["wiki"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"audience": "group"},
        {"setting-temperature": "5"},
        {"setting-metadata": "no value"},
        {"setting-functions": ["unheard_of"]},
        {"setting-text.format": "{"},
        {"setting-text.format": '{"type": "json_schema"}'},
        {"model": "model_none"},
    ],
)
def test_what_an_assistant_can_not_be_is_said(anna: User, wrong: dict[str, str]) -> None:
    values = {"name": "Translator", "audience": "nobody", **wrong}
    answer = signed_in(anna).post(reverse("conversations:assistant-new"), values)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Assistant.objects.exists()


def test_a_copy_of_anothers_assistant_is_ones_own(anna: User, ben: User) -> None:
    mine = make("assistant", anna, audience=Audience.EVERYONE, instructions="Translate.")
    hidden = make("assistant", anna)
    client = signed_in(ben)
    client.post(reverse("conversations:assistant-copy", args=[mine.pk]))
    copied = Assistant.objects.get(owner=ben)
    assert (copied.instructions, copied.audience) == ("Translate.", Audience.NOBODY)
    foreign = reverse("conversations:assistant-copy", args=[hidden.pk])
    assert client.post(foreign).status_code == 404


def test_one_shares_only_with_a_group_that_one_is_in(anna: User) -> None:
    theirs = Group.objects.create(name="Theirs")
    ours = Group.objects.create(name="Ours")
    client = signed_in(anna)
    page = reverse("conversations:prompt-new")
    values = {"title": "T", "command": "t", "text": "x", "audience": "group"}
    assert "Theirs" not in client.get(page).content.decode()
    anna.groups.add(ours)
    assert client.post(page, {**values, "group": theirs.pk}).status_code == 200
    assert client.post(page, {**values, "group": ours.pk}).status_code == 302
    assert Prompt.objects.get().group == ours


@pytest.mark.parametrize("command", ["two words", "", "a/b", "x" * 41, "sum", "SUM"])
def test_a_command_is_one_word_and_ones_own(anna: User, command: str) -> None:
    make("prompt", anna)
    values = {"title": "T", "command": command, "text": "x", "audience": "nobody"}
    answer = signed_in(anna).post(reverse("conversations:prompt-new"), values)
    assert answer.status_code == 200
    assert Prompt.objects.count() == 1


def test_the_list_behind_the_slash_has_ones_own_first(anna: User, ben: User) -> None:
    make("prompt", ben, command="a", audience=Audience.EVERYONE)
    make("prompt", ben, command="hidden")
    make("prompt", anna, command="z")
    prompts = signed_in(anna).get("/prompts/list/").json()["prompts"]
    assert [(one["command"], one["owner"]) for one in prompts] == [("z", None), ("a", "ben")]
    assert prompts[0]["text"] == "Sum this up."


def test_the_chat_page_has_assistants_without_what_they_are_told(anna: User, ben: User) -> None:
    make_model()
    make("assistant", ben, audience=Audience.EVERYONE, instructions="A secret of ben's.")
    page = signed_in(anna).get("/").content.decode()
    assert "Translator" in page
    assert "A secret of ben" not in page


def test_an_administrator_sees_all_and_makes_groups() -> None:
    from chatapp.accounts.models import Role

    admin = make_person("root", role=Role.ADMINISTRATOR)
    anna = make_person("anna")
    make("assistant", anna)
    make("prompt", anna)
    client = signed_in(admin)
    assert "Translator" in client.get("/admin/conversations/assistant/").content.decode()
    assert "Summary" in client.get("/admin/conversations/prompt/").content.decode()
    client.post("/admin/auth/group/add/", {"name": "Team", "people": [anna.pk]})
    assert list(anna.groups.values_list("name", flat=True)) == ["Team"]
    assert signed_in(anna).get("/admin/auth/group/").status_code == 302


def test_a_group_can_have_providers_keep_nothing_of_its_people() -> None:
    from chatapp.accounts.models import Role

    anna = make_person("anna")
    model = Model.objects.create(
        provider=Provider.objects.create(name="P", base_url="http://p/v1", background=True),
        name="m",
        background=True,
    )
    client = signed_in(make_person("root", role=Role.ADMINISTRATOR))
    group = {"name": "Legal", "people": [anna.pk]}
    client.post("/admin/auth/group/add/", {**group, "keeps_nothing": "on"})
    assert Retention.objects.get().group.name == "Legal"
    shown = next(one for one in models_of(anna) if one["id"] == model.pk)
    assert not shown["background"]
    assert not shown["can_background"]
    assert "store" in shown["unsupported"]

    page = client.get(f"/admin/auth/group/{Retention.objects.get().pk}/change/").content.decode()
    assert "checked" in page.partition('name="keeps_nothing"')[2][:80]
    client.post(f"/admin/auth/group/{Retention.objects.get().pk}/change/", group)
    shown = next(one for one in models_of(anna) if one["id"] == model.pk)
    assert shown["background"]
    assert shown["can_background"]
    assert "store" not in shown["unsupported"]


def models_of(person: User) -> Any:
    """What a page offers somebody."""
    page = signed_in(person).get("/").content.decode()
    state = re.search(r'<script id="page" type="application/json">(.*?)</script>', page, re.S)
    assert state
    return json.loads(state[1])["models"]
