"""What a provider makes is kept as files: pictures, and what it cites in its containers."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from chatapp.accounts.models import User
from conversations.files.checking import Found
from conversations.models import Attachment, Model, Provider, Response, keeping
from conversations.models.attachment import remove_unused, used_in
from conversations.models.database import in_database
from conversations.models.fork import fork
from conversations.models.keeping import keep_made
from conversations.protocol.events import Event
from conversations.turns import made, storing
from conversations.turns.running import turns
from conversations.turns.takeover import take_over
from tests.support.asking import ask, events_of, stored, until_event, until_settled, until_told
from tests.support.calls import call, use_deeds
from tests.support.models import make_model
from tests.support.scripted import ScriptedProvider, numbered
from tests.support.uploads import huge_png, picture, uploads

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")

PNG = base64.b64encode(picture(size=(300, 200))).decode()
COARSE = base64.b64encode(picture(size=(30, 20))).decode()
CREATED: Event = {"type": "response.created", "response": {"id": "up_1", "output": []}}


def drawn(result: str | None, status: str = "completed", **fields: Any) -> dict[str, Any]:
    item = {"id": "ig_1", "type": "image_generation_call", "status": status, "result": result}
    return item | {"output_format": "png", "revised_prompt": "A teal / wall."} | fields


def partial(text: str = COARSE, index: int = 0) -> Event:
    return {
        "type": "response.image_generation_call.partial_image",
        "item_id": "ig_1",
        "output_index": 0,
        "partial_image_index": index,
        "partial_image_b64": text,
        "output_format": "png",
    }


def item_event(step: str, item: dict[str, Any]) -> Event:
    return {"type": f"response.output_item.{step}", "output_index": 0, "item": item}


def ended(*items: dict[str, Any]) -> Event:
    response = {"id": "up_1", "status": "completed", "output": [*items]}
    return {"type": "response.completed", "response": response}


def drawing(result: str | None = PNG, **fields: Any) -> list[Event]:
    return [
        CREATED,
        item_event("added", drawn(None, "in_progress")),
        partial(),
        partial(index=1),
        item_event("done", drawn(result, **fields)),
        ended(drawn(result, **fields)),
    ]


async def answered(owner: User, provider: ScriptedProvider, *events: Event) -> Response:
    provider.will_answer(*events)
    response = await ask(owner)
    await events_of(response)
    await until_settled()
    return await stored(response)


async def files() -> list[Attachment]:
    return await in_database(lambda: list(Attachment.objects.all()))


def left_in(folder: Path) -> set[str]:
    """What is in the folder beside the bytes of files."""
    return {path.name for path in folder.iterdir() if path.name.startswith(".")}


def kept_in(folder: Path) -> int:
    """How many files' bytes there are."""
    return len([path for path in folder.iterdir() if len(path.name) == 32])


async def test_a_picture_is_a_file_of_its_persons_and_no_base64_is_stored_or_told(
    owner: User, provider: ScriptedProvider, uploads: Path
) -> None:
    provider.will_answer(*drawing())
    response = await ask(owner)
    events = await events_of(response)
    await until_settled()
    (item,) = (await stored(response)).output
    (file,) = await files()
    assert item["file"] == file.as_part()
    assert file.as_part() | {"width": 300, "height": 200, "type": "input_image"} == file.as_part()
    assert (file.owner_id, file.name) == (owner.pk, "A teal wall.png")
    assert await in_database(lambda: list(file.responses.all())) == [response]
    assert item["revised_prompt"] == "A teal / wall."
    assert PNG[:40] not in json.dumps([events, item])
    assert COARSE[:40] not in json.dumps(events)
    assert item["result"] is None
    assert not any("partial_image" in field for field in item)
    assert left_in(uploads) == set()


def cites(*citations: tuple[str, str], text: str = "Here it is.") -> dict[str, Any]:
    annotations = [
        {
            "type": "container_file_citation",
            "container_id": "cntr_1",
            "file_id": file_id,
            "filename": name,
            "start_index": 0,
            "end_index": 4,
        }
        for file_id, name in citations
    ]
    part = {"type": "output_text", "text": text, "annotations": annotations}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    return message | {"content": [part]}


def annotations_of(row: Response) -> list[dict[str, Any]]:
    return [one for part in row.output[0]["content"] for one in part["annotations"]]


