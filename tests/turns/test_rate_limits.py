"""What is left of a provider's limits is noted for its administrators."""

import pytest

from chatapp.accounts.models import User
from conversations.models import Provider
from conversations.models.database import in_database
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.turns import rate_limits
from tests.support.asking import ask, events_of
from tests.support.scripted import ScriptedProvider, answer

LEFT = {"requests": {"limit": 60, "remaining": 59}}


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "_noted", {})


async def noted() -> object:
    limits = (await in_database(Provider.objects.get)).rate_limits
    return limits and {kind: told for kind, told in limits.items() if kind != "at"}


async def test_what_comes_with_an_answer_is_noted(owner: User, provider: ScriptedProvider) -> None:
    provider.rate_limits = LEFT
    await events_of(await ask(owner))
    assert await noted() == LEFT


async def test_it_is_noted_again_after_a_while(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.rate_limits = LEFT
    await events_of(await ask(owner, "One"))
    provider.rate_limits = fewer = {"requests": {"limit": 60, "remaining": 58}}
    await events_of(await ask(owner, "Two"))
    assert await noted() == LEFT
    monkeypatch.setattr(rate_limits, "EVERY", 0)
    await events_of(await ask(owner, "Three"))
    assert await noted() == fewer


async def test_a_limit_that_is_reached_is_noted_at_once_from_the_refusal(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.rate_limits = LEFT
    await events_of(await ask(owner, "One"))
    provider.rate_limits = none = {"requests": {"limit": 60, "remaining": 0}}
    provider.will_answer(ProviderError(ErrorKind.RATE_LIMITED, "Busy.", status=429))
    provider.will_answer(*answer("Hello."))
    await events_of(await ask(owner, "Two"))
    assert await noted() == none


async def test_of_one_that_says_nothing_nothing_is(owner: User, provider: ScriptedProvider) -> None:
    await events_of(await ask(owner))
    assert await noted() is None
