"""What an answer is made of, drawn under the strict content policy."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def test_code_a_table_and_a_formula_are_drawn(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    answer = chat.ask_and_wait("Show me code, a table and a formula.")
    code = answer.get_by_role("group", name="Code").first
    expect(code.get_by_role("button", name="Copy code")).to_be_visible()
    expect(code.get_by_role("code")).to_be_visible()
    expect(answer.get_by_role("table").first.get_by_role("row").nth(1)).to_be_visible()
    expect(answer.get_by_role("math").first).to_be_attached()


def test_html_in_an_answer_is_text(page: Page) -> None:
    chat = ChatPage(page).open()
    attack = '<img src="x" onerror="document.title=1"> <script>document.title=2</script>'
    answer = chat.ask_and_wait(attack)
    expect(answer).to_contain_text(attack)
    expect(answer.get_by_role("img")).to_have_count(0)


def test_colours_stay_as_chosen(page: Page) -> None:
    chat = ChatPage(page).open()
    bright = brightness(page)
    page.get_by_role("button", name="person").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    assert brightness(page) < 100 < bright
    page.reload()
    expect(chat.draft).to_be_visible()
    assert brightness(page) < 100


def brightness(page: Page) -> float:
    """The mean of the page's background, 0 to 255."""
    return float(
        page.evaluate(
            """() => {
                const canvas = document.createElement("canvas").getContext("2d");
                canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
                canvas.fillRect(0, 0, 1, 1);
                const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
                return (red + green + blue) / 3;
            }"""
        )
    )
