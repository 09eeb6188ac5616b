"""An MCP server: named by an administrator, switched on by a person, used with their leave."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.browser import PASSWORD, NewContext, NewServer, sign_in
from tests.support.chat_page import ChatPage
from tests.support.mcp_server import mcp_server
from tests.support.server import add_people

SAID = "it is sunny, 21 degrees."


@pytest.fixture
def station() -> Iterator[str]:
    with mcp_server(MCP_TOKEN="swordfish") as url:
        yield url


def name_the_station(page: Page, here: str, url: str) -> None:
    """As an administrator does."""
    page.goto(f"{here}/providers/mcp/")
    page.get_by_label("Name", exact=True).fill("Weather station")
    page.get_by_label("Label").fill("station")
    page.get_by_label("Address").fill(url)
    page.get_by_label("Token").fill("swordfish")
    page.get_by_label("What it is for").fill("Knows the weather.")
    page.get_by_role("button", name="Save and look").click()
    expect(page.get_by_text("Tell the weather at a place.")).to_be_visible()


def switch_on(page: Page) -> None:
    page.get_by_role("button", name="Attach", exact=True).click()
    page.get_by_role("menuitem", name="Tools").click()
    drawer = page.get_by_role("dialog", name="Settings of the next answer")
    drawer.get_by_role("checkbox", name="Weather station Knows the weather.").check()
    drawer.get_by_role("button", name="Done").click()


def step(answer: Locator) -> Locator:
    return answer.locator("details.step").filter(has_text="Used weather on station")


@pytest.mark.timeout(180)
def test_its_tool_is_used_when_its_person_allows_it_and_stands_there_after_a_reload(
    new_server: NewServer, new_browser: NewContext, station: str
) -> None:
    server = new_server()
    account = {"USERNAME": "ada", "EMAIL": "ada@example.com", "PASSWORD": PASSWORD}
    named = {f"DJANGO_SUPERUSER_{name}": value for name, value in account.items()}
    server.manage("createsuperuser", "--noinput", **named)
    sessions = add_people(server.data_dir, ["ada", "ben"])
    admin, browser = (new_browser() for _ in sessions)
    sign_in(admin, server.url, sessions["ada"])
    sign_in(browser, server.url, sessions["ben"])
    name_the_station(admin.new_page(), server.url, station)

    page = browser.new_page()
    chat = ChatPage(page).open(server.url)
    switch_on(page)
    pill = page.get_by_role("group", name="Settings that are set").get_by_role("button")
    expect(pill).to_have_text("MCP servers Weather station")

    chat.ask_and_wait("What is the weather in Lund?")
    card = page.get_by_role("group", name="Approval")
    expect(card).to_contain_text("weather")
    expect(card).to_contain_text("station")
    expect(card).to_contain_text("Lund")
    card.get_by_role("button", name="Allow once").click()
    expect(chat.answers).to_have_count(2)
    expect(chat.wait()).to_contain_text(SAID)
    expect(page.get_by_role("article", name="Your decision")).to_contain_text(
        "Allowed: weather (station)"
    )
    expect(card).to_contain_text("Allowed.")

    page.reload()
    expect(pill).to_have_text("MCP servers Weather station")
    expect(card).to_contain_text("Allowed.")
    chat.wait_until_ready()
    used = step(chat.wait())
    used.get_by_text("Used weather on station").click()
    expect(used).to_contain_text(SAID)
