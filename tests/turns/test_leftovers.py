"""What providers keep for us, and nobody needs any more, is removed there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import (
    Attachment,
    Folder,
    Model,
    Response,
    StoredFile,
    VectorStore,
    folder_files,
)
from conversations.models.database import in_database
from conversations.models.pruning import remove_branch
from conversations.turns.deleting import delete
from conversations.turns.leftovers import AGAIN, remove_leftovers
from tests.support.deleting import pass_time
from tests.support.file_host import FileHost
from tests.support.models import make_model
from tests.support.uploads import uploads
from tests.turns.test_hosting import answered, connect, host, text_of, with_file

__all__ = ["host", "uploads"]  # fixtures

pytestmark = pytest.mark.usefixtures("uploads")


def rows() -> tuple[int, int]:
    return VectorStore.objects.count(), StoredFile.objects.count()


async def nothing_is_left(host: FileHost) -> bool:
    kept = host.library
    return not kept.files and not kept.stores and await in_database(rows) == (0, 0)


async def deleted(response: Response) -> None:
    await delete(response.owner_id, [response.conversation_id])
    assert await pass_time() == 1


async def test_what_is_in_use_stays(owner: User, host: FileHost) -> None:
    await answered(owner, await with_file(owner))
    assert await remove_leftovers() == 0
    assert (len(host.library.files), len(host.library.stores)) == (1, 1)


async def test_a_conversation_goes_with_its_store_and_files(owner: User, host: FileHost) -> None:
    await deleted(await answered(owner, await with_file(owner)))
    assert await remove_leftovers() == 1
    assert await nothing_is_left(host)


async def test_a_person_goes_with_all_of_theirs(owner: User, host: FileHost) -> None:
    await answered(owner, await with_file(owner))
    await in_database(owner.delete)
    assert await remove_leftovers() == 1
    assert await nothing_is_left(host)


async def test_a_folder_goes_with_its_store(owner: User, host: FileHost) -> None:
    folder = await in_database(Folder.objects.create, owner=owner, name="Birds")
    await with_file(owner, folder=folder)
    await answered(owner, folder_id=folder.pk)
    await in_database(folder_files.delete, folder)
    assert await remove_leftovers() == 1
    assert await nothing_is_left(host)


async def test_a_file_that_is_taken_out_of_its_folder_goes_alone(
    owner: User, host: FileHost
) -> None:
    folder = await in_database(Folder.objects.create, owner=owner, name="Birds")
    owls = await with_file(owner, folder=folder)
    await with_file(owner, "Cranes.", "cranes.txt", folder=folder)
    await answered(owner, folder_id=folder.pk)
    await in_database(folder_files.take_out, folder, owls.pk)
    assert await remove_leftovers() == 1
    assert [file.name for file in host.library.files.values()] == ["cranes.txt.txt"]
    assert [len(store) for store in host.library.stores.values()] == [1]


async def test_a_file_that_was_deleted_is_not_found_though_it_is_still_there(
    owner: User, host: FileHost
) -> None:
    folder = await in_database(Folder.objects.create, owner=owner, name="Birds")
    owls = await with_file(owner, folder=folder)
    cranes = await with_file(owner, "The cranes of Rome.", "cranes.md", folder=folder)
    first = await answered(owner, folder_id=folder.pk)
    await in_database(folder_files.take_out, folder, owls.pk)
    await deleted(first)
    assert not await in_database(Attachment.objects.filter(pk=owls.pk).exists)
    response = await answered(owner, folder_id=folder.pk, key="another chat")
    assert len(host.library.files) == 2
    (search,) = host.requests[-1]["tools"]
    assert search["filters"] == {"type": "eq", "key": "attachment", "value": cranes.pk}
    assert "owls of Ulm" not in text_of(response)


async def test_the_file_of_a_branch_that_is_deleted_goes(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    cranes = await with_file(owner, "Cranes.", "cranes.txt")
    other = await answered(owner, cranes, conversation_id=first.conversation_id, key="other")
    await in_database(lambda: remove_branch(other.conversation, other.pk))
    assert await remove_leftovers() == 1
    assert [file.name for file in host.library.files.values()] == ["birds.txt.txt"]


def _use_elsewhere(first: Response) -> None:
    first.attachments.clear()


async def test_also_where_the_file_itself_stays_for_another_chat(
    owner: User, host: FileHost
) -> None:
    file = await with_file(owner)
    first = await answered(owner, file)
    await answered(owner, file, key="another chat")
    assert len(host.library.stores) == 2
    await in_database(_use_elsewhere, first)
    assert await remove_leftovers() == 1
    assert sorted(len(store) for store in host.library.stores.values()) == [0, 1]


async def test_what_was_not_searched_for_a_week_goes(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    await in_database(VectorStore.objects.update, used_at=timezone.now() - timedelta(days=8))
    assert await remove_leftovers() == 1
    assert await nothing_is_left(host)
    await answered(owner, previous_response_id=first.pk)
    assert len(host.library.stores) == 1


async def test_a_day_before_that_its_store_is_made_anew(owner: User, host: FileHost) -> None:
    first = await answered(owner, await with_file(owner))
    long_ago = timezone.now() - timedelta(days=6, hours=1)
    await in_database(VectorStore.objects.update, used_at=long_ago)
    await answered(owner, previous_response_id=first.pk)
    assert (host.uploads, len(host.library.stores)) == (2, 2)
    assert await remove_leftovers() == 1
    assert len(host.library.stores) == 1


async def test_a_file_that_its_provider_is_about_to_forget_is_uploaded_anew(
    owner: User, host: FileHost
) -> None:
    first = await answered(owner, await with_file(owner))
    long_ago = timezone.now() - timedelta(days=29, hours=1)
    await in_database(StoredFile.objects.update, created_at=long_ago)
    assert await remove_leftovers() == 1
    assert not host.library.files
    await answered(owner, previous_response_id=first.pk)
    assert len(host.library.files) == 1


async def test_what_could_not_be_removed_is_tried_again_later(owner: User, host: FileHost) -> None:
    await deleted(await answered(owner, await with_file(owner)))
    host.broken = True
    assert await remove_leftovers() == 0
    host.broken = False
    assert await remove_leftovers() == 0
    await in_database(VectorStore.objects.update, retry_at=timezone.now() - AGAIN)
    assert await remove_leftovers() == 1
    assert await nothing_is_left(host)


async def test_what_is_gone_there_already_is_removed(owner: User, host: FileHost) -> None:
    await deleted(await answered(owner, await with_file(owner)))
    host.library.stores.clear()
    host.library.files.clear()
    assert await remove_leftovers() == 1
    assert await nothing_is_left(host)


def _with_lost_key() -> VectorStore:
    """A store to be removed first, of a provider whose key can't be read."""
    provider = make_model("other", "Another").provider
    with connection.cursor() as cursor:
        sealed = "aes256gcm:00000000:AAAA"
        cursor.execute(
            "UPDATE conversations_provider SET api_key = %s WHERE id = %s", [sealed, provider.pk]
        )
    return VectorStore.objects.create(provider=provider, account="a" * 64, upstream_id="vs_9")


