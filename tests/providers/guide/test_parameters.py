"""The parameters of a request are obeyed."""

import json
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import output_text
from conversations.tools.table import TOOLS
from tests.providers.guide.asking_the_guide import ask, events, guide, said

WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city",
    "parameters": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["celsius", "fahrenheit"]},
            "days": {"type": "integer", "minimum": 1, "maximum": 7},
        },
        "required": ["city", "unit", "days"],
        "additionalProperties": False,
    },
}
CLOCK = {"type": "function", "name": "clock", "parameters": None}


def calls(response: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (item["name"], json.loads(item["arguments"]))
        for item in response["output"]
        if item["type"] == "function_call"
    ]


@pytest.mark.parametrize("limit", [1, 7, 40])
async def test_max_output_tokens_cuts(limit: int) -> None:
    whole = await said("show me markdown")
    response = await ask(guide(), "show me markdown", max_output_tokens=limit)
    text = output_text(response["output"])
    assert whole.startswith(text)
    assert text
    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert response["usage"]["output_tokens"] == limit


async def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    response = await ask(guide(), "thanks", max_output_tokens=5)
    assert (response["status"], output_text(response["output"])) == (
        "completed",
        "You are welcome.",
    )


async def test_a_limit_may_leave_nothing_but_reasoning() -> None:
    response = await ask(guide(), "thanks", max_output_tokens=5, reasoning={"effort": "high"})
    assert [item["type"] for item in response["output"]] == ["reasoning"]
    assert response["status"] == "incomplete"


async def test_a_function_is_called_when_the_question_has_its_words() -> None:
    question = "What will the weather be for 3 days in Paris, in fahrenheit, in Berlin?"
    response = await ask(guide(), question, tools=[CLOCK, WEATHER])
    assert calls(response) == [("get_weather", {"city": "Berlin", "unit": "fahrenheit", "days": 3})]
    assert response["status"] == "completed"


async def test_no_function_is_called_when_the_question_is_about_something_else() -> None:
    assert calls(await ask(guide(), "thanks", tools=[WEATHER])) == []


CHOICES = [
    ("required", ["get_weather"]),
    ({"type": "function", "name": "clock"}, ["clock"]),
    ("none", []),
    (
        {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "clock"}]},
        [],
    ),
]


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
async def test_the_tool_choice_is_obeyed(choice: Any, expected: list[str]) -> None:
    response = await ask(guide(), "thanks", tools=[WEATHER, CLOCK], tool_choice=choice)
    assert [name for name, _ in calls(response)] == expected


async def test_the_output_of_a_function_is_the_answer() -> None:
    client = guide()
    first = await ask(client, "weather in Paris", tools=[WEATHER])
    call_id = first["output"][0]["call_id"]
    output = {"type": "function_call_output", "call_id": call_id, "output": '{"sky": "blue"}'}
    text = await said([output], client, previous_response_id=first["id"], tools=[WEATHER])
    assert "According to `get_weather`" in text
    assert '"sky": "blue"' in text


OWN = [tool.definition for tool in TOOLS]


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("what is 17*23", [("calculate", {"expression": "17*23"})]),
        ("What is (17 * 23) - 4?", [("calculate", {"expression": "(17 * 23) - 4"})]),
        ("What time is it?", [("current_time", {"time_zone": None})]),
        ("What time is it in New York?", [("current_time", {"time_zone": "America/New_York"})]),
        ("现在几点", [("current_time", {"time_zone": None})]),
        (
            "What day is it, and what is 2+2?",
            [("calculate", {"expression": "2+2"}), ("current_time", {"time_zone": None})],
        ),
        (
            "What does https://example.com/a?b=c say?",
            [
                (
                    "read_web_page",
                    {"url": "https://example.com/a?b=c", "start": None, "links": None},
                )
            ],
        ),
        *(
            (question, [("search_files", {"query": "owls", "file": None, "start": None})])
            for question in (
                "Search the files for owls.",
                "Please find the owls in my files",
                "What does this document say about “owls”?",
                "在文件里查找owls",
                "搜索文件owls。",
            )
        ),
        *(
            (question, [("search_conversations", {"query": "owls", "since": None, "until": None})])
            for question in (
                "Search my chats for owls",
                "Look for owls in my other conversations!",
                "What did I say about owls before?",
                "在我的对话中搜索owls",
                "搜索我的对话owls",
            )
        ),
        ("How does the search work?", []),
        ("How do I search the files?", []),
        ("What happened on 2026-11-27?", []),
    ],
)
async def test_the_servers_own_tools_are_called_for_what_they_can_do(
    question: str, called: list[tuple[str, dict[str, Any]]]
) -> None:
    assert calls(await ask(guide(), question, tools=OWN)) == called