async def test_what_is_cited_in_a_container_is_kept_live_as_after_a_reload(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.in_containers["cfile_1"] = b"a,b\n1,2\n"
    provider.will_answer(CREATED, ended(cites(("cfile_1", "/mnt/data/table.csv"))))
    response = await ask(owner)
    events = await events_of(response)
    row = await stored(response)
    (file,) = await files()
    assert events[-1]["response"]["output"] == row.output
    (annotation,) = annotations_of(row)
    assert annotation["file"] == file.as_part()
    assert (file.name, file.text, annotation["file_id"]) == ("table.csv", "a,b\n1,2\n", "cfile_1")
    assert provider.fetched == [("cntr_1", "cfile_1")]


async def test_the_end_of_a_stream_may_leave_out_what_was_cited(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.in_containers["cfile_1"] = b"a,b\n1,2\n"
    cited = item_event("done", cites(("cfile_1", "table.csv")))
    row = await answered(owner, provider, CREATED, cited, ended())
    assert annotations_of(row)[0]["file"]["filename"] == "table.csv"


async def test_what_can_not_be_kept_says_why_and_fails_no_answer(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.turns.cited.MAX_BYTES", 100)
    monkeypatch.setattr("conversations.turns.cited.MOST", 4)
    provider.in_containers |= {"2": b"\x89PNG but not really", "3": b"x" * 101, "4": b"text"}
    row = await answered(
        owner,
        provider,
        CREATED,
        ended(cites(("1", "a.csv"), ("2", "b.png"), ("3", "c.txt"), ("4", "d.txt"), ("5", "e.md"))),
    )
    reasons = [one.get("not_kept") for one in annotations_of(row)]
    assert reasons == ["gone", "disagrees", "size", None, "many"]
    assert row.status == "completed"


async def test_what_takes_too_long_to_fetch_is_left(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conversations.turns.cited.WITHIN_SECONDS", 0.0)
    provider.in_containers["1"] = asyncio.Event()
    row = await answered(owner, provider, CREATED, ended(cites(("1", "a.csv"))))
    assert annotations_of(row)[0]["not_kept"] == "late"


async def test_a_kind_that_is_not_uploaded_is_kept_to_be_downloaded_alone(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.in_containers["1"] = b"PK\x03\x04 and so on"
    row = await answered(owner, provider, CREATED, ended(cites(("1", "slides.pptx"))))
    (file,) = await files()
    assert annotations_of(row)[0]["file"]["filename"] == "slides.pptx"
    assert file.kind.served_as == "application/octet-stream"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("no base64!", "broken"),
        (base64.b64encode(b"no picture").decode(), "broken"),
        (base64.b64encode(huge_png(9_000, 9_000)).decode(), "pixels"),
    ],
)
async def test_a_picture_that_can_not_be_kept_says_why_and_the_answer_goes_on(
    owner: User, provider: ScriptedProvider, result: str, reason: str
) -> None:
    row = await answered(owner, provider, *drawing(result))
    (item,) = row.output
    assert (item["not_kept"], row.status) == (reason, "completed")
    assert "file" not in item
    assert result not in json.dumps(item)
    assert await files() == []


async def test_a_full_disk_costs_the_picture_and_not_the_answer(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(made, "_write", full)
    row = await answered(owner, provider, *drawing())
    assert (row.output[0]["not_kept"], row.status) == ("storage", "completed")


async def test_a_picture_beyond_its_persons_room_is_not_kept(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "has_room", lambda used, size: False)
    row = await answered(owner, provider, *drawing())
    assert row.output[0]["not_kept"] == "quota"


async def test_a_picture_so_far_is_shown_and_stays_where_the_answer_is_stopped(
    owner: User, provider: ScriptedProvider, uploads: Path
) -> None:
    provider.will_answer(*drawing()[:4], asyncio.Event())
    response = await ask(owner)
    await until_event(response, "response.image_generation_call.partial_image")
    await turns.cancel(response.id)
    await until_settled()
    (item,) = (await stored(response)).output
    (file,) = await files()
    assert item["file"] == file.as_part()
    assert (item["file"]["width"], item["status"]) == (30, "incomplete")
    assert "partial_image_id" not in item
    assert left_in(uploads) == set()


async def test_what_a_provider_names_like_a_picture_of_ours_costs_no_end(
    owner: User, provider: ScriptedProvider
) -> None:
    part = {"type": "output_text", "text": "Hello.", "annotations": []}
    message = {"type": "message", "id": "m", "role": "assistant", "content": [part]}
    odd = {**message, "status": "completed", "partial_image_id": "x"}
    picture = drawn(None) | {"id": "ig_2", "result": [PNG]}
    row = await answered(owner, provider, CREATED, item_event("done", odd), ended(odd, picture))
    assert row.status == "completed"
    assert row.text.endswith("Hello.")
    assert [item["type"] for item in row.output] == ["message", "image_generation_call"]


async def test_an_item_that_breaks_what_keeps_it_is_stored_as_it_came(
    owner: User,
    provider: ScriptedProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(item: Any) -> Any:
        raise TypeError("an item of no known shape")

    monkeypatch.setattr(made, "unfinished", broken)
    row = await answered(owner, provider, *drawing())
    assert row.status == "completed"
    assert row.output[0]["file"]
    assert "is kept as it came" in caplog.text


async def test_pictures_of_code_are_files_too(owner: User, provider: ScriptedProvider) -> None:
    url = f"data:image/png;base64,{PNG}"
    plotted = {
        "id": "ci_1",
        "type": "code_interpreter_call",
        "status": "completed",
        "code": "plot()",
        "outputs": [{"type": "logs", "logs": "ok"}, {"type": "image", "url": url}],
    }
    row = await answered(owner, provider, CREATED, item_event("done", plotted), ended(plotted))
    (file,) = await files()
    assert row.output[0]["outputs"] == [
        {"type": "logs", "logs": "ok"},
        {"type": "image", "file": file.as_part()},
    ]


async def test_what_is_read_on_elsewhere_is_not_kept_twice(
    owner: User, provider: ScriptedProvider, uploads: Path
) -> None:
    row = await answered(owner, provider, *drawing())
    again = made.Made(row)
    event = await again.kept(item_event("done", drawn(PNG)))
    assert event["item"]["file"] == row.output[0]["file"]
    assert len(await files()) == 1
    assert kept_in(uploads) == 1


def written(path: Path) -> Path:
    path.write_bytes(picture())
    return path


async def test_what_two_processes_keep_at_once_is_kept_once(
    owner: User, provider: ScriptedProvider, uploads: Path
) -> None:
    row = await answered(owner, provider, *drawing())
    path = written(uploads / ".incoming-other")
    name = row.output[0]["file"]["filename"]
    pk = row.output[0]["file"]["file_id"]
    kept = await in_database(keep_made, row, pk, name, path, Found())
    assert kept is not None
    assert kept.pk == pk
    assert len(await files()) == 1
    assert kept_in(uploads) == 1


async def test_its_own_provider_is_told_of_a_picture_as_it_was_drawn(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Provider.objects.update, stateful=False)
    first = await answered(owner, provider, *drawing())
    await answered_after(first, owner)
    asked = provider.requests[1]["input"]
    (item,) = [one for one in asked if one.get("type") == "image_generation_call"]
    assert base64.b64decode(item["result"]).startswith(b"\x89PNG")
    assert not {"file", "partial_image_id"} & set(item)


async def answered_after(first: Response, owner: User, **fields: Any) -> Response:
    response = await ask(owner, "And now?", previous_response_id=first.id, **fields)
    await events_of(response)
    await until_settled()
    return response


async def test_another_provider_is_shown_it_as_a_picture_of_the_persons(
    owner: User, provider: ScriptedProvider
) -> None:
    first = await answered(owner, provider, *drawing())
    other = await in_database(make_model, "other", "Another", takes_images=True)
    await answered_after(first, owner, model_id=other.pk)
    (part,) = [
        part
        for item in provider.requests[1]["input"]
        for part in item["content"]
        if part["type"] == "input_image"
    ]
    assert part["image_url"].startswith("data:image/png;base64,")


async def test_a_picture_goes_with_its_conversation(
    owner: User, provider: ScriptedProvider, uploads: Path
) -> None:
    row = await answered(owner, provider, *drawing())
    copy = await in_database(lambda: fork(row.conversation, row.pk))
    used = await in_database(used_in, Response.objects.filter(pk=row.pk))
    await in_database(lambda: row.conversation.delete())
    assert await in_database(remove_unused, used) == 0  # the fork has it
    await in_database(copy.delete)
    assert await in_database(remove_unused, used) == 1
    assert kept_in(uploads) == 0


async def test_an_answer_that_is_read_on_by_another_process_has_its_picture_once(
    owner: User, provider: ScriptedProvider
) -> None:
    await in_database(Provider.objects.update, background=True)
    whole = numbered(drawing())
    provider.will_answer(*whole[:5], asyncio.Event())
    response = await ask(owner, background=True)
    await until_told(response, '"file_id"')
    (turn,) = turns._turns.values()
    early = turn.last_checkpoint()
    turn.leave()
    await until_settled()
    # As after a crash that lost the picture's event, but not the picture.
    held = early.columns | {"output": [], "sequence_number": 1, "upstream_sequence_number": 0}
    rows = Response.objects.filter(pk=response.pk)
    await in_database(rows.update, worker="dead.1", **held)
    provider.will_answer(*whole[1:])
    await take_over(alone=True)
    await events_of(response, 1)
    await until_settled()
    (file,) = await files()
    (item,) = (await stored(response)).output
    assert item["file"] == file.as_part()


async def test_a_picture_that_was_being_drawn_outlives_the_process(
    owner: User, model: Model, provider: ScriptedProvider, uploads: Path
) -> None:
    provider.will_answer(*drawing()[:4], asyncio.Event())
    response = await ask(owner)
    await until_event(response, "response.image_generation_call.partial_image")
    (turn,) = turns._turns.values()
    columns = turn.last_checkpoint().columns
    turn.leave()
    await until_settled()
    await in_database(Response.objects.filter(pk=response.pk).update, worker="dead.1", **columns)
    await take_over(alone=True)
    await until_settled()
    row = await stored(response)
    (item,) = row.output
    assert row.incomplete_details == {"reason": "interrupted"}
    assert (item["file"]["width"], item["status"]) == (30, "incomplete")
    assert left_in(uploads) == set()


async def test_what_a_round_cites_is_fetched_before_its_calls_are_made(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.in_containers["cfile_1"] = b"a,b\n1,2\n"
    use_deeds(monkeypatch)
    added = call("add", {"first": 1, "second": 1}, "call_1")
    provider.will_answer(CREATED, ended(cites(("cfile_1", "table.csv")), added))
    provider.will_answer(CREATED, ended(cites(("cfile_1", "table.csv"), text="Two.")))
    response = await ask(owner, chosen={"functions": ["add"]})
    await events_of(response)
    await until_settled()
    row = await stored(response)
    assert [item["type"] for item in row.output] == [
        "message",
        "function_call",
        "function_call_output",
        "message",
    ]
    assert len(provider.fetched) == 1
    (file,) = await files()
    cited = [item["content"][0]["annotations"][0] for item in (row.output[0], row.output[3])]
    assert [one["file"] for one in cited] == [file.as_part(), file.as_part()]


async def test_nothing_is_left_of_a_picture_whose_answer_was_deleted_meanwhile(
    owner: User, provider: ScriptedProvider, uploads: Path
) -> None:
    row = await answered(owner, provider, CREATED, ended(cites(text="Nothing.")))
    await in_database(lambda: row.conversation.delete())
    event = await made.Made(row).kept(item_event("done", drawn(PNG)))
    assert event["item"]["not_kept"] == "gone"
    assert await files() == []
    assert (kept_in(uploads), left_in(uploads)) == (0, set())


async def test_a_database_that_is_away_for_a_moment_costs_no_picture(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, fails = keeping._save, [OperationalError("away")]

    def saved(attachment: Attachment, row: Response) -> None:
        if fails:
            raise fails.pop()
        save(attachment, row)

    monkeypatch.setattr(keeping, "_save", saved)
    monkeypatch.setattr(storing, "PAUSES", (0.0,))
    row = await answered(owner, provider, *drawing())
    (file,) = await files()
    assert row.output[0]["file"] == file.as_part()
    assert await in_database(lambda: file.path.stat().st_size) == file.size


async def test_what_a_stopped_answer_cites_says_that_it_is_not_here(
    owner: User, provider: ScriptedProvider
) -> None:
    cited = item_event("done", cites(("cfile_1", "table.csv")))
    provider.will_answer(CREATED, cited, asyncio.Event())
    response = await ask(owner)
    await until_event(response, "response.output_item.done")
    await turns.cancel(response.id)
    await until_settled()
    assert annotations_of(await stored(response))[0]["not_kept"] == "late"
    assert provider.fetched == []


async def test_an_answer_is_stopped_while_what_it_cites_is_fetched(
    owner: User, provider: ScriptedProvider
) -> None:
    provider.in_containers["cfile_1"] = asyncio.Event()
    cited = item_event("done", cites(("cfile_1", "table.csv")))
    provider.will_answer(CREATED, cited, ended())
    response = await ask(owner)
    await until_event(response, "response.output_item.done")
    await provider.is_fetching.wait()
    await turns.cancel(response.id)
    await until_settled()
    row = await stored(response)
    assert row.status == "cancelled"
    assert annotations_of(row)[0]["not_kept"] == "late"
