"""axe finds nothing on any page, in either theme, and every page fits a narrow window."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.support.axe import faults, moving, wider_than
from tests.support.browser import NewContext, sign_in
from tests.support.chat_page import LONG, ChatPage
from tests.support.server import Server, add_people

EXPORT = Path(__file__).parents[1] / "imports" / "chatgpt.json"
NARROW = (320, 640)  # a small phone; 1,280 px at 200 %
SIGNED_IN = {
    "assistants",
    "assistant-new",
    "assistant",
    "prompts",
    "prompt-new",
    "prompt",
    "folder-new",
    "folder",
    "settings",
    "api-keys",
    "api-reference",
    "memory",
    "archived",
    "tags",
    "data",
    "import-report",
    "print",
    "plain",
    "plain-conversation",
    "shared-copy",
    "providers",
    "provider",
    "model",
    "mcp-servers",
    "mcp-server",
    "people",
    "password",
}
SIGNED_OUT = {"sign-in", "invitation", "new-password", "shared", "shared-print", "shared-open"}
CHAT = {"new", "conversation"}
JSON = "answers with JSON"
ACT = "an act, which leads to one of the pages"
FILE = "gives a file"
NO_PAGES = {
    "mermaid-frame": "draws pictures out of sight",
    "list": JSON,
    "scripts": JSON,
    "state": JSON,
    "turns": JSON,
    "tree": JSON,
    "fork": JSON,
    "keep": JSON,
    "compare": JSON,
    "branch": JSON,
    "rating": JSON,
    "prompts-offered": JSON,
    "tags-offered": JSON,
    "files": JSON,
    "folder-list": JSON,
    "files-there": JSON,
    "files-page": JSON,
    "folder-files": JSON,
    "folder-file": JSON,
    "transcriptions": JSON,
    "organise": JSON,
    "estimate": JSON,
    "search": JSON,
    "imports": JSON,
    "import": JSON,
    "shares": JSON,
    "share": JSON,
    "findings": "a part of the page of a provider",
    "mcp-rules": ACT,
    "mcp-look": ACT,
    "mcp-delete": ACT,
    "provider-test": ACT,
    "provider-connection": ACT,
    "providers-look": "the page of the providers, with the servers that answered",
    "export-markdown": FILE,
    "export-json": FILE,
    "export-all": FILE,
    "file": FILE,
    "file-thumbnail": FILE,
    "file-text": FILE,
    "response-partial": FILE,
    "shared-file": FILE,
    "assistant-copy": ACT,
    "assistant-delete": ACT,
    "prompt-delete": ACT,
    "folder-delete": ACT,
    "shortcuts": JSON,
    "theme": ACT,
    "memory-switch": ACT,
    "memory-add": ACT,
    "memory-forget": ACT,
    "memory-note": ACT,
    "tag": ACT,
    "import-upload": ACT,
    "share-revoke": ACT,
    "sign-out": ACT,
    "language": ACT,
    "api-key-revoke": ACT,
    "role": ACT,
    "active": ACT,
    "password-link": ACT,
    "revoke": ACT,
}


def names(patterns: list[URLPattern | URLResolver], within: str | None = None) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, pattern.app_name or within)
        elif within in ("conversations", "accounts") or pattern.name == "api-reference":
            yield str(pattern.name)


def test_every_address_is_looked_at_or_is_no_page() -> None:
    assert set(names(get_resolver().url_patterns)) == (
        SIGNED_IN | SIGNED_OUT | CHAT | NO_PAGES.keys()
    )


Look = Callable[[str, Page], None]


@pytest.fixture
def look() -> Iterator[Look]:
    """Looks at a page as it is; the test fails at its end with all that was found."""
    found: list[str] = []

    def at(state: str, page: Page) -> None:
        found.extend(f"{state}: {fault}" for fault in faults(page))

    yield at
    assert not found, "\n".join(found)


@pytest.fixture
def owner_page(new_browser: NewContext, owner: str, server: Server) -> Page:
    context = new_browser()
    sign_in(context, server.url, add_people(server.data_dir, [owner])[owner])
    return context.new_page()


def save(page: Page, address: str, **fields: str) -> None:
    """Fill in a form by its labels and save it."""
    page.goto(address)
    for label, text in fields.items():
        page.get_by_role("textbox", name=label).first.fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page).not_to_have_url(re.compile(address))


def address_of(link: Locator) -> str:
    return str(link.get_attribute("href"))


def shown_link(page: Page) -> str:
    return page.get_by_role("textbox", name="Link").first.input_value()


def planted(page: Page) -> dict[str, str]:
    """Something for every page to show; the pages' addresses by name."""
    chat = ChatPage(page).open()
    chat.ask_and_wait("Show me **code** and a table")
    conversation = re.sub(r".*/c/", "", page.url)
    page.get_by_role("button", name="Share this conversation").click()
    page.get_by_role("button", name="Make a link").click()
    shared = shown_link(page)
    page.get_by_label("Passphrase").fill("open sesame")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_role("textbox", name="Link")).to_have_count(2)
    links = [field.input_value() for field in page.get_by_role("textbox", name="Link").all()]
    locked = next(link for link in links if link != shared)

    found = {
        "print": f"/conversations/{conversation}/print/",
        "plain": "/plain/",
        "plain-conversation": f"/plain/{conversation}/",
        "shared": shared,
        "shared-print": f"{shared}print/",
        "shared-copy": f"{shared}continue/",
        "shared-open": locked,
        "assistants": "/assistants/",
        "assistant-new": "/assistants/new/",
        "prompts": "/prompts/",
        "prompt-new": "/prompts/new/",
        "folder-new": "/folders/new/",
        "settings": "/settings/",
        "api-keys": "/settings/keys/",
        "api-reference": "/docs/api/",
        "memory": "/memory/",
        "archived": "/archived/",
        "tags": "/tags/",
        "data": "/settings/data/",
        "providers": "/providers/",
        "mcp-servers": "/providers/mcp/",
        "people": "/accounts/people/",
        "password": "/accounts/password/",
        "sign-in": "/accounts/sign-in/",
    }
    save(page, "/assistants/new/", Name="Translator", Instructions="Translate.")
    found["assistant"] = address_of(page.get_by_role("link", name="Change").first)
    save(page, "/prompts/new/", Title="A letter", Command="letter", Text="Write to {{name}}.")
    found["prompt"] = address_of(page.get_by_role("link", name="Change").first)
    save(page, "/folders/new/", Name="Birds")
    found["folder"] = address_of(page.locator("nav a[href^='/folders/']").first)
    page.goto(found["folder"])
    added = FilePayload(name="owls.txt", mimeType="text/plain", buffer=b"Owls fly at night.")
    page.locator("#folder-files [data-part=choose]").set_input_files(added)
    expect(page.get_by_role("button", name="Remove owls.txt")).to_be_visible()
    page.goto("/settings/keys/")
    page.get_by_role("textbox", name="Name").fill("Notebook")
    page.get_by_role("button", name="Make a key").click()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    page.goto("/memory/")
    page.locator("form[action$='/add/'] [name=text]").fill("Likes birds.")
    page.locator("form[action$='/add/'] button").click()
    page.goto("/settings/data/")
    page.get_by_label("File", exact=True).set_input_files(EXPORT)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page).to_have_url(re.compile("/imports/"))
    found["import-report"] = page.url
    page.goto("/providers/")
    found["provider"] = address_of(page.get_by_role("link", name="Choose its models").first)
    page.goto(found["provider"])
    found["model"] = address_of(page.locator("a[href*='/models/']").first)
    page.goto("/providers/mcp/")
    for label, text in {"Name": "Wiki", "Label": "wiki", "Address": "http://[::1]:1/mcp"}.items():
        page.get_by_role("textbox", name=label).first.fill(text)
    page.get_by_role("button", name="Save and look").click()
    expect(page).to_have_url(re.compile("/providers/mcp/mcp_"))
    found["mcp-server"] = page.url
    page.goto("/accounts/people/")
    page.get_by_role("button", name="Make an invitation").click()
    found["invitation"] = shown_link(page)
    page.goto("/accounts/people/")
    page.locator("summary").first.click()
    page.locator("form[action$='/password-link/'] button").first.click()
    found["new-password"] = shown_link(page)
    return found


