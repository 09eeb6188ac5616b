"""The chat page."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from chatapp.accounts.models import User
from conversations.models import Conversation, Model
from tests.support.models import make_conversation, make_model, make_response


def test_an_empty_page_stores_nothing(signed_in: Client) -> None:
    page = signed_in.get("/")
    assert page.status_code == 200
    assert page.context["page"]["state"] is None
    assert Conversation.objects.count() == 0


def test_a_stored_conversation_is_in_its_page(signed_in: Client, owner: User) -> None:
    conversation = make_conversation(owner, "Skies")
    make_response(conversation, "Why is it blue?", "Because of scattering.")
    page = signed_in.get(f"/c/{conversation.pk}")
    assert page.context["page"]["state"]["conversation"]["title"] == "Skies"
    text = page.content.decode()
    assert "<title>Skies" in text


def test_a_browser_without_scripts_is_led_to_the_same_as_text(
    signed_in: Client, owner: User
) -> None:
    conversation = make_conversation(owner, "Skies")
    response = make_response(conversation, "Why?")
    here = f"/plain/{conversation.pk}/"
    message = f"?response={response.pk}"
    for address, to in (
        ("/", "/plain/"),
        (f"/c/{conversation.pk}", here),
        (f"/c/{conversation.pk}{message}", f"{here}{message}#{response.pk}"),
    ):
        html = signed_in.get(address).content.decode()
        assert f'<noscript><meta http-equiv="refresh" content="0; url={to}"></noscript>' in html
        assert f'<a href="{to}">Read without JavaScript</a>' in html


def test_what_a_person_or_a_model_wrote_is_never_markup(signed_in: Client, owner: User) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    conversation = make_conversation(owner, evil)
    make_response(conversation, evil, evil)
    text = signed_in.get(f"/c/{conversation.pk}").content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_somebody_elses_page_is_the_same_404_as_a_missing_one(signed_in: Client) -> None:
    foreign = make_conversation(User.objects.create_user("bob"))
    theirs, missing = signed_in.get(f"/c/{foreign.pk}"), signed_in.get("/c/conv_nothing")
    assert theirs.status_code == missing.status_code == 404
    assert theirs.content == missing.content


@pytest.mark.django_db
def test_nobody_signed_in_is_sent_to_sign_in_and_back() -> None:
    answer = Client().get("/c/conv_1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/sign-in/?next=/c/conv_1"


def test_the_page_names_the_models_the_default_first(signed_in: Client, model: Model) -> None:
    best = make_model("model-2", label="The best", is_default=True)
    make_model("model-3", enabled=False)
    models = signed_in.get("/").context["page"]["models"]
    assert [(one["label"], one["is_default"]) for one in models] == [
        ("The best", True),
        ("model-1", False),
    ]
    assert models[0]["id"] == best.pk


@pytest.mark.parametrize(
    ("caveat", "lines"),
    [
        (None, ["Answers can be wrong. Check what matters."]),
        ("Ask <a> colleague.", ["Ask &lt;a&gt; colleague."]),
        ("", []),
    ],
)
def test_the_line_under_the_message_box_is_the_operators_or_ours_or_none(
    signed_in: Client, settings: Any, caveat: str | None, lines: list[str]
) -> None:
    settings.CAVEAT = caveat
    page = signed_in.get("/").content.decode()
    assert re.findall(r'class="caveat"[^>]*>([^<]*)<', page) == lines


def test_the_policy_allows_no_inline_script_no_inline_style_and_no_other_host(
    signed_in: Client,
) -> None:
    policy = signed_in.get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "require-trusted-types-for 'script'" in policy
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'"):
        assert rule in policy


def test_pages_carry_the_headers_that_keep_them_private(signed_in: Client) -> None:
    headers = signed_in.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store, private"


def test_the_page_has_no_inline_script_or_style(signed_in: Client) -> None:
    text = signed_in.get("/").content.decode()
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "application/json" in script, script
    assert not re.search(r"<style\b|\sstyle=|\son\w+=", text)
    assert settings.STATIC_URL == "/static/"


def test_a_conversation_that_is_not_there_says_so_and_leads_back(signed_in: Client) -> None:
    answer = signed_in.get("/c/conv_0")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "This page does not exist" in page
    assert '<main class="page">' in page
    assert 'href="/"' in page


@pytest.mark.parametrize(("on", "withheld"), [(True, []), (False, ["search_conversations"])])
def test_who_has_memory_off_is_not_offered_a_search_of_their_chats(
    signed_in: Client, owner: User, on: bool, withheld: list[str]
) -> None:
    User.objects.filter(pk=owner.pk).update(memory_on=on)
    assert signed_in.get("/").context["page"]["user"]["withheld_tools"] == withheld


@pytest.mark.parametrize(("language", "label"), [("en", "Calculator"), ("zh-hans", "计算器")])
def test_scripts_know_what_tools_are_called_also_those_that_are_off(
    signed_in: Client, owner: User, language: str, label: str, settings: Any
) -> None:
    settings.MEMORY = False
    User.objects.filter(pk=owner.pk).update(language=language)
    page = signed_in.get("/").content.decode()
    assert f'data-name="tool_calculate">{label}<' in page
    assert 'data-name="tool_search_conversations">' in page
