"""What a person is told of a failure: from one table, in whatever language."""

from datetime import UTC, datetime

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.failures import SENTENCES, told

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_every_kind_of_error_has_its_sentence() -> None:
    assert {kind.value for kind in ErrorKind} <= SENTENCES.keys()


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_sentence_names_who_it_is_about(kind: str) -> None:
    said = told({"kind": kind, "name": "Example"})
    assert "{" not in said
    assert ("Example" in said) == (kind != "ours")


def test_a_providers_own_words_and_the_time_follow() -> None:
    failure = {"kind": "quota", "name": "Example", "words": "No.", "until": NOW.timestamp() + 60}
    assert told(failure, now=NOW) == (
        "Example has no credit left. An administrator has to look at the account. It says: No."
        " Try again after 12:01 UTC."
    )


def test_a_sentence_is_translated_before_it_is_filled() -> None:
    failure = {"kind": "timeout", "name": "Example", "words": "No."}
    assert told(failure, str.upper) == "{NAME} TOOK TOO LONG TO ANSWER. IT SAYS: {WORDS}"


def test_what_a_provider_says_is_no_pattern() -> None:
    failure = {"kind": "failed", "name": "{words} {0}", "words": "{name} {__class__}"}
    assert told(failure) == "{words} {0} could not finish the answer. It says: {name} {__class__}"


@pytest.mark.parametrize("failure", [{}, {"kind": "unheard of"}, {"kind": None}])
def test_a_kind_that_is_not_known_says_nothing(failure: dict[str, str]) -> None:
    assert told(failure) == ""


def test_an_error_carries_what_it_says_and_its_english() -> None:
    failure = {"kind": "overloaded", "name": "Example"}
    assert ProviderError.of(ErrorKind.OVERLOADED, failure, code="slow_down").as_error() == {
        "code": "slow_down",
        "message": "Example is overloaded at the moment.",
        "failure": failure,
    }