def test_axe_finds_nothing_on_any_page(
    owner_page: Page, new_browser: NewContext, people: Iterator[str], look: Look
) -> None:
    next(people)  # somebody whom the owner can give a password link
    addresses = planted(owner_page)
    stranger = new_browser().new_page()
    wide = []
    for page, names_of_pages in ((owner_page, SIGNED_IN), (stranger, SIGNED_OUT)):
        for name in sorted(names_of_pages):
            answer = page.goto(addresses[name])
            assert answer
            assert answer.ok, name
            if name == "people":
                page.locator("summary").first.click()  # what it hides is looked at, too
            look(name, page)
            wide += [f"{name}: {fault}" for fault in wider_than(page, *NARROW)]
    assert not wide, "\n".join(wide)


@contextmanager
def opened(dialog: Locator) -> Iterator[Locator]:
    expect(dialog).to_be_visible()
    yield dialog
    dialog.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def of_the_guide(page: Page) -> ChatPage:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    return chat


def test_axe_finds_nothing_in_what_an_answer_has(page: Page, look: Look) -> None:
    chat = ChatPage(page).open()
    look("empty", page)
    of_the_guide(page)
    chat.ask_and_wait("try: fast reason code table maths markdown diagram")
    expect(chat.answer.get_by_role("button", name="Enlarge: Diagram")).to_be_visible()
    answer = chat.ask_and_wait("try: fast items")
    look("items, closed", page)
    answer.get_by_text("Used 12 tools").click()
    for summary in page.locator("article summary").all():
        if summary.is_visible() and summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    look("items, open", page)
    answer.get_by_role("button", name="Always in this chat").click()
    expect(chat.wait()).to_contain_text("You allowed it")
    allowed = page.get_by_role("button", name="Tools allowed in this chat")
    allowed.click()
    look("a decision, and what is allowed", page)
    page.keyboard.press("Escape")
    expect(allowed).to_be_focused()
    chat.ask_and_wait("try: fast fail")
    look("an answer that failed", page)
    chat.ask("try: slow 400 long")
    expect(chat.stop).to_be_visible()
    look("streaming", page)
    assert moving(page) == []
    chat.stop.click()
    chat.wait()
    assert wider_than(page, *NARROW) == []
    page.set_viewport_size({"width": 360, "height": 740})
    look("a phone", page)
    page.evaluate("() => document.documentElement.setAttribute('dir', 'rtl')")
    look("right to left", page)
    assert wider_than(page, *NARROW) == []


