"""What a provider refuses becomes one sentence for a person, and never shows the key."""

import asyncio
import ssl
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.client import ProviderClient
from conversations.providers.config import Deadlines
from tests.providers.asking import KEY, QUESTION, asking, config_for, events_of, failure
from tests.support.listening import listening
from tests.support.misbehaving import Exchange, MisbehavingProvider, answer, error, reply, stream

STATUSES = {
    400: ErrorKind.BAD_REQUEST,
    401: ErrorKind.KEY_REFUSED,
    402: ErrorKind.QUOTA,
    403: ErrorKind.FORBIDDEN,
    404: ErrorKind.NOT_FOUND,
    405: ErrorKind.BAD_REQUEST,
    409: ErrorKind.BAD_REQUEST,
    413: ErrorKind.BAD_REQUEST,
    422: ErrorKind.BAD_REQUEST,
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
async def test_a_refusal_is_told_by_its_status_and_not_repeated(
    status: int, kind: ErrorKind
) -> None:
    async with asking(error(status, "No.")) as (client, provider):
        with pytest.raises(ProviderError) as caught:
            await events_of(client)
    assert (caught.value.kind, caught.value.status) == (kind, status)
    assert len(provider.requests) == 1
    assert caught.value.message.startswith(("ModelVerse ", "The conversation "))


CODES = {
    "insufficient_quota": (429, ErrorKind.QUOTA),
    "billing_hard_limit_reached": (400, ErrorKind.QUOTA),
    "context_length_exceeded": (400, ErrorKind.CONTEXT_LENGTH),
    "exceed_context_size_error": (400, ErrorKind.CONTEXT_LENGTH),
    "previous_response_not_found": (400, ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND),
    "model_not_found": (404, ErrorKind.NOT_FOUND),
}


@pytest.mark.parametrize(("code", "expected"), CODES.items())
async def test_the_code_says_more_than_the_status(
    code: str, expected: tuple[int, ErrorKind]
) -> None:
    status, kind = expected
    _, caught = await failure(error(status, "No.", code=code))
    assert (caught.kind, caught.code) == (kind, code)


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 8192 tokens. You requested 9000.",
        "The prompt (length 9000) exceeds the max_model_len of 8192.",
        "the request exceeds the available context size, try increasing it",
        "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).",
        "prompt is too long: 208310 tokens > 200000 maximum",
        "Please reduce the length of the messages or completion.",
        "Your input exceeds the context window of this model.",
    ],
)
async def test_what_is_too_long_is_read_from_the_words_of_any_server(words: str) -> None:
    _, caught = await failure(error(400, words))
    assert caught.kind is ErrorKind.CONTEXT_LENGTH


@pytest.mark.parametrize(
    "words",
    [
        "Your credit balance is too low to access the API.",
        "You have reached your monthly spending limit.",
        "Insufficient balance",
        "Please add a billing method.",
    ],
)
async def test_money_that_is_missing_is_read_from_the_words(words: str) -> None:
    _, caught = await failure(error(400, words))
    assert caught.kind is ErrorKind.QUOTA


async def test_a_quota_for_each_minute_is_a_limit_and_not_missing_money() -> None:
    headers = {"retry-after": "3600"}
    _, caught = await failure(error(429, "Quota exceeded for requests per minute.", headers))
    assert caught.kind is ErrorKind.RATE_LIMITED


async def test_the_type_stands_in_for_a_missing_code() -> None:
    _, caught = await failure(error(429, "No.", code=None, type="insufficient_quota"))
    assert caught.kind is ErrorKind.QUOTA


async def test_a_refused_key_is_nowhere_in_the_error() -> None:
    _, caught = await failure(
        error(401, f"Incorrect API key provided: {KEY}. Also sk-proj-abc***wxyz and Bearer {KEY}.")
    )
    assert caught.message == "ModelVerse refused the key. An administrator has to check it."
    for text in (caught.message, caught.detail, str(caught), repr(caught)):
        assert KEY not in text
        assert "wxyz" not in text
    assert "[key]" in caught.detail


async def test_a_key_in_a_message_for_a_person_is_taken_out() -> None:
    _, caught = await failure(error(400, f"Unknown parameter near {KEY}"))
    assert caught.message == (
        "ModelVerse did not accept the request. It says: Unknown parameter near [key]"
    )


async def test_only_the_first_line_of_the_providers_words_is_shown() -> None:
    _, caught = await failure(error(400, "Bad  model\nTraceback:\n  File server.py"))
    assert caught.message.endswith("It says: Bad model")


async def test_long_words_of_the_provider_are_shortened() -> None:
    _, caught = await failure(error(400, "x" * 5000))
    assert len(caught.message) < 400


FOREIGN_BODIES: dict[str, tuple[Any, str]] = {
    "FastAPI": ({"detail": "No such field"}, "No such field"),
    "FastAPI with a list": ({"detail": [{"msg": "No"}]}, '[{"msg": "No"}]'),
    "a flat error": ({"object": "error", "message": "No such field", "code": 400}, "No such field"),
    "a bare string": ({"error": "No such field"}, "No such field"),
    "a page": (b"<html>nginx</html>", ""),
    "nothing": (b"", ""),
    "an array": ([1, 2], ""),
}


@pytest.mark.parametrize(("content", "words"), FOREIGN_BODIES.values(), ids=FOREIGN_BODIES.keys())
async def test_errors_of_other_servers_are_read(content: Any, words: str) -> None:
    _, caught = await failure(reply(400, content))
    assert caught.kind is ErrorKind.BAD_REQUEST
    expected = "ModelVerse did not accept the request."
    assert caught.message == (f"{expected} It says: {words}" if words else expected)


