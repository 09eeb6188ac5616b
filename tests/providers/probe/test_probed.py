"""The test of an endpoint, against endpoints of every accent."""

from collections.abc import Mapping

import pytest

from conversations.protocol.abilities import Ability, Found, Reason
from conversations.providers.client import ProviderClient
from conversations.providers.config import ProviderConfig
from conversations.providers.probe import MOST_TOKENS, probed
from conversations.providers.probe.asking import MOST_OUTPUT
from tests.support.accent import ACCENTS, Accent
from tests.support.accents import Accented

Table = Mapping[Ability, Found]


async def table_of(accent: Accent, dialect: str = "standard") -> Table:
    async with Accented(accent) as provider:
        client = ProviderClient(ProviderConfig("P", provider.url, "key", dialect=dialect))
        found = [one async for one in probed(client, "m")]
        await client.aclose()
    assert len({one.ability for one in found}) == len(found), "each is found once"
    return {one.ability: one for one in found}


def held(table: Table) -> set[str]:
    return {ability.value for ability, found in table.items() if found.holds}


async def test_an_endpoint_that_can_do_everything_is_found_to() -> None:
    table = await table_of(ACCENTS["standard"])
    assert {ability: found.holds for ability, found in table.items()} == dict.fromkeys(
        Ability, True
    )
    assert {found.reason for found in table.values()} == {Reason.SEEN}


async def test_the_order_is_that_of_the_abilities() -> None:
    assert list(await table_of(ACCENTS["standard"])) == list(Ability)


async def test_one_that_ignores_the_chain_is_found_out_by_what_it_does_not_know() -> None:
    found = (await table_of(ACCENTS["ignoring"]))[Ability.CHAIN]
    assert (found.holds, found.reason) == (False, Reason.SILENT)


async def test_one_that_claims_to_have_chained_is_found_out_as_well() -> None:
    found = (await table_of(ACCENTS["claiming"]))[Ability.CHAIN]
    assert (found.holds, found.reason) == (False, Reason.FORGOT)


async def test_one_whose_answers_have_one_id_can_not_be_chained_on_though_it_knows() -> None:
    found = (await table_of(ACCENTS["colliding"]))[Ability.CHAIN]
    assert (found.holds, found.reason) == (False, Reason.OTHERWISE)
    assert found.detail == "the same id twice: resp_1"


async def test_one_that_streams_nothing_can_do_the_rest() -> None:
    table = await table_of(ACCENTS["unstreaming"])
    assert held(table) == set(Ability) - {Ability.STREAM}
    assert table[Ability.STREAM].reason is Reason.REFUSED


async def test_one_that_answers_whole_is_found_to_stream_nothing() -> None:
    found = (await table_of(Accent(streams="whole")))[Ability.STREAM]
    assert (found.holds, found.reason) == (False, Reason.SILENT)


async def test_a_refusal_is_told_in_the_providers_words() -> None:
    found = (await table_of(ACCENTS["refusing"]))[Ability.CHAIN]
    assert (found.holds, found.reason) == (False, Reason.REFUSED)
    assert "does not support" in found.detail


async def test_what_a_store_says_of_itself_is_told() -> None:
    assert (await table_of(Accent(store=False)))[Ability.STORE].holds is False
    assert (await table_of(ACCENTS["refusing"]))[Ability.STORE].holds is None


@pytest.mark.parametrize(
    ("accent", "detail"), [(Accent(usage="none"), ""), (Accent(usage="total"), "total_tokens")]
)
async def test_a_missing_report_of_usage_is_told(accent: Accent, detail: str) -> None:
    found = (await table_of(accent))[Ability.USAGE]
    assert (found.holds, found.reason, found.detail) == (False, Reason.MISSING, detail)


async def test_no_background_leaves_nothing_to_read_on_or_to_cancel() -> None:
    table = await table_of(Accent(background=False))
    assert table[Ability.BACKGROUND].holds is False
    assert table[Ability.RESUME].reason is Reason.UNTRIED
    assert table[Ability.CANCEL].reason is Reason.UNTRIED


@pytest.mark.parametrize(
    ("status", "holds"), [("cancelled", True), ("incomplete", True), ("completed", False)]
)
async def test_only_what_ends_early_was_cancelled(status: str, holds: bool) -> None:
    assert (await table_of(Accent(cancels=status)))[Ability.CANCEL].holds is holds


@pytest.mark.parametrize(
    ("accent", "ability"),
    [
        (Accent(counts=False), Ability.COUNT),
        (Accent(compacts=False), Ability.COMPACT),
        (Accent(calls=False), Ability.FUNCTIONS),
        (Accent(calls_mcp=False), Ability.MCP),
        (Accent(sees=False), Ability.IMAGES),
        (Accent(reads=False), Ability.FILES),
        (Accent(lists=False), Ability.MODELS),
        (Accent(keeps=False), Ability.FILE_SEARCH),
    ],
)
async def test_what_one_can_not_do_is_all_that_it_is_said_not_to_do(
    accent: Accent, ability: Ability
) -> None:
    assert held(await table_of(accent)) == set(Ability) - {ability}


async def test_an_image_that_is_taken_and_not_seen_is_no_ability() -> None:
    assert (await table_of(Accent(sees=False)))[Ability.IMAGES].reason is Reason.UNSEEN


async def test_a_parameter_of_the_test_that_is_refused_says_nothing_of_the_rest() -> None:
    table = await table_of(Accent(refuses=frozenset({"max_output_tokens"})))
    assert held(table) == set(Ability)


async def test_the_documented_form_of_modelverse_is_understood() -> None:
    table = await table_of(ACCENTS["modelverse"], "modelverse")
    assert table[Ability.STREAM].reason is Reason.OTHERWISE
    assert table[Ability.STREAM].detail == "response.delta, response.done"
    assert {"answer", "chain"} <= held(table)


async def test_an_address_where_nobody_is_has_nothing_tried() -> None:
    client = ProviderClient(ProviderConfig("P", "http://127.0.0.1:9/v1", "key"))
    found = [one async for one in probed(client, "m")]
    await client.aclose()
    assert [one.ability for one in found] == [Ability.MODELS, Ability.ANSWER]
    assert {one.holds for one in found} == {None}
    assert {one.reason for one in found} == {Reason.TROUBLE}


async def test_no_key_is_in_what_is_found() -> None:
    async with Accented(ACCENTS["refusing"]) as provider:
        client = ProviderClient(ProviderConfig("P", provider.url, "sk-secret-key-of-mine"))
        found = [one async for one in probed(client, "m")]
        await client.aclose()
    assert "sk-secret-key-of-mine" not in str(found)


async def test_what_is_asked_stays_within_what_it_is_said_to_cost() -> None:
    async with Accented(ACCENTS["standard"]) as provider:
        client = ProviderClient(ProviderConfig("P", provider.url, "key"))
        _ = [one async for one in probed(client, "m")]
        await client.aclose()
    asked = sum(len(str(body.get("input", ""))) // 3 for body in provider.requests)
    answered = sum(body["max_output_tokens"] for body in provider.requests)
    assert {body["max_output_tokens"] for body in provider.requests} == {MOST_OUTPUT}
    assert asked + answered <= MOST_TOKENS
