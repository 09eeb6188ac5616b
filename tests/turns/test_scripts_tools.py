"""What a script's request names of the tools here is called here; its own functions are not."""

import json
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.gateway.asking import asked_of
from conversations.gateway.events import Events
from conversations.gateway.items import items_of
from conversations.gateway.own_calls import as_functions
from conversations.gateway.own_tools import with_servers
from conversations.gateway.refusals import Refusal
from conversations.gateway.shown import response_shown
from conversations.models import ApiKey, Assistant, Model, Provider, Response
from conversations.models.approval import allow
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.approvals import Tool, answer, own_requests
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.jsontext import dumps
from conversations.protocol.visibility import visible_response
from conversations.turns.request import NewResponse, RequestError
from conversations.turns.running import turns
from tests.support.asking import ask, events_of, stored, until_settled
from tests.support.calls import Deeds, call, calling, use_deeds
from tests.support.deciding import decided, decision
from tests.support.mcp_servers import listed, make_mcp_server
from tests.support.scripted import ScriptedProvider
from tests.support.scripted import answer as spoken

WEATHER = {"type": "function", "name": "get_weather", "parameters": {}}
ADD = call("add", {"first": 1, "second": 2})
RING = call("ring", {"bell": "small"}, "call_2")
THEIRS = call("get_weather", {"city": "Lund"}, "call_3")


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> Deeds:
    return use_deeds(monkeypatch)


def asking(*names: str, approval: Any = None, **choice: Any) -> dict[str, Any]:
    """The fields of a request that names these, beside a function of its own."""
    ours = {"type": "mcp", "server_label": "chatapp", "allowed_tools": list(names)}
    tools = [WEATHER, {**ours, "require_approval": approval}]
    settings = {"functions": list(names), "tools": [WEATHER], **choice}
    return {"settings": settings, "asked": {"tools": tools}}


async def asked(owner: User, fields: dict[str, Any], **more: Any) -> Response:
    key, _ = await in_database(ApiKey.make, owner, "Notebook")
    row = await ask(owner, **{"api_key": key, **fields, **more})
    await until_settled()
    return await stored(row)


def kinds_of(row: Response) -> list[str]:
    return [item["type"] for item in row.output]


async def test_of_one_round_ours_are_made_and_theirs_handed_out(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(ADD, THEIRS))
    first = await asked(owner, asking("add"))
    assert first.status == Status.COMPLETED
    assert kinds_of(first) == ["function_call", "function_call", "function_call_output"]
    assert deeds.done == [("add", 1, 2)]

    output = {"type": "function_call_output", "call_id": "call_3", "output": "Rain"}
    key, _ = await in_database(ApiKey.make, owner, "Other")
    provider.will_answer(*spoken("Three, and rain."))
    second = await turns.start(
        NewResponse(
            owner=owner,
            client_key="next",
            api_key=key,
            input=[output],
            previous_response_id=first.pk,
            branch=True,
            **asking("add"),
        )
    )
    await until_settled()
    assert (await stored(second)).status == Status.COMPLETED
    told = provider.requests[-1]
    assert told["previous_response_id"] == "upstream_1"
    given = {item["call_id"]: item["output"] for item in told["input"]}
    assert given == {"call_1": "3", "call_3": "Rain"}


async def test_theirs_alone_end_the_answer(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(THEIRS))
    row = await asked(owner, asking("add"))
    assert kinds_of(row) == ["function_call"]
    assert len(provider.requests) == 1


