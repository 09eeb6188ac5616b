"""The description at /v1/openapi.json says what is served: all of it, and nothing else."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from conversations.gateway.asking import ALIASES, KNOWN, asked_of
from conversations.gateway.asking_shapes import COMPONENTS
from conversations.gateway.compacting import TAKEN
from conversations.gateway.description import OWN
from conversations.gateway.items import READERS
from conversations.gateway.refusals import Refusal
from conversations.gateway.urls import description
from conversations.protocol.parameters import TOOLS
from conversations.providers.schemas import schemas_of
from tests.gateway.test_creating import PNG, WEATHER
from tests.gateway.test_own_tools import OURS
from tests.gateway.test_refusing import sent
from tests.support.server import Server

GATEWAY = Path(__file__).parents[2] / "conversations" / "gateway"
# What a query is called where it is read.
QUERY = re.compile(r"(\w+): (?:Mapping\[str, str\]|QueryDict)")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASK = {"model": "guide", "input": "Hello"}
BODIES: list[dict[str, Any]] = [
    ASK,
    {
        "model": "guide",
        "input": [
            {"role": "system", "content": "You are a pirate."},
            {"type": "message", "role": "user", "content": "My name is Alice."},
            {"role": "assistant", "phase": "commentary", "content": "I look it up."},
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]},
            {"role": "developer", "content": [{"type": "text", "text": "Go on."}], "phase": None},
        ],
    },
    {"model": "guide", "input_items": "Hello", "max_tokens": 5},
    {**ASK, "tools": [WEATHER, {"type": "web_search"}, {"type": "code_interpreter"}]},
    {**ASK, "tools": [WEATHER], "tool_choice": {"type": "function", "name": WEATHER["name"]}},
    {**ASK, "tools": [WEATHER], "tool_choice": "required"},
    {**ASK, "tools": [OURS, {"type": "mcp", "server_label": "a-b", "allowed_tools": ["c"]}]},
    {**ASK, "tools": [{**OURS, "allowed_tools": {"read_only": True}, "require_approval": "never"}]},
    {**ASK, "tools": [{**OURS, "require_approval": {"always": {"tool_names": ["c"]}}}]},
    {**ASK, "tools": [OURS], "tool_choice": {**OURS, "name": "calculate"}},
    {
        "model": "guide",
        "input": [
            {"type": "mcp_approval_response", "approval_request_id": "ask_1", "approve": True},
            {
                "type": "mcp_call",
                "id": "m",
                "server_label": "a",
                "name": "b",
                "arguments": "{}",
                "output": None,
            },
        ],
    },
    {**ASK, "text": {"format": {"type": "json_object"}, "verbosity": None}},
    {
        **ASK,
        "text": {"format": {"type": "json_schema", "name": "x", "schema": {"type": "object"}}},
    },
    {**ASK, "reasoning": {"effort": "low"}, "temperature": None, "metadata": {"a": "b"}},
    {**ASK, "context_management": [{"type": "compaction", "compact_threshold": 5000}]},
    {**ASK, "stream_options": {"include_obfuscation": False}, "stream": True},
    {**ASK, "prompt_cache_retention": "24h", "prompt_cache_options": {"ttl": "12h"}},
    {
        "model": "guide",
        "input": [
            {"role": "user", "content": [{"type": "input_file", "file_id": "file_1"}]},
            {"role": "user", "content": [{"type": "input_image", "image_url": PNG}]},
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "x", "id": "fco_1"},
            {"type": "compaction", "encrypted_content": "x"},
        ],
    },
]
WRONG: list[dict[str, Any]] = [
    {"model": "guide"},
    {"input": "Hello"},
    {**ASK, "input": []},
    {**ASK, "input": [{"type": "item_reference", "id": "msg_1"}]},
    {**ASK, "input": [{"role": "user", "content": "x", "phase": "last"}]},
    {**ASK, "input": [{"role": "assistant", "content": [{"type": "input_image"}]}]},
    {**ASK, "input": [{"type": "reasoning", "summary": ["Hm"]}]},
    {**ASK, "input": [{"type": "reasoning", "summary": [], "content": "Hm"}]},
    {
        **ASK,
        "input": [
            {
                "role": "user",
                "content": [{"type": "input_image", "image_url": PNG, "detail": ""}],
            }
        ],
    },
    {**ASK, "tools": [{"type": "code_interpreter", "container": {"type": "own"}}]},
    {**ASK, "tools": [{"type": "mcp"}]},
    {**ASK, "tools": [{**OURS, "server_url": "https://mcp.example"}]},
    {**ASK, "tools": [{**OURS, "server_label": "A B"}]},
    {**ASK, "tools": [{**OURS, "allowed_tools": "calculate"}]},
    {**ASK, "tools": [{**OURS, "require_approval": {"never": {"names": []}}}]},
    {**ASK, "input": [{"type": "mcp_approval_response", "approval_request_id": "ask_1"}]},
    {**ASK, "tool_choice": "some"},
    {**ASK, "temperature": 3},
    {**ASK, "max_output_tokens": 1.5},
    {**ASK, "reasoning": {"depth": "low"}},
    {**ASK, "context_management": {"compact_threshold": 5000}},
    {**ASK, "context_management": [{"type": "compaction"}, {"type": "compaction"}]},
    {**ASK, "stream_options": {"include_usage": True}},
    {**ASK, "stream_options": []},
    {**ASK, "stream_options": {"include_obfuscation": "no"}},
    {**ASK, "prompt_cache_retention": "forever"},
    {**ASK, "metadata": {"a": 1}},
    {**ASK, "moderation": {}},
    {**ASK, "stream": "yes"},
]


def schema_of(name: str) -> dict[str, Any]:
    """A component, which may name others."""
    return {**description.document["components"]["schemas"][name]}


def body_of(path: str) -> dict[str, Any]:
    body = description.document["paths"][path]["post"]["requestBody"]
    return dict(body["content"]["application/json"]["schema"])


@cache
def checker() -> jsonschema_rs.Validator:
    document = {**body_of("/responses"), "components": description.document["components"]}
    return jsonschema_rs.validator_for(document)


def accepted(body: dict[str, Any]) -> bool:
    try:
        asked_of(body)
    except Refusal:
        return False
    return True


def test_each_address_has_the_methods_that_are_described_and_no_others(
    served: Server, keys: dict[str, str]
) -> None:
    key = {"Authorization": f"Bearer {keys['ada']}"}
    for path, operations in description.document["paths"].items():
        there = re.sub(r"\{\w+\}", "none", f"/v1{path}")
        for method in METHODS:
            status, headers, _ = sent(served, method, there, key)
            assert (status != 405) == (method.lower() in operations), (method, path)
            if status == 405:
                assert headers["allow"].lower().split(", ") == sorted(operations)


def test_every_address_of_the_table_is_described() -> None:
    paths = {f"/{address.path}" for address in description.addresses}
    assert paths == description.document["paths"].keys()
    for address in description.addresses:
        operations = description.document["paths"][f"/{address.path}"]
        assert operations.keys() == address.operations.keys()
        for operation in operations.values():
            assert operation["summary"]
            assert operation["description"]


def test_every_parameter_of_a_body_is_described_with_its_meaning() -> None:
    asking, compacting = body_of("/responses"), body_of("/responses/compact")
    assert asking["properties"].keys() == KNOWN | ALIASES.keys()
    assert compacting["properties"].keys() == TAKEN
    for name, schema in asking["properties"].items():
        assert schema["description"], name


def test_every_item_and_every_tool_that_is_read_is_described() -> None:
    items = [each["$ref"].rpartition("/")[2] for each in schema_of("InputItem")["anyOf"]]
    kinds = {schema_of(name)["properties"]["type"]["const"] for name in items}
    assert kinds == READERS.keys()
    tools = [each["$ref"].rpartition("/")[2] for each in schema_of("Tools")["items"]["anyOf"]]
    kinds = {schema_of(name)["properties"]["type"]["const"] for name in tools}
    assert kinds == {"function", "mcp", *TOOLS}


def test_no_schema_of_ours_has_the_name_of_one_of_the_sdks() -> None:
    _, theirs = schemas_of(["responses.Response", "responses.ResponseStreamEvent"])
    assert not theirs.keys() & (OWN | COMPONENTS).keys()


def test_every_parameter_that_a_query_is_read_for_is_described() -> None:
    read: set[str] = set()
    for file in GATEWAY.glob("*.py"):
        text = file.read_text()
        queries = "|".join({r"request\.GET", *re.findall(QUERY, text)})
        read |= set(re.findall(rf'(?:{queries})(?:\.get\(|\.getlist\(|\[)"(\w+)', text))
    operations = [each for path in description.document["paths"].values() for each in path.values()]
    described = {
        parameter["name"]
        for operation in operations
        for parameter in operation["parameters"]
        if parameter["in"] == "query"
    }
    assert read == described


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_what_is_accepted_fits_the_description(body: dict[str, Any]) -> None:
    assert accepted(body)
    checker().validate(body)


@pytest.mark.parametrize("body", WRONG, ids=str)
def test_what_is_refused_does_not_fit_the_description(body: dict[str, Any]) -> None:
    assert not accepted(body)
    assert not checker().is_valid(body)


def test_the_description_needs_no_key_and_is_the_same_in_every_process(served: Server) -> None:
    for path in ("/v1/openapi.json", "/v1/openapi.json/"):
        status, headers, body = sent(served, "GET", path, {})
        assert (status, headers["content-type"]) == (200, "application/json")
        assert headers["x-request-id"].startswith("req_")
        assert json.dumps(body) == json.dumps(description.document)
        again = sent(served, "GET", path, {"If-None-Match": headers["etag"]})
        assert (again[0], again[2]) == (304, None)
    assert sent(served, "POST", "/v1/openapi.json", {})[0] == 401


def test_nothing_is_described_to_which_nothing_refers() -> None:
    text = json.dumps(description.document)
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named == description.document["components"]["schemas"].keys()