async def test_a_key_that_is_lost_keeps_nothing_of_others_from_being_removed(
    owner: User, host: FileHost
) -> None:
    lost = await in_database(_with_lost_key)
    await deleted(await answered(owner, await with_file(owner)))
    assert await remove_leftovers() == 1
    assert not host.library.files
    assert not host.library.stores
    await in_database(lost.refresh_from_db)
    assert lost.is_put_off
    assert await remove_leftovers() == 0


async def test_what_has_an_id_that_can_be_none_is_gone(owner: User, host: FileHost) -> None:
    await deleted(await answered(owner, await with_file(owner)))
    await in_database(StoredFile.objects.update, upstream_id="..")
    assert await remove_leftovers() == 1
    assert not host.library.stores
    assert await in_database(rows) == (0, 0)


@pytest.mark.parametrize(("change", "is_told"), [("api_key", True), ("base_url", False)])
async def test_another_key_may_remove_it_another_address_is_told_nothing(
    owner: User, model: Model, host: FileHost, change: str, is_told: bool
) -> None:
    await deleted(await answered(owner, await with_file(owner)))
    other = {"api_key": "another", "base_url": f"{host.url}/other"}[change]
    await in_database(connect, model, **{change: other})
    before = len(host.calls)
    assert await remove_leftovers() == 1
    assert await in_database(rows) == (0, 0)
    assert (len(host.calls) > before) is is_told


async def test_what_nobody_lets_us_remove_is_forgotten_when_it_has_expired(
    owner: User, host: FileHost
) -> None:
    await deleted(await answered(owner, await with_file(owner)))
    host.broken = True
    long_ago = timezone.now() - timedelta(days=31)
    await in_database(VectorStore.objects.update, created_at=long_ago)
    assert await remove_leftovers() == 1
    assert await in_database(rows) == (0, 0)


async def test_looking_costs_two_queries(
    owner: User,
    host: FileHost,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    await answered(owner, await with_file(owner))

    def look() -> None:
        with django_assert_num_queries(2):
            assert not VectorStore.objects.forsaken()
            assert not StoredFile.objects.forsaken()

    await in_database(look)
