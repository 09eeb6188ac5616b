"""What a link leads to, for strangers and for colleagues."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Response, Share
from conversations.models.listing import state_of
from tests.support.models import make_conversation, make_response

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(owner: User) -> Conversation:
    conversation = make_conversation(owner, "Birds")
    secret = [{"type": "message", "role": "developer", "content": "Developer secret."}]
    asked = [{"type": "message", "role": "user", "content": "Where do puffins sleep?"}]
    first = make_response(
        conversation,
        answer="At sea.",
        input=[*secret, *asked],
        instructions="Be secret.",
        settings={"secret": 1},
        upstream_id="upstream_secret",
        error={"code": "x", "message": "secret host"},
    )
    make_response(conversation, "And eat?", "Fish.", first)
    return conversation


@pytest.fixture
def share(conversation: Conversation) -> Share:
    return Share.make(conversation)


def address(share: Share, more: str = "") -> str:
    return f"/s/{share.token}/{more}"


def as_somebody(name: str = "bob") -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name))
    return client


def test_whoever_has_the_link_reads_it_with_and_without_scripts(share: Share) -> None:
    answer = Client().get(address(share))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "At sea." in html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert Share.objects.get().views == 1


def test_a_link_never_shows_instructions_settings_or_what_a_provider_said(share: Share) -> None:
    for more in ("", "print/"):
        assert "secret" not in Client().get(address(share, more)).content.decode().lower()


def test_promise_6_nothing_can_be_changed_through_a_link(share: Share) -> None:
    client = Client()
    for more in ("", "print/", "open/", "continue/"):
        for method in ("post", "put", "patch", "delete"):
            if (more, method) in {("open/", "post"), ("continue/", "post")}:
                continue
            status = getattr(client, method)(address(share, more)).status_code
            assert status in (302, 404, 405), (more, method)
    assert client.post(address(share, "continue/")).status_code == 302  # to sign in
    later = make_response(share.conversation, "Later?", "Later secret.", Response.objects.last())
    assert later.pk not in client.get(address(share)).content.decode()


def test_what_servers_gave_to_a_provider_is_in_no_link_and_no_copy(share: Share) -> None:
    call = {"type": "mcp_call", "server_label": "crm", "name": "find", "arguments": "{}"}
    gave = {**call, "status": "completed", "output": "Of Zanzibar."}
    failed = {**call, "status": "failed", "error": "No Zanzibar here."}
    row = Response.objects.latest("created_at")
    Response.objects.filter(pk=row.pk).update(output=[*row.output, gave, failed])
    for more in ("", "print/"):
        assert "Zanzibar" not in Client().get(address(share, more)).content.decode()
    as_somebody().post(address(share, "continue/"))
    copied = json.dumps([one.output for one in Response.objects.filter(owner__username="bob")])
    assert copied.count('"mcp_call"') == 2
    assert "Zanzibar" not in copied


def test_promise_7_a_revoked_link_is_as_missing_as_a_random_one(share: Share) -> None:
    client = Client()
    found = client.get(address(share))
    assert "no-store" in found["Cache-Control"]
    assert found["X-Robots-Tag"].startswith("noindex")
    assert found["Referrer-Policy"] == "no-referrer"
    share.revoke()
    missing = client.get("/s/randomtoken/")
    for more in ("", "print/", "continue/"):
        gone = as_somebody(f"bob{more[:1]}").get(address(share, more))
        assert gone.status_code == missing.status_code == 404
    assert client.get(address(share)).content == missing.content
    assert "no-store" in missing["Cache-Control"]


def test_a_passphrase_is_asked_for_once_in_a_browser(conversation: Conversation) -> None:
    share = Share.make(conversation, passphrase="open sesame")
    client = Client()
    assert "At sea." not in client.get(address(share)).content.decode()
    wrong = client.post(address(share, "open/"), {"passphrase": "sesame"})
    assert (wrong.status_code, "At sea." in wrong.content.decode()) == (403, False)
    right = client.post(address(share, "open/"), {"passphrase": "open sesame"})
    assert right["Location"] == address(share)
    assert "At sea." in client.get(address(share)).content.decode()
    assert "At sea." not in Client().get(address(share)).content.decode()


def test_guessing_a_passphrase_is_slowed_down(conversation: Conversation) -> None:
    share = Share.make(conversation, passphrase="open sesame")
    client = Client()
    statuses = [
        client.post(address(share, "open/"), {"passphrase": "wrong"}).status_code for _ in range(6)
    ]
    assert statuses == [403] * 5 + [429]
    assert client.post(address(share, "open/"), {"passphrase": "open sesame"}).status_code == 429


def test_without_public_links_one_has_to_sign_in(share: Share, settings: Any) -> None:
    settings.SHARE_PUBLIC = False
    for token in (share.token, "random"):
        assert Client().get(f"/s/{token}/")["Location"].startswith("/accounts/sign-in/?next=")
    assert as_somebody().get(address(share)).status_code == 200


def test_a_colleague_goes_on_from_it_in_a_copy_of_their_own(share: Share) -> None:
    client = as_somebody()
    assert "Make my copy" in client.get(address(share, "continue/")).content.decode()
    answer = client.post(address(share, "continue/"))
    copy = Conversation.objects.get(owner__username="bob")
    assert answer["Location"] == f"/c/{copy.pk}"
    rows = list(copy.responses.order_by("id"))
    assert [row.text for row in rows] == ["Where do puffins sleep?\n\nAt sea.", "And eat?\n\nFish."]
    assert rows[1].previous_response == rows[0]
    assert {row.owner_id for row in rows} == {copy.owner_id}
    assert not any(row.instructions or row.settings or row.upstream_id for row in rows)
    assert "secret" not in json.dumps([row.input for row in rows])


def copied_from(name: str) -> Any:
    return state_of(Conversation.objects.get(owner__username=name))["copied_from"]


def test_a_copy_names_its_source_and_leads_there_while_the_link_does(
    conversation: Conversation, owner: User
) -> None:
    share = Share.make(conversation, passphrase="open sesame")
    assert state_of(conversation)["copied_from"] is None
    client = as_somebody()
    client.post(address(share, "open/"), {"passphrase": "open sesame"})
    client.post(address(share, "continue/"))
    told = copied_from("bob")
    copied_at = Conversation.objects.get(owner__username="bob").copied_at
    assert copied_at is not None
    assert told == {"name": owner.name, "at": copied_at.isoformat(), "token": share.token}

    share.revoke()
    assert copied_from("bob") == {**told, "token": None}
    conversation.delete()
    assert copied_from("bob") == {**told, "token": None}
    owner.delete()
    assert copied_from("bob") == {"name": "", "at": told["at"], "token": None}


def test_a_copy_leads_to_no_link_that_has_ended(share: Share) -> None:
    as_somebody().post(address(share, "continue/"))
    assert copied_from("bob")["token"] == share.token
    Share.objects.update(expires_at=timezone.now())
    assert copied_from("bob")["token"] is None


def test_what_is_longer_than_an_import_may_be_is_copied_too(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.protocol.imports.own.MAX_NODES", 1)
    as_somebody().post(address(share, "continue/"))
    assert Conversation.objects.get(owner__username="bob").responses.count() == 2


def test_promise_6_a_link_opens_the_files_of_what_it_shows_and_no_others(
    share: Share, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    owner = share.owner
    shown, other = (
        Attachment.objects.create(owner=owner, name="cat.png", size=3, sha256="") for _ in range(2)
    )
    for file in (shown, other):
        file.path.write_bytes(b"cat")
    first = Response.objects.get(pk=share.responses[0])
    first.input[-1]["content"] = [shown.as_part()]
    first.save()
    first.attachments.add(shown)
    address_of_file = address(share, f"files/{shown.pk}/")
    assert address_of_file in Client().get(address(share)).content.decode()
    served = Client().get(address_of_file)
    assert (served.content, served["Content-Type"]) == (b"cat", "image/png")
    assert "no-store" in served["Cache-Control"]
    assert Client().get(address(share, f"files/{other.pk}/")).status_code == 404
    client = as_somebody()
    client.post(address(share, "continue/"))
    assert client.get(f"/files/{shown.pk}/").status_code == 200
    share.revoke()
    assert Client().get(address_of_file).status_code == 404


def test_a_link_opens_what_was_made_in_the_answers_it_shows(
    conversation: Conversation, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    owner = conversation.owner
    file = Attachment.objects.create(owner=owner, name="A puffin.png", size=3, sha256="")
    file.path.write_bytes(b"png")
    first = conversation.responses.earliest("id")
    drawn = {"type": "image_generation_call", "status": "completed", "file": file.as_part()}
    first.output = [drawn, *first.output]
    first.save()
    first.attachments.add(file)
    share = Share.make(conversation)
    at = address(share, f"files/{file.pk}/")
    html = Client().get(address(share)).content.decode()
    assert f'"image_url":"{at}"' in html.replace(" ", "")
    assert '"file_id"' not in html
    assert f'<a href="{at}" dir="auto">A puffin.png</a>' in html
    assert Client().get(at).content == b"png"
    client = as_somebody()
    client.post(address(share, "continue/"))
    assert client.get(f"/files/{file.pk}/").content == b"png"


def test_a_document_is_named_with_its_size_and_opens_as_far_as_the_link_does(
    conversation: Conversation, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    file = Attachment.objects.create(
        owner=conversation.owner, name="tide <table>.txt", size=2048, sha256=""
    )
    file.path.write_bytes(b"high")
    first = conversation.responses.earliest("id")
    first.input[-1]["content"] = [file.as_part()]
    first.save()
    first.attachments.add(file)
    share = Share.make(conversation, passphrase="open sesame")
    at = address(share, f"files/{file.pk}/")
    client = Client()
    for locked in (client.get(at), client.get(address(share))):
        assert b"tide" not in locked.content
    client.post(address(share, "open/"), {"passphrase": "open sesame"})
    plain = client.get(address(share)).content.decode().partition("<noscript>")[2]
    plain = plain.partition("</noscript>")[0]
    assert f'<a href="{at}" dir="auto">tide &lt;table&gt;.txt</a> (2.0\xa0KB)' in plain
    served = client.get(at)
    assert served.content == b"high"
    assert served["Content-Disposition"].startswith("attachment")


def test_an_address_that_an_import_put_there_is_no_link(conversation: Conversation) -> None:
    first = conversation.responses.earliest("id")
    part = {"type": "input_file", "filename": "bait.txt", "file_url": "https://x.example/bait"}
    first.input[-1]["content"] = [part]
    first.save()
    html = Client().get(address(Share.make(conversation))).content.decode()
    assert "bait" not in html.partition("<noscript>")[2].partition("</noscript>")[0]


def wanted(**changes: Any) -> str:
    body = {"response": None, "whole_tree": False, "days": 7, "passphrase": ""}
    return json.dumps(body | changes)


def test_links_are_made_listed_and_revoked(signed_in: Client, conversation: Conversation) -> None:
    path = f"/conversations/{conversation.pk}/shares/"
    made = signed_in.post(path, wanted(), "application/json")
    assert made.status_code == 201
    link = made.json()
    assert Client().get(link["url"].partition("testserver")[2] or link["url"]).status_code == 200
    assert [one["url"] for one in signed_in.get(path).json()["shares"]] == [link["url"]]
    assert signed_in.delete(f"/shares/{link['id']}/").status_code == 204
    assert signed_in.get(path).json() == {"shares": []}


@pytest.mark.parametrize("changes", [{"days": 3}, {"passphrase": "x" * 201}, {"more": 1}])
def test_a_link_is_not_made_of_anything(
    signed_in: Client, conversation: Conversation, changes: dict[str, Any]
) -> None:
    path = f"/conversations/{conversation.pk}/shares/"
    assert signed_in.post(path, wanted(**changes), "application/json").status_code == 400
    assert not Share.objects.exists()


def test_somebody_elses_conversation_and_link_are_as_missing_as_what_never_was(
    share: Share,
) -> None:
    bob = as_somebody()
    for id_ in (share.conversation_id, "conv_missing"):
        for path in (f"/conversations/{id_}/shares/", f"/conversations/{id_}/print/"):
            assert bob.get(path).status_code == 404
        assert (
            bob.post(f"/conversations/{id_}/shares/", wanted(), "application/json").status_code
            == 404
        )
    for number in (share.pk, 999):
        assert bob.delete(f"/shares/{number}/").status_code == 404
    assert Share.find(share.token)


def test_a_branch_of_another_conversation_is_not_shared(
    signed_in: Client, conversation: Conversation, owner: User
) -> None:
    other = make_response(make_conversation(owner))
    path = f"/conversations/{conversation.pk}/shares/"
    assert signed_in.post(path, wanted(response=other.pk), "application/json").status_code == 404


def test_the_page_to_print_has_the_branch_that_is_shown(
    signed_in: Client, conversation: Conversation
) -> None:
    html = signed_in.get(f"/conversations/{conversation.pk}/print/").content.decode()
    assert "Fish." in html
    assert "secret" not in html
