"""What is refused, and how the official SDK says so."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import openai
import pytest
from openai import OpenAI
from openai.types.responses import ResponseCreatedEvent

from tests.gateway.conftest import client_of
from tests.support.server import Server


def refused(client: OpenAI, **body: Any) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as error:
        client.responses.create(**{"model": "guide", "input": "Hello", **body})
    return error.value


def sent(
    server: Server, method: str, path: str, headers: dict[str, str], body: bytes = b""
) -> tuple[int, dict[str, str], Any]:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    told = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, told, json.loads(text) if text else None


@pytest.mark.parametrize("key", ["wrong", "sk-chatapp-" + "a" * 43, "é"])
def test_a_wrong_key_lets_nobody_in(served: Server, key: str) -> None:
    if key.isascii():
        with client_of(served, key) as client, pytest.raises(openai.AuthenticationError) as error:
            client.models.list()
        assert error.value.code == "invalid_api_key"
    else:
        status, _, body = sent(served, "GET", "/v1/models", {"Authorization": "Bearer \xe9"})
        assert (status, body["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.usefixtures("keys")
def test_a_revoked_key_is_refused_at_once_and_its_streams_are_cut(served: Server) -> None:
    secret = served.manage("create_key", "ada", "To be revoked").strip()
    code = f"from conversations.models.api_key import key_of;key_of({secret!r}).revoke()"
    with client_of(served, secret) as client:
        client.models.list()
        words = "try: slow 300 long 1000"
        stream = iter(client.responses.create(model="guide", input=words, stream=True))
        first = next(stream)
        assert isinstance(first, ResponseCreatedEvent)
        served.manage("shell", "-v0", "-c", code)
        with pytest.raises(openai.AuthenticationError):
            client.models.list()
        with pytest.raises(openai.APIError, match="Incorrect API key"):
            list(stream)
    rows = f"Response.objects.filter(pk={first.response.id!r})"
    status = f"from conversations.models import Response; print({rows}.get().status)"
    while served.manage("shell", "-v0", "-c", status).strip() != "cancelled":
        pass


def test_only_a_bearer_token_lets_in(served: Server, keys: dict[str, str]) -> None:
    key = keys["ada"]
    for headers in ({}, {"x-api-key": key}, {"api-key": key}, {"Authorization": f"Basic {key}"}):
        status, told, body = sent(served, "GET", "/v1/models", headers)
        assert (status, body["error"]["type"]) == (401, "invalid_request_error")
        assert told["www-authenticate"] == "Bearer"
    assert sent(served, "GET", f"/v1/models?api_key={key}", {})[0] == 401


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"model": "nothing"}, "model", "model_not_found"),
        ({"model": None}, "model", "missing_required_parameter"),
        ({"model": 7}, "model", "invalid_type"),
        ({"input": None}, "input", "missing_required_parameter"),
        ({"input": 7}, "input", "invalid_type"),
        ({"input": [7]}, "input", "invalid_type"),
        ({"input": [{"type": "acme"}]}, "input[0].type", "invalid_value"),
        ({"input": [{"role": "king", "content": "x"}]}, "input[0].role", "invalid_value"),
        (
            {"input": [{"role": "user", "content": [{"type": "acme"}]}]},
            "input[0].content[0].type",
            "invalid_value",
        ),
        ({"temperature": 3}, "temperature", "invalid_value"),
        ({"temperature": "warm"}, "temperature", "invalid_value"),
        ({"reasoning": "much"}, "reasoning", "invalid_type"),
        ({"reasoning": {"effort": "vast"}}, "reasoning.effort", "invalid_value"),
        ({"stream": "yes"}, "stream", "invalid_type"),
        ({"tools": [{"type": "shell"}]}, "tools[0].type", "invalid_value"),
        ({"tools": [{"type": "function"}]}, "tools[0].name", "invalid_value"),
        ({"tool_choice": {"type": "function", "name": "x"}}, "tool_choice", "invalid_value"),
        ({"background": True, "store": False}, "background", "invalid_value"),
        (
            {"previous_response_id": "resp_no"},
            "previous_response_id",
            "previous_response_not_found",
        ),
        ({"extra_body": {"conversation": 7}}, "conversation", "invalid_type"),
        ({"extra_body": {"prompt": {"id": "pmpt_1"}}}, "prompt", "unknown_parameter"),
        (
            {"input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]},
            "input",
            "invalid_value",
        ),
    ],
)
def test_a_request_that_is_not_as_it_has_to_be_is_told_where(
    client: OpenAI, body: dict[str, Any], param: str, code: str
) -> None:
    error = refused(client, **body)
    assert isinstance(error, openai.BadRequestError)
    assert (error.param, error.code, error.type) == (param, code, "invalid_request_error")
    assert error.request_id


def test_nobody_names_the_files_of_somebody_else(client: OpenAI) -> None:
    parts = [{"type": "input_file", "file_id": "file_somebodys"}]
    error = refused(client, input=[{"role": "user", "content": parts}])
    assert (error.status_code, error.code) == (400, "file_not_found")


def test_what_is_no_json_or_too_long_is_refused(served: Server, keys: dict[str, str]) -> None:
    key = {"Authorization": f"Bearer {keys['ada']}"}
    for body in (b"", b"{", b'{"model": NaN}', b"[" * 1000, b"[1]", b'"text"'):
        status, _, told = sent(served, "POST", "/v1/responses", key, body)
        assert (status, told["error"]["code"]) == (400, "invalid_json"), body
    long = json.dumps({"model": "guide", "input": "x" * 20 * 1024 * 1024}).encode()
    status, _, told = sent(served, "POST", "/v1/responses", key, long)
    assert (status, told["error"]["code"]) == (413, "request_too_large")


def test_what_is_not_there_says_so_in_the_apis_words(served: Server, keys: dict[str, str]) -> None:
    key = {"Authorization": f"Bearer {keys['ada']}"}
    for path in ("/v1", "/v1/", "/v1/nothing", "/v1/responses/a/b", "/v1/models/no/such"):
        status, headers, told = sent(served, "GET", path, key)
        assert status == 404, path
        assert told["error"]["message"]
        assert headers["x-request-id"].startswith("req_")
        assert "set-cookie" not in headers
    status, headers, _ = sent(served, "PUT", "/v1/responses", key)
    assert (status, headers["allow"]) == (405, "POST")


def test_a_slash_at_the_end_leads_nowhere_else(served: Server, keys: dict[str, str]) -> None:
    key = {"Authorization": f"Bearer {keys['ada']}"}
    body = json.dumps({"model": "guide", "input": "Hello"}).encode()
    for path in ("/v1/responses", "/v1/responses/"):
        assert sent(served, "POST", path, key, body)[0] == 200
    for path in ("/v1/models", "/v1/models/", "/v1/models/guide", "/v1/models/guide/"):
        assert sent(served, "GET", path, key)[0] == 200


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ("try: quota", 429, "insufficient_quota"),
        ("try: key", 502, "invalid_api_key"),
        ("try: fail", 502, "server_error"),
        ("try: cut", 502, "cut"),
    ],
)
def test_an_answer_that_fails_is_an_error_that_is_not_asked_again(
    client: OpenAI, words: str, status: int, code: str
) -> None:
    error = refused(client, input=words)
    assert (error.status_code, error.code) == (status, code)
    assert error.response.headers["x-should-retry"] == "false"


def test_a_stream_that_fails_ends_with_the_error(client: OpenAI) -> None:
    for words in ("try: fail", "try: error", "try: cut", "try: quota"):
        events = list(client.responses.create(model="guide", input=words, stream=True))
        assert events[-1].type == "response.failed", words
        assert events[-1].response.status == "failed"
        assert events[-1].response.error


def test_a_host_that_is_not_ours_is_refused_in_the_apis_form(
    served: Server, keys: dict[str, str]
) -> None:
    headers = {"Authorization": f"Bearer {keys['ada']}", "Host": "evil.example"}
    status, told, body = sent(served, "GET", "/v1/models", headers)
    assert (status, body["error"]["code"]) == (400, "bad_request")
    assert told["x-request-id"].startswith("req_")


def test_nothing_is_left_behind_of_what_is_refused(
    client: OpenAI, bobs: OpenAI, served: Server, keys: dict[str, str]
) -> None:
    theirs = bobs.responses.create(model="guide", input="Hello").id
    code = (
        "from conversations.models import Conversation, Response;"
        "print(Conversation.objects.count(), Response.objects.count(),"
        "Response.objects.running().count())"
    )
    before = served.manage("shell", "-v0", "-c", code)
    key = {"Authorization": f"Bearer {keys['ada']}"}
    bodies: list[dict[str, Any]] = [
        {"model": "nothing"},
        {"input": 7},
        {"temperature": "warm"},
        {"previous_response_id": "resp_none"},
        {"previous_response_id": theirs},
        {"input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]},
    ]
    for body in bodies:
        for how in ({}, {"stream": True}, {"background": True}):
            assert refused(client, **body, **how).status_code == 400
    assert sent(served, "POST", "/v1/responses", key, b"{")[0] == 400
    for method, more in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")):
        for id_ in (theirs, "resp_none"):
            status, _, told = sent(served, method, f"/v1/responses/{id_}{more}", key)
            assert status == 404
            assert told["error"]["message"].replace(id_, "") == "Response with id '' not found."
    assert served.manage("shell", "-v0", "-c", code) == before
    assert bobs.responses.retrieve(theirs).status == "completed"