async def test_a_server_without_the_code_can_still_say_that_the_previous_response_is_gone() -> None:
    gone = reply(404, {"error": {"message": "Response with id 'resp_x' not found."}})
    async with asking(gone) as (client, _):
        with pytest.raises(ProviderError) as chained:
            await events_of(client, previous_response_id="resp_x")
        with pytest.raises(ProviderError) as alone:
            await events_of(client)
    assert chained.value.kind is ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND
    assert alone.value.kind is ErrorKind.NOT_FOUND


async def test_a_server_that_knows_no_previous_responses_says_so_by_its_code() -> None:
    words = "llama.cpp does not support 'previous_response_id'."
    async with asking(error(400, words)) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await events_of(client, previous_response_id="resp_x")
    assert caught.value.kind is ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND
    assert caught.value.code == "unsupported_parameter"


async def test_an_unknown_model_is_not_taken_for_a_lost_previous_response() -> None:
    async with asking(error(404, "The model `m` does not exist.")) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await events_of(client, previous_response_id="resp_x")
    assert caught.value.kind is ErrorKind.NOT_FOUND


async def test_a_redirect_is_refused_and_the_prompt_not_sent_again() -> None:
    async with MisbehavingProvider(stream(answer("stolen"))) as elsewhere:
        redirect = reply(307, b"", headers={"location": f"{elsewhere.url}/responses"})
        _, caught = await failure(redirect)
    assert caught.kind is ErrorKind.NOT_AN_ENDPOINT
    assert elsewhere.requests == []


async def test_a_name_that_nobody_knows_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client = ProviderClient(config_for("http://provider.invalid/v1"))
    waits: list[float] = []
    with pytest.raises(ProviderError) as caught:
        await events_of(client, lambda seconds, _: waits.append(seconds))
    await client.aclose()
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert caught.value.message == "ModelVerse can't be reached."
    assert waits == []


async def test_a_server_that_takes_the_connection_and_says_nothing_can_not_be_reached() -> None:
    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(hold) as port:
        deadlines = Deadlines(connect=0.2)
        client = ProviderClient(config_for(f"https://127.0.0.1:{port}/v1", deadlines=deadlines))
        waits: list[float] = []
        with pytest.raises(ProviderError) as caught:
            await events_of(client, lambda seconds, _: waits.append(seconds))
        await client.aclose()
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert waits == []


async def test_a_certificate_that_nobody_vouches_for_is_a_certificate_problem(
    self_signed: ssl.SSLContext,
) -> None:
    async with MisbehavingProvider(stream(answer("Hi")), tls=self_signed) as provider:
        client = ProviderClient(config_for(provider.url))
        with pytest.raises(ProviderError) as caught:
            await events_of(client)
        await client.aclose()
    assert caught.value.kind is ErrorKind.CERTIFICATE
    assert provider.requests == []


async def not_http(exchange: Exchange) -> None:
    await exchange.raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


async def test_a_server_of_another_protocol_can_not_be_read() -> None:
    _, caught = await failure(not_http)
    assert caught.kind is ErrorKind.GARBAGE


async def test_a_server_that_closes_without_an_answer_cut_it() -> None:
    async def close(exchange: Exchange) -> None:
        exchange.reset()

    _, caught = await failure(close)
    assert caught.kind is ErrorKind.CUT


async def test_whole_answers_fail_in_the_same_way() -> None:
    async with asking(error(401, KEY)) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await client.create(QUESTION)
    assert caught.value.kind is ErrorKind.KEY_REFUSED


@pytest.mark.parametrize("url", ["http://[::1", "nonsense", "", "ftp://127.0.0.1/v1"])
async def test_an_address_that_is_none_can_not_be_reached(url: str) -> None:
    client = ProviderClient(config_for(url))
    with pytest.raises(ProviderError) as caught:
        await events_of(client)
    await client.aclose()
    assert caught.value.kind is ErrorKind.UNREACHABLE


@pytest.mark.parametrize("key", ["schl\u00fcssel", "two\nlines"])
async def test_a_key_that_can_not_be_sent_is_a_key_problem(key: str) -> None:
    _, caught = await failure(stream(answer("Hi")), api_key=key)
    assert caught.kind is ErrorKind.KEY_REFUSED
    assert key not in caught.detail


PARAMETERS = [
    (error(400, "Unsupported parameter: 'top_p'.", code="unsupported_parameter"), "top_p"),
    (error(400, "No.", code="unknown_parameter", param="text.verbosity"), "text.verbosity"),
    (error(422, "Unrecognized request argument supplied.", param="store"), "store"),
]


@pytest.mark.parametrize(("behaviour", "param"), PARAMETERS)
async def test_a_parameter_that_is_not_taken_is_named(behaviour: Any, param: str) -> None:
    _, caught = await failure(behaviour)
    assert (caught.kind, caught.param) == (ErrorKind.UNSUPPORTED_PARAMETER, param)


@pytest.mark.parametrize(
    "behaviour",
    [
        error(400, "Unsupported value: 'temperature' does not support 0.2.", param="temperature"),
        error(400, "No.", code="unsupported_value", param="reasoning.effort"),
        error(400, "Something is not supported here."),
    ],
)
async def test_a_value_that_is_not_taken_is_no_such_parameter(behaviour: Any) -> None:
    _, caught = await failure(behaviour)
    assert caught.kind is ErrorKind.BAD_REQUEST


@pytest.mark.parametrize(
    "words",
    [
        "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
        "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
        "The encrypted content for item rs_1 could not be verified.",
    ],
)
async def test_an_item_that_is_refused_is_told_from_a_lost_response(words: str) -> None:
    _, caught = await failure(error(400, words))
    assert caught.kind is ErrorKind.ITEM_REFUSED
