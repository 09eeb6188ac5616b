"""Keys: who is let in by one, what is stored of it, and what can be asked through it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import ApiKey, Limit, Model
from conversations.models import api_key as module
from conversations.models.api_key import PREFIX, TooMany, key_of
from tests.support.models import make_model

pytestmark = pytest.mark.django_db


def test_a_key_lets_its_person_in_and_nothing_stored_is_the_key(owner: User) -> None:
    key, secret = ApiKey.make(owner, "Notebook")
    assert secret.startswith(PREFIX)
    found = key_of(secret)
    assert found is not None
    assert found.owner == owner
    row = ApiKey.objects.values().get(pk=key.pk)
    assert not [value for value in row.values() if secret in str(value)]
    assert secret.startswith(key.begins)
    assert len(key.begins) < len(secret) / 2


def test_another_text_lets_nobody_in(owner: User) -> None:
    _, secret = ApiKey.make(owner, "Notebook")
    for wrong in (
        "",
        secret[:-1],
        secret + "a",
        secret.upper(),
        "\ud800",
        "sk-chatapp-" + "é" * 43,
    ):
        assert key_of(wrong) is None


def test_a_key_that_is_revoked_or_over_lets_nobody_in(owner: User) -> None:
    revoked, secret = ApiKey.make(owner, "Notebook")
    assert revoked.revoke()
    assert not revoked.revoke()
    assert key_of(secret) is None
    over, secret = ApiKey.make(owner, "Old", expires_at=timezone.now() - timedelta(seconds=1))
    assert key_of(secret) is None
    assert over.state == "expired"


def test_nor_does_one_of_somebody_who_may_not_sign_in(owner: User) -> None:
    _, secret = ApiKey.make(owner, "Notebook")
    owner.is_active = False
    owner.save()
    assert key_of(secret) is None


def test_its_use_is_noted_once_a_minute(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    key, secret = ApiKey.make(owner, "Notebook")
    key_of(secret, "192.0.2.1")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        key_of(secret, "192.0.2.2")
    assert len(queries) == 1
    key.refresh_from_db()
    assert key.used_from == "192.0.2.1"
    monkeypatch.setattr(module, "USE_NOTED_EVERY", timedelta(0))
    key_of(secret, "192.0.2.2")
    key.refresh_from_db()
    assert key.used_from == "192.0.2.2"


def test_it_asks_the_models_of_its_person_or_those_of_them_that_it_names(owner: User) -> None:
    first, second = make_model("one"), make_model("two")
    key, _ = ApiKey.make(owner, "All")
    assert set(key.offered()) == {first, second}
    key, _ = ApiKey.make(owner, "One", only=[second])
    assert list(key.offered()) == [second]
    Model.objects.filter(pk=second.pk).update(restricted=True)
    assert not list(key.offered())


def test_there_are_so_many_at_the_most(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    first, _ = ApiKey.make(owner, "1")
    ApiKey.make(owner, "2")
    with pytest.raises(TooMany):
        ApiKey.make(owner, "3")
    first.revoke()
    ApiKey.make(owner, "3")


def test_a_command_makes_one_and_prints_it(owner: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_key", "ada", "Notebook")
    found = key_of(capsys.readouterr().out.strip())
    assert found is not None
    assert found.name == "Notebook"
    for wrong in (("nobody", "Notebook"), ("ada", " ")):
        with pytest.raises(CommandError):
            call_command("create_key", *wrong)


def test_the_command_takes_what_holds_for_the_key(
    owner: User, capsys: pytest.CaptureFixture[str]
) -> None:
    model, _ = make_model("one"), make_model("one", "Another")
    options = {
        "days": 7,
        "model": ["Example/one"],
        "requests_per_minute": "60",
        "tokens_per_day": "100000",
        "money_per_month": "2.50",
        "currency": "CNY",
    }
    call_command("create_key", "ada", "Notebook", **options)
    key = key_of(capsys.readouterr().out.strip())
    assert key is not None
    assert key.expires_at is not None
    assert timedelta(days=6) < key.expires_at - timezone.now() <= timedelta(days=7)
    assert list(key.only.all()) == [model]
    limit = Limit.objects.get(key=key)
    assert (limit.requests_per_minute, limit.tokens_per_day) == (60, 100_000)
    assert (str(limit.money_per_month), limit.currency) == ("2.50", "CNY")
    assert limit.described() == ["60 requests a minute", "100,000 tokens a day", "2.50 CNY a month"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"days": 0}, "days"),
        ({"model": ["nothing"]}, "nothing"),
        ({"model": ["one"]}, "PROVIDER/NAME"),
        ({"requests_per_minute": "many"}, "--requests-per-minute"),
        ({"requests_per_minute": "0"}, "--requests-per-minute"),
        ({"requests_per_minute": ""}, "--requests-per-minute"),
        ({"tokens_per_day": "-1"}, "--tokens-per-day"),
        ({"tokens_per_day": "1" * 40}, "--tokens-per-day"),
        ({"money_per_month": "NaN"}, "--money-per-month"),
        ({"money_per_month": "0.001"}, "--money-per-month"),
        ({"money_per_month": ""}, "--money-per-month"),
        ({"currency": "gold"}, "--currency"),
    ],
)
@pytest.mark.usefixtures("owner")
def test_the_command_says_what_is_wrong_and_makes_no_key(option: dict[str, Any], said: str) -> None:
    make_model("one")
    make_model("one", "Another")
    with pytest.raises(CommandError, match=said):
        call_command("create_key", "ada", "Notebook", **option)
    assert not ApiKey.objects.exists()
