"""A provider with an accent: tested on its page by an administrator, and talked to in the chat."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.test_facts import facts_of
from tests.e2e.test_tools import switch_on
from tests.support.browser import sign_in
from tests.support.chat_page import ChatPage
from tests.support.mind import TITLE
from tests.support.processes import running
from tests.support.server import Server, add_people, running_server

TALK = [
    ("Our word is heron.", "OK"),
    ("Work out 6*7", "It is 42."),
    ("And so?", "You said: Our word is heron. | Work out 6*7 | And so?"),
    ("Work out it * 2", "It is 84."),
    ("What do you know?", "I know: heron, 42, 84."),
]
CHAINED, REPLAYED = "went on from what the provider keeps", "told the whole conversation anew"
COUNTED, TOTAL, UNKNOWN = "7 tokens in, 5 out", "12 tokens in all", "tokens not reported"

ACCENTS = [
    # the accent, what its test says of its memory, how its last message is sent, and its usage
    ("modelverse", "Yes", CHAINED, TOTAL),
    ("modelverse-whole", "nothing of the kind", REPLAYED, TOTAL),
    ("ignoring", "nothing of the kind", REPLAYED, COUNTED),
    ("claiming", "knew nothing", REPLAYED, COUNTED),
    ("refusing", "does not support", REPLAYED, COUNTED),
    ("forgetful", "Yes", REPLAYED, COUNTED),
    ("unreporting", "Yes", CHAINED, UNKNOWN),
    ("colliding", "the same id twice", REPLAYED, COUNTED),
]


@pytest.fixture(scope="module")
def providers() -> Iterator[str]:
    """The address under which all of them are."""
    with running(["-m", "tests.support.all_accents"]) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()


@pytest.fixture(scope="module")
def installation(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One to which they are connected, one after the other."""
    data_dir = tmp_path_factory.mktemp("accents") / "data"
    shutil.copytree(migrated, data_dir)
    with running_server(data_dir, {}) as server:
        yield server


@pytest.fixture(scope="module")
def session(installation: Server) -> str:
    """Of its administrator."""
    return made_administrator(installation)


def made_administrator(server: Server) -> str:
    """The session key of a new administrator."""
    (key,) = add_people(server.data_dir, ["administrator"], "administrator").values()
    return key


def administrator(context: BrowserContext, server: Server) -> Page:
    sign_in(context, server.url, made_administrator(server))
    return context.new_page()


def connect(page: Page, name: str, base_url: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Base URL").fill(base_url)
    if name.startswith("modelverse"):
        page.get_by_text("Seldom needed").click()
        page.get_by_label("Dialect").select_option("ModelVerse")
    page.get_by_role("button", name="Connect", exact=True).click()


def find_out(page: Page, memory: str) -> None:
    page.get_by_role("button", name="Test", exact=True).click()
    line = page.get_by_role("row").filter(has_text="Obeys a JSON schema")
    expect(line).to_contain_text("Yes", timeout=20_000)
    expect(page.get_by_text("It is being tested")).to_have_count(0)
    for ability, said in (("Remembers the conversation", memory), ("Calls functions", "Yes")):
        expect(page.get_by_role("row").filter(has_text=ability)).to_contain_text(said)
    # What it has switched is seen at once, where it could be switched back.
    background = "Runs answers in the background"
    is_found = "Yes" in page.get_by_role("row").filter(has_text=background).inner_text()
    expect(page.get_by_role("checkbox", name=background)).to_be_checked(checked=is_found)


def shown_in(chat: ChatPage) -> list[str]:
    """All that stands in the conversation, which has no error."""
    expect(chat.page.locator(".answer .status:visible")).to_have_count(0)
    return [*chat.questions.all_inner_texts(), *chat.answers.all_inner_texts()]


def reload(chat: ChatPage) -> None:
    """The page is the same when it is loaded again."""
    shown = shown_in(chat)
    chat.page.reload()
    chat.wait()
    assert shown_in(chat) == shown


@pytest.mark.parametrize(
    ("accent", "memory", "sent", "usage"), ACCENTS, ids=[name for name, *_ in ACCENTS]
)
def test_five_turns_with_tools_are_known_to_a_provider_that_was_tested(
    accent: str,
    memory: str,
    sent: str,
    usage: str,
    providers: str,
    installation: Server,
    session: str,
    context: BrowserContext,
) -> None:
    sign_in(context, installation.url, session)
    page = context.new_page()
    page.goto(f"{installation.url}/providers/")
    connect(page, accent, f"{providers}/{accent}/v1")
    find_out(page, memory)

    chat = ChatPage(page).open(installation.url)
    page.get_by_role("button", name=re.compile("^Model: ")).click()
    model = page.get_by_role("option").filter(has=page.get_by_text(accent, exact=True))
    model.click()
    switch_on(page, "Calculator")
    for number, (said, answer) in enumerate(TALK, start=1):
        expect(chat.ask_and_wait(said)).to_contain_text(answer)
        if number == 3:
            reload(chat)
    for number in (1, 3):
        expect(chat.answers.nth(number)).to_contain_text("Calculator")
    expect(chat.history).to_contain_text(TITLE)
    reload(chat)
    facts = facts_of(chat.answer)
    expect(facts).to_contain_text(sent)
    expect(facts).to_contain_text(usage)
    assert "Traceback" not in installation.log_text()