def test_axe_finds_nothing_in_menus_and_dialogs(page: Page, look: Look) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    chat.retry("Try with fake-model-large")
    chat.wait()
    expect(chat.history.get_by_role("link")).to_contain_text("You asked", timeout=10_000)
    with opened(chat.options("You asked")):
        look("menu of a row", page)
    chat.options("You asked").get_by_role("menuitem", name="Tags").click()
    with opened(page.get_by_role("dialog", name="Tags")):
        page.keyboard.type("red")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Remove the tag red")).to_be_visible()
        look("tags", page)
    look("a conversation with a tag", page)
    for button, role, name in (
        (re.compile("^person"), "menu", "Account"),
        ("Model: fake-model", "listbox", "Model"),
        ("Settings of the next answer", "dialog", "Settings of the next answer"),
        ("Share this conversation", "dialog", "Share this conversation"),
        ("Map of this conversation", "dialog", "Map"),
        ("Ask several models", "dialog", "Ask several models"),
    ):
        page.get_by_role("button", name=button).first.click()
        with opened(page.get_by_role(role, name=name).first):  # type: ignore[arg-type]
            look(name, page)
    for keys, name in (("ControlOrMeta+k", "Search"), ("ControlOrMeta+/", "Keyboard shortcuts")):
        page.keyboard.press(keys)
        with opened(page.get_by_role("dialog", name=name)):
            if name == "Search":
                page.keyboard.type("red")
                expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
            look(name, page)
    chat.answer.get_by_role("button", name="More").click()
    look("menu of an answer", page)
    page.get_by_role("menuitem", name="Compare").click()
    with opened(page.get_by_role("dialog", name="Compare")):
        look("compare", page)
    chat.question.hover()
    chat.question.get_by_role("button", name="Edit message").click()
    look("editing", page)
    page.keyboard.press("Escape")


def test_axe_finds_nothing_side_by_side_and_in_a_temporary_chat(page: Page, look: Look) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Ask several models").click()
    dialog = page.get_by_role("dialog", name="Ask several models")
    dialog.get_by_role("checkbox", name="fake-model-large").check()
    dialog.get_by_role("button", name="Ask these").click()
    chat.ask("deltas=4")
    columns = page.get_by_role("group", name="Answers side by side").get_by_role("region")
    expect(columns).to_have_count(2)
    for column in columns.all():
        expect(column).to_contain_text("w4", timeout=LONG)
    look("several", page)
    assert wider_than(page, *NARROW) == []
    page.get_by_role("link", name="New chat").click()
    page.get_by_role("button", name="Temporary chat").click()
    look("temporary, empty", page)
    chat.ask_and_wait("say this is between us")
    look("temporary", page)
    assert wider_than(page, *NARROW) == []
