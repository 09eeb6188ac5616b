"""What an operator's environment becomes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import ValidationError

from chatapp.data_dir import prepare
from chatapp.environment import Environment


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HOST", "PORT", "ORIGINS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_every_middleware_is_async_capable_because_another_would_hang_the_server_at_its_end() -> (
    None
):
    for path in settings.MIDDLEWARE:
        assert import_string(path).async_capable, path


def test_without_origins_browsers_use_this_machine(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "9000")
    assert Environment().public_origins() == [
        "http://localhost:9000",
        "http://127.0.0.1:9000",
        "http://[::1]:9000",
    ]


def test_origins_are_separated_by_commas(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ORIGINS", "https://chat.example/, https://chat.test")
    assert Environment().public_origins() == ["https://chat.example", "https://chat.test"]


def test_an_empty_variable_is_one_that_is_not_set(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "")
    assert Environment().port == 8000


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("PORT", "70000")])
def test_a_wrong_value_names_its_variable(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Environment()


def test_the_database_is_in_the_data_folder_unless_another_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("DATA_DIR", str(tmp_path))
    assert Environment().database() == f"sqlite:///{tmp_path}/chatapp.sqlite3"
    environment.setenv("DATABASE_URL", "postgres://localhost/chat")
    assert Environment().database() == "postgres://localhost/chat"


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    prepare(tmp_path / "data")
    secret = tmp_path / "data" / "secrets" / "secret_key"
    first = secret.read_text()
    assert len(first) >= 50
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    prepare(tmp_path / "data")
    assert secret.read_text() == first
