"""What was found out about a provider."""

import pytest

from conversations.models import Finding
from conversations.models.finding import OF_MODEL, SWITCHES, forget, learn, refused_by_models
from conversations.protocol.abilities import Ability, Found, Reason
from tests.support.models import make_model

pytestmark = pytest.mark.django_db


AT_ONCE = SWITCHES.keys() - {Ability.MCP, Ability.FILE_SEARCH}  # of the others, see below


@pytest.mark.parametrize(
    ("ability", "field"), [one for one in SWITCHES.items() if one[0] in AT_ONCE]
)
@pytest.mark.parametrize("holds", [True, False])
def test_what_is_certain_is_switched(ability: Ability, field: str, holds: bool) -> None:
    provider = make_model().provider
    learn(provider, Found(ability, holds, Reason.SEEN))
    assert getattr(provider, field) is holds
    provider.refresh_from_db()
    assert getattr(provider, field) is holds


@pytest.mark.parametrize(
    ("url", "holds", "switched"),
    [
        ("https://api.openai.com/v1", True, True),
        ("https://api.openai.com/v1", False, False),
        ("https://api.x.ai/v1", True, None),
        ("http://provider.test/v1", True, None),
        ("http://provider.test/v1", False, False),
    ],
)
def test_that_it_calls_mcp_servers_is_used_where_it_is_known_to_ask_first(
    url: str, holds: bool, switched: bool | None
) -> None:
    provider = make_model().provider
    provider.base_url = url
    learn(provider, Found(Ability.MCP, holds, Reason.SEEN))
    provider.refresh_from_db()
    assert provider.calls_mcp is switched


def test_that_it_can_keep_files_does_not_have_it_keep_them() -> None:
    provider = make_model().provider
    learn(provider, Found(Ability.FILE_SEARCH, True, Reason.SEEN))
    provider.refresh_from_db()
    assert provider.searches_files is None
    provider.searches_files = True
    learn(provider, Found(Ability.FILE_SEARCH, False, Reason.REFUSED))
    provider.refresh_from_db()
    assert provider.searches_files is False


@pytest.mark.parametrize(("ability", "field"), OF_MODEL.items())
def test_what_one_model_takes_is_known_of_it_alone(ability: Ability, field: str) -> None:
    model = make_model()
    before = getattr(model.provider, field)
    learn(model.provider, Found(ability, not before, Reason.SEEN), model)
    model.refresh_from_db()
    assert getattr(model, field) is not before
    assert getattr(model.provider, field) is before


@pytest.mark.parametrize(
    ("reason", "streams"), [(Reason.REFUSED, False), (Reason.SILENT, True), (Reason.SEEN, True)]
)
def test_a_model_that_refuses_to_stream_is_asked_for_whole_answers(
    reason: Reason, streams: bool
) -> None:
    model = make_model()
    learn(model.provider, Found(Ability.STREAM, reason is Reason.SEEN, reason), model)
    model.refresh_from_db()
    assert model.streams is streams


def test_what_is_not_known_leaves_the_switch_as_it_is() -> None:
    provider = make_model().provider
    before = provider.stateful
    learn(provider, Found(Ability.CHAIN, None, Reason.SLOW))
    provider.refresh_from_db()
    assert provider.stateful is before


def test_the_last_finding_of_an_ability_is_the_one_that_counts() -> None:
    provider = make_model().provider
    learn(provider, Found(Ability.CHAIN, True, Reason.SEEN))
    learn(provider, Found(Ability.CHAIN, False, Reason.REMEMBERED, "seen"))
    found = Finding.objects.get(provider=provider)
    assert (found.holds, found.reason, found.detail) == (False, "remembered", "seen")


def test_what_is_forgotten_leaves_the_switches() -> None:
    provider = make_model().provider
    learn(provider, Found(Ability.CHAIN, False, Reason.SILENT))
    forget(provider)
    provider.refresh_from_db()
    assert not Finding.objects.exists()
    assert provider.stateful is False


def test_the_models_that_refused_parameters_are_told_with_them() -> None:
    model = make_model()
    assert refused_by_models(model.provider) == []
    model.refuses(["temperature"])
    assert refused_by_models(model.provider) == [(model, ["temperature"])]
