"""Order in the sidebar: pinned, archived, several at once."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors


def begun(page: Page, *names: str) -> ChatPage:
    """Conversations of these titles, the last one on top and open."""
    chat = ChatPage(page).open()
    for name in names:
        page.get_by_role("link", name="New chat").click()
        expect(chat.answers).to_have_count(0)
        chat.ask_and_wait(f"What of {name}?")
        page.evaluate(
            """async (title) => {
                const { csrf_token } = JSON.parse(document.getElementById("page").textContent);
                const id = location.pathname.split("/").pop();
                await fetch(`/conversations/${id}/`, {
                    method: "PATCH",
                    headers: { "content-type": "application/json", "x-csrftoken": csrf_token },
                    body: JSON.stringify({ title }),
                });
            }""",
            name,
        )
        expect(chat.history.get_by_role("link", name=name)).to_be_visible()
    return chat


def test_what_is_pinned_stays_on_top_in_every_tab(page: Page) -> None:
    chat = begun(page, "Ants", "Bees")
    other = ChatPage(page.context.new_page()).open()
    chat.options("Ants").get_by_role("menuitem", name="Pin").click()
    for each in (chat, other):
        top = each.history.get_by_role("heading").first
        expect(top).to_have_text("Pinned")
        each.page.mouse.move(600, 300)
        expect(each.history.get_by_role("link").first).to_have_text("Ants")
    page.reload()
    expect(chat.history.get_by_role("link").first).to_have_text("Ants")
    chat.options("Ants").get_by_role("menuitem", name="Unpin").click()
    expect(other.history.get_by_role("heading")).to_have_text(["Today"])


def test_what_is_archived_is_out_of_the_way_until_it_is_taken_back(page: Page) -> None:
    chat = begun(page, "Ants", "Bees")
    chat.options("Bees").get_by_role("menuitem", name="Archive").click()
    expect(chat.history.get_by_role("link")).to_have_text(["Ants"])
    expect(page.get_by_text("This conversation is archived")).to_be_visible()
    page.goto("/archived/")
    page.get_by_role("link", name="Bees").click()
    chat.wait_until_ready()
    page.get_by_role("button", name="Tags", exact=True).click()
    tags = page.get_by_role("dialog", name="Tags")
    expect(tags.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Insects")
    page.keyboard.press("Enter")
    expect(tags.get_by_role("list", name="Tags given")).to_have_text("Insects")
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="Tags")).to_have_text("Insects")
    expect(page.get_by_text("This conversation is archived")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    expect(chat.history.get_by_role("link", name="Bees")).to_be_visible()
    expect(page.get_by_text("This conversation is archived")).to_be_hidden()


def test_several_are_deleted_at_once_and_can_be_taken_back(page: Page) -> None:
    chat = begun(page, "Ants", "Bees", "Crabs")
    chat.options("Crabs").get_by_role("menuitem", name="Select several").click()
    bar = page.get_by_role("toolbar", name="Selected conversations")
    expect(bar).to_contain_text("1 selected")
    expect(chat.history.get_by_role("checkbox", name="Crabs")).to_be_focused()
    chat.history.get_by_role("checkbox", name="Ants").click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    chat.options("Ants").get_by_role("menuitem", name="Select several").click()
    chat.history.get_by_role("checkbox", name="Bees").check()
    bar.get_by_role("button", name="Delete").click()
    expect(chat.history.get_by_role("link")).to_have_text(["Crabs"])
    expect(bar).to_be_hidden()
    expect(page.get_by_role("group", name="2 conversations deleted")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(chat.history.get_by_role("link")).to_have_count(3)


def test_a_folder_has_its_conversations_by_menu_by_drag_and_from_the_start(page: Page) -> None:
    chat = begun(page, "Ants", "Bees")
    other = ChatPage(page.context.new_page()).open()
    page.get_by_role("link", name="New folder").first.click()
    page.get_by_label("Name").fill("Insects")
    page.get_by_label("Instructions").fill("Be brief.")
    page.get_by_role("button", name="Save").click()
    chat.wait_until_ready()
    expect(other.history.get_by_role("button", name="Insects")).to_be_visible()
    folder = chat.history.get_by_role("button", name="Insects")
    folder.click()
    expect(chat.history.get_by_text("Nothing is in this folder yet.")).to_be_visible()

    chat.options("Ants").get_by_role("menuitem", name="Move to a folder").click()
    dialog = page.get_by_role("dialog", name="Move to a folder")
    dialog.get_by_role("radio", name="Insects").check()
    dialog.get_by_role("button", name="Move").click()
    expect(chat.history.get_by_role("heading")).to_have_text(["Today"])
    expect(chat.history.get_by_role("link", name="Ants")).to_be_visible()
    chat.history.get_by_role("link", name="Bees").drag_to(folder)
    expect(chat.history.get_by_role("heading")).to_have_count(0)

    chat.history.get_by_role("link", name="New chat in Insects").click()
    expect(page.get_by_text("This chat will be in the folder Insects.")).to_be_visible()
    chat.ask_and_wait("What of wasps?")
    expect(page.get_by_text("This chat will be in the folder Insects.")).to_be_hidden()
    page.reload()
    expect(chat.history.get_by_role("listitem")).to_have_count(3)
    expect(chat.history.get_by_role("heading")).to_have_count(0)


def test_a_folder_catches_up_with_what_it_did_not_hear(page: Page) -> None:
    heard = [True]

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: socket.send(message) if heard[0] else None)

    page.route_web_socket("**/ws", connect)
    chat = begun(page, "Ants", "Bees")
    page.get_by_role("link", name="New folder").first.click()
    page.get_by_label("Name").fill("Insects")
    page.get_by_role("button", name="Save").click()
    chat.wait_until_ready()
    folder = chat.history.get_by_role("button", name="Insects")
    folder.click()
    inside = chat.history.locator("[data-part=folders]")
    expect(inside).to_contain_text("Nothing is in this folder yet.")  # and moves what is below
    for name in ("Ants", "Bees"):
        chat.history.get_by_role("link", name=name).drag_to(folder)
        expect(inside.get_by_role("link", name=name)).to_be_visible()
    expect(chat.history.get_by_role("heading")).to_have_count(0)
    expect(chat.history.get_by_role("listitem")).to_have_count(2)

    heard[0] = False
    other = ChatPage(page.context.new_page()).open()
    other.options("Ants").get_by_role("menuitem", name="Archive").click()
    expect(other.history.get_by_role("listitem")).to_have_count(1)
    expect(chat.history.get_by_role("listitem")).to_have_count(2)
    other.page.get_by_role("link", name="New folder").first.click()
    other.page.get_by_label("Name").fill("Birds")
    other.page.get_by_role("button", name="Save").click()
    other.wait_until_ready()
    expect(chat.history.get_by_role("button", name="Birds")).to_have_count(0)
    heard[0] = True
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(chat.history.get_by_role("listitem")).to_have_count(1)
    expect(chat.history.get_by_role("button", name="Birds", exact=True)).to_be_visible()


def test_a_conversation_that_is_gone_leads_nobody_away_from_another(
    page: Page, page_errors: PageErrors
) -> None:
    page_errors.expect("status of 404.*/conversations/")
    chat = begun(page, "Ants", "Bees")
    expect(chat.answer).to_contain_text("Bees")
    gone = re.compile(r"/conversations/conv_\w+/$")
    page.route(gone, lambda route: route.fulfill(status=404, json={}))
    chat.options("Ants").get_by_role("menuitem", name="Rename").click()
    page.keyboard.type("Termites")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=notice]")).to_be_visible()
    expect(chat.answer).to_contain_text("Bees")
    expect(page).to_have_url(re.compile("/c/conv_"))
