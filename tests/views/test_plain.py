"""What is stored, for a browser without scripts."""

import re
from typing import TYPE_CHECKING

from django.test import Client

from chatapp.accounts.models import User
from conversations.models.listing import PAGE
from conversations.models.window import TURNS
from conversations.protocol.items import assistant_message, user_message
from conversations.turns.conversing import begin
from tests.support.models import make_chain, make_conversation, make_response

if TYPE_CHECKING:
    from conversations.models import Response

LINK = re.compile(r'href="(/plain/\w+/)"[^>]*>([^<]+)<')


def test_every_conversation_is_listed_page_by_page(signed_in: Client, owner: User) -> None:
    titles = {f"Conversation {number}" for number in range(PAGE + 1)}
    for title in titles:
        make_conversation(owner, title)
    make_conversation(User.objects.create_user("bob"), "Not mine")
    first = signed_in.get("/plain/").content.decode()
    older = re.search(r'href="(\?before=[^"]+)"', first)
    assert older
    both = first + signed_in.get(f"/plain/{older[1]}").content.decode()
    assert {title for _, title in LINK.findall(both)} == titles


def test_a_conversation_without_a_title_can_be_opened(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner, "")
    found = LINK.findall(signed_in.get("/plain/").content.decode())
    assert found == [(f"/plain/{conversation.pk}/", "Untitled")]


def test_a_conversation_is_read(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner, "Skies & seas")
    make_response(conversation, "Why is it <blue>?", "Because of scattering.")
    html = signed_in.get(f"/plain/{conversation.pk}/").content.decode()
    assert '<h1 dir="auto">Skies &amp; seas</h1>' in html
    assert "<p>Why is it &lt;blue&gt;?</p>" in html
    assert "<p>Because of scattering.</p>" in html


def test_what_a_script_told_has_no_turns_in_which_nothing_is_said(
    signed_in: Client, owner: User
) -> None:
    ants, six = user_message("What of ants?"), assistant_message("Six legs.")
    conversation = begin(owner, [six, ants], {}, "Notebook")
    for path in (f"/plain/{conversation.pk}/", f"/conversations/{conversation.pk}/print/"):
        html = signed_in.get(path).content.decode()
        turns = re.findall(r'<article class="plain".*?</article>', html, re.S)
        assert len(turns) == 2, path
        assert "Six legs." in turns[0]
        assert "What of ants?" in turns[1]


def test_a_long_conversation_is_read_page_by_page(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner)
    path: list[Response] = []
    for number in range(TURNS * 2):
        previous = path[-1] if path else None
        path.append(make_response(conversation, f"Question {number}?", previous=previous))
    address, read = f"/plain/{conversation.pk}/", list[str]()
    while address:
        html = signed_in.get(address).content.decode()
        read = re.findall(r"Question \d+\?", html) + read
        earlier = re.search(r'href="(\?before=\w+)">Earlier messages', html)
        address = f"/plain/{conversation.pk}/{earlier[1]}" if earlier else ""
    assert read == [f"Question {number}?" for number in range(TURNS * 2)]
    later = re.search(r'href="(\?after=\w+)">Later messages', html)
    assert later
    html = signed_in.get(f"/plain/{conversation.pk}/{later[1]}").content.decode()
    assert "Question 59?" in html


def test_a_link_to_a_message_opens_what_stands_around_it(signed_in: Client, owner: User) -> None:
    conversation, path = make_chain(owner, 100)
    html = signed_in.get(f"/plain/{conversation.pk}/?response={path[50]}").content.decode()
    assert f'id="{path[50]}"' in html
    assert "Earlier messages" in html
    assert "Later messages" in html


def test_a_cursor_of_another_conversation_leads_nowhere(signed_in: Client, owner: User) -> None:
    conversation, _ = make_chain(owner, 2)
    _, others = make_chain(owner, 2)
    for way in ("before", "after"):
        answer = signed_in.get(f"/plain/{conversation.pk}/?{way}={others[0]}")
        assert answer.status_code == 404


def test_a_cursor_that_no_page_gave_leads_nowhere(signed_in: Client) -> None:
    assert signed_in.get("/plain/?before=yesterday").status_code == 404


def test_somebody_elses_conversation_is_the_same_404_as_a_missing_one(signed_in: Client) -> None:
    foreign = make_conversation(User.objects.create_user("bob"))
    theirs, missing = signed_in.get(f"/plain/{foreign.pk}/"), signed_in.get("/plain/conv_nothing/")
    assert theirs.status_code == missing.status_code == 404
    assert theirs.content == missing.content


def test_nobody_signed_in_is_sent_to_sign_in_and_back(db: None) -> None:
    for address in ("/plain/", "/plain/conv_1/"):
        answer = Client().get(address)
        assert answer.headers["Location"] == f"/accounts/sign-in/?next={address}"
