from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from chatapp.accounts import throttle
from chatapp.accounts.models import SignIn
from tests.support.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db

THROTTLED = "Too many attempts"


def attempt(name: str = "anna", password: str = "wrong", address: str = "192.0.2.1") -> str:
    """What the page says after an attempt; empty when the person is signed in."""
    response = Client().post(
        "/accounts/sign-in/",
        {"username": name, "password": password},
        REMOTE_ADDR=address,
    )
    return "" if response.status_code == 302 else response.content.decode()


def fail(times: int, name: Callable[[int], str], address: Callable[[int], str]) -> None:
    for number in range(times):
        assert THROTTLED not in attempt(name(number), address=address(number))


def test_after_five_failures_of_a_name_the_right_password_must_wait() -> None:
    make_person()
    fail(5, lambda _: "anna", lambda _: "192.0.2.1")
    assert THROTTLED in attempt(password=PASSWORD)
    assert attempt(password=PASSWORD, address="192.0.2.2") == ""


def test_an_unknown_name_is_throttled_with_the_same_words() -> None:
    make_person("anna")
    fail(5, lambda _: "anna", lambda _: "192.0.2.1")
    fail(5, lambda _: "nobody", lambda _: "192.0.2.1")
    known, unknown = (
        attempt(name).split('class="errorlist')[1].split("</ul>")[0] for name in ("anna", "nobody")
    )
    assert THROTTLED in known
    assert known == unknown


def test_after_twenty_failures_an_address_must_wait_with_any_name() -> None:
    make_person()
    fail(20, lambda number: f"name{number}", lambda _: "192.0.2.1")
    assert THROTTLED in attempt(password=PASSWORD)


def test_after_ten_failures_a_name_must_wait_at_any_new_address() -> None:
    make_person()
    fail(10, lambda _: "anna", lambda number: f"192.0.2.{number}")
    assert THROTTLED in attempt(password=PASSWORD, address="198.51.100.1")


def test_strangers_can_not_lock_a_person_out_of_a_familiar_address() -> None:
    make_person()
    assert attempt(password=PASSWORD, address="198.51.100.1") == ""
    fail(10, lambda _: "anna", lambda number: f"192.0.2.{number}")
    assert attempt(password=PASSWORD, address="198.51.100.1") == ""


def test_the_wait_ends_although_the_person_kept_trying() -> None:
    make_person()
    fail(5, lambda _: "anna", lambda _: "192.0.2.1")
    assert THROTTLED in attempt()
    SignIn.objects.update(at=timezone.now() - throttle.WINDOW)
    assert attempt(password=PASSWORD) == ""


def test_attempts_that_are_still_being_checked_count() -> None:
    begun = [throttle.begin("anna", "192.0.2.1") for _ in range(6)]
    assert [one is None for one in begun] == [False] * 5 + [True]


def test_successes_do_not_count() -> None:
    make_person()
    for _ in range(7):
        assert attempt(password=PASSWORD) == ""


def test_a_forwarded_header_does_not_change_the_address_without_a_trusted_proxy(
    settings: Settings,
) -> None:
    settings.TRUST_PROXY = False
    make_person()
    fail(5, lambda _: "anna", lambda _: "192.0.2.1")
    answer = Client().post(
        "/accounts/sign-in/",
        {"username": "anna", "password": PASSWORD},
        REMOTE_ADDR="192.0.2.1",
        headers={"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9"},
    )
    assert THROTTLED in answer.content.decode()


def through_proxy(forwarded: str, name: str = "anna", password: str = "wrong") -> str:
    """What the page says after an attempt that a proxy on this machine passed on."""
    response = Client().post(
        "/accounts/sign-in/",
        {"username": name, "password": password},
        REMOTE_ADDR="127.0.0.1",
        headers={"x-forwarded-for": forwarded} if forwarded else {},
    )
    return "" if response.status_code == 302 else response.content.decode()


def test_behind_a_trusted_proxy_one_who_guesses_locks_out_nobody_else(settings: Settings) -> None:
    settings.TRUST_PROXY = True
    make_person()
    for number in range(20):
        assert THROTTLED not in through_proxy("203.0.113.9", f"name{number}")
    assert THROTTLED in through_proxy("203.0.113.9", password=PASSWORD)
    assert through_proxy("203.0.113.8", password=PASSWORD) == ""


@pytest.mark.parametrize(
    ("forwarded", "counted_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("192.0.2.1, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.1,203.0.113.9 ", "203.0.113.9"),
        ("", "127.0.0.1"),
    ],
)
def test_the_address_is_the_last_that_a_trusted_proxy_names(
    settings: Settings, forwarded: str, counted_as: str
) -> None:
    settings.TRUST_PROXY = True
    through_proxy(forwarded)
    assert SignIn.objects.get().address == counted_as


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address: str, counted_as: str) -> None:
    assert throttle.network(address) == counted_as


def test_what_was_typed_as_a_name_is_not_stored() -> None:
    attempt("my secret password by mistake")
    assert "secret" not in str(SignIn.objects.values().get())


def test_old_attempts_are_forgotten() -> None:
    make_person()
    attempt()
    SignIn.objects.update(at=timezone.now() - throttle.KEPT_FOR - timedelta(days=1))
    attempt(password=PASSWORD)
    assert SignIn.objects.count() == 1
