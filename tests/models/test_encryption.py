"""Secrets at rest."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from conversations.models import Provider
from conversations.models.encryption import decrypt, encrypt

PLACE = b"table.column"


@pytest.mark.django_db
def test_the_database_never_holds_a_key_as_it_is() -> None:
    provider = Provider.objects.create(
        name="OpenAI", base_url="https://api.openai.com/v1", api_key="sk-secret"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_key FROM conversations_provider WHERE id = %s", [provider.pk])
        stored = cursor.fetchone()[0]
    assert "secret" not in stored
    assert Provider.objects.get(pk=provider.pk).api_key == "sk-secret"


@pytest.mark.django_db
def test_an_export_holds_no_key_and_can_be_loaded_again(tmp_path: Path) -> None:
    provider = Provider.objects.create(
        name="OpenAI", base_url="https://api.openai.com/v1", api_key="sk-secret"
    )
    export = tmp_path / "export.json"
    call_command("dumpdata", "conversations.Provider", output=str(export), verbosity=0)
    assert "sk-secret" not in export.read_text()
    provider.delete()
    call_command("loaddata", str(export), verbosity=0)
    assert Provider.objects.get().api_key == "sk-secret"


@pytest.mark.django_db
def test_no_key_stays_no_key() -> None:
    provider = Provider.objects.create(name="Local", base_url="http://localhost:1234/v1")
    assert Provider.objects.get(pk=provider.pk).api_key == ""


def test_the_same_secret_is_never_stored_the_same_way_twice() -> None:
    assert encrypt("sk-secret", PLACE) != encrypt("sk-secret", PLACE)


def test_a_new_key_encrypts_and_the_old_one_still_decrypts(settings: Settings) -> None:
    settings.ENCRYPTION_KEY = "old"
    stored = encrypt("sk-secret", PLACE)
    settings.ENCRYPTION_KEY = "new,old"
    assert decrypt(stored, PLACE) == "sk-secret"
    assert encrypt("sk-secret", PLACE).split(":")[1] != stored.split(":")[1]
    settings.ENCRYPTION_KEY = "new"
    with pytest.raises(ImproperlyConfigured, match="does not hold"):
        decrypt(stored, PLACE)


def test_a_secret_moved_to_another_column_or_altered_is_refused() -> None:
    stored = encrypt("sk-secret", PLACE)
    with pytest.raises(ImproperlyConfigured, match="altered"):
        decrypt(stored, b"table.other")


def test_without_a_key_nothing_is_stored(settings: Settings) -> None:
    settings.ENCRYPTION_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="not set"):
        encrypt("sk-secret", PLACE)
