"""Who gets into the admin, and what the browser is told to allow there."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from chatapp.accounts.models import Role
from tests.support.models import make_conversation, make_model
from tests.support.people import make_person, signed_in
from tests.support.review import make_response

pytestmark = pytest.mark.django_db

ADMIN = "/admin/"
ADMINISTRATORS_PAGES = [
    "admin:conversations_provider_changelist",
    "admin:conversations_model_changelist",
    "admin:accounts_user_changelist",
    "admin:accounts_signin_changelist",
    "admin:admin_logentry_changelist",
]
STAFF_PAGES = [
    "admin:index",
    "admin:conversations_conversation_changelist",
    "admin:conversations_response_changelist",
]


def test_a_stranger_is_sent_to_the_sign_in_of_the_app(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response["Location"] == "/accounts/sign-in/?next=/admin/"
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302
    assert client.get(ADMIN, follow=True).redirect_chain[-1][0] == "/accounts/sign-in/?next=/admin/"


def test_a_member_finds_nothing_there() -> None:
    client = signed_in(make_person(role=Role.MEMBER))
    assert client.get(ADMIN, follow=True).status_code == 404


@pytest.mark.parametrize("page", STAFF_PAGES)
def test_a_reviewer_reads_conversations(page: str) -> None:
    client = signed_in(make_person(role=Role.REVIEWER))
    assert client.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", ADMINISTRATORS_PAGES)
def test_a_reviewer_sees_neither_configuration_nor_people(page: str) -> None:
    client = signed_in(make_person(role=Role.REVIEWER))
    assert client.get(reverse(page)).status_code == 403


@pytest.mark.parametrize("page", STAFF_PAGES + ADMINISTRATORS_PAGES)
def test_every_list_works_for_an_administrator_and_holds_no_inline_code(page: str) -> None:
    person = make_person(role=Role.ADMINISTRATOR)
    make_response(make_conversation(person), model=make_model())
    client = signed_in(person)
    client.get(reverse("admin:conversations_conversation_change", args=["conv_0"]))
    response = client.get(reverse(page))
    assert response.status_code == 200
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)


def test_only_scripts_and_styles_of_this_server_run_in_the_admin() -> None:
    client = signed_in(make_person(role=Role.REVIEWER))
    policy = client.get(ADMIN)["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self';" in f"{policy};"
    assert "trusted-types" not in policy


def test_the_transcript_enforces_trusted_types_because_a_model_wrote_it() -> None:
    person = make_person(role=Role.REVIEWER)
    conversation = make_conversation(person)
    url = reverse("admin:conversations_conversation_change", args=[conversation.pk])
    policy = signed_in(person).get(url)["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types dompurify" in policy


def test_the_admin_changes_no_password_of_its_own() -> None:
    client = signed_in(make_person(role=Role.REVIEWER))
    assert client.get(reverse("admin:password_change"))["Location"] == "/accounts/password/"
