"""The tools of this installation, used by a script that names them, and never otherwise."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.gateway.test_creating import WEATHER, ask
from tests.gateway.test_stored import ended
from tests.support.mcp_server import mcp_server
from tests.support.server import Server

OURS: Any = {"type": "mcp", "server_label": "chatapp"}
CALCULATE: Any = {**OURS, "allowed_tools": ["calculate"]}
SUM = "What is 17 * 23?"


@pytest.fixture(scope="package")
def station(served: Server, keys: dict[str, str]) -> Iterator[str]:
    """The label of an MCP server that Ada may use: one of its tools asks, one is forbidden."""
    assert keys
    code = """
import asyncio
from django.contrib.auth.models import Group
from chatapp.accounts.models import User
from conversations.models import McpServer
from conversations.turns.mcp_listing import look
group = Group.objects.create(name="Meteorologists")
User.objects.get(username="ada").groups.add(group)
server = McpServer.objects.create(
    name="Station", label="station", url={url!r}, audience="groups", rule="allowed",
    rules={{"open_window": "asks", "flood": "forbidden"}},
)
server.groups.add(group)
asyncio.run(look(server))
assert not server.fault, server.fault_detail
"""
    with mcp_server() as url:
        served.manage("shell", "-v0", "-c", code.format(url=url))
        yield "station"


def calls_in(response: Any) -> list[Any]:
    return [item for item in response.output if item.type == "mcp_call"]


def test_a_tool_that_is_named_is_used_here(client: OpenAI) -> None:
    response = ask(client, SUM, tools=[CALCULATE])
    assert [item.type for item in response.output] == ["mcp_call", "message"]
    (call,) = calls_in(response)
    assert (call.server_label, call.name, call.status) == ("chatapp", "calculate", "completed")
    assert '"391"' in call.output
    assert "391" in response.output_text
    assert response.tools[0].allowed_tools == ["calculate"]
    assert client.responses.retrieve(response.id).to_dict() == response.to_dict()


def test_without_a_name_nothing_of_ours_is_used(client: OpenAI) -> None:
    for tools in ([], [WEATHER]):
        response = ask(client, SUM, tools=tools)
        assert not calls_in(response)
        assert "391" not in response.output_text


def test_a_stream_of_it_adds_up_to_what_is_kept(client: OpenAI) -> None:
    kinds, numbers = [], []
    with client.responses.stream(model="guide", input=SUM, tools=[CALCULATE]) as stream:
        for event in stream:
            kinds.append(event.type)
            numbers.append(event.sequence_number)
        final = stream.get_final_response()
    assert numbers == sorted(set(numbers))
    about = [kind for kind in kinds if "mcp_call" in kind]
    assert about[0] == "response.mcp_call.in_progress"
    assert about[-2:] == ["response.mcp_call_arguments.done", "response.mcp_call.completed"]
    assert kinds.count("response.output_item.added") == kinds.count("response.output_item.done")
    assert client.responses.retrieve(final.id).output_text == final.output_text
    for after in (None, numbers[3], numbers[-2]):
        seen = client.responses.retrieve(final.id, stream=True, **_after(after))
        told = [event.sequence_number for event in seen]
        assert told == [number for number in numbers if after is None or number > after]


def _after(number: int | None) -> dict[str, Any]:
    return {} if number is None else {"starting_after": number}


# What is asked first


def test_a_call_that_is_to_ask_waits_for_the_scripts_decision(client: OpenAI) -> None:
    asking: Any = {**CALCULATE, "require_approval": "always"}
    first = ask(client, SUM, tools=[asking])
    assert [item.type for item in first.output] == ["mcp_call", "mcp_approval_request"]
    waiting, request = first.output
    assert (waiting.status, waiting.output) == ("incomplete", None)
    assert waiting.approval_request_id == request.id
    assert (request.server_label, request.name) == ("chatapp", "calculate")
    assert client.responses.retrieve(first.id).to_dict() == first.to_dict()
    decision: Any = decided_on(request.id)
    second = ask(client, [decision], tools=[asking], previous_response_id=first.id)
    assert [item.type for item in second.output] == ["mcp_call", "message"]
    (call,) = calls_in(second)
    assert (call.approval_request_id, call.arguments) == (request.id, request.arguments)
    assert '"391"' in call.output
    assert "391" in second.output_text
    listed = client.responses.input_items.list(second.id).data
    assert [item.type for item in listed] == ["mcp_approval_response"]
    with pytest.raises(openai.ConflictError):
        ask(client, [decision], tools=[asking], previous_response_id=first.id)


def test_what_is_not_allowed_is_not_done(client: OpenAI) -> None:
    asking = {**CALCULATE, "require_approval": {"always": {"tool_names": ["calculate"]}}}
    first = ask(client, SUM, tools=[asking])
    decision: Any = decided_on(first.output[1].id, approve=False)
    second = ask(client, [decision], tools=[asking], previous_response_id=first.id)
    (call,) = calls_in(second)
    assert (call.status, call.output) == ("failed", None)
    assert "did not allow" in call.error.content[0]["text"]


def test_a_stream_that_ends_with_a_question_adds_up(client: OpenAI) -> None:
    asking: Any = {**CALCULATE, "require_approval": "always"}
    with client.responses.stream(model="guide", input=SUM, tools=[asking]) as stream:
        events = list(stream)
        final = stream.get_final_response()
    items: dict[int, Any] = {}
    for event in events:
        if event.type == "response.output_item.added":
            assert event.output_index == len(items)
            items[event.output_index] = None
        if event.type == "response.output_item.done":
            items[event.output_index] = event.item.to_dict()
    assert [*items.values()] == [item.to_dict() for item in final.output]


@pytest.mark.parametrize(
    "change",
    [
        {"previous_response_id": None},
        {"tools": None},
        {"tools": [{**OURS, "allowed_tools": ["current_time"]}]},
        {"store": False},
        {"input": [{"type": "mcp_approval_response", "approval_request_id": "x", "approve": True}]},
        {"input": [{"type": "mcp_approval_response", "approval_request_id": "x"}]},
    ],
)
def test_a_decision_that_fits_nothing_is_refused(client: OpenAI, change: dict[str, Any]) -> None:
    asking: Any = {**CALCULATE, "require_approval": "always"}
    first = ask(client, SUM, tools=[asking])
    given: dict[str, Any] = {
        "input": [decided_on(first.output[1].id)],
        "previous_response_id": first.id,
        "tools": [asking],
        **change,
    }
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, given.pop("input"), **given)
    assert refused.value.param in ("input", "tools", "input[0].approve")


# What is refused


@pytest.mark.parametrize(
    ("tool", "param"),
    [
        ({"server_label": "nobody"}, "tools[0].server_label"),
        ({"server_label": "No Label"}, "tools[0].server_label"),
        ({"server_label": None}, "tools[0].server_label"),
        ({"server_url": "http://169.254.169.254/mcp"}, "tools[0].server_url"),
        ({"connector_id": "connector_gmail"}, "tools[0].connector_id"),
        ({"authorization": "secret"}, "tools[0].authorization"),
        ({"allowed_tools": ["launch"]}, "tools[0].allowed_tools"),
        ({"allowed_tools": "calculate"}, "tools[0].allowed_tools"),
        ({"allowed_tools": [{"a": 1}]}, "tools[0].allowed_tools"),
        ({"require_approval": "sometimes"}, "tools[0].require_approval"),
        ({"require_approval": {"never": {"names": []}}}, "tools[0].require_approval.never"),
    ],
)
def test_what_is_not_here_is_refused_by_its_place(
    client: OpenAI, tool: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, tools=[{**OURS, **tool}])
    assert refused.value.param == param


def test_a_function_is_not_called_like_a_tool_of_the_same_request(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, tools=[OURS, {**WEATHER, "name": "calculate"}])
    assert refused.value.param == "tools[1].name"
    with pytest.raises(openai.BadRequestError):
        ask(client, tools=[OURS, CALCULATE])


def test_a_choice_may_name_them(client: OpenAI) -> None:
    choice: Any = {"type": "mcp", "server_label": "chatapp", "name": "current_time"}
    forced = ask(client, "Hello", tools=[OURS], tool_choice=choice)
    assert [call.name for call in calls_in(forced)] == ["current_time"]
    assert forced.to_dict()["tool_choice"] == choice
    allowed: Any = {"type": "allowed_tools", "mode": "auto", "tools": [choice]}
    assert not calls_in(ask(client, SUM, tools=[OURS], tool_choice=allowed))
    for wrong in (choice, {"type": "mcp"}, {**choice, "name": {"a": 1}}, {**OURS, "name": "x"}):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(client, tools=[CALCULATE], tool_choice=wrong)
        assert refused.value.param == "tool_choice"


# What is searched


def test_other_conversations_are_searched_where_that_is_named_and_only_their_owners(
    client: OpenAI, bobs: OpenAI
) -> None:
    ask(client, "The lighthouse has a green door")
    question = "What did I say about the lighthouse?"
    named = {**OURS, "allowed_tools": ["search_conversations"]}
    (call,) = calls_in(ask(client, question, tools=[named]))
    assert "green door" in call.output
    (call,) = calls_in(ask(bobs, question, tools=[named]))
    assert "green door" not in call.output
    assert not calls_in(ask(client, question, tools=[OURS]))
    with pytest.raises(openai.BadRequestError):
        ask(client, question, tools=[named], store=False)


# MCP servers


def test_a_server_of_the_administrators_is_used_by_its_label(client: OpenAI, station: str) -> None:
    only = {"type": "mcp", "server_label": station, "allowed_tools": ["weather"]}
    response = ask(client, "How is the weather in Lund?", tools=[only])
    (call,) = calls_in(response)
    assert (call.server_label, call.name, call.error) == (station, "weather", None)
    assert "sunny" in call.output


def test_what_the_rules_ask_about_is_asked_whatever_a_request_says(
    client: OpenAI, station: str
) -> None:
    server = {"type": "mcp", "server_label": station, "require_approval": "never"}
    choice = {"type": "mcp", "server_label": station, "name": "open_window"}
    response = ask(client, "Hello", tools=[server], tool_choice=choice)
    assert response.output[-1].type == "mcp_approval_request"
    assert response.output[-1].name == "open_window"
    assert "flood" not in response.tools[0].allowed_tools
    with pytest.raises(openai.BadRequestError):
        ask(client, tools=[{**server, "allowed_tools": ["flood"]}])


def test_a_server_that_is_for_others_is_as_missing_as_none(bobs: OpenAI, station: str) -> None:
    messages = []
    for label in (station, "nobody"):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(bobs, tools=[{"type": "mcp", "server_label": label}])
        messages.append(refused.value.message.replace(label, "LABEL"))
    assert messages[0] == messages[1]


def test_which_there_are_is_listed(client: OpenAI, bobs: OpenAI, station: str) -> None:
    def listed(asking: OpenAI) -> dict[str, list[str]]:
        told = asking.get("/mcp_servers", cast_to=dict[str, Any])
        return {each["server_label"]: [t["name"] for t in each["tools"]] for each in told["data"]}

    assert "calculate" in listed(client)["chatapp"]
    assert "weather" in listed(client)[station]
    assert listed(bobs).keys() == {"chatapp"}


# As input again


def test_an_answer_with_calls_is_input_again(client: OpenAI) -> None:
    first = ask(client, SUM, tools=[CALCULATE])
    given = [{"role": "user", "content": SUM}, *first.to_dict()["output"]]
    second = ask(client, [*given, {"role": "user", "content": "Thank you"}], store=False)
    assert second.status == "completed"


def test_they_are_used_in_the_background_and_over_a_chain(client: OpenAI) -> None:
    begun = ask(client, SUM, tools=[CALCULATE], background=True)
    done = ended(client, begun.id)
    assert '"391"' in calls_in(done)[0].output
    second = ask(client, "What is 3 + 4?", previous_response_id=done.id, tools=[CALCULATE])
    assert '"7"' in calls_in(second)[0].output
    third = ask(client, "What is 3 + 5?", previous_response_id=second.id)
    assert not calls_in(third)


def decided_on(request_id: str, *, approve: bool = True) -> dict[str, Any]:
    return {
        "type": "mcp_approval_response",
        "approval_request_id": request_id,
        "approve": approve,
    }
