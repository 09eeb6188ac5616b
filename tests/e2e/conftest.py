"""The app in a real process, a fake provider in another, and people in front of a real browser."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.browser import (
    ARGUMENTS,
    PASSWORD,
    NewContext,
    NewPerson,
    NewServer,
    chromium,
    sign_in,
)
from tests.support.page_errors import PageErrors
from tests.support.server import (
    FakeProvider,
    Server,
    add_people,
    connected_to,
    fake_provider,
    running_server,
)

HERE = Path(__file__).parent
PEOPLE = 300  # more than there are tests: each test has somebody of its own
PATIENCE = 15_000  # ms for an act on the page
FAULT = re.compile("Traceback| ERROR | CRITICAL ")
NO_CHROMIUM = "There is no Chromium here: install it, or name it in CHROMIUM."


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if HERE in item.path.parents]
    if not ours or chromium():
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(NO_CHROMIUM)
    for item in ours:
        item.add_marker(pytest.mark.skip(NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium(), "args": list(ARGUMENTS)}


@pytest.fixture(scope="session")
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as process:
        yield process


@pytest.fixture
def new_server(migrated: Path, tmp_path: Path) -> Iterator[NewServer]:
    """Starts an installation of the test's own, with these environment variables."""
    with ExitStack() as stack:

        def start(**settings: str) -> Server:
            data_dir = tmp_path / f"server{len(list(tmp_path.iterdir()))}"
            shutil.copytree(migrated, data_dir)
            return stack.enter_context(running_server(data_dir, settings))

        yield start


@pytest.fixture(scope="session")
def server(
    migrated: Path, provider: FakeProvider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The installation that most tests share, connected to the fake provider."""
    data_dir = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(migrated, data_dir)
    with running_server(data_dir, connected_to(provider)) as shared:
        yield shared


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.url


@pytest.fixture(scope="session")
def owner(server: Server) -> str:
    """The owner's user name; the password is PASSWORD."""
    account = {
        "DJANGO_SUPERUSER_USERNAME": "owner",
        "DJANGO_SUPERUSER_EMAIL": "owner@example.com",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    server.manage("createsuperuser", "--noinput", **account)
    return "owner"


@pytest.fixture(scope="session")
def people(server: Server) -> Iterator[tuple[str, str]]:
    """Names and session keys of people who were never here before."""
    return iter(add_people(server.data_dir, [f"person{n}" for n in range(PEOPLE)]).items())


@pytest.fixture(autouse=True)
def page_errors() -> Iterator[PageErrors]:
    """Fails the test on a console message or uncaught error that it didn't expect."""
    errors = PageErrors()
    yield errors
    assert errors.unexpected() == []


@pytest.fixture(autouse=True)
def quiet_server(server: Server) -> Iterator[None]:
    """Fails the test when the server reported a fault of its own meanwhile."""
    before = len(server.log_text())
    yield
    reported = server.log_text()[before:]
    assert not FAULT.search(reported), reported


@pytest.fixture
def new_browser(new_context: NewContext, page_errors: PageErrors) -> NewContext:
    """Opens browsers in which nobody is signed in; the tests' errors are looked for in each."""

    def open_browser(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(PATIENCE)
        page_errors.watch(context)
        return context

    return open_browser


@pytest.fixture
def context(new_browser: NewContext) -> BrowserContext:
    """A browser in which nobody is signed in."""
    return new_browser()


@pytest.fixture
def new_person(
    new_browser: NewContext, people: Iterator[tuple[str, str]], base_url: str
) -> NewPerson:
    """Opens the browser of somebody new who is signed in."""

    def open_browser(**options: Any) -> BrowserContext:
        context = new_browser(**options)
        sign_in(context, base_url, next(people)[1])
        return context

    return open_browser


@pytest.fixture
def person(new_person: NewPerson) -> BrowserContext:
    """The browser of somebody new who is signed in."""
    return new_person()


@pytest.fixture
def page(person: BrowserContext) -> Page:
    """A tab of that person."""
    return person.new_page()
