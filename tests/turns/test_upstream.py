"""An answer in the background outlives its connection, and is never asked for twice."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import AsyncClient
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import output_text
from conversations.turns import checkpoints, kept, upstream
from conversations.turns.running import turns
from tests.support.asking import ask, events_of, stored, until_event, until_settled
from tests.support.deleting import pass_time
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, beginning, delta, ending, message, numbered

CUT = ProviderError(ErrorKind.CUT, "Cut off.")
GONE = ProviderError(ErrorKind.NOT_FOUND, "No such response.", status=404)
WHOLE = numbered([*beginning(), delta("Once upon"), delta(" a time"), ending("Once upon a time")])


@pytest.fixture(autouse=True)
async def _without_pauses(provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    await in_database(Provider.objects.update, background=True)
    monkeypatch.setattr(kept, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(upstream, "REPEAT_SECONDS", 0.0)
    monkeypatch.setattr(kept, "POLL_SECONDS", (0.0, 0.01))


async def ask_in_background(owner: User) -> Response:
    return await ask(owner, background=True)


async def test_a_background_answer_is_asked_to_be_kept(
    owner: User, provider: ScriptedProvider
) -> None:
    await events_of(await ask_in_background(owner))
    assert provider.requests[0]["background"] is True
    assert provider.requests[0]["store"] is True


async def test_a_lost_connection_is_read_on_from_behind_the_last_event(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], CUT)
    provider.will_answer(*WHOLE[5:])
    response = await ask_in_background(owner)
    events = await events_of(response)
    assert provider.resumed == [("upstream_1", 4)]
    assert len(provider.requests) == 1
    deltas = [event["delta"] for event in events if event["type"].endswith("text.delta")]
    assert deltas == ["Once upon", " a time"]
    assert (await stored(response)).status == Status.COMPLETED


async def test_it_is_tried_again_while_the_provider_is_away(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], CUT)
    for _ in range(5):
        provider.will_answer(ProviderError(ErrorKind.UNREACHABLE, "Away."))
    provider.will_answer(*WHOLE[5:])
    response = await ask_in_background(owner)
    await events_of(response)
    assert output_text((await stored(response)).output) == "Once upon a time"


async def test_what_cannot_be_streamed_again_is_asked_for_until_it_has_ended(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], CUT)
    provider.will_answer(ProviderError(ErrorKind.BAD_REQUEST, "Not streamed.", status=400))
    provider.kept["upstream_1"] = {"id": "upstream_1", "status": "in_progress", "output": []}
    response = await ask_in_background(owner)
    await until_event(response, "response.output_text.delta")
    provider.kept["upstream_1"] = ending("Once upon a time")["response"]
    events = await events_of(response)
    assert events[-1]["type"] == "response.completed"
    row = await stored(response)
    assert output_text(row.output) == "Once upon a time"
    assert row.usage is not None


async def test_an_answer_that_the_provider_no_longer_has_stays_as_far_as_it_came(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], CUT)
    provider.will_answer(GONE)
    response = await ask_in_background(owner)
    await events_of(response)
    row = await stored(response)
    assert row.incomplete_details == {"reason": "interrupted"}
    assert row.error is not None
    assert row.error["message"] == "Example no longer has this answer."
    assert output_text(row.output) == "Once upon"


async def test_an_error_event_is_looked_into_and_not_streamed_again(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], ProviderError(ErrorKind.SERVER, "A problem."))
    failed = {"code": "server_error", "message": "It broke."}
    provider.kept["upstream_1"] = {"id": "upstream_1", "status": "failed", "error": failed}
    response = await ask_in_background(owner)
    assert (await events_of(response))[-1]["type"] == "response.failed"
    assert provider.resumed == []
    assert (await stored(response)).error == failed


async def test_patience_with_a_provider_that_stays_away_has_an_end(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", -1)
    provider.will_answer(*WHOLE[:5], CUT)
    response = await ask_in_background(owner)
    await events_of(response)
    assert (await stored(response)).incomplete_details == {"reason": "interrupted"}
    await until_settled()
    assert provider.cancelled == ["upstream_1"], "nobody will read what it goes on to make"


async def test_a_silence_longer_than_our_patience_is_no_end_while_the_provider_has_the_answer(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", -1)
    provider.kept["upstream_1"] = {"id": "upstream_1", "status": "in_progress", "output": []}
    silence = ProviderError(ErrorKind.TIMEOUT, "Nothing came.")
    provider.will_answer(*WHOLE[:5], silence)
    provider.will_answer(silence)
    provider.will_answer(*WHOLE[5:])
    response = await ask_in_background(owner)
    await events_of(response)
    row = await stored(response)
    assert (row.status, output_text(row.output)) == (Status.COMPLETED, "Once upon a time")
    assert provider.cancelled == []


async def test_what_a_fault_of_ours_ends_is_cancelled_at_the_provider(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], ValueError("a fault of ours"))
    response = await ask_in_background(owner)
    assert (await events_of(response))[-1]["type"] == "response.failed"
    await until_settled()
    assert provider.cancelled == ["upstream_1"]


async def test_a_background_answer_is_never_asked_twice_though_it_fails_before_a_word(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:2], ProviderError(ErrorKind.SERVER, "A problem."))
    provider.kept["upstream_1"] = ending("Once upon a time")["response"]
    response = await ask_in_background(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"
    assert len(provider.requests) == 1


async def test_what_is_not_finished_after_a_day_is_cancelled(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], more := asyncio.Event(), CUT)
    response = await ask_in_background(owner)
    await until_event(response, "response.output_text.delta")
    (turn,) = turns._turns.values()
    turn.row.started_at = timezone.now() - timedelta(hours=25)
    more.set()
    await events_of(response)
    await until_settled()
    assert provider.cancelled == ["upstream_1"]
    assert (await stored(response)).incomplete_details == {"reason": "interrupted"}


async def test_a_provider_without_background_answers_in_the_foreground_and_is_remembered(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(ProviderError(ErrorKind.NO_BACKGROUND, "Not supported."))
    response = await ask_in_background(owner)
    events = await events_of(response)
    assert events[-1]["type"] == "response.completed"
    assert "background" not in provider.requests[-1]
    row = await stored(response)
    assert not row.background
    assert not await in_database(Provider.objects.filter(background=True).exists)


# Stop


async def test_stop_cancels_it_at_the_provider_too(owner: User, provider: ScriptedProvider) -> None:
    provider.will_answer(*WHOLE[:5], asyncio.Event())
    response = await ask_in_background(owner)
    await until_event(response, "response.output_text.delta")
    turns.stop(response.id)
    assert (await events_of(response))[-1]["response"]["status"] == "cancelled"
    await until_settled()
    assert provider.cancelled == ["upstream_1"]
    assert provider.hung_up == 1


async def test_what_a_stopped_answer_has_used_at_the_provider_is_recorded(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Model.objects.update, input_price=2, output_price=4)
    provider.used = {"input_tokens": 1_000_000, "output_tokens": 500_000, "total_tokens": 1_500_000}
    provider.will_answer(*WHOLE[:5], asyncio.Event())
    response = await ask_in_background(owner)
    await until_event(response, "response.output_text.delta")
    turns.stop(response.id)
    await events_of(response)
    await until_settled()
    row = await stored(response)
    assert (row.status, row.usage, row.cost) == (Status.CANCELLED, provider.used, Decimal(4))


async def test_stop_before_its_id_is_known_ends_at_once_and_cancels_it_once_it_is(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(late := asyncio.Event(), *WHOLE[:5], asyncio.Event())
    response = await ask_in_background(owner)
    turns.stop(response.id)
    events = await events_of(response)
    assert events[-1]["response"]["status"] == "cancelled"
    assert provider.cancelled == []
    late.set()
    await until_settled()
    assert provider.cancelled == ["upstream_1"]
    assert output_text((await stored(response)).output) == ""


# Deleted


async def test_what_was_deleted_is_stopped_at_the_provider(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "INTERVAL", 0.01)
    provider.will_answer(*WHOLE[:5], asyncio.Event())
    response = await ask_in_background(owner)
    await until_event(response, "response.output_text.delta")
    # As by an administrator, in another process.
    await in_database(Conversation.objects.all().delete)
    await until_settled()
    assert provider.cancelled == ["upstream_1"]


async def test_what_was_deleted_before_its_id_was_known_is_stopped_once_it_is(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(late := asyncio.Event(), *WHOLE[:5], asyncio.Event())
    await ask_in_background(owner)
    await provider.is_asked.wait()
    (turn,) = turns._turns.values()
    await in_database(Conversation.objects.all().delete)
    turn.leave()
    await asyncio.sleep(0.05)
    late.set()
    await until_settled()
    assert provider.cancelled == ["upstream_1"]


async def test_what_nobody_runs_is_stopped_at_the_provider_when_it_is_deleted(
    owner: User, model: Model, provider: ScriptedProvider
) -> None:
    fields: dict[str, Any] = {"status": Status.IN_PROGRESS, "worker": "dead.1", "background": True}
    row = await in_database(
        lambda: make_response(
            make_conversation(owner), upstream_id="upstream_1", provider=model.provider, **fields
        )
    )
    client = AsyncClient()
    await client.aforce_login(owner)
    answer = await client.delete(f"/conversations/{row.conversation_id}/")
    assert answer.status_code == 204
    assert await pass_time() == 1
    await until_settled()
    assert provider.cancelled == ["upstream_1"]


# Others


async def test_an_answer_cut_off_by_the_network_alone_is_fetched_where_it_is_stored(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], CUT)
    provider.kept["upstream_1"] = ending("Once upon a time")["response"]
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"
    assert output_text((await stored(response)).output) == "Once upon a time"


async def test_one_that_is_not_complete_there_stays_as_far_as_it_came(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*WHOLE[:5], CUT)
    unfinished = {"id": "upstream_1", "status": "in_progress", "output": [message("Once")]}
    provider.kept["upstream_1"] = unfinished
    response = await ask(owner)
    await events_of(response)
    row = await stored(response)
    assert row.incomplete_details == {"reason": "interrupted"}
    assert output_text(row.output) == "Once upon"


def failed(code: str) -> dict[str, Any]:
    error = {"code": code, "message": "It broke."}
    response = {"id": "upstream_0", "status": "failed", "error": error, "output": []}
    return {"type": "response.failed", "response": response}


@pytest.mark.parametrize("code", ["server_error", "rate_limit_exceeded", "vector_store_timeout"])
async def test_a_failure_that_may_pass_is_tried_once_more_before_anything_was_shown(
    owner: User, provider: ScriptedProvider, code: str
) -> None:
    provider.will_answer(*beginning("upstream_0")[:2], failed(code))
    provider.will_answer(*WHOLE)
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"
    row = await stored(response)
    assert (row.upstream_id, row.error) == ("upstream_1", None)
    assert output_text(row.output) == "Once upon a time"


async def test_an_error_event_is_as_a_failure(owner: User, provider: ScriptedProvider) -> None:
    broken = ProviderError(ErrorKind.SERVER, "It broke.")
    provider.will_answer(*beginning("upstream_0")[:2], broken)
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.completed"
    assert len(provider.requests) == 2


async def test_it_is_tried_once_more_and_not_twice(owner: User, provider: ScriptedProvider) -> None:
    for _ in range(2):
        provider.will_answer(*beginning()[:2], failed("server_error"))
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.failed"
    assert len(provider.requests) == 2


@pytest.mark.parametrize("shown", [True, False])
async def test_what_was_shown_or_will_fail_again_is_not_tried_again(
    owner: User, provider: ScriptedProvider, shown: bool
) -> None:
    begun = [*beginning(), delta("Once")] if shown else beginning()[:2]
    provider.will_answer(*begun, failed("server_error" if shown else "invalid_prompt"))
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.failed"
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "code",
    [
        *("invalid_prompt", "bio_policy", "misalignment_policy_violation"),
        *("data_residency_mismatch", "invalid_image", "image_too_large"),
        *("image_content_policy_violation", "unsupported_image_media_type", "something_new"),
    ],
)
async def test_what_is_wrong_with_the_question_is_never_tried_again(
    owner: User, provider: ScriptedProvider, code: str
) -> None:
    provider.will_answer(*beginning()[:2], failed(code))
    response = await ask(owner)
    assert (await events_of(response))[-1]["type"] == "response.failed"
    assert len(provider.requests) == 1


async def test_where_a_tool_may_have_acted_at_the_provider_nothing_is_tried_again(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(*beginning()[:2], failed("server_error"))
    tools = [{"type": "mcp", "server_label": "s", "server_url": "https://mcp.example/"}]
    response = await ask(owner, chosen={"tools": tools})
    assert (await events_of(response))[-1]["type"] == "response.failed"
    assert len(provider.requests) == 1


async def test_while_the_provider_has_us_wait_a_reader_sees_why_and_until_when(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.will_answer(go_on := asyncio.Event(), *WHOLE)
    response = await ask(owner)
    await provider.is_asked.wait()
    assert provider.on_wait
    provider.on_wait(4.0, ProviderError(ErrorKind.RATE_LIMITED, "Example is busy."))
    await until_event(response, "response.queued")
    go_on.set()
    events = await events_of(response)
    (waiting,) = [event for event in events if event["type"] == "response.queued"]
    assert waiting["response"]["retry"]["message"] == "Example is busy."
    assert waiting["response"]["retry"]["at"] > timezone.now().timestamp()
    assert (await stored(response)).retry is None
