"""A phone: 360 px wide, touched."""

from playwright.sync_api import Page, expect

from tests.support.browser import NewPerson
from tests.support.chat_page import ChatPage

WIDTH = 360
MAKE_WIDE = """(table) => {
    table.querySelectorAll("td, th").forEach((cell) => (cell.style.minWidth = "15rem"));
    let node = table;
    while (node && node.scrollWidth <= node.clientWidth) node = node.parentElement;
    return ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
}"""
PHONE = {"viewport": {"width": WIDTH, "height": 740}, "has_touch": True, "is_mobile": True}


def test_a_whole_exchange_fits(new_person: NewPerson) -> None:
    page = new_person(**PHONE).new_page()
    chat = ChatPage(page).open()
    assert_fits(page)
    chat.draft.fill("deltas=80 size=30")
    chat.send.tap()
    expect(chat.answer).to_contain_text("w80")
    chat.wait()
    assert_fits(page)
    chat.question.tap()
    chat.question.get_by_role("button", name="Edit message").tap()
    assert_fits(page)
    chat.question.get_by_role("textbox", name="Your message").fill("What is blue?")
    chat.question.get_by_role("button", name="Send").tap()
    expect(chat.wait()).to_contain_text("You asked: What is blue?")
    assert_fits(page)


def test_everything_at_the_message_is_in_reach_with_a_model_that_works_in_the_background(
    new_person: NewPerson,
) -> None:
    page = new_person(**PHONE).new_page()
    ChatPage(page).open()
    page.get_by_role("button", name="Model: fake-model").tap()
    page.get_by_role("option", name="Guide").tap()
    expect(page.get_by_role("button", name="Background")).to_be_visible()
    for name in ("Attach", "Dictate", "Model: Guide", "Background", "Settings of the next", "Send"):
        box = page.locator("form.composer").get_by_role("button", name=name).bounding_box()
        assert box, name
        assert box["width"] >= 24, name
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= WIDTH, name


def test_a_menu_of_a_conversation_shows_all_that_it_has(new_person: NewPerson) -> None:
    page = new_person(**PHONE).new_page()
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    page.get_by_role("button", name="Show the sidebar").tap()
    chat.history.get_by_role("button", name="Options for").tap()
    menu = chat.history.get_by_role("menu")
    for name in ("Rename", "Delete"):
        expect(menu.get_by_role("menuitem", name=name)).to_be_in_viewport(ratio=1)


def test_the_sidebar_is_a_drawer(new_person: NewPerson) -> None:
    page = new_person(**PHONE).new_page()
    chat = ChatPage(page).open()
    expect(chat.history).not_to_be_in_viewport()
    chat.ask_and_wait("What is red?")
    page.get_by_role("button", name="Show the sidebar").tap()
    expect(chat.history).to_be_in_viewport()
    page.get_by_role("link", name="New chat").tap()
    expect(chat.history).not_to_be_in_viewport()
    expect(chat.answers).to_have_count(0)


def test_the_drawer_follows_the_finger_and_tables_keep_their_own(new_person: NewPerson) -> None:
    page = new_person(**PHONE).new_page()
    chat = ChatPage(page).open()
    swipe(page, 30, 250)
    expect(chat.history).to_be_in_viewport()
    swipe(page, 200, 40)
    expect(chat.history).not_to_be_in_viewport()
    swipe(page, 180, 340)
    expect(chat.history).not_to_be_in_viewport()

    page.get_by_role("button", name="Model: fake-model").tap()
    page.get_by_role("option", name="Guide").tap()
    table = chat.ask_and_wait("try: fast table").get_by_role("table").first
    table.scroll_into_view_if_needed()
    assert table.evaluate(MAKE_WIDE), "it scrolls by itself"
    box = table.bounding_box()
    assert box is not None
    swipe(page, 40, 300, y=box["y"] + 10)
    expect(chat.history).not_to_be_in_viewport()


def swipe(page: Page, start: float, end: float, y: float = 300) -> None:
    """A finger that goes from one place to another on the same height."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": start, "y": y})
    for step in range(1, 11):
        touch("touchMove", {"x": start + (end - start) * step / 10, "y": y})
    touch("touchEnd")


def assert_fits(page: Page) -> None:
    """Nothing makes the page itself scroll sideways."""
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= WIDTH
