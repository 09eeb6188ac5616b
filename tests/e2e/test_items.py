"""What an answer has besides its text, as a person meets it: while it comes, and after a reload."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors

DRAWN = """node => {
    // How long it thought is told by the clock of who watched.
    return node.outerHTML.replace(/>Thought(s| for \\d+ s)</g, ">Thought<");
}"""


def guide(page: Page) -> ChatPage:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    return chat


def opened(answer: Locator, name: str | re.Pattern[str]) -> Locator:
    """The step whose line says this, opened."""
    summary = answer.locator("summary", has_text=name).first
    summary.click()
    return summary.locator("xpath=..")


def test_every_kind_of_item_is_drawn_alike_live_and_after_a_reload(page: Page) -> None:
    chat = guide(page)
    answer = chat.ask_and_wait("try: fast items")
    expect(answer.get_by_text("Other content")).to_have_count(0)
    expect(answer.get_by_text("Used 12 tools")).to_be_visible()
    live = answer.locator('[data-part="items"]').evaluate(DRAWN)
    page.reload()
    reloaded = chat.wait().locator('[data-part="items"]')
    expect(reloaded.get_by_text("Used 12 tools")).to_be_visible()
    assert reloaded.evaluate(DRAWN) == live


def test_a_step_opens_to_what_went_in_and_what_came_out(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast items")
    opened(answer, "Used 12 tools")
    call = opened(answer, "Called forecast")
    expect(call.get_by_role("code").first).to_contain_text('"city": "Uppsala"')
    expect(call.get_by_role("code").last).to_contain_text('"sky": "clear"')
    shell = opened(answer, "Ran 2 commands").get_by_role("group", name="Terminal")
    expect(shell).to_contain_text("Exit code 1")
    change = opened(answer, "Changed greeting.py").get_by_role("group", name="Change")
    expect(change).to_contain_text("Hello, {name}!")


def test_a_running_tool_is_named_below_the_answer(page: Page) -> None:
    chat = guide(page)
    chat.ask("try: slow 1500 web_search_call")
    expect(
        chat.answer.get_by_text(re.compile("^Searching the web for “prime numbers"))
    ).to_have_count(2)
    chat.stop.click()
    expect(chat.answer.get_by_text("not finished")).to_be_visible()


def test_a_number_in_the_text_shows_its_source(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast file_search_call sources")
    chip = answer.get_by_role("button", name="Source 3")
    chip.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Source")
    expect(card).to_contain_text("make run prints two addresses")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(chip).to_be_focused()
    expect(answer.get_by_role("link", name="The prime numbers")).to_have_attribute(
        "href", "https://oeis.org/A000040"
    )


def test_a_picture_opens_large_and_gives_the_focus_back(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast image_generation_call")
    picture = answer.get_by_role("button", name="Enlarge: A pale sun above a calm sea")
    picture.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Picture")
    expect(box.get_by_role("img", name="A pale sun above a calm sea")).to_be_visible()
    page.keyboard.press("+")
    expect(box.get_by_text("125 %", exact=True).first).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("125 %")
    with page.expect_download() as download:
        box.get_by_role("button", name="Download picture").click()
    assert download.value.suggested_filename == "A pale sun above a calm sea.png"
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(picture).to_be_focused()


def test_code_is_saved_under_a_name_of_its_language(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast code")
    with page.expect_download() as download:
        answer.get_by_role("button", name="Download code").first.click()
    assert download.value.suggested_filename == "code.py"
    assert "def primes" in download.value.path().read_text("utf-8")


def test_a_diagram_is_a_picture_with_its_source_one_press_away(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast diagram")
    picture = answer.get_by_role("button", name="Enlarge: Diagram")
    expect(picture).to_be_visible()
    expect(answer.get_by_role("code")).to_be_hidden()
    width = picture.get_by_role("img").evaluate("image => image.naturalWidth")
    assert width > 200
    answer.get_by_role("button", name="Show the source").click()
    expect(answer.get_by_role("code")).to_contain_text("flowchart LR")
    expect(picture).to_be_hidden()


DRAW = """async source => {
    const { Drawing } = await import("/static/chat/render/drawing.js");
    return new Drawing().draw(source, false).catch(error => `refused: ${error.message}`);
}"""
HOSTILE = (
    (
        'flowchart LR\na["<img src=x onerror=parent.document.title=1>"] --> b\n'
        'click a "javascript:alert(1)"\nclick b href "https://evil.example/" "x" _top'
    ),
    (
        '%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": '
        '"*{background:url(https://evil.example/a)}"}}%%\nflowchart LR\na["<b>x</b>"] --> b'
    ),
)


def test_a_diagram_can_neither_run_nor_fetch_anything(page: Page, page_errors: PageErrors) -> None:
    page_errors.expect("inline event handler .*vendor/mermaid")
    asked: list[str] = []
    ChatPage(page).open()
    page.on("request", lambda request: asked.append(request.url))
    for source in HOSTILE:
        drawn = page.evaluate(DRAW, source)
        assert drawn.startswith("<svg")
        assert not re.search(
            "<script|<img|<foreignObject|javascript:|onerror=|evil.example/a", drawn
        )
    assert page.evaluate(DRAW, "no diagram at all").startswith("refused: ")
    assert not [url for url in asked if "evil" in url]


def test_a_note_and_its_place_in_the_text_lead_to_each_other(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast markdown")
    answer.get_by_role("button", name="Note two", exact=True).click()
    back = answer.get_by_role("button", name="Back to note two in the text")
    expect(back).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer.get_by_role("button", name="Note two", exact=True)).to_be_focused()


def test_an_answer_asked_for_as_json_is_a_tree_with_its_source(page: Page) -> None:
    chat = guide(page)
    page.keyboard.press("ControlOrMeta+Shift+E")
    panel = page.get_by_role("dialog", name="Settings of the next answer")
    panel.get_by_role("combobox", name="Format").select_option("json_object")
    page.keyboard.press("Escape")
    answer = chat.ask_and_wait("How do I connect a provider?")
    tree = answer.get_by_role("tree")
    first = tree.get_by_role("treeitem").first
    expect(first).to_have_accessible_name(re.compile("^question: How do I connect"))
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(tree.get_by_role("treeitem").nth(1)).to_be_focused()
    page.reload()
    expect(chat.answer.get_by_role("tree")).to_be_visible()
    chat.answer.get_by_role("button", name="Source", exact=True).click()
    expect(chat.answer.get_by_role("code")).to_contain_text('"question": "How do I')


def test_a_selection_is_copied_without_our_buttons_and_colours(page: Page) -> None:
    answer = guide(page).ask_and_wait("try: fast code maths sources")
    expect(answer.locator(".hljs-keyword").first).to_be_visible()
    copied = answer.locator('[data-part="items"]').evaluate(
        """node => {
            getSelection().selectAllChildren(node);
            const clipboardData = new DataTransfer();
            node.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true }));
            return [clipboardData.getData("text/html"), clipboardData.getData("text/plain")];
        }"""
    )
    html, text = copied
    assert not re.search("class=|style=|<button|<span|Download", html)
    assert "<pre><code>from collections.abc" in html
    assert "$e^{i\\pi} + 1 = 0$" in html
    assert "$e^{i\\pi} + 1 = 0$" in text
