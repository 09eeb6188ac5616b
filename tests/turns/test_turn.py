"""A turn drives one answer to exactly one stored end."""

import asyncio
import json
from typing import Any

import pytest
from django.db import OperationalError

from chatapp.accounts.models import User
from conversations.models import Model, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import output_text, user_message
from conversations.protocol.snapshot import Snapshot
from conversations.turns import checkpoints, storing
from conversations.turns.ending import Ending
from conversations.turns.running import turns
from tests.support.asking import ENDS, ask, events_of, stored, until_event, until_settled
from tests.support.scripted import (
    ScriptedProvider,
    answer,
    beginning,
    delta,
    ending,
)


async def test_an_answer_is_relayed_and_stored(owner: User, provider: ScriptedProvider) -> None:
    provider.will_answer(*answer("The sky is blue."))
    response = await ask(owner)
    events = await events_of(response)
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert {event["stream_id"] for event in events} == {response.id}
    assert events[0]["type"] == "response.created"
    assert events[-1]["type"] == "response.completed"
    row = await stored(response)
    assert row.status == Status.COMPLETED
    assert output_text(row.output) == "The sky is blue."
    assert row.usage == {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    assert row.upstream_id == "upstream_1"
    assert row.text == "Why?\n\nThe sky is blue."
    assert None not in (row.started_at, row.first_output_at, row.completed_at)
    assert row.sequence_number == events[-1]["sequence_number"]


async def test_ids_that_reach_a_reader_are_ours(owner: User, provider: ScriptedProvider) -> None:
    response = await ask(owner)
    for event in await events_of(response):
        if "response" in event:
            assert event["response"]["id"] == response.id


async def test_the_stream_equals_a_reload(owner: User, provider: ScriptedProvider) -> None:
    provider.will_answer(*answer("One two three four."))
    response = await ask(owner)
    snapshot = Snapshot({"output": []})
    for event in await events_of(response):
        snapshot.apply(event)
    row = (await stored(response)).to_api()
    assert snapshot.response["output"] == row["output"]
    assert snapshot.response["status"] == row["status"]


async def test_the_end_is_stored_before_any_reader_hears_of_it(
    owner: User, provider: ScriptedProvider
) -> None:
    response = await ask(owner)
    log = turns.logs.of(response.id)
    assert log is not None
    seen = ""
    async for batch in log.follow(-1):
        seen = json.loads(batch.lines[-1])["type"]
        if seen in ENDS:
            assert (await stored(response)).status == Status.COMPLETED
    assert seen == "response.completed"


async def test_the_next_question_is_chained_with_the_new_input_alone(
    owner: User, provider: ScriptedProvider
) -> None:
    first = await ask(owner, "My name is Ada.")
    await events_of(first)
    second = await ask(owner, "What is my name?", previous_response_id=first.id)
    await events_of(second)
    sent = provider.requests[-1]
    assert sent["previous_response_id"] == "upstream_1"
    assert sent["input"] == [user_message("What is my name?")]
    assert (await stored(second)).sent == "chained"


async def test_a_chain_that_the_provider_forgot_is_replayed_unseen(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*answer("Hello Ada."))
    first = await ask(owner, "My name is Ada.")
    await events_of(first)
    provider.will_answer(ProviderError(ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND, "Forgotten."))
    provider.will_answer(*answer("Ada.", "upstream_2"))
    second = await ask(owner, "What is my name?", previous_response_id=first.id)
    events = await events_of(second)
    assert events[-1]["type"] == "response.completed"
    assert sum(event["type"] == "response.created" for event in events) == 1
    sent = provider.requests[-1]
    assert "previous_response_id" not in sent
    assert "Hello Ada." in json.dumps(sent["input"])
    row = await stored(second)
    assert (row.sent, row.upstream_id) == ("replayed", "upstream_2")


async def test_stop_keeps_what_was_received_and_hangs_up(
    owner: User, provider: ScriptedProvider
) -> None:
    never = asyncio.Event()
    provider.will_answer(*beginning(), delta("Once upon"), never, ending("Once upon a time"))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    assert turns.stop(response.id)
    events = await events_of(response)
    assert events[-1]["type"] == "response.incomplete"
    assert events[-1]["response"]["status"] == "cancelled"
    row = await stored(response)
    assert row.status == Status.CANCELLED
    assert output_text(row.output) == "Once upon"
    assert provider.hung_up == 1


async def test_stop_before_the_first_event_ends_it_too(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(asyncio.Event())
    response = await ask(owner)
    turns.stop(response.id)
    await events_of(response)
    assert (await stored(response)).status == Status.CANCELLED


async def test_stop_twice_and_after_the_end_changes_nothing(
    owner: User, provider: ScriptedProvider
) -> None:
    response = await ask(owner)
    await events_of(response)
    turns.stop(response.id)
    turns.stop(response.id)
    assert (await stored(response)).status == Status.COMPLETED


async def test_an_answer_that_was_complete_before_stop_was_heard_stays_complete(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending_of = Ending.of_response

    def stopped_at_the_last_moment(response: dict[str, Any]) -> Ending:
        (running,) = turns.running_ids()
        asyncio.get_running_loop().call_soon(turns.stop, running)
        return ending_of(response)

    monkeypatch.setattr(Ending, "of_response", stopped_at_the_last_moment)
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"
    assert (await stored(response)).status == Status.COMPLETED


async def test_a_stream_that_is_cut_is_interrupted_with_its_text(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning(), delta("Once"), ProviderError(ErrorKind.CUT, "Cut off."))
    response = await ask(owner)
    events = await events_of(response)
    assert events[-1]["type"] == "response.incomplete"
    row = await stored(response)
    assert (row.status, row.incomplete_details) == (
        Status.INCOMPLETE,
        {"reason": "interrupted"},
    )
    assert output_text(row.output) == "Once"


async def test_a_provider_that_refuses_makes_a_failed_answer_with_its_reason(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(ProviderError(ErrorKind.KEY_REFUSED, "Example refused the key."))
    response = await ask(owner)
    events = await events_of(response)
    assert events[-1]["type"] == "response.failed"
    row = await stored(response)
    assert row.error == {"code": "key_refused", "message": "Example refused the key."}


async def test_an_error_is_told_to_readers_as_it_is_stored_and_with_what_it_says(
    owner: User, provider: ScriptedProvider
) -> None:
    failure = {"kind": "quota", "name": "Example", "until": 1_800_000_000}
    provider.will_answer(ProviderError.of(ErrorKind.QUOTA, failure, code="insufficient_quota"))
    response = await ask(owner)
    events = await events_of(response)
    row = await stored(response)
    assert row.error is not None
    assert row.error["failure"] == failure
    assert row.error["message"].startswith("Example has no credit left.")
    snapshot = Snapshot()
    for event in events:
        snapshot.apply(event)
    assert snapshot.response["error"] == row.error


async def test_a_fault_of_this_server_is_told_as_such(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(ValueError("a bug"))
    response = await ask(owner)
    await events_of(response)
    row = await stored(response)
    assert row.error is not None
    assert row.error["failure"] == {"kind": "ours"}


async def test_a_timeout_is_a_failure_before_the_first_words_and_an_interruption_after(
    owner: User, provider: ScriptedProvider
) -> None:
    late = ProviderError(ErrorKind.TIMEOUT, "No answer.")
    provider.will_answer(late)
    before = await ask(owner, "first")
    await events_of(before)
    provider.will_answer(*beginning(), delta("Once"), late)
    after = await ask(owner, "second")
    await events_of(after)
    assert (await stored(before)).status == Status.FAILED
    assert (await stored(after)).incomplete_details == {"reason": "interrupted"}


async def test_an_answer_at_its_limit_is_incomplete_with_the_providers_reason(
    owner: User, provider: ScriptedProvider
) -> None:
    end = ending("Once", status="incomplete")
    end["response"]["incomplete_details"] = {"reason": "max_output_tokens"}
    provider.will_answer(*beginning(), delta("Once"), end)
    response = await ask(owner)
    await events_of(response)
    assert (await stored(response)).incomplete_details == {"reason": "max_output_tokens"}


async def test_what_the_providers_filter_ended_is_kept_asked_once_and_not_chained_on(
    owner: User, provider: ScriptedProvider
) -> None:
    end = ending("Once", status="incomplete")
    end["response"]["incomplete_details"] = {"reason": "content_filter"}
    provider.will_answer(*beginning(), delta("Once"), end)
    response = await ask(owner)
    await events_of(response)
    row = await stored(response)
    assert row.incomplete_details == {"reason": "content_filter"}
    assert output_text(row.output) == "Once"
    assert len(provider.requests) == 1
    await events_of(await ask(owner, "And then?", previous_response_id=response.id))
    assert "previous_response_id" not in provider.requests[1]


async def test_a_failed_answer_keeps_its_words_and_is_not_chained_on(
    owner: User, provider: ScriptedProvider
) -> None:
    first = await ask(owner, "First")
    await events_of(first)
    end = ending("Once", "upstream_failed", status="failed")
    provider.will_answer(*beginning("upstream_failed"), delta("Once"), end)
    second = await ask(owner, "Second", previous_response_id=first.id)
    await events_of(second)
    row = await stored(second)
    assert (row.status, output_text(row.output)) == (Status.FAILED, "Once")
    await events_of(await ask(owner, "Third", previous_response_id=second.id))
    assert "previous_response_id" not in provider.requests[-1]
    assert "Once" in json.dumps(provider.requests[-1]["input"])


async def test_a_fault_of_ours_ends_the_answer_and_is_logged(
    owner: User, provider: ScriptedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.will_answer(*beginning(), delta("Once"), ZeroDivisionError())
    response = await ask(owner)
    events = await events_of(response)
    assert events[-1]["response"]["error"]["code"] == "server_error"
    assert "ZeroDivisionError" in caplog.text


async def test_what_must_not_leave_the_server_does_not(
    owner: User, provider: ScriptedProvider
) -> None:
    secret = "the operator's own words"
    first = beginning()
    first[0]["response"] |= {"instructions": secret, "metadata": {"key": secret}}
    provider.will_answer(*first, delta("Hi"), ending("Hi"))
    response = await ask(owner, instructions=secret)
    assert secret not in json.dumps(await events_of(response))
    assert provider.requests[0]["instructions"] == secret


async def test_what_was_produced_is_written_while_it_runs(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "INTERVAL", 0.01)
    more = asyncio.Event()
    provider.will_answer(*beginning(), delta("Once upon"), more, ending("Once upon a time"))
    response = await ask(owner)
    row = await until_written(response)
    assert row.status == Status.IN_PROGRESS
    assert output_text(row.output) == "Once upon"
    later = asyncio.create_task(events_of(response, row.sequence_number or -1))
    more.set()
    snapshot = Snapshot({"output": row.output})
    for event in await later:
        snapshot.apply(event)
    assert snapshot.response["output"] == (await stored(response)).output


async def test_an_end_that_cannot_be_stored_at_once_is_stored_later(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Response] = []
    save = storing._save_ending

    def fail_once(row: Response) -> bool:
        tries.append(row)
        if len(tries) == 1:
            raise OperationalError("database is locked")
        return save(row)

    monkeypatch.setattr(storing, "_save_ending", fail_once)
    monkeypatch.setattr(checkpoints, "INTERVAL", 0.01)  # some are written while the end waits
    provider.will_answer(*answer("The whole answer."))
    response = await ask(owner)
    await events_of(response)
    row = await stored(response)
    assert len(tries) == 2
    assert row.status == Status.COMPLETED
    assert row.usage == {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8}
    assert row.completed_at is not None
    assert "The whole answer." in row.text


async def test_an_answer_that_has_ended_is_stored_though_its_process_is_told_to_leave_it(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_away = True
    save = storing._save_ending

    def while_it_is_back(row: Response) -> bool:
        if is_away:
            for running in turns._turns.values():
                running.leave()
            raise OperationalError("database is locked")
        return save(row)

    monkeypatch.setattr(storing, "_save_ending", while_it_is_back)
    provider.will_answer(*answer("The whole answer."))
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    await asyncio.sleep(0.1)
    is_away = False
    await events_of(response)
    row = await stored(response)
    assert (row.status, output_text(row.output)) == (Status.COMPLETED, "The whole answer.")
    await until_settled()
    assert turns.logs.of(response.id) is not None, "it was not taken for one that runs elsewhere"


async def test_a_conversation_deleted_meanwhile_stays_deleted(
    owner: User, provider: ScriptedProvider
) -> None:
    more = asyncio.Event()
    provider.will_answer(*beginning(), more, delta("Hi"), ending("Hi"))
    response = await ask(owner)
    await in_database(response.conversation.delete)
    more.set()
    await events_of(response)
    assert not await in_database(Response.objects.exists)


async def test_at_the_end_of_the_process_what_runs_is_stored_as_interrupted(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning(), delta("Once"), asyncio.Event())
    response = await ask(owner)
    await until_event(response, "response.output_text.delta")
    await turns.close(grace=0.1)
    row = await stored(response)
    assert row.incomplete_details == {"reason": "interrupted"}
    assert output_text(row.output) == "Once"


async def until_written(response: Response) -> Response:
    for _ in range(200):
        await asyncio.sleep(0.01)
        if output_text((row := await stored(response)).output):
            return row
    raise AssertionError("nothing was written")


async def test_an_answer_whose_usage_makes_no_sense_ends_as_any_other(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    prices = Model.objects.filter(pk=model.pk)
    await in_database(prices.update, input_price=2, output_price=8)
    end = ending("Yes.")
    end["response"]["usage"] = {"input_tokens": 3, "output_tokens": 10**18}
    provider.will_answer(*beginning(), delta("Yes."), end)
    response = await ask(owner)
    await until_settled()
    row = await stored(response)
    assert (row.status, row.cost) == (Status.COMPLETED, None)