@pytest.mark.parametrize(
    ("question", "output", "expected"),
    [
        ("what is 17*23", '{"result": "391", "exact": true}', "**391**"),
        ("what is 1/3", '{"result": "0.33", "exact": false}', "**0.33** (rounded)"),
        (
            "What time is it?",
            '{"time": "2026-11-27T10:20:30+01:00", "weekday": "Friday", "time_zone": "CET"}',
            "**Friday, 2026-11-27, 10:20** (CET)",
        ),
        (
            "Read https://example.com/a.",
            '{"url": "https://example.com/a", "title": "A", "text": "Words.", "characters": 6}',
            "**A**\n\nWords.\n\nhttps://example.com/a",
        ),
        (
            "Search the files for owls",
            '{"passages": [{"file": "a.pdf", "page": 2, "passage": 1, "of": 1, "text": "An owl"}]}',
            "**a.pdf**, page 2\n\n> An owl",
        ),
        (
            "Search the files for owls",
            '{"passages": [], "files": ["a.pdf", "b.txt"]}',
            "Nothing of that stands in a.pdf, b.txt.",
        ),
        (
            "Search my chats for owls",
            (
                '{"conversations": [{"title": "Birds", "date": "2026-11-27", "excerpt": "An owl",'
                ' "link": "/c/conv_1?response=resp_1"}]}'
            ),
            "[Birds](/c/conv_1?response=resp_1), 2026-11-27\n\n> An owl",
        ),
        (
            "Search my chats for owls",
            '{"conversations": []}',
            "Nothing of that was said in your other chats.",
        ),
        ("what is 17*23", '{"error": "This divides by zero."}', "This divides by zero."),
    ],
)
async def test_what_they_gave_is_told_in_words(question: str, output: str, expected: str) -> None:
    client = guide()
    first = await ask(client, question, tools=OWN)
    call_id = first["output"][0]["call_id"]
    result = {"type": "function_call_output", "call_id": call_id, "output": output}
    assert expected in await said([result], client, previous_response_id=first["id"], tools=OWN)


SCHEMA = {
    "type": "object",
    "$defs": {"Tag": {"type": "object", "properties": {"name": {"type": "string"}}}},
    "properties": {
        "title": {"type": "string", "maxLength": 10},
        "count": {"type": "integer", "exclusiveMinimum": 3},
        "ratio": {"type": "number", "maximum": 0.5},
        "kind": {"const": "note"},
        "on": {"type": "string", "format": "date"},
        "maybe": {"anyOf": [{"type": "null"}, {"type": "boolean"}]},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/Tag"}, "minItems": 2},
        "parent": {"$ref": "#"},
    },
    "required": ["title", "count", "ratio", "kind", "on", "maybe", "tags"],
}


async def test_a_json_schema_is_filled() -> None:
    form = {"format": {"type": "json_schema", "name": "note", "schema": SCHEMA, "strict": True}}
    value = json.loads(await said("A note about 2 cats", text=form))
    assert set(SCHEMA["required"]) <= set(value)
    assert len(value["title"]) <= 10
    assert value["count"] > 3
    assert value["ratio"] <= 0.5
    assert value["kind"] == "note"
    assert isinstance(value["maybe"], bool)
    assert len(value["tags"]) == 2
    assert isinstance(value["tags"][0]["name"], str)


async def test_a_json_object_is_json() -> None:
    value = json.loads(await said("How do I start?", text={"format": {"type": "json_object"}}))
    assert value["question"] == "How do I start?"


@pytest.mark.parametrize(("effort", "reasons"), [("low", True), ("high", True), ("none", False)])
async def test_effort_brings_a_reasoning_summary(effort: str, reasons: bool) -> None:
    response = await ask(guide(), "thanks", reasoning={"effort": effort})
    assert (response["output"][0]["type"] == "reasoning") is reasons
    assert response["reasoning"]["effort"] == effort


async def test_encrypted_reasoning_is_included_when_asked_for() -> None:
    include = ["reasoning.encrypted_content"]
    response = await ask(guide(), "thanks", reasoning={"effort": "low"}, include=include)
    assert response["output"][0]["encrypted_content"]


async def test_settings_come_back_in_the_response() -> None:
    settings = {"temperature": 0.2, "store": False, "metadata": {"a": "b"}, "top_p": 0.5}
    response = await ask(guide(), "hi", **settings)
    assert {name: response[name] for name in settings} == settings


async def test_events_are_numbered_from_zero_without_gaps() -> None:
    seen = await events(guide(), "try: reason code")
    assert [event["sequence_number"] for event in seen] == list(range(len(seen)))


async def test_the_parameters_that_arrived_can_be_seen() -> None:
    text = await said("try: parameters", temperature=0.5, reasoning={"effort": "none"})
    assert '"temperature": 0.5' in text
    assert '"effort": "none"' in text
    assert "input" not in text
    assert "without any parameter" in await said("try: parameters")


async def test_a_parameter_that_the_guide_has_no_use_for_is_refused() -> None:
    with pytest.raises(ProviderError) as caught:
        await said("Hello", top_logprobs=5)
    assert caught.value.kind is ErrorKind.UNSUPPORTED_PARAMETER
    assert caught.value.param == "top_logprobs"
