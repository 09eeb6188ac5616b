"""A real process of the app with two people who have keys; the official SDK is their client."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from openai import AsyncOpenAI, OpenAI

from tests.support.server import (
    FakeProvider,
    Server,
    add_people,
    fake_provider,
    running_server,
)


@pytest.fixture(scope="package")
def served(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The guide answers here."""
    folder = tmp_path_factory.mktemp("gateway") / "data"
    shutil.copytree(migrated, folder)
    with running_server(folder, {"GRACE_SECONDS": "1"}) as process:
        yield process


@pytest.fixture(scope="package")
def keys(served: Server) -> dict[str, str]:
    """A key each, by the names of their people."""
    names = ("ada", "bob")
    add_people(served.data_dir, names)
    return {name: served.manage("create_key", name, "Notebook").strip() for name in names}


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    """One that servers of their own can be connected to."""
    with fake_provider() as there:
        yield there


def client_of(server: Server, key: str) -> OpenAI:
    """The official client, which is to find nothing amiss and to ask nothing twice."""
    return OpenAI(
        base_url=f"{server.url}/v1",
        api_key=key,
        max_retries=0,
        _strict_response_validation=True,
    )


@pytest.fixture
def client(served: Server, keys: dict[str, str]) -> Iterator[OpenAI]:
    """Ada's."""
    with client_of(served, keys["ada"]) as made:
        yield made


@pytest.fixture
def bobs(served: Server, keys: dict[str, str]) -> Iterator[OpenAI]:
    with client_of(served, keys["bob"]) as made:
        yield made


@pytest_asyncio.fixture
async def async_client(served: Server, keys: dict[str, str]) -> AsyncIterator[AsyncOpenAI]:
    """Ada's, too."""
    async with AsyncOpenAI(
        base_url=f"{served.url}/v1",
        api_key=keys["ada"],
        max_retries=0,
        _strict_response_validation=True,
    ) as made:
        yield made