async def test_what_has_effects_asks_unless_the_request_agrees(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    for approval, is_done in ((None, False), ("always", False), ("never", True)):
        provider.will_answer(*calling(RING))
        row = await asked(owner, asking("ring", approval=approval), text=str(approval))
        assert bool(own_requests(row.output)) is not is_done
        assert bool(deeds.done) is is_done


async def test_what_was_allowed_in_the_page_holds_there_alone(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    first = await asked(owner, asking("ring"))
    await in_database(allow, first.conversation_id, [Tool("", "ring")])
    provider.will_answer(*calling(RING))
    row = await asked(owner, asking("ring"), text="Ring", previous_response_id=first.pk)
    assert own_requests(row.output)
    assert deeds.done == []


async def test_in_the_page_its_person_may_decide_instead(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(RING))
    row = await asked(owner, asking("ring"))
    row = await in_database(Response.objects.select_related("owner").get, pk=row.pk)
    await decided(decision(row, True, chosen={}))
    assert deeds.done == [("ring", "small")]


async def test_beside_its_decision_a_script_gives_what_it_called_itself(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(RING, THEIRS))
    first = await asked(owner, asking("ring"))
    (request_id,) = own_requests(first.output)
    output = {"type": "function_call_output", "call_id": "call_3", "output": "Rain"}
    key, _ = await in_database(ApiKey.make, owner, "Other")
    provider.will_answer(*spoken("Done."))
    second = await turns.start(
        NewResponse(
            owner=owner,
            client_key="decision",
            api_key=key,
            input=[answer(request_id, approve=True), output],
            previous_response_id=first.pk,
            **asking("ring"),
        )
    )
    await until_settled()
    assert (await stored(second)).status == Status.COMPLETED
    assert deeds.done == [("ring", "small")]
    given = {item["call_id"]: item["output"] for item in provider.requests[-1]["input"]}
    assert given == {"call_2": "The small rang.", "call_3": "Rain"}


@pytest.mark.parametrize(
    ("choice", "first", "then"),
    [
        (
            {"type": "mcp", "server_label": "chatapp", "name": "add"},
            {"type": "function", "name": "add"},
            "auto",
        ),
        (
            {"type": "mcp", "server_label": "chatapp"},
            {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [
                    {"type": "function", "name": "add"},
                    {"type": "function", "name": "ring"},
                ],
            },
            "auto",
        ),
        ({"type": "function", "name": "get_weather"},) * 2 + ("auto",),
        ("required", "required", "auto"),
    ],
)
async def test_a_choice_is_told_in_the_providers_words_until_it_was_heeded(
    owner: User, provider: ScriptedProvider, deeds: Deeds, choice: Any, first: Any, then: Any
) -> None:
    provider.will_answer(*calling(ADD))
    await asked(owner, asking("add", "ring", tool_choice=choice))
    told, told_then = (request["tool_choice"] for request in provider.requests)
    assert told == first
    assert (told_then if isinstance(told_then, str) else told_then["mode"]) == then


async def test_its_events_add_up_to_what_is_shown_of_it(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    fail = call("fail", {}, "call_4")
    provider.will_answer(*calling(ADD, THEIRS, RING, fail))
    fields = asking("add", "ring", "fail")
    row = await asked(owner, fields)
    shown = response_shown(visible_response(row.to_api()), fields["asked"])
    assert [item["type"] for item in shown["output"]] == [
        *("mcp_call", "function_call", "mcp_call", "mcp_call"),
        "mcp_approval_request",
    ]
    assert [item.get("status") for item in shown["output"]] == [
        *("completed", "completed", "incomplete", "failed"),
        None,
    ]
    log = await events_of(row)
    reader = Events(row.pk, fields["asked"], None)
    told = [*reader.of(map(dumps, log))]
    numbers = [event["sequence_number"] for event in told]
    assert numbers == sorted(set(numbers))
    items: dict[int, Any] = {}
    for event in told:
        if event["type"] == "response.output_item.added":
            assert event["output_index"] == len(items)
            items[event["output_index"]] = event["item"]["id"]
        elif event["type"] == "response.output_item.done":
            assert event["item"]["id"] == items[event["output_index"]]
            items[event["output_index"]] = event["item"]
        elif "output_index" in event:
            assert event["item_id"] == items[event["output_index"]]
    assert [items[at] for at in sorted(items)] == told[-1]["response"]["output"]
    assert told[-1]["response"]["output"] == shown["output"]
    for after in numbers[:-1]:
        again = Events(row.pk, fields["asked"], after)
        assert again.follows is None
        assert [*again.of(map(dumps, log))] == told[numbers.index(after) + 1 :]


@pytest.mark.parametrize("rule", ["allowed", "asks"])
async def test_a_server_that_the_provider_calls_is_told_of_what_was_asked_alone(
    owner: User, model: Model, provider: ScriptedProvider, rule: str
) -> None:
    await in_database(Provider.objects.update, calls_mcp=True)
    await in_database(
        make_mcp_server,
        "wiki",
        called_by="provider",
        tools=listed("search", "edit", "burn"),
        rule=rule,
        rules={"burn": "forbidden"},
    )
    wiki = {"type": "mcp", "server_label": "wiki", "allowed_tools": ["search", "burn"]}
    choice = {"type": "mcp", "server_label": "wiki"}
    settings = {"mcp_servers": ["wiki"], "tool_choice": choice}
    await asked(
        owner, {"settings": settings, "asked": {"tools": [{**wiki, "require_approval": "never"}]}}
    )
    (told,) = provider.requests[0]["tools"]
    assert told["allowed_tools"] == ["search"]
    always = told["require_approval"] == "always"
    assert always is (rule == "asks")
    assert provider.requests[0]["tool_choice"] == choice


async def test_a_call_without_an_id_of_its_own_is_shown_with_what_it_gave(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    nameless = {name: value for name, value in ADD.items() if name != "call_id"}
    provider.will_answer(*calling(nameless))
    fields = asking("add")
    row = await asked(owner, fields)
    (shown,) = response_shown(visible_response(row.to_api()), fields["asked"])["output"][:1]
    assert (shown["type"], shown["output"], shown["status"]) == ("mcp_call", "3", "completed")
    told = Events(row.pk, fields["asked"], None).of(map(dumps, await events_of(row)))
    assert shown in [event.get("item") for event in told]


async def test_a_failed_call_that_is_told_again_has_failed(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(call("fail", {})))
    fields = asking("fail")
    row = await asked(owner, fields)
    shown = response_shown(visible_response(row.to_api()), fields["asked"])["output"]
    for given, why in ((shown[0], "It can't be done."), ({**shown[0], "error": "Why"}, "Why")):
        (_, output) = as_functions(items_of([given]))
        assert json.loads(output["output"]) == {"error": why}


async def test_a_decision_whose_answer_failed_is_given_again_and_done_once(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(RING))
    first = await asked(owner, asking("ring"))
    (request_id,) = own_requests(first.output)
    key, _ = await in_database(ApiKey.make, owner, "Other")

    async def decide(client_key: str, *, approve: bool = True) -> Response:
        new = NewResponse(
            owner=owner,
            client_key=client_key,
            api_key=key,
            input=[answer(request_id, approve=approve)],
            previous_response_id=first.pk,
            branch=True,
            **asking("ring"),
        )
        row = await turns.start(new)
        await until_settled()
        return await stored(row)

    provider.will_answer(ProviderError(ErrorKind.BAD_REQUEST, "Broken.", status=400))
    assert (await decide("one")).status == Status.FAILED
    with pytest.raises(RequestError, match="decided already"):
        await decide("two", approve=False)
    again = await decide("three")
    assert again.status == Status.COMPLETED
    assert kinds_of(again) == ["function_call_output", "message"]
    assert again.output[0]["output"] == "The small rang."
    assert deeds.done == [("ring", "small")]
    with pytest.raises(RequestError, match="decided already"):
        await decide("four")


async def test_a_script_that_decides_on_what_the_page_asked_uses_what_it_names_alone(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    helper = await in_database(
        Assistant.objects.create, owner=owner, name="Bells", settings={"functions": ["ring", "add"]}
    )
    provider.will_answer(*calling(RING))
    first = await stored(await ask(owner, assistant_id=helper.pk))
    await until_settled()
    first = await stored(first)
    (request_id,) = own_requests(first.output)
    key, _ = await in_database(ApiKey.make, owner, "Notebook")
    provider.will_answer(*spoken("Done."))
    await turns.start(
        NewResponse(
            owner=owner,
            client_key="decision",
            api_key=key,
            input=[answer(request_id, approve=True)],
            previous_response_id=first.pk,
            **asking("ring"),
        )
    )
    await until_settled()
    assert deeds.done == [("ring", "small")]
    named = {tool["name"] for tool in provider.requests[-1]["tools"]}
    assert named == {"get_weather", "ring"}


async def test_of_ours_no_more_are_used_than_a_request_allows(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    more = [call("add", {"first": n, "second": n}, f"call_{n}") for n in (5, 6)]
    provider.will_answer(*calling(THEIRS, ADD, more[0]))
    fields = asking("add")
    row = await asked(owner, {**fields, "asked": {**fields["asked"], "max_tool_calls": 1}})
    assert deeds.done == [("add", 1, 2)]
    outputs = [item for item in row.output if item["type"] == "function_call_output"]
    assert [item["output"] == "3" for item in outputs] == [True, False]


def test_what_only_reads_is_not_guessed_where_the_provider_alone_knows_the_tools(
    owner: User,
) -> None:
    make_mcp_server("far", called_by="provider", rule="allowed")
    key, _ = ApiKey.make(owner, "Notebook")
    far: dict[str, Any] = {"type": "mcp", "server_label": "far", "require_approval": "never"}
    for allowed in ({"read_only": True}, {"read_only": False, "tool_names": ["look"]}):
        body = {"model": "guide", "input": "Hello", "tools": [{**far, "allowed_tools": allowed}]}
        with pytest.raises(Refusal) as refused:
            with_servers(asked_of(body), key)
        assert refused.value.param == "tools[0].allowed_tools.read_only"
    named = with_servers(asked_of({**body, "tools": [{**far, "allowed_tools": ["look"]}]}), key)
    assert named.told["tools"][0]["allowed_tools"] == ["look"]
