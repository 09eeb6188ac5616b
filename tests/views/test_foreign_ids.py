"""Promise 1: on every address, with every verb, somebody else's id is as missing as any."""

import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLResolver, get_resolver

from chatapp.accounts.models import User
from conversations.models import (
    ApiKey,
    Assistant,
    Attachment,
    Conversation,
    Import,
    Prompt,
    Share,
    organising,
)
from conversations.models.archive_of_person import archive_of
from conversations.models.folder import Folder
from conversations.models.memory import Memory
from conversations.models.tagging import give
from tests.support.models import make_conversation, make_response

pytestmark = pytest.mark.django_db(transaction=True)

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
# Whose page it is says nothing of whose it is that is shown there: the page of a chat is always
# there, its content is not. What a link leads to is for whoever has it; providers are everybody's.
# What is asked with a key is looked at in tests/gateway/test_stored.py.
OF_NOBODY = re.compile(r"^(admin/|accounts/|s/<|providers/|c/<|\^v1)")
NEW = re.compile(r'"\w{64}"|"now":[\d.]+')  # tokens of forms, the time
BODIES = (
    "",
    "{}",
    "title=Mine&name=Mine&command=mine&text=Mine&instructions=Mine&audience=nobody",
    '{"title": "Mine now"}',
    '{"temporary": false}',
    '{"rating": "bad"}',
    '{"response": null, "whole_tree": true, "days": null, "passphrase": ""}',
)


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif PARAMETER.search(path) and not OF_NOBODY.match(path):
            yield path


@pytest.fixture
def theirs(settings: Any, tmp_path: Any) -> dict[str, Any]:
    """By the names of parameters: ids of what belongs to somebody else."""
    settings.DATA_DIR = tmp_path
    bob = User.objects.create_user("bob")
    conversation = make_conversation(bob, "Bob's")
    response = make_response(conversation)
    return {
        "conversation_id": conversation.pk,
        "response_id": response.pk,
        "assistant_id": Assistant.objects.create(owner=bob, name="Ada").pk,
        "prompt_id": Prompt.objects.create(owner=bob, title="P", command="p", text="p").pk,
        "file_id": Attachment.objects.create(owner=bob, name="a.txt", size=1, sha256="").pk,
        "memory_id": Memory.objects.create(owner=bob, text="Likes tea").pk,
        "folder_id": Folder.objects.create(owner=bob, name="F").pk,
        "tag_id": give(bob, [conversation.pk], "birds").pk,
        "key_id": ApiKey.make(bob, "Notebook")[0].pk,
        "import_id": Import.objects.create(owner=bob, size=3).pk,
        "share_id": Share.make(conversation).pk,
    }


def missing(id_: Any) -> Any:
    return 999_999 if isinstance(id_, int) else f"{id_[:-6]}zzzzzz"


def filled(route: str, ids: dict[str, Any]) -> str:
    return "/" + PARAMETER.sub(lambda found: str(ids[found[2]]), route)


def everything() -> list[dict[str, Any]]:
    """Every row there is of ours."""
    models = apps.get_app_config("conversations").get_models()
    return [row for model in models for row in model._default_manager.order_by("pk").values()]


def told(client: Client, verb: str, path: str, body: str, ids: dict[str, Any]) -> tuple[int, str]:
    """What is answered, without the ids that were asked for and what is new on every page."""
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    answer: Any = client.generic(verb, path, body, kind)
    text = answer.content.decode()
    for name, id_ in ids.items():
        text = text.replace(id_, name) if isinstance(id_, str) else text
    return answer.status_code, NEW.sub("", text)


def test_promise_1_somebody_elses_id_is_as_missing_as_none_whatever_is_asked(
    owner: User, theirs: dict[str, Any]
) -> None:
    client = Client()
    client.force_login(owner)
    nothing = {name: missing(id_) for name, id_ in theirs.items()}
    own = make_conversation(owner)
    make_response(own)
    before, known = everything(), list(routes())
    assert len(known) > 25, "they are all looked at"
    for route, verb, body in itertools.product(known, VERBS, BODIES):
        asked = (verb, route, body)
        answers = [told(client, verb, filled(route, ids), body, ids) for ids in (theirs, nothing)]
        assert answers[0] == answers[1], asked
        assert answers[0][0] in (400, 404, 405), asked
        if "response_id" in route:
            within = [{**ids, "conversation_id": own.pk} for ids in (theirs, nothing)]
            answers = [told(client, verb, filled(route, ids), body, ids) for ids in within]
            assert answers[0] == answers[1], asked
    assert everything() == before


def test_what_was_deleted_is_as_missing_whatever_is_asked(theirs: dict[str, Any]) -> None:
    bob = User.objects.get(username="bob")
    client = Client()
    client.force_login(bob)
    conversation = Conversation.objects.get(pk=theirs["conversation_id"])
    attached = Attachment.objects.create(owner=bob, name="b.txt", size=1, sha256="")
    attached.path.write_bytes(b"b")
    conversation.responses.get().attachments.add(attached)
    share = Share.objects.get()
    hidden = {"conversation_id", "response_id", "share_id", "file_id"}
    ids = {**theirs, "file_id": attached.pk}
    nothing = {name: missing(id_) for name, id_ in ids.items()}
    looked_at = ["/", "/archived/", "/settings/data/", "/conversations/", "/search/?q=that"]
    link = f"/s/{share.token}/"
    assert client.get(link).status_code == 200
    assert client.get(f"/files/{attached.pk}/").status_code == 200

    organising.delete([conversation.pk])
    before = everything()
    known = [route for route in routes() if {name for _, name in PARAMETER.findall(route)} & hidden]
    assert len(known) > 15, "they are all looked at"
    for route, verb, body in itertools.product(known, VERBS, BODIES):
        answers = [told(client, verb, filled(route, each), body, each) for each in (ids, nothing)]
        assert answers[0] == answers[1], (verb, route, body)
        assert answers[0][0] in (400, 404, 405), (verb, route, body)
    assert everything() == before
    for path in (f"/c/{conversation.pk}", link, f"{link}print/", f"{link}files/{attached.pk}/"):
        assert client.get(path).status_code == 404, path
    for path in looked_at:
        answer = client.get(path).content.decode()
        assert "Bob's" not in answer.replace("&#x27;", "'"), path
        assert conversation.pk not in answer, path
    archive = zipfile.ZipFile(io.BytesIO(b"".join(archive_of(bob))))
    assert json.loads(archive.read("conversations.json")) == []
    assert not [name for name in archive.namelist() if name.startswith(("files/", "markdown/"))]


@pytest.mark.parametrize(
    "path",
    [
        "/conversations/{own}/?response={response_id}",
        "/conversations/{own}/turns/?before={response_id}",
        "/conversations/{own}/turns/?after={response_id}",
        "/conversations/{own}/turns/?first={response_id}",
        "/conversations/{own}/print/?response={response_id}",
        "/conversations/?folder={folder_id}",
        "/search/?q=that&folder={folder_id}",
        "/?folder={folder_id}",
        "/?assistant={assistant_id}",
    ],
)
def test_promise_1_an_id_that_is_asked_with_is_as_missing(
    owner: User, theirs: dict[str, Any], path: str
) -> None:
    client = Client()
    client.force_login(owner)
    own = make_conversation(owner)
    make_response(own)
    nothing = {name: missing(id_) for name, id_ in theirs.items()}
    answers = [
        told(client, "GET", path.format(own=own.pk, **ids), "", ids) for ids in (theirs, nothing)
    ]
    assert answers[0] == answers[1]
    assert "Bob" not in answers[0][1]
