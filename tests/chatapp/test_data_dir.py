"""The data folder's secrets: made once, whole, and for their owner alone."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatapp.data_dir import SECRETS, prepare


def secret_in(folder: Path) -> Path:
    return folder / "secrets" / "secret_key"


def test_secrets_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    prepare(tmp_path / "data")
    secret = secret_in(tmp_path / "data")
    first = secret.read_text()
    assert len(first) >= 50
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    prepare(tmp_path / "data")
    assert secret.read_text() == first


def test_a_draft_that_a_kill_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    for name in (f"secret_key.{os.getpid()}", ".secret_key.draft"):
        (tmp_path / "secrets" / name).write_text("half")
    prepare(tmp_path)
    assert len(secret_in(tmp_path).read_text()) >= 50


def test_of_two_first_starts_at_once_both_go_on_with_the_same_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def link_second(draft: str, path: Path) -> None:
        path.write_text("the other's")
        link(draft, path)

    monkeypatch.setattr("os.link", link_second)
    prepare(tmp_path)
    assert secret_in(tmp_path).read_text() == "the other's"


def test_many_first_starts_leave_the_secrets_and_nothing_else(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(prepare, [tmp_path] * 8))
    found = sorted(path.name for path in (tmp_path / "secrets").iterdir())
    assert found == sorted(SECRETS)
