"""Files that a provider keeps and searches for its model, from the question to the end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Attachment, Folder, Model, Provider, Response, VectorStore, shelf
from conversations.models.database import in_database
from conversations.models.retention import keep_nothing_of
from conversations.protocol.chain import Request
from conversations.providers.pool import close_clients
from conversations.providers.stores import Upload
from conversations.turns import claims, filling, stores
from conversations.turns.endpoint import config_of
from conversations.turns.hosting import Hosting
from conversations.turns.request import NewResponse
from conversations.turns.running import turns
from tests.support.asking import events_of, stored, until_settled
from tests.support.file_host import FileHost
from tests.support.library import Refused
from tests.support.models import make_model
from tests.support.uploads import uploads
from tests.turns.test_files import asking, attach

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")

FILES = {"functions": ["search_files"]}
OWLS = "Of ducks. The owls of Ulm hunt at night."


@pytest_asyncio.fixture
async def host(model: Model, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FileHost]:
    """The provider of `model`, which keeps files."""
    monkeypatch.setattr(turns, "_closing", False)
    async with FileHost() as server:
        await in_database(connect, model, base_url=server.url, searches_files=True)
        yield server
        await turns.close(grace=0)
        await stores.end_filling()
        await close_clients()


def connect(model: Model, **columns: Any) -> None:
    Provider.objects.filter(pk=model.provider_id).update(**columns)


async def with_file(owner: User, text: str = OWLS, name: str = "birds.txt", **fields: Any) -> Any:
    return await in_database(attach, owner, name, text.encode(), text=text, sha256=text, **fields)


async def answered(owner: User, *files: Attachment, **fields: Any) -> Response:
    key = fields.pop("key", f"key {len(files)} {fields.get('previous_response_id')}")
    text = fields.pop("text", "What of the owls?")
    given = {"chosen": FILES} | fields
    new = NewResponse(owner=owner, client_key=key, input=asking(*files, text=text), **given)
    response = await turns.start(new)
    await until_settled()
    return await stored(response)


def tools(host: FileHost) -> list[str]:
    """Those that the last request names, by their names or types."""
    return [tool.get("name", tool["type"]) for tool in host.requests[-1].get("tools", [])]


def text_of(response: Response) -> str:
    return str(response.output[-1]["content"][0]["text"])


async def test_the_first_use_uploads_what_is_searched_and_the_provider_finds_it(
    owner: User, host: FileHost
) -> None:
    response = await answered(owner, await with_file(owner))
    assert tools(host) == ["file_search"]
    assert "owls of Ulm hunt at night" in text_of(response)
    assert host.uploads == 1
    assert host.requests[-1]["include"] == ["file_search_call.results"]
    (store,) = host.library.stores
    assert host.requests[-1]["tools"] == [{"type": "file_search", "vector_store_ids": [store]}]
    (kept,) = host.library.files.values()
    assert kept.expires_after == 30 * 24 * 60 * 60
    assert host.library.expiries[store] == {"anchor": "last_active_at", "days": 7}


async def test_what_it_says_of_a_file_leads_to_ours(owner: User, host: FileHost) -> None:
    file = await with_file(owner, name="birds.csv")
    search, message = (await answered(owner, file)).output
    assert {one.name for one in host.library.files.values()} == {"birds.csv.txt"}
    (result,) = search["results"]
    assert (result["filename"], result["attributes"]) == ("birds.csv", {"attachment": file.pk})
    (citation,) = message["content"][0]["annotations"]
    assert (citation["filename"], citation["attachment_id"]) == ("birds.csv", file.pk)


async def test_readers_are_told_so_while_it_is_said(owner: User, host: FileHost) -> None:
    file = await with_file(owner, name="birds.csv")
    new = NewResponse(owner=owner, client_key="live", input=asking(file), chosen=FILES)
    events = await events_of(await turns.start(new))
    (told,) = [event for event in events if event["type"].endswith("annotation.added")]
    assert told["annotation"]["attachment_id"] == file.pk
    await until_settled()


async def test_the_second_use_uploads_nothing(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    before = len(host.calls)
    second = await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["file_search"]
    assert "owls of Ulm" in text_of(second)
    assert len(host.calls) == before


async def test_a_file_that_comes_later_is_added_to_the_store(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    later = await with_file(owner, "Nothing but cranes.", "cranes.md")
    await answered(owner, later, previous_response_id=first.pk)
    assert host.uploads == 2
    (store,) = host.library.stores.values()
    assert len(store) == 2


async def test_files_of_another_branch_are_not_searched(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    cranes = await with_file(owner, "The owls of Rome.", "cranes.md")
    conversation = first.conversation_id
    other = await answered(owner, cranes, conversation_id=conversation, key="other branch")
    (search,) = host.requests[-1]["tools"]
    assert search["filters"] == {"type": "eq", "key": "attachment", "value": cranes.pk}
    assert "owls of Rome" in text_of(other)
    await answered(owner, previous_response_id=first.pk)
    assert len(host.requests[-1]["tools"][0]["vector_store_ids"]) == 1


async def test_a_folder_has_a_store_of_its_own_for_all_its_chats(
    owner: User, host: FileHost
) -> None:
    folder = await in_database(Folder.objects.create, owner=owner, name="Birds")
    await with_file(owner, folder=folder)
    own = await with_file(owner, "Cranes.", "cranes.md")
    response = await answered(owner, own, folder_id=folder.pk)
    assert len(host.requests[-1]["tools"][0]["vector_store_ids"]) == 2
    assert "owls of Ulm" in text_of(response)

    await answered(owner, folder_id=folder.pk, key="another chat")
    assert host.uploads == 2
    assert len(host.library.stores) == 2


async def test_it_waits_until_the_store_is_ready_with_a_file(
    owner: User, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "LOOK_SECONDS", 0.01)
    host.library.slow = 3
    assert "owls of Ulm" in text_of(await answered(owner, await with_file(owner)))


async def test_two_answers_at_once_fill_one_store(owner: User, host: FileHost) -> None:
    host.library.slow = 2
    other = await in_database(make_model, "model-2")
    await answered(owner, await with_file(owner), beside=(other.pk,))
    assert [one["tools"][0]["type"] for one in host.requests] == ["file_search"] * 2
    assert (host.uploads, len(host.library.stores)) == (1, 1)


# What goes wrong at the provider.


async def searched_here(owner: User, host: FileHost, *files: Attachment) -> Response:
    response = await answered(owner, *(files or [await with_file(owner)]))
    assert response.status == "completed"
    assert tools(host) == ["search_files"]
    assert text_of(response) == "I was given: search_files."
    return response


async def test_one_that_is_not_known_to_keep_files_is_sent_none(
    owner: User, model: Model, host: FileHost
) -> None:
    await in_database(connect, model, searches_files=None)
    await searched_here(owner, host)
    assert host.calls == []


async def test_one_that_knows_no_such_requests_is_not_asked_again(
    owner: User, model: Model, host: FileHost
) -> None:
    host.keeps_files = False
    await searched_here(owner, host)
    provider = await in_database(Provider.objects.get, pk=model.provider_id)
    assert provider.searches_files is False


async def test_one_in_trouble_is_left_alone_for_a_while(owner: User, host: FileHost) -> None:
    host.broken = True
    first = await searched_here(owner, host)
    before = len(host.calls)
    await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["search_files"]
    assert len(host.calls) == before

    host.broken = False
    await in_database(VectorStore.objects.update, retry_at=timezone.now())
    await answered(owner, previous_response_id=first.pk, key="later")
    assert tools(host) == ["file_search"]


async def test_files_that_take_too_long_are_searched_here_and_there_once_they_are_ready(
    owner: User, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SECONDS", 0.3)
    monkeypatch.setattr(filling, "LOOK_SECONDS", 0.01)
    host.library.slow = 1_000_000
    first = await searched_here(owner, host)
    monkeypatch.setattr(stores, "SECONDS", 30)
    await answered(owner, previous_response_id=first.pk, key="at once")
    assert tools(host) == ["search_files"], "not every answer waits for what takes so long"
    (going_on,) = stores._fillings
    host.library.slow = 0
    await asyncio.wait([going_on], timeout=10)
    await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["file_search"]
    assert (host.uploads, len(host.library.stores)) == (1, 1)


async def test_nobody_waits_again_for_what_is_sent_for_minutes(
    owner: User, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SECONDS", 0.3)
    monkeypatch.setattr(stores, "SOON", timedelta(0))
    monkeypatch.setattr(filling, "RENEW_SECONDS", 0.05)
    host.library.slow = 1_000_000
    first = await searched_here(owner, host)
    store = await in_database(VectorStore.objects.get)
    async with asyncio.timeout(10):
        while not store.is_put_off:
            await in_database(store.refresh_from_db)
    assert store.busy_until == store.retry_at
    monkeypatch.setattr(stores, "SECONDS", 30)
    await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["search_files"]
    assert len(stores._fillings) == 1


async def test_a_file_that_is_deleted_while_it_is_sent_is_removed_there(
    owner: User, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_upload = filling._as_upload

    def deleted_meanwhile(file: Attachment) -> Upload:
        upload = as_upload(file)
        Attachment.objects.filter(pk=file.pk).delete()
        return upload

    monkeypatch.setattr(filling, "_as_upload", deleted_meanwhile)
    assert (await answered(owner, await with_file(owner))).status == "completed"
    assert tools(host) == ["search_files"]
    assert host.uploads == 1
    assert not host.library.files


async def test_what_is_still_sent_when_the_server_ends_is_sent_by_whoever_is_asked_next(
    owner: User, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "SECONDS", 0.3)
    host.library.slow = 1_000_000
    await searched_here(owner, host)
    await stores.end_filling()
    assert not stores._fillings
    store = await in_database(VectorStore.objects.get)
    assert store.busy_until is None


async def test_a_file_that_the_store_refuses_has_all_searched_here(
    owner: User, host: FileHost
) -> None:
    host.library.refuses = "owls"
    first = await searched_here(owner, host)
    before = len(host.calls)
    await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["search_files"]
    assert len(host.calls) == before


async def test_a_store_that_is_gone_is_made_anew(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    host.library.stores.clear()
    second = await answered(owner, previous_response_id=first.pk)
    assert "owls of Ulm" in text_of(second)
    assert (host.uploads, len(host.library.stores)) == (2, 1)


async def test_also_where_a_new_file_is_to_go_into_it(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    host.library.stores.clear()
    later = await with_file(owner, "Cranes.", "cranes.md")
    second = await answered(owner, later, previous_response_id=first.pk)
    assert "owls of Ulm" in text_of(second)
    (store,) = host.library.stores.values()
    assert len(store) == 2


async def test_a_model_that_has_no_such_search_is_given_ours_from_then_on(
    owner: User, host: FileHost
) -> None:
    host.refusal = Refused(400, "The tool 'file_search' is not supported with this model.")
    first = await searched_here(owner, host)
    asked = len(host.requests)
    await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["search_files"]
    assert len(host.requests) == asked + 1


async def test_any_other_refusal_of_a_search_may_pass(owner: User, host: FileHost) -> None:
    host.refusal = Refused(400, "The vector store is not ready.")
    first = await searched_here(owner, host)
    host.refusal = None
    await in_database(VectorStore.objects.update, retry_at=None)
    await answered(owner, previous_response_id=first.pk)
    assert tools(host) == ["file_search"]


async def test_stores_that_are_always_gone_are_made_anew_once(owner: User, host: FileHost) -> None:
    host.refusal = Refused(404, "Vector store with id vs_1 not found.")
    await searched_here(owner, host)
    assert host.uploads == 2


async def test_an_answer_that_fails_over_its_search_is_given_with_ours(
    owner: User, host: FileHost
) -> None:
    host.failure = {"code": "vector_store_timeout", "message": "It took too long."}
    response = await searched_here(owner, host)
    assert [item["type"] for item in response.output] == ["message"]


async def test_a_key_that_changes_has_a_store_of_its_own(
    owner: User, model: Model, host: FileHost
) -> None:
    first = await answered(owner, await with_file(owner))
    await in_database(connect, model, api_key="another")
    await answered(owner, previous_response_id=first.pk)
    assert (host.uploads, len(host.library.stores)) == (2, 2)


# Where nobody is to keep anything.


async def test_a_group_of_which_nothing_is_kept_is_searched_here(
    owner: User, host: FileHost
) -> None:
    await in_database(keep_nothing, owner)
    await searched_here(owner, host)
    assert host.calls == []


async def test_nor_is_anything_of_a_temporary_chat(owner: User, host: FileHost) -> None:
    await answered(owner, await with_file(owner), temporary=True)
    assert tools(host) == ["search_files"]
    assert host.calls == []


async def test_nor_of_what_is_not_to_be_stored(owner: User, host: FileHost) -> None:
    await answered(owner, await with_file(owner), chosen=FILES | {"store": False})
    assert tools(host) == ["search_files"]
    assert host.calls == []


async def test_without_the_tool_nothing_is_uploaded(owner: User, host: FileHost) -> None:
    await answered(owner, await with_file(owner), chosen={})
    assert host.calls == []


async def test_what_is_too_much_is_searched_here(
    owner: User, host: FileHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_BYTES", 10)
    await searched_here(owner, host)
    assert host.calls == []


def keep_nothing(owner: User) -> None:
    group = Group.objects.create(name="Quiet")
    owner.groups.add(group)
    keep_nothing_of(group, True)


# Who goes on with an answer, and how.


async def test_another_process_that_takes_over_searches_there_as_well(
    owner: User, host: FileHost
) -> None:
    first = await answered(owner, await with_file(owner))
    row = await in_database(claims._loaded, first.pk)
    assert row is not None
    body = {"tools": [{"type": "function", "name": "search_files"}]}
    request = await Hosting(row).request(Request(body, "first"))
    assert request.body["tools"][0]["type"] == "file_search"
    assert host.uploads == 1


async def test_results_are_not_asked_for_where_the_model_has_refused_that(
    owner: User, model: Model, host: FileHost
) -> None:
    await in_database(model.refuses, ["include"])
    response = await answered(owner, await with_file(owner))
    assert "include" not in host.requests[-1]
    assert "owls of Ulm" in text_of(response)


async def test_the_tools_beside_it_stay(owner: User, host: FileHost) -> None:
    chosen = {"functions": ["calculate", "search_files"], "tool_choice": "required"}
    await answered(owner, await with_file(owner), chosen=chosen)
    assert tools(host) == ["calculate", "file_search"]
    assert host.requests[-1]["tool_choice"] == "required"


async def test_the_same_file_twice_is_uploaded_once(owner: User, host: FileHost) -> None:
    await answered(owner, await with_file(owner), await with_file(owner))
    assert host.uploads == 1


async def test_a_pdf_is_sent_as_it_is_and_a_table_as_what_was_read_of_it(
    owner: User, host: FileHost
) -> None:
    await in_database(attach, owner, "a.pdf", b"%PDF-1.4 owls", text="owls", sha256="1")
    pdf = await in_database(Attachment.objects.get)
    table = await in_database(attach, owner, "b.xlsx", b"PK", text="ducks\fowls", sha256="2")
    await answered(owner, pdf, table)
    sent = {file.name: file.data for file in host.library.files.values()}
    assert sent == {"a.pdf": b"%PDF-1.4 owls", "b.xlsx.txt": b"ducks\n\nowls"}


async def test_one_that_knows_no_expiry_is_sent_files_all_the_same(
    owner: User, host: FileHost
) -> None:
    host.library.knows_expiry = False
    await answered(owner, await with_file(owner))
    assert tools(host) == ["file_search"]
    (kept,) = host.library.files.values()
    assert kept.expires_after is None


async def test_another_provider_is_told_nothing_of_its_search(
    owner: User, model: Model, host: FileHost
) -> None:
    first = await answered(owner, await with_file(owner))
    async with FileHost() as other:
        there = await in_database(make_model, "other", "Another")
        await in_database(connect, there, base_url=other.url)
        await answered(owner, previous_response_id=first.pk, model_id=there.pk)
        (sent,) = other.requests
    kinds = [item.get("type", "message") for item in sent["input"]]
    assert kinds == ["message"] * 3
    assert "file-" not in str(sent)


async def test_its_own_provider_is_told_of_the_search_as_it_knows_it(
    owner: User, model: Model, host: FileHost
) -> None:
    first = await answered(owner, await with_file(owner))
    await in_database(connect, model, stateful=False)
    await answered(owner, previous_response_id=first.pk)
    told = host.requests[-1]["input"]
    (search,) = [item for item in told if item.get("type") == "file_search_call"]
    names = set(search["results"][0])
    assert names == {"file_id", "filename", "score", "text", "attributes"}
    assert "attachment_id" not in str(told)


async def test_to_know_that_all_is_there_costs_as_much_however_many_files_there_are(
    owner: User, model: Model, host: FileHost
) -> None:
    files = [await with_file(owner, f"Owl {n}.", f"{n}.txt") for n in range(6)]
    first = await answered(owner, files[0])
    second = await answered(owner, *files[1:], key="many")

    def cost(response: Response) -> int:
        row = claims._loaded(response.pk)
        assert row is not None
        provider = Provider.objects.get(pk=model.provider_id)
        with CaptureQueriesContext(connection) as queries:
            found = shelf.shelves_of(row, provider, stores.account_of(config_of(provider)))
        assert all(one.is_filled for one in found)
        return len(queries)

    assert await in_database(cost, first) == await in_database(cost, second) <= 12
