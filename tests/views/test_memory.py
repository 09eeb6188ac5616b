"""The page of what is remembered."""

from django.test import Client
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Memory
from conversations.models.memory import remember
from conversations.protocol.notes import LONGEST


def test_notes_are_added_changed_and_deleted(signed_in: Client, owner: User) -> None:
    signed_in.post("/memory/add/", {"text": "Likes tea."})
    note = Memory.objects.get(owner=owner)
    signed_in.post(f"/memory/{note.pk}/", {"text": "Likes coffee."})
    assert "Likes coffee." in signed_in.get("/memory/").content.decode()
    signed_in.post(f"/memory/{note.pk}/", {"text": "Likes coffee.", "delete": "1"})
    assert not Memory.objects.exists()


def test_a_note_that_is_empty_too_long_or_known_is_refused_in_words(
    signed_in: Client, owner: User
) -> None:
    remember(owner, ["Likes tea."])
    for text, said in (
        (" ", "1 to"),
        ("x" * (LONGEST + 1), "1 to"),
        ("Likes tea.", "already"),
    ):
        page = signed_in.post("/memory/add/", {"text": text}, follow=True).content.decode()
        assert said in page
    assert Memory.objects.count() == 1


def test_it_is_switched_off_and_everything_forgotten(signed_in: Client, owner: User) -> None:
    remember(owner, ["Likes tea."])
    signed_in.post("/memory/switch/", {})
    owner.refresh_from_db()
    assert (owner.memory_on, owner.memory_learns) == (False, False)
    signed_in.post("/memory/forget/")
    assert not Memory.objects.exists()


def test_another_person_s_note_is_as_one_that_is_not_there(signed_in: Client) -> None:
    other = User.objects.create_user("bob")
    remember(other, ["Likes tea."])
    note = Memory.objects.get()
    foreign = signed_in.post(f"/memory/{note.pk}/", {"delete": "1"})
    missing = signed_in.post("/memory/mem_0/", {"delete": "1"})
    assert (foreign.status_code, missing.status_code) == (404, 404)
    signed_in.post("/memory/forget/")
    assert Memory.objects.filter(owner=other).exists()


def test_the_page_says_that_an_administrator_has_forbidden_it(
    signed_in: Client, settings: Settings
) -> None:
    settings.MEMORY = False
    assert "switched off here" in signed_in.get("/memory/").content.decode()


def test_the_page_is_for_those_signed_in(owner: User) -> None:
    assert Client().get("/memory/").status_code == 302
